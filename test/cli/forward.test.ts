import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { startHec } from '../../local/siem/hec.ts';
import { tableCases } from '../../shared/azure/table-cases.ts';
import { derivedId } from '../../shared/finding.ts';
import { recordFindings } from '../../shared/record/record-findings.ts';
import { unheard } from '../../shared/record/unheard.ts';
import type { Severity } from '../../shared/severity.ts';
import { command } from '../cases/replay.ts';
import { azuriteStorage } from '../stores/azurite-storage.ts';
import { sampleFound } from '../stores/sample-findings.ts';

// What waits between two tries is over at once.
vi.mock('node:timers/promises', async (original) => ({
  ...(await original<object>()),
  setTimeout: async () => {},
}));

const folder = mkdtempSync(join(tmpdir(), 'glasswatch-forward-'));
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
// Whatever `npm start` has left in the folder of the repository is not what is tested.
const root = process.cwd();
beforeAll(() => process.chdir(folder));
afterAll(() => {
  process.chdir(root);
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => vi.unstubAllEnvs());

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const tenantId = '60e8de8d-8243-4bff-86c7-2aa35ef4cbf5';
const policy = file(
  'policy.yaml',
  `version: 1
tenants: [{ id: ${tenantId}, name: contoso }]
sinks:
  lines: { type: file, path: lines.ndjson }
  grave: { type: file, path: grave.ndjson, format: ocsf, minSeverity: critical }
  splunk: { type: splunk, url: { env: HEC_URL }, token: { env: HEC_TOKEN } }
  hook: { type: webhook, url: { env: HOOK_URL }, secret: { env: HOOK_SECRET } }
`,
);

describe('with the stored events of the service', () => {
  const azurite = azuriteStorage();
  /** How the webhook answers an event; what it took. */
  let answer: (type: string) => { status: number; body: string } = () => ({
    status: 200,
    body: '',
  });
  const taken: string[] = [];
  let hook: Server;
  let hec: Awaited<ReturnType<typeof startHec>>;
  let settings = '';

  beforeAll(async () => {
    hook = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const event = JSON.parse(Buffer.concat(chunks).toString());
      const { status, body } = answer(event.type);
      if (status === 200) taken.push(event.type);
      response.writeHead(status).end(body);
    });
    await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
    hec = await startHec();
    const { port } = hook.address() as AddressInfo;
    const Values = {
      GLASSWATCH_STORAGE: azurite.local().connectionString,
      GLASSWATCH_ALLOW_LOOPBACK: 'true',
      HEC_URL: hec.url,
      HEC_TOKEN: hec.token,
      HOOK_URL: `http://127.0.0.1:${port}/events?key=S3cr3t`,
      HOOK_SECRET: secret,
    };
    settings = file('local.settings.json', JSON.stringify({ IsEncrypted: false, Values }));

    const cases = tableCases(azurite.storage().cases);
    const found = (name: string, at: string, severity: Severity, incident = name) =>
      recordFindings(
        [sampleFound(derivedId('incident', incident), name, { finding: { severity, tenantId } })],
        { ...unheard, cases, now: Date.parse(at) },
      );
    await found('first', '2026-11-20T08:00:00Z', 'high');
    await found('second', '2026-11-20T09:00:00Z', 'critical');
    await found('third', '2026-11-20T10:00:00Z', 'high');
    await found('more of the first', '2026-11-20T11:00:00Z', 'medium', 'first');
  });
  afterAll(async () => {
    hook.closeAllConnections();
    await Promise.all([new Promise((resolve) => hook.close(resolve)), hec.close()]);
  });
  afterEach(() => {
    taken.length = 0;
    answer = () => ({ status: 200, body: '' });
    for (const name of ['lines.ndjson', 'grave.ndjson']) rmSync(name, { force: true });
  });

  const forward = (...args: string[]) =>
    command(['forward', '--policy', policy, '--settings', settings, ...args]);
  const day = ['--since', '2026-11-20T00:00:00Z', '--until', '2026-11-21T00:00:00Z'];
  const linesIn = (name: string) =>
    readFileSync(name, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  const nameIn = ({ summary }: { summary: string }) => /\((.*)\)/.exec(summary)?.[1];

  test('a range of time goes to a sink, in the order of each incident, and is counted', async () => {
    const { exit, stdout, stderr } = await forward('--to', 'lines', ...day);
    expect([exit, stdout]).toEqual([
      0,
      'lines: the file lines.ndjson, as native\n2026-11-20T00:00:00.000Z to 2026-11-21T00:00:00.000Z\n4 events: 4 sent, 0 that the policy does not want there, 0 refused\n',
    ]);
    expect(stderr).toBe('  4 read, 4 sent\n');
    const names = linesIn('lines.ndjson').map(nameIn);
    expect(names.toSorted()).toEqual(['first', 'more of the first', 'second', 'third']);
    expect(names.indexOf('first')).toBeLessThan(names.indexOf('more of the first'));
  });

  test('only of that time: the beginning is in it, the end is not', async () => {
    await forward('--to', 'lines', '--since', '2026-11-20T09:00Z', '--until', '2026-11-20T11:00Z');
    expect(linesIn('lines.ndjson').map(nameIn).toSorted()).toEqual(['second', 'third']);
    const { stdout } = await forward('--to', 'lines', '--since', '2026-11-20T10:00:01Z');
    expect(stdout).toMatch(/Z\n1 events: 1 sent/);
  });

  test('only what the policy wants there, in the format of the sink', async () => {
    const { stdout } = await forward('--to', 'grave', ...day);
    expect(stdout).toContain(
      '4 events: 1 sent, 3 that the policy does not want there, 0 refused\n',
    );
    expect(linesIn('grave.ndjson')).toMatchObject([{ class_uid: 2004, severity_id: 5 }]);
  });

  test('a dry run sends nothing, and shows what would be sent', async () => {
    const dry = await forward('--to', 'lines', ...day, '--dry-run');
    expect([dry.exit, dry.stderr, existsSync('lines.ndjson')]).toEqual([0, '', false]);
    const [, , counts, ...lines] = dry.stdout.trimEnd().split('\n');
    expect(counts).toBe('Nothing is sent. 4 events, of which the policy wants 4 there:');
    await forward('--to', 'lines', ...day);
    expect(lines.toSorted()).toEqual(
      linesIn('lines.ndjson')
        .map((line) => JSON.stringify(line))
        .toSorted(),
    );
    const grave = await forward('--to', 'grave', ...day, '--dry-run');
    expect(grave.stdout).toMatch(/of which the policy wants 1 there:\n\{.*"severity_id":5.*\}\n$/);
    const none = await forward('--to', 'lines', '--since', '2026-11-21T00:00Z', '--dry-run');
    expect(none.stdout).toContain(
      'Nothing is sent. 0 events, of which the policy wants 0 there.\n',
    );
  });

  test('a dry run needs no secret, and shows five lines at most', async () => {
    const cases = tableCases(azurite.storage().cases);
    for (const name of ['a', 'b', 'c']) {
      const found = sampleFound(derivedId('later', name), name, { finding: { tenantId } });
      await recordFindings([found], { ...unheard, cases, now: Date.parse('2026-11-25T00:00Z') });
    }
    const dry = await command([
      ...['forward', '--to', 'hook', '--dry-run', '--policy', policy, '--settings'],
      file(
        'no-secrets.json',
        JSON.stringify({ Values: { GLASSWATCH_STORAGE: azurite.local().connectionString } }),
      ),
      ...['--since', '2026-11-20T00:00Z', '--until', '2026-11-26T00:00Z'],
    ]);
    expect(dry.stdout).toContain('7 events, of which the policy wants 7 there; the first 5:');
    expect(dry.stdout.match(/^\{/gm)).toHaveLength(5);
  });

  test('a repeat has the same ids', async () => {
    await forward('--to', 'splunk', ...day);
    await forward('--to', 'splunk', ...day);
    const uids = hec.received().map(({ uid }) => uid);
    expect(uids).toHaveLength(8);
    expect(new Set(uids).size).toBe(4);
  });

  test('what is refused is told with the receiver’s words, and all else is sent', async () => {
    let calls = 0;
    answer = () => {
      calls += 1;
      return calls === 2
        ? { status: 422, body: 'no \u202esuch\nfield, key=S3cr3t' }
        : { status: 200, body: '' };
    };
    const { exit, stdout, stderr } = await forward('--to', 'hook', ...day);
    // Whether the receiver is at fault or the event is, a heartbeat has found out.
    expect([exit, taken.toSorted()]).toEqual([
      1,
      [...Array(3).fill('finding.created'), 'heartbeat'],
    ]);
    expect(stdout).toContain(
      '4 events: 3 sent, 0 that the policy does not want there, 1 refused\n',
    );
    expect(stderr).toMatch(/\nglasswatch: [0-9a-f]{32}\.1 was refused: .*422.*no such field/);
    expect(stdout + stderr).not.toMatch(/S3cr3t|\u202e|whsec/);
  });

  test('a sink that takes nothing ends it, with what it said', async () => {
    answer = () => ({ status: 401, body: 'the key has expired' });
    const { exit, stdout, stderr } = await forward('--to', 'hook', ...day);
    expect(exit).toBe(1);
    expect(stdout).toContain('4 events: 0 sent');
    expect(stderr).toMatch(/hook says: 127.0.0.1 answered 401.*; tried again in \d+ s\n/);
    expect(stderr).toMatch(
      /glasswatch: hook takes nothing: .*401.*; run it again once that is mended/,
    );
    expect(stderr).not.toContain('S3cr3t');
  });

  test('secrets come from the environment as well', async () => {
    const bare = file(
      'bare.json',
      JSON.stringify({ Values: { GLASSWATCH_STORAGE: azurite.local().connectionString } }),
    );
    const run = () =>
      command(['forward', '--to', 'hook', '--policy', policy, '--settings', bare, ...day]);
    vi.stubEnv('HOOK_SECRET', secret);
    expect(await run()).toMatchObject({
      exit: 1,
      stderr: 'glasswatch: HOOK_URL is not set: the sink hook needs this variable\n',
    });
    expect(taken).toEqual([]);
    vi.stubEnv('HOOK_URL', JSON.parse(readFileSync(settings, 'utf8')).Values.HOOK_URL);
    vi.stubEnv('GLASSWATCH_ALLOW_LOOPBACK', 'true');
    expect(await run()).toMatchObject({ exit: 0 });
    expect(taken).toHaveLength(4);
  });

  test('storage that does not answer is said', async () => {
    const away = file(
      'away.json',
      JSON.stringify({
        Values: {
          GLASSWATCH_STORAGE:
            'DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5;TableEndpoint=http://127.0.0.1:9/a;BlobEndpoint=http://127.0.0.1:9/a;QueueEndpoint=http://127.0.0.1:9/a',
        },
      }),
    );
    const { exit, stderr } = await command([
      ...['forward', '--to', 'lines', '--policy', policy, '--settings', away, ...day],
    ]);
    expect([exit, stderr]).toEqual([
      1,
      expect.stringMatching(/^glasswatch: STORE_UNAVAILABLE: reading the events of that time/),
    ]);
  }, 15_000);
});

describe('what is wrong is named', () => {
  const since = ['--since', '2026-11-20T00:00Z'];
  const known = 'the policy has: lines, grave, splunk, hook';
  test.each<[string, string[], string]>([
    ['no sink', since, `--to is missing: name a sink; ${known}`],
    [
      'an unknown one',
      ['--to', 'splnk', ...since],
      `--to "splnk": there is no such sink; ${known}`,
    ],
    [
      'no time',
      ['--to', 'lines'],
      '--since is missing; allowed: UTC ISO 8601, e.g. 2026-11-20T08:00:00Z',
    ],
    [
      'no time at all',
      ['--to', 'lines', '--since', 'yesterday'],
      '--since "yesterday" is no time; allowed: UTC ISO 8601, e.g. 2026-11-20T08:00:00Z',
    ],
    [
      'an end that is none',
      ['--to', 'lines', ...since, '--until', '2026-13-01'],
      '--until "2026-13-01" is no time; allowed: UTC ISO 8601, e.g. 2026-11-20T08:00:00Z',
    ],
    [
      'an end before the beginning',
      ['--to', 'lines', ...since, '--until', '2026-11-20T00:00Z'],
      '--since "2026-11-20T00:00Z" is not before --until "2026-11-20T00:00Z"',
    ],
    [
      'a time to come',
      ['--to', 'lines', '--since', '2399-01-01T00:00Z'],
      '--since "2399-01-01T00:00Z" is not before now',
    ],
    ['too much', ['lines', ...since], 'unexpected argument "lines"'],
    ['an option that there is not', ['--form', 'x'], "Unknown option '--form'"],
  ])('%s: exit code 2', async (_, args, said) => {
    const { exit, stderr } = await command(['forward', '--policy', policy, ...args]);
    expect([exit, stderr]).toEqual([2, expect.stringContaining(`glasswatch: ${said}`)]);
  });

  test('a policy without any sink says so', async () => {
    const none = file('none.yaml', `version: 1\ntenants: [{ id: ${tenantId}, name: contoso }]\n`);
    const { exit, stderr } = await command([
      ...['forward', '--policy', none, '--to', 'splunk', ...since],
    ]);
    expect([exit, stderr]).toEqual([2, expect.stringContaining('the policy has none')]);
  });

  test('no storage account: exit code 2, and how to name one', async () => {
    vi.stubEnv('GLASSWATCH_STORAGE', '');
    vi.stubEnv('GLASSWATCH_STORAGE__accountName', '');
    const { exit, stderr } = await command([
      'forward',
      '--policy',
      policy,
      '--to',
      'lines',
      ...since,
    ]);
    expect([exit, stderr]).toEqual([2, expect.stringContaining('no storage account: set')]);
  });
});
