import { describe, expect, test } from 'vitest';
import {
  audit,
  by,
  directRole,
  refresh,
  signIn,
  target,
} from '../../shared/detect/examples/records.ts';
import { exampleTenantId, people } from '../../shared/detect/examples/tenant.ts';
import { asLine } from '../../shared/evidence/keep-records.ts';
import { derivedId, maxRecordIds, mergeFindings } from '../../shared/finding.ts';
import { sha256Of } from '../../shared/ledger/chain.ts';
import { ingest } from '../../shared/pipeline.ts';
import type { RecordRef } from '../../shared/respond/journal.ts';
import { globalAdministrator } from '../../shared/roles.ts';
import { envelope, memoryStores, startProcess } from '../memory-stores.ts';
import { sampleFinding } from '../stores/sample-findings.ts';

const glass = signIn(people.glass, { id: 'row of glass' });
const promotion = directRole(people.dan, globalAdministrator, {
  activityDateTime: '2026-11-20T11:59:00Z',
});
const ordinary = [
  signIn(people.eve),
  audit('Update user', { targetResources: [target(people.eve)] }),
];

async function ingested(...batches: Buffer[][]) {
  const stores = memoryStores();
  const deps = await startProcess(stores);
  for (const bodies of batches) await ingest(bodies, deps);
  return { stores, deps, lines: linesOf(stores.blobs) };
}

/** The lines of all blobs, by their hash. */
function linesOf(blobs: ReadonlyMap<string, Buffer>) {
  const lines = [...blobs].flatMap(([name, content]) =>
    content
      .toString('latin1')
      .split('\n')
      .slice(0, -1)
      .map((line) => ({ name, line: Buffer.from(line, 'latin1') })),
  );
  return new Map(lines.map((one) => [sha256Of(one.line), one]));
}

describe('the raw records that something was told from', () => {
  test('are kept as they came, one blob a batch, named by content and day', async () => {
    const { stores, lines } = await ingested([envelope(glass, ...ordinary), envelope(promotion)]);
    const [name = ''] = stores.blobs.keys();
    expect(stores.blobs.size).toBe(1);
    const hash = sha256Of(stores.blobs.get(name) ?? '');
    expect(name).toBe(`records/2026/11/20/${hash}.ndjson`);
    const kept = [...lines.values()].map(({ line }) => line.toString());
    expect(kept.toSorted()).toEqual([glass, promotion].map((one) => JSON.stringify(one)).sort());
  });

  test('are found by the references of findings and acts', async () => {
    const { stores, lines } = await ingested([envelope(glass, promotion, ...ordinary)]);
    const told = stores.findings();
    expect(told.length).toBeGreaterThan(1);
    for (const { finding, recordId, records = [] } of told) {
      expect(records.map((ref) => ref.recordId)).toEqual(finding.source.recordIds);
      expect(records.map((ref) => ref.recordId)).toContain(recordId);
      for (const { blob, sha256 } of records) expect(lines.get(sha256)?.name).toBe(blob);
    }
    const [act] = stores.acts.values();
    expect(lines.get(act?.record?.sha256 ?? '')?.line.toString()).toBe(JSON.stringify(glass));
  });

  test('are saved before what refers to them', async () => {
    const stores = memoryStores();
    const deps = await startProcess(stores);
    stores.calls.length = 0;
    await ingest([envelope(glass)], deps);
    const order = ['recordBlobs.save', 'cases.save', 'acts.recordActs', 'watch.save'];
    const seen = stores.calls.filter((call) => order.includes(call));
    expect(seen.slice(0, 3)).toEqual(order.slice(0, 3));
  });

  test('are one blob, whatever the order in the batch and however late it is repeated', async () => {
    const { stores, deps } = await ingested([envelope(glass, promotion)]);
    const before = await stores.state();
    await ingest([envelope(promotion, glass)], { ...deps, now: deps.now + 86_400_000 });
    expect(await stores.state()).toEqual(before);
    expect(stores.blobs.size).toBe(1);
  });

  test('of a finding that is told in two batches are all named', async () => {
    const wrong = (id: string) =>
      signIn(people.glass, { id, status: { errorCode: 50126 }, sessionId: null });
    const { stores, lines } = await ingested([envelope(wrong('a'))], [envelope(wrong('b'))]);
    const attempt = stores
      .findings()
      .find(({ finding }) => finding.detection === 'breakglass-signin-attempt');
    expect(attempt?.records?.map(({ recordId }) => recordId)).toEqual(['a', 'b']);
    expect(new Set(attempt?.records?.map(({ blob }) => blob)).size).toBe(2);
    for (const { sha256 } of attempt?.records ?? []) expect(lines.has(sha256)).toBe(true);
  });

  test('keep their values and their bytes when they came on many lines', async () => {
    const pretty = Buffer.from(JSON.stringify({ records: [glass] }, null, '\r\n  '));
    const { lines } = await ingested([pretty]);
    const [{ line } = { line: Buffer.alloc(0) }] = lines.values();
    expect(line.includes('\n')).toBe(false);
    expect(JSON.parse(line.toString())).toEqual(JSON.parse(JSON.stringify(glass)));
  });

  test.each([
    ['a number that no double holds', '{"time":1.000000000000000000001,"a":12345678901234567890}'],
    ['doubled keys', '{"a":1,"a":2}'],
    ['escapes', '{"a":"\\u0041\\/\\n"}'],
    ['what is no UTF-8', '{"a":"\xff\xfe"}'],
  ])('are not written anew: %s', (_, text) => {
    const bytes = Buffer.from(text, 'latin1');
    expect(asLine(bytes)).toEqual(bytes);
    const broken = Buffer.from(text.replaceAll(',', ',\n'), 'latin1');
    expect(asLine(broken)).toEqual(Buffer.from(text.replaceAll(',', ', '), 'latin1'));
  });

  test('cost nothing where nothing was told', async () => {
    const stores = memoryStores();
    const deps = await startProcess(stores);
    stores.calls.length = 0;
    await ingest([envelope(...ordinary)], deps);
    expect(stores.calls.filter((call) => /recordBlobs|acts/.test(call))).toEqual([]);
    await ingest([envelope(glass)], deps);
    expect(stores.calls).toContain('recordBlobs.save');
  });
});

