import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { tableShelf } from '../../shared/azure/table-shelf.ts';
import { tableWatch } from '../../shared/azure/table-watch.ts';
import { exampleSnapshot, exampleTenantId, people } from '../../shared/detect/examples/tenant.ts';
import type { Drill } from '../../shared/drill/drill.ts';
import { drillShelf } from '../../shared/drill/drills.ts';
import { parsePolicy, tenantPolicy } from '../../shared/policy.ts';
import { Watchlists } from '../../shared/watch/watchlists.ts';
import { command } from '../cases/replay.ts';
import { azuriteStorage } from '../stores/azurite-storage.ts';

const folder = mkdtempSync(join(tmpdir(), 'glasswatch-drill-'));
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

const spareGlass = '00000000-0000-4000-8000-000000000077';
const policyText = `version: 1
tenants:
  - id: ${exampleTenantId}
    name: contoso
    accounts:
      emergency: [${people.glass.upn}, ${spareGlass}]
`;
const policy = file('policy.yaml', policyText);
const idIn = (text: string) => /Drill ([0-9a-f]{12})/.exec(text)?.[1] ?? 'no id';

describe('with the storage of the service', () => {
  const azurite = azuriteStorage();
  let settings = '';
  beforeAll(async () => {
    const { connectionString } = azurite.local();
    settings = file(
      'local.settings.json',
      JSON.stringify({ IsEncrypted: false, Values: { GLASSWATCH_STORAGE: connectionString } }),
    );
    const parsed = parsePolicy(policyText, 'policy.yaml');
    if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems));
    const store = tableWatch(azurite.storage().watchlist);
    const tenantOf = (id: string) => tenantPolicy(parsed.policy, id);
    // As the service leaves it once it has read the directory.
    await new Watchlists(tenantOf, [exampleTenantId], store).takeSnapshot(exampleSnapshot(), 0);
  });

  const drill = (...args: string[]) => command(['drill', ...args, '--settings', settings]);
  const start = (...args: string[]) =>
    drill('start', '--policy', policy, '--reason', 'quarterly', '--by', 'Ana Ruiz', ...args);

  test('a drill is declared by UPN, listed, shown and cancelled', async () => {
    const started = await start('--account', people.glass.upn, '--for', '2h');
    expect([started.exit, started.stderr]).toEqual([0, '']);
    const id = idIn(started.stdout);
    const shelf = tableShelf<Drill>(azurite.storage().shelves, drillShelf);
    const kept = (await shelf.get(id))?.value;
    expect(kept).toMatchObject({
      account: { id: people.glass.id, name: people.glass.upn },
      declaredBy: { id: 'Ana Ruiz', name: 'Ana Ruiz', identifiedBy: 'command line' },
      reason: 'quarterly',
      state: 'declared',
    });
    // What happens next, in order, and when it fails.
    const deadline = new Date(Date.parse(kept?.until ?? '') + 30 * 60_000).toISOString();
    expect(started.stdout).toMatch(/1\. Somebody signs in.*\n.*2\. .*\n.*3\. .*\n.*4\. .*\n.*5\. /);
    expect(started.stdout).toContain(`It fails if no channel has taken an alert by ${deadline}`);

    const listed = await drill('list');
    expect(listed.stdout).toMatch(new RegExp(`\n${id} +declared .*glass-1.*Ana Ruiz\n`));

    const cancelled = await drill('cancel', id, '--by', 'Ben');
    expect([cancelled.exit, cancelled.stdout]).toEqual([
      0,
      expect.stringContaining('is cancelled'),
    ]);
    expect((await shelf.get(id))?.value.state).toBe('cancelled');
    const again = await drill('cancel', id);
    expect([again.exit, again.stderr]).toEqual([1, 'glasswatch: It was cancelled before.\n']);

    const chained: unknown[] = [];
    const filter = `subject eq '${id}'`;
    const rows = azurite.storage().ledger.listEntities({ queryOptions: { filter } });
    for await (const { kind } of rows) chained.push(kind);
    expect(chained).toEqual(['drill', 'drill', 'drill']);
  });

  test('the evidence of a drill has each step with its delay', async () => {
    const later = new Date(Date.now() + 86_400_000).toISOString();
    const id = idIn((await start('--account', spareGlass, '--from', later)).stdout);
    const shelf = tableShelf<Drill>(azurite.storage().shelves, drillShelf);
    const kept = await shelf.get(id);
    if (!kept) throw new Error('it was not kept');
    const seen: Drill = {
      ...kept.value,
      state: 'seen',
      declaredAt: '2026-11-20T11:00:00.000Z',
      signedInAt: '2026-11-20T12:00:00.000Z',
      arrivedAt: '2026-11-20T12:02:05.000Z',
      detectedAt: '2026-11-20T12:02:06.000Z',
      alerted: { teams: '2026-11-20T12:03:00.000Z', pager: '2026-11-20T12:02:07.000Z' },
      acknowledged: {
        by: { id: 'ben', name: 'Ben\u202e Osei', identifiedBy: 'link' },
        at: '2026-11-20T13:01:00.000Z',
      },
    };
    await shelf.put(id, seen, kept.version);

    const { exit, stdout } = await drill('show', id);
    expect(exit).toBe(0);
    expect(
      stdout
        .split('\n')
        .slice(8)
        .map((line) => line.replace(/ {2,}/g, ' | ')),
    ).toEqual([
      'step | when | after sign-in | by',
      'declared | 2026-11-20T11:00:00.000Z | Ana Ruiz (command line)',
      'signed in | 2026-11-20T12:00:00.000Z',
      'arrived | 2026-11-20T12:02:05.000Z | 2 min 5 s',
      'detected | 2026-11-20T12:02:06.000Z | 2 min 6 s',
      'alerted on pager | 2026-11-20T12:02:07.000Z | 2 min 7 s',
      'alerted on teams | 2026-11-20T12:03:00.000Z | 3 min',
      'acknowledged | 2026-11-20T13:01:00.000Z | 1 h 1 min | Ben Osei (link)',
      'closed | -',
      '',
    ]);
  });

  test('another account than a break-glass account is refused with those that are', async () => {
    const { exit, stdout, stderr } = await start('--account', people.ada.upn);
    expect([exit, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`${people.ada.upn} is not a break-glass account of the policy`);
    expect(stderr).toContain(`Allowed: ${spareGlass}, ${people.glass.upn} (${people.glass.id}).`);
  });

  test('a name that the service has not met is asked for by its object id', async () => {
    const unknown = file(
      'unknown.yaml',
      policyText.replace(people.glass.upn, 'other@example.onmicrosoft.com'),
    );
    const args = ['--account', 'other@example.onmicrosoft.com', '--reason', 'r'];
    const { exit, stderr } = await drill('start', '--policy', unknown, ...args);
    expect([exit, stderr]).toEqual([1, expect.stringContaining('Give the object id')]);
  });

  test('a drill that does not exist is a problem', async () => {
    const { exit, stderr } = await drill('show', 'nothing');
    expect([exit, stderr]).toEqual([1, expect.stringContaining('there is no drill nothing')]);
  });

  test('the storage account is taken from the environment too', async () => {
    vi.stubEnv('GLASSWATCH_STORAGE', azurite.local().connectionString);
    const { exit, stdout } = await command(['drill', 'list']);
    expect([exit, stdout]).toEqual([0, expect.stringMatching(/^id +state/)]);
  });

  test('and from what `npm start` leaves, with its policy, where nothing else names one', async () => {
    for (const name of ['GLASSWATCH_STORAGE', 'GLASSWATCH_STORAGE__accountName'])
      vi.stubEnv(name, '');
    const { connectionString } = azurite.local();
    const Values = { GLASSWATCH_STORAGE: connectionString, GLASSWATCH_POLICY: policy };
    mkdirSync('.glasswatch');
    writeFileSync('.glasswatch/local.settings.json', JSON.stringify({ Values }));
    try {
      const listed = await command(['drill', 'list']);
      expect([listed.exit, listed.stdout]).toEqual([0, expect.stringMatching(/^id +state/)]);
      const account = ['--account', spareGlass, '--from', '2099-01-01T09:00:00Z'];
      const started = await command(['drill', 'start', ...account, '--reason', 'quarterly']);
      expect([started.exit, started.stderr]).toEqual([0, '']);
    } finally {
      rmSync('.glasswatch', { recursive: true });
    }
  });
});

