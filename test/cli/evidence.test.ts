import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { blobAnchors } from '../../shared/azure/blob-anchor.ts';
import { blobEvidence } from '../../shared/azure/blob-evidence.ts';
import { tableCases } from '../../shared/azure/table-cases.ts';
import { tableLedger } from '../../shared/azure/table-ledger.ts';
import { tableShelf } from '../../shared/azure/table-shelf.ts';
import { sha256Of } from '../../shared/ledger/chain.ts';
import { chainEntries } from '../../shared/ledger/chain-entries.ts';
import { type RecordedPolicy, recordPolicy } from '../../shared/ledger/record-policy.ts';
import type { Act } from '../../shared/respond/journal.ts';
import { command } from '../cases/replay.ts';
import { entry, incidentId, now, otherId, sampleBundle } from '../evidence/sample-evidence.ts';
import { azuriteStorage } from '../stores/azurite-storage.ts';
import { newCase, sampleFinding } from '../stores/sample-findings.ts';

const root = mkdtempSync(join(tmpdir(), 'glasswatch-evidence-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const called = async (...args: string[]) => {
  const { exit, stdout, stderr } = await command(['evidence', ...args]);
  return { exit, stdout, stderr: stderr.split('\n').filter(Boolean) };
};

let folders = 0;
async function bundleFolder(): Promise<string> {
  folders += 1;
  const folder = join(root, `bundle-${folders}`);
  for (const [name, content] of await sampleBundle()) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

const headOf = (stdout: string) => /head (\d+:[0-9a-f]{64})/.exec(stdout)?.[1] ?? '';

describe('glasswatch evidence verify', () => {
  test('says what it checked, and what it can not know', async () => {
    const { exit, stdout, stderr } = await called('verify', await bundleFolder());
    expect([exit, stderr]).toEqual([0, []]);
    expect(stdout).toContain(`incident ${incidentId}`);
    expect(stdout).toContain('Not to be known from here:');
    expect(stdout).toContain('--head SEQ:HASH');
    expect(stdout).toContain('Whole: nothing is at fault.');
  });

  test('compares a head that is known from elsewhere', async () => {
    const folder = await bundleFolder();
    const head = headOf((await called('verify', folder)).stdout);
    const right = await called('verify', folder, '--head', head);
    expect(right).toMatchObject({ exit: 0, stderr: [] });
    expect(right.stdout).toContain('which you named');
    const wrong = await called('verify', folder, '--head', `${head.split(':')[0]}:${sha256Of('')}`);
    expect(wrong.exit).toBe(1);
    expect(wrong.stderr).toEqual([
      expect.stringMatching(/^glasswatch: ledger\.ndjson: does not lead to the head 10/),
    ]);
  });

  test('names each file that is at fault, a line each', async () => {
    const folder = await bundleFolder();
    writeFileSync(join(folder, 'journal.ndjson'), '');
    rmSync(join(folder, 'acts.ndjson'));
    writeFileSync(join(folder, 'records', 'a\u001b[31m\u202eb'), 'x');
    symlinkSync(join(folder, 'README.txt'), join(folder, 'more'));
    const { exit, stdout, stderr } = await called('verify', folder);
    expect(exit).toBe(1);
    expect(stdout).toContain('At fault:');
    for (const fault of [
      'journal.ndjson: has 0 bytes',
      'acts.ndjson: missing, though manifest.json names it',
      'records/a [31mb: is not named by manifest.json',
      'more: is no plain file',
    ]) {
      expect(stderr.filter((line) => line.startsWith(`glasswatch: ${fault}`))).toHaveLength(1);
    }
  });

  test('of what is no bundle fails', async () => {
    const empty = join(root, 'empty');
    mkdirSync(empty);
    expect((await called('verify', empty)).exit).toBe(1);
    expect(await called('verify', join(root, 'nowhere'))).toEqual({
      exit: 1,
      stdout: '',
      stderr: [expect.stringContaining('no such file or folder')],
    });
  });
});

test.each([
  [[], 'say what to do; allowed: export, verify'],
  [['import'], 'unknown action "import"; allowed: export, verify'],
  [['verify'], 'name the folder of an export'],
  [['verify', 'a', 'b'], 'unexpected argument "b"'],
  [['verify', 'a', '--head', '7'], '--head: "7" is no head'],
  [['verify', 'a', '--head', `0:${sha256Of('')}`], 'is no head'],
  [['export'], 'name an incident'],
  [['export', '../x'], '"../x" is no id of an incident'],
  [['export', incidentId, '--head', 'x'], '--head'],
])('wrong usage: evidence %j', async (args, message) => {
  const { exit, stdout, stderr } = await called(...args);
  expect([exit, stdout]).toEqual([2, '']);
  expect(stderr[0]).toContain(message);
});

describe('glasswatch evidence export', () => {
  const { storage, local } = azuriteStorage();

  function settingsFile(): string {
    const file = join(root, 'local.settings.json');
    const values = { GLASSWATCH_STORAGE: local().connectionString };
    writeFileSync(file, JSON.stringify({ Values: values }));
    return file;
  }

  const ledger = () =>
    tableLedger(storage().ledger, {
      anchors: blobAnchors(storage().anchors),
      warn: (message) => {
        throw new Error(message);
      },
      now: () => now,
    });

  /** An incident in storage, as the service leaves it. */
  async function keepIncident(): Promise<{ head: string }> {
    const blobs = blobEvidence(storage().evidence);
    const shelf = tableShelf<RecordedPolicy>(storage().shelves, 'policy');
    await recordPolicy('routes: []\n', { shelf, ledger: ledger(), blobs, now });
    const row = Buffer.from('{"id":"raw \u{1f600}"}');
    const content = Buffer.concat([row, Buffer.from('\n')]);
    const blob = `records/2026/11/20/${sha256Of(content)}.ndjson`;
    await blobs.save(blob, content);
    const record = { recordId: 'raw', sha256: sha256Of(row), blob };
    const cases = tableCases(storage().cases);
    await cases.save({
      ...newCase(incidentId),
      findings: [{ value: sampleFinding(incidentId, 'one', { records: [record] }), version: null }],
      entries: ['opened', 'noted'].map((id) => entry(id, id as 'opened' | 'noted')),
    });
    const act: Act = {
      id: 'act',
      incident: incidentId,
      at: '2026-11-20T12:00:00.000Z',
      kind: 'audit',
      what: 'did something',
      isSuccess: true,
      isOwn: true,
      isRenewal: false,
      ip: null,
      record,
    };
    await cases.saveActs(incidentId, [act]);
    await chainEntries(ledger(), [entry('x', 'opened', otherId)], async () => {});
    const entries = (await cases.load(incidentId))?.entries ?? [];
    await chainEntries(ledger(), entries, (one) => cases.saveEntry(one));
    const { seq, hash } = await ledger().head();
    return { head: `${seq}:${hash}` };
  }

  test('writes a folder that verify finds whole, with the head that was anchored', async () => {
    const { head } = await keepIncident();
    const out = join(root, 'out', 'deep');
    const settings = settingsFile();
    const { exit, stdout, stderr } = await called(
      'export',
      incidentId,
      '--out',
      out,
      '--settings',
      settings,
    );
    expect([exit, stderr]).toEqual([0, []]);
    expect(stdout).toContain(head);
    expect(stdout).toContain(sha256Of(readFileSync(join(out, 'manifest.json'))));
    expect(readdirSync(out).sort()).toEqual(
      [
        ...['README.txt', 'acts.ndjson', 'anchors.ndjson', 'deliveries.ndjson', 'findings.ndjson'],
        ...['incident.json', 'journal.ndjson', 'ledger.ndjson', 'manifest.json', 'policies'],
        ...['policies.ndjson', 'records'],
      ].sort(),
    );
    expect(statSync(out).mode & 0o077).toBe(0);
    expect(statSync(join(out, 'journal.ndjson')).mode & 0o077).toBe(0);

    const verified = await called('verify', out, '--head', head);
    expect(verified).toMatchObject({ exit: 0, stderr: [] });
    expect(verified.stdout).toContain('2 entries of the journal');
    expect(verified.stdout).toContain('1 raw records against 1 findings and 1 acts');
    const journal = readFileSync(join(out, 'journal.ndjson'), 'utf8');
    expect(journal).toContain('noted: took it \u202e');

    const again = await called('export', incidentId, '--out', out, '--settings', settings);
    expect(again).toMatchObject({ exit: 1, stderr: [expect.stringContaining('is not empty')] });
  });

  test('of an incident that is not there writes nothing', async () => {
    const out = join(root, 'nothing');
    const { exit, stderr } = await called(
      'export',
      'c'.repeat(32),
      '--out',
      out,
      '--settings',
      settingsFile(),
    );
    expect([exit, stderr]).toEqual([1, [expect.stringContaining('there is no incident cccc')]]);
    expect(() => statSync(out)).toThrow('ENOENT');
  });
});