describe('references of two tellings', () => {
  const ref = (recordId: string, given: Partial<RecordRef> = {}): RecordRef => ({
    recordId,
    sha256: sha256Of(recordId),
    blob: 'records/a',
    ...given,
  });
  const kept = (records: RecordRef[], recordIds = records.map(({ recordId }) => recordId)) => {
    const one = sampleFinding('incident', 'x');
    const source = { ...one.finding.source, recordIds: recordIds.slice(0, maxRecordIds) };
    return { ...one, records, finding: { ...one.finding, source } };
  };

  test('are united in one order, and are no news', () => {
    const [a, b] = [kept([ref('a'), ref('c')]), kept([ref('b'), ref('c', { blob: 'records/0' })])];
    const expected = [ref('a'), ref('b'), ref('c', { blob: 'records/0' })];
    for (const merged of [mergeFindings(a, b), mergeFindings(b, a)]) {
      expect(merged.records).toEqual(expected);
      expect(merged.finding.revision).toBe(1);
    }
  });

  test('name each row that came under one id', () => {
    const rows = [ref('a', { sha256: sha256Of('1') }), ref('a', { sha256: sha256Of('2') })];
    const merged = mergeFindings(kept([rows[0] as RecordRef]), kept([rows[1] as RecordRef]));
    expect(new Set(merged.records)).toEqual(new Set(rows));
  });

  test('are at most so many, those that the finding names before others', () => {
    const many = Array.from({ length: maxRecordIds }, (_, n) => ref(`a${n}`));
    const merged = mergeFindings({ ...kept(many, []) }, kept([ref('z')]));
    expect(merged.records).toHaveLength(maxRecordIds);
    expect(merged.records?.at(-1)).toEqual(ref('z'));
  });
});

