import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { root } from '../../tools/bundle.ts';
import { command } from '../cases/replay.ts';

const folder = mkdtempSync(join(tmpdir(), 'glasswatch-settings-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => {
  vi.unstubAllEnvs();
});

const key = 'R0ut1ngKeyR0ut1ngKey';
const file = (values: Readonly<Record<string, string>>) => {
  const path = join(folder, 'local.settings.json');
  writeFileSync(path, JSON.stringify({ Values: values }));
  return path;
};

describe('a command that needs the storage account', () => {
  test.each([
    ['no connection string', { GLASSWATCH_STORAGE: key }, /GLASSWATCH_STORAGE: found something/],
    [
      'two accounts',
      { GLASSWATCH_STORAGE: 'UseDevelopmentStorage=true', GLASSWATCH_STORAGE__accountName: 'gw1' },
      /GLASSWATCH_STORAGE: names another account than GLASSWATCH_STORAGE__accountName/,
    ],
    [
      'a name that is none',
      { GLASSWATCH_STORAGE__accountName: 'https://gw.blob.core.windows.net' },
      /GLASSWATCH_STORAGE__accountName: found a URL; allowed: .* 3 to 24 of a-z and 0-9/,
    ],
  ])('given %s is wrong usage, exit code 2', async (_, env, says) => {
    vi.stubEnv('GLASSWATCH_STORAGE', '');
    vi.stubEnv('GLASSWATCH_STORAGE__accountName', '');
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    const { exit, stdout, stderr } = await command(['drill', 'list']);
    expect([exit, stdout, stderr]).toEqual([2, '', expect.stringMatching(says)]);
    expect(stderr).toContain('the storage account can’t be told: CONFIG_INVALID: ');
    expect(stderr).not.toContain(key);
  });

  test('given it under another name says which, exit code 2', () => {
    const args = [join(root, 'cli/main.ts'), 'drill', 'list'];
    // In a folder where `npm start` left nothing, with nothing else in the environment.
    const { status, stderr } = spawnSync(process.execPath, args, {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, GLASSWATCH_STORAGE__accountname: 'gwstate' },
    });
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/no storage account: .*, but GLASSWATCH_STORAGE__accountname is set; /),
    ]);
  });

  test('given a file with a wrong one has a problem, exit code 1', async () => {
    const settings = file({ GLASSWATCH_STORAGE: key });
    const { exit, stderr } = await command(['drill', 'list', '--settings', settings]);
    expect([exit, stderr]).toEqual([1, expect.stringContaining('GLASSWATCH_STORAGE: found')]);
    expect(stderr).not.toContain(key);
  });

  test('does not mind what it has no use for', async () => {
    const settings = file({ GLASSWATCH_DIRECTORY: 'maybe', WEBSITE_SITE_NAME: 'app' });
    const { stderr } = await command(['drill', 'list', '--settings', settings]);
    expect(stderr).toContain('GLASSWATCH_STORAGE__accountName: missing');
    expect(stderr).not.toContain('GLASSWATCH_DIRECTORY');
  });
});

describe('doctor', () => {
  const well = {
    AzureWebJobsStorage: 'UseDevelopmentStorage=true',
    ENTRA_LOGS: 'Endpoint=sb://localhost:1;SharedAccessKeyName=a;SharedAccessKey=b',
    ENTRA_LOGS_HUB: 'entra-logs',
    ENTRA_LOGS_CONSUMER_GROUP: 'glasswatch',
    GLASSWATCH_STORAGE: 'UseDevelopmentStorage=true',
    TEAMS_URL: 'https://prod.example.com/workflows/1',
  };
  const policy = join(folder, 'policy.yaml');
  writeFileSync(
    policy,
    `version: 1
tenants: [{ id: 60e8de8d-8243-4bff-86c7-2aa35ef4cbf5, name: contoso }]
channels: { teams: { type: teams, webhookUrl: { env: TEAMS_URL } } }
routes: [{ minSeverity: medium, channels: [teams] }]
`,
  );
  const doctor = async (values: Readonly<Record<string, string>>) => {
    const settings = file({ ...well, GLASSWATCH_POLICY: policy, ...values });
    const args = ['doctor', '--only', 'settings', '--json', '--settings', settings];
    const { exit, stdout } = await command(args);
    const lines = JSON.parse(stdout) as { state: string; name: string; says: string }[];
    const wrong = lines.filter(({ state }) => state !== 'ok');
    return { exit, stdout, wrong: wrong.map(({ name, says }) => `${name}: ${says}`) };
  };

  test('has nothing to fix where the settings are right', async () => {
    expect(await doctor({})).toMatchObject({ exit: 0, wrong: [] });
  });

  test.each<[values: Record<string, string>, says: RegExp]>([
    [{ GLASSWATCH_DIRECTORY: 'grpah' }, /^GLASSWATCH_DIRECTORY: found "grpah"; allowed: graph or/],
    [{ GLASSWATCH_DIRECTRY: 'file' }, /^GLASSWATCH_DIRECTRY: .*GLASSWATCH_DIRECTORY is meant/],
    [{ GLASSWATCH_TEAMS_URL: key }, /^GLASSWATCH_TEAMS_URL: nothing reads .* nor does the policy/],
    [{ ENTRA_LOGS_HUB: '' }, /^ENTRA_LOGS_HUB: missing; allowed: the name of the event hub/],
    [{ ENTRA_LOGS_HUB: '<value>' }, /^ENTRA_LOGS_HUB: found a placeholder; allowed: the name/],
    [{ ENTRA_LOGS_CONSUMER_GROUP: '$Default' }, /^ENTRA_LOGS_CONSUMER_GROUP: found "\$Default"; /],
    [{ ENTRA_LOGS: key }, /^ENTRA_LOGS: found something else; allowed: the whole connection/],
    [
      { ENTRA_LOGS__clientId: key },
      /^ENTRA_LOGS__clientId: found text of 20 characters; allowed: the/,
    ],
    [{ TEAMS_URL: key }, /^TEAMS_URL: found something else; allowed: an https URL/],
    [{ GLASSWATCH_GRAPH_TOKEN: key }, /^together: GLASSWATCH_GRAPH_TOKEN: counts only beside/],
  ])('says of %j what the app says at its start, exit code 1', async (values, says) => {
    const { exit, stdout, wrong } = await doctor(values);
    expect(exit).toBe(1);
    expect(wrong).toContainEqual(expect.stringMatching(says));
    expect(stdout).not.toContain(key);
  });
});
