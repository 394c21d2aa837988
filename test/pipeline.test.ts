import { describe, expect, test } from 'vitest';
import { byKind } from '../shared/detect/detect.ts';
import type { Detection } from '../shared/detect/detection.ts';
import { detections } from '../shared/detect/detections/index.ts';
import { audit, directRole, signIn, target } from '../shared/detect/examples/records.ts';
import { people } from '../shared/detect/examples/tenant.ts';
import { WatchError } from '../shared/errors.ts';
import { ingest } from '../shared/pipeline.ts';
import { globalAdministrator } from '../shared/roles.ts';
import { envelope, memoryStores, startProcess } from './memory-stores.ts';
import { noSettings } from './run-records.ts';

const glass = signIn(people.glass, { id: 'row of glass' });
const ordinary = [
  signIn(people.dan),
  signIn(people.eve, { status: { errorCode: 50140 } }),
  audit('Update user', { targetResources: [target(people.eve)] }),
  { ...signIn(people.dan), category: 'MicrosoftGraphActivityLogs' },
];
const promotion = directRole(people.dan, globalAdministrator, {
  activityDateTime: '2026-11-20T11:59:00Z',
});

async function ingestAll(bodies: readonly Buffer[], given = {}) {
  const stores = memoryStores();
  const deps = await startProcess(stores, given);
  const report = await ingest(bodies, deps);
  const detected = stores.findings().map(({ finding }) => finding.detection);
  return { stores, deps, report, detected };
}

test('records of no interest cost no call of a store', async () => {
  const stores = memoryStores();
  const deps = await startProcess(stores);
  stores.calls.length = 0;

  expect(await ingest([envelope(...ordinary), envelope(...ordinary)], deps)).toEqual({
    records: 8,
    judged: 6,
    skipped: 2,
    deadLetters: 0,
    findings: 0,
  });
  expect(stores.calls).toEqual([]);
  // Anybody's wrong password is remembered, since many of them are a spray.
  await ingest([envelope(signIn(people.eve, { status: { errorCode: 50126 } }))], deps);
  expect(new Set(stores.calls)).toEqual(new Set(['memory.read', 'memory.save']));
  // The store that counts does count.
  await ingest([envelope(glass)], deps);
  expect(stores.calls).toContain('cases.save');
});

test('a batch that comes again changes nothing', async () => {
  const batch = [envelope(glass, promotion, ...ordinary), Buffer.from('broken')];
  const { stores, deps, report } = await ingestAll(batch);
  const before = await stores.state();
  expect(report).toMatchObject({ findings: expect.any(Number), deadLetters: 1 });
  expect(report.findings).toBeGreaterThan(1);

  for (const process of [deps, await startProcess(stores)]) {
    stores.calls.length = 0;
    expect(await ingest(batch, process)).toEqual({ ...report, findings: 0 });
    expect(stores.calls).not.toContain('cases.save');
    expect(await stores.state()).toEqual(before);
  }
});

test.each([
  ['behind it', [signIn(people.dan), promotion]],
  ['before it', [promotion, signIn(people.dan)]],
])('a sign-in is judged by a promotion that stands %s in the batch', async (_, records) => {
  const bodiesOf = [[envelope(...records)], records.map((one) => envelope(one))];
  for (const bodies of bodiesOf) {
    const { detected } = await ingestAll(bodies);
    expect(detected).toContain('admin-signin-no-mfa');
  }
});

test('a sign-in before the promotion is not one of an administrator', async () => {
  const early = signIn(people.dan, { createdDateTime: '2026-11-20T11:58:00Z' });
  const { detected } = await ingestAll([envelope(early, promotion)]);
  expect(detected).not.toContain('admin-signin-no-mfa');
});

describe('a record that can not be read', () => {
  const whole = JSON.stringify(signIn(people.dan));
  const adminRow = JSON.stringify(signIn(people.ada));
  test.each([
    ['cut off', whole.slice(0, -20), 'JSON'],
    ['cut off, of an administrator', adminRow.slice(0, -20), 'JSON'],
    [
      'an administrator row with a byte too many',
      adminRow.replace('"userType"', '"userType",'),
      '',
    ],
    ['a number', '7', ''],
    ['null', 'null', ''],
    ['an empty object', '{}', 'category'],
    ['a text', '"lost"', ''],
    ['a list', '[[1]]', ''],
    [
      'of no tenant',
      JSON.stringify(signIn(people.glass, { homeTenantId: null }, { tenantId: null })),
      'tenantId',
    ],
    [
      'of no time',
      JSON.stringify(signIn(people.ada, { createdDateTime: '-' }, { time: '' })),
      'time',
    ],
    ['an administrator row of no outcome', JSON.stringify(signIn(people.ada, { status: 'x' })), ''],
  ])('costs only itself: %s', async (_, bad, reason) => {
    const [before, after] = [JSON.stringify(glass), JSON.stringify(promotion)];
    const { stores, report, detected } = await ingestAll([
      Buffer.from(`{"records":[${before},${bad},${after}]}`),
    ]);
    expect(detected).toContain('breakglass-signin-success');
    expect(detected).toContain('privileged-role-assigned-outside-pim');
    expect(stores.letters()).toHaveLength(1);
    expect(stores.letters()[0]?.reason).toContain(reason);
    expect(report).toMatchObject({ records: 3, judged: 2, deadLetters: 1 });
  });

  test('is kept with its bytes', async () => {
    const body = '{"records":[{"time":"\u2028 ä <b>"';
    const { stores } = await ingestAll([Buffer.from(body)]);
    const kept = stores.letters().map(({ body }) => body);
    expect(kept.join()).toContain('{"time":"\u2028 ä <b>"');
  });
});