describe('what a break-glass account does', () => {
  const actsOf = async (...records: object[]) => {
    const { stores } = await ingested([envelope(...records)]);
    return [...stores.acts.values()].map(({ what, isSuccess, isOwn, isRenewal, kind, ip }) => ({
      what,
      is: [isSuccess && 'success', isOwn && 'own', isRenewal && 'renewal'].filter(Boolean).join(),
      kind,
      ip,
    }));
  };

  test('belongs to the one incident that its findings make', async () => {
    const { stores } = await ingested([envelope(glass)]);
    const incidents = new Set(stores.findings().map(({ finding }) => finding.incident));
    expect([...stores.acts.values()].map(({ incident }) => incident)).toEqual([...incidents]);
    expect([...incidents]).toEqual([
      derivedId('incident', exampleTenantId, 'break-glass', people.glass.id),
    ]);
  });

  test.each([
    ['a sign-in', glass, { kind: 'signIn', is: 'success,own', what: /^signed in to / }],
    [
      'a wrong password',
      signIn(people.glass, { status: { errorCode: 50126, failureReason: 'Bad\n password' } }),
      { kind: 'signIn', is: 'own', what: /^was refused at .*: Bad password, error 50126$/ },
    ],
    [
      'a renewed token',
      refresh(people.glass),
      { kind: 'signIn', is: 'success,own,renewal', what: /^renewed a token for / },
    ],
    [
      'an act on somebody',
      audit('Reset user password', {
        initiatedBy: by(people.glass),
        targetResources: [target(people.ada)],
      }),
      { kind: 'audit', is: 'success,own', what: /^Reset user password: ada@example.com$/ },
    ],
    [
      'what is done to it',
      audit('Reset user password', {
        initiatedBy: by(people.ada),
        targetResources: [target(people.glass)],
      }),
      { kind: 'audit', is: 'success', what: /^Reset user password, by ada@example.com$/ },
    ],
    [
      'what it does to itself, once',
      audit('Update user', {
        initiatedBy: by(people.glass),
        targetResources: [target(people.glass), target(people.glass)],
      }),
      { kind: 'audit', is: 'success,own', what: /^Update user: / },
    ],
    [
      'what it tries in vain',
      audit('Delete user', {
        initiatedBy: by(people.glass),
        targetResources: [target(people.ada)],
        result: 'failure',
      }),
      { kind: 'audit', is: 'own', what: /^Delete user: / },
    ],
  ])('is kept: %s', async (_, record, expected) => {
    expect(await actsOf(record)).toEqual([
      expect.objectContaining({ ...expected, what: expect.stringMatching(expected.what) }),
    ]);
  });

  test('is kept where it is tried under an alias that names no id', async () => {
    const typed = signIn(people.glass, {
      userId: null,
      userPrincipalName: null,
      signInIdentifier: people.glass.upn,
      status: { errorCode: 50126 },
    });
    expect(await actsOf(typed)).toHaveLength(1);
  });

  test.each([
    ['an activity in Azure', activity(), 'activity', /write/i],
    ['what Microsoft thinks of it', risk(), 'risk', /^Microsoft's risk: .*high/],
  ])('is kept: %s', async (_, record, kind, what) => {
    const acts = await actsOf(record);
    expect(acts).toEqual([expect.objectContaining({ kind, what: expect.stringMatching(what) })]);
  });

  test('is told in one clean line, however it was named', async () => {
    const [act] = await actsOf(
      signIn(people.glass, { appDisplayName: `a\r\n\u202eb${'x'.repeat(5_000)}` }),
    );
    expect(act?.what).toMatch(/^signed in to a bx{10,100}…$/);
  });

  test('is nothing where a record only speaks of it, or of others', async () => {
    expect(await actsOf(...ordinary, promotion)).toEqual([]);
    const alert = audit('Triggered PIM alert', { targetResources: [target(people.glass)] });
    expect(await actsOf(alert)).toEqual([]);
  });

  test('is another act once the row that comes under the same id says so', async () => {
    const refused = signIn(people.glass, { id: 'same', status: { errorCode: 50074 } });
    expect(await actsOf(refused, signIn(people.glass, { id: 'same' }))).toHaveLength(2);
    expect(await actsOf(refused, refused)).toHaveLength(1);
  });
});

function activity() {
  return {
    time: '2026-11-20T12:00:00Z',
    category: 'Administrative',
    operationName: 'MICROSOFT.AUTHORIZATION/ROLEASSIGNMENTS/WRITE',
    resultType: 'Success',
    resourceId: '/subscriptions/00000000-0000-4000-8000-0000000000aa',
    tenantId: exampleTenantId,
    correlationId: 'c',
    callerIpAddress: '203.0.113.7',
    identity: {
      authorization: { scope: '/subscriptions/00000000-0000-4000-8000-0000000000aa' },
      claims: {
        'http://schemas.microsoft.com/identity/claims/objectidentifier': people.glass.id,
        'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn': people.glass.upn,
        'http://schemas.microsoft.com/identity/claims/tenantid': exampleTenantId,
      },
    },
    properties: {},
  };
}

function risk() {
  return {
    time: '2026-11-20T12:00:00Z',
    category: 'UserRiskEvents',
    tenantId: exampleTenantId,
    operationName: 'User Risk Detection',
    properties: {
      id: 'risk of glass',
      userId: people.glass.id,
      userPrincipalName: people.glass.upn,
      riskEventType: 'unfamiliarFeatures',
      riskLevel: 'high',
      riskState: 'atRisk',
      activityDateTime: '2026-11-20T11:58:00Z',
    },
  };
}