describe('wrong usage', () => {
  test.each([
    [[], 'say what to do; allowed: start, list, show, cancel'],
    [['stop'], 'unknown: drill stop; allowed: start, list, show, cancel'],
    [['show'], 'name the drill by its id'],
    [['list', 'x'], 'unexpected argument "x"'],
    [['show', 'a', 'b'], 'unexpected argument "b"'],
    [['start', '--reason', 'r'], '--account is missing'],
    [['start', '--account', 'a'], '--reason is missing'],
    [['start', '--account', 'a', '--reason', 'r', '--for', 'an hour'], '--for "an hour"; allowed'],
    [['start', '--account', 'a', '--reason', 'r', '--from', 'noon'], '--from "noon" is no time'],
    [
      ['start', '--account', 'a', '--reason', 'r', '--tenant', 'x', '--policy', policy],
      '--tenant "x"; the policy has: contoso',
    ],
    [['list'], 'no storage account: set GLASSWATCH_STORAGE or'],
  ])('%j says what is wrong', async (args, says) => {
    vi.stubEnv('GLASSWATCH_STORAGE', '');
    vi.stubEnv('GLASSWATCH_STORAGE__accountName', '');
    const { exit, stdout, stderr } = await command(['drill', ...args]);
    expect([exit, stdout]).toEqual([2, '']);
    expect(stderr).toContain(says);
  });

  test.each([
    ['no JSON', 'x', 'is no JSON'],
    ['nothing', 'null', 'has no Values'],
    ['encrypted', '{"IsEncrypted":true,"Values":{}}', 'is encrypted'],
    [
      'without an account',
      '{"Values":{"GLASSWATCH_POLICY":"p"}}',
      'GLASSWATCH_STORAGE__accountName',
    ],
  ])('settings that are %s are a problem, without what stands in them', async (_, text, says) => {
    const settings = file('settings.json', text);
    const { exit, stderr } = await command(['drill', 'list', '--settings', settings]);
    expect([exit, stderr]).toEqual([1, expect.stringContaining(says)]);
  });
});