test.each([
  ['broken pieces', (good: string) => `${'7\n'.repeat(200_000)}${good}`, { deadLetters: 200_000 }],
  [
    'empty records',
    (good: string) => `[${'{},'.repeat(200_000)}${good}]`,
    { deadLetters: 200_000 },
  ],
  [
    'records that nobody watches',
    (good: string) => `{"records":[${'{"category":"x"},'.repeat(60_000)}${good}]}`,
    { skipped: 60_000 },
  ],
])('a body full of %s is read like any other', async (_, write, counts) => {
  const { report, detected } = await ingestAll([Buffer.from(write(JSON.stringify(glass)))]);
  expect(report).toMatchObject({ judged: 1, ...counts });
  expect(detected).toContain('breakglass-signin-success');
});

test('a record of a tenant that the policy does not name is set aside with that reason', async () => {
  const stranger = directRole(people.dan, globalAdministrator);
  const { stores, report } = await ingestAll([
    envelope({ ...stranger, tenantId: '11111111-2222-4333-8444-555555555555' }, glass),
  ]);
  expect(report).toMatchObject({ judged: 1, deadLetters: 1 });
  expect(stores.letters()[0]?.reason).toBe(
    'tenantId: 11111111-2222-4333-8444-555555555555 is not in the policy',
  );
});

test('a detection that throws sets its record aside, and the others still run', async () => {
  const faulty = detections.map(
    (one): Detection =>
      one.id === 'breakglass-acts' || one.id === 'admin-signin-legacy-auth'
        ? {
            ...one,
            reads: ['signIn'],
            detect: () => {
              throw new Error('no such field');
            },
          }
        : one,
  );
  const { stores, detected } = await ingestAll([envelope(glass)], { detections: byKind(faulty) });
  expect(detected).toContain('breakglass-signin-success');
  expect(
    stores
      .letters()
      .map(({ reason }) => reason)
      .sort(),
  ).toEqual([
    'detection admin-signin-legacy-auth: no such field',
    'detection breakglass-acts: no such field',
  ]);
  expect(stores.letters()[0]?.body).toBe(JSON.stringify(glass));
});

describe('the settings of a detection', () => {
  const found = async (settings: object, ...records: object[]) => {
    const settingsOf = (id: string) =>
      id === 'admin-signin-no-mfa' || id === 'breakglass-signin-success'
        ? { enabled: true, exclude: [], ...settings }
        : { ...noSettings(id), enabled: false };
    const { stores } = await ingestAll([envelope(...records)], { settingsOf });
    return stores.findings().map(({ finding }) => finding.severity);
  };
  const ada = signIn(people.ada);
  const excluding = (account: string, until?: string) => ({
    exclude: [{ account, reason: 'x', until }],
  });

  test('turn it off, and change how severe it is', async () => {
    expect(await found({}, ada)).toEqual(['critical']);
    expect(await found({ enabled: false }, ada)).toEqual([]);
    expect(await found({ severity: 'low' }, ada)).toEqual(['low']);
  });

  test('leave out an account by id or name, for as long as they say', async () => {
    expect(await found(excluding(people.ada.id.toUpperCase()), ada)).toEqual([]);
    expect(await found(excluding(people.ada.upn.toUpperCase()), ada)).toEqual([]);
    expect(await found(excluding(people.ben.upn), ada)).toEqual(['critical']);
    expect(await found(excluding(people.ada.id, '2026-11-20'), ada)).toEqual([]);
    expect(await found(excluding(people.ada.id, '2026-11-19'), ada)).toEqual(['critical']);
  });

  test('never leave out a break-glass account', async () => {
    expect(await found(excluding(people.glass.id), glass)).toContain('critical');
  });
});

test('what is found is told though its evidence can not be kept, and the batch comes again for that', async () => {
  const stores = memoryStores();
  const deps = await startProcess(stores);
  const { recordBlobs } = deps;
  const away = { save: () => Promise.reject(new WatchError('STORE_UNAVAILABLE', 'no container')) };
  const batch = [envelope(glass)];

  await expect(ingest(batch, { ...deps, recordBlobs: away })).rejects.toThrow('no container');
  const used = () =>
    stores.findings().find(({ finding }) => finding.detection === 'breakglass-signin-success');
  expect(used()).toBeDefined();
  expect([stores.marks.size, stores.acts.size]).toEqual([1, 1]);

  expect(await ingest(batch, { ...deps, recordBlobs })).toMatchObject({ findings: 0 });
  expect(used()?.records).toMatchObject([{ recordId: 'row of glass' }]);
  expect([...stores.acts.values()][0]?.record).not.toBeNull();
});
