import { expect, test, vi } from 'vitest';
import { answer, mayRead } from '../shared/console/console.ts';
import { memoryCases } from '../shared/record/memory-cases.ts';
import { newCase, newIncidentId, sampleFinding } from './stores/sample-findings.ts';

async function opened({ isTrusted = true } = {}) {
  const cases = memoryCases();
  const id = newIncidentId();
  const withdrawn = sampleFinding(id, 'withdrawn', { state: 'withdrawn' });
  const change = newCase(id);
  const findings = [...change.findings, { value: withdrawn, version: null }];
  await cases.save({ ...change, findings });
  const asked = vi.fn();
  // Notes every call of a store.
  const watched = new Proxy(cases, {
    get: (target, key) => {
      asked(key);
      return Reflect.get(target, key);
    },
  });
  const count = (value: number) => async () => {
    asked('count');
    return value;
  };
  const deps = {
    cases: watched,
    countDeadLetters: count(3),
    countWaiting: count(2),
    directories: async () => {
      asked('directories');
      return [];
    },
    scorecards: async () => {
      asked('scorecards');
      return [];
    },
    isTrusted,
  };
  return { id, asked, deps };
}

test.each(['', 'health', 'Health/'])('%j needs no sign-in and no store', async (path) => {
  const { deps, asked } = await opened({ isTrusted: false });
  expect(await answer(path, deps)).toMatchObject({ status: 200, jsonBody: { status: 'ok' } });
  expect(asked).not.toHaveBeenCalled();
});

test.each([
  'incidents',
  'INCIDENTS/',
  'status',
  'posture',
  'health/../incidents',
  '%2e',
  'no such page',
])('%s is refused to whoever is not signed in, before any store is asked', async (path) => {
  const { deps, asked, id } = await opened({ isTrusted: false });
  for (const page of [path, `${path}/${id}`]) {
    expect(await answer(page, deps)).toMatchObject({
      status: 403,
      jsonBody: { error: expect.stringContaining('Sign in') },
    });
  }
  expect(asked).not.toHaveBeenCalled();
});

test('whoever may read sees the incidents, one of them, and what is waiting', async () => {
  const { deps, id } = await opened();
  expect(await answer('incidents', deps)).toMatchObject({
    status: 200,
    jsonBody: { incidents: [{ id }] },
  });
  const one = await answer(`incidents/${id}`, deps);
  expect(one.jsonBody).toMatchObject({
    incident: { id },
    findings: [{ summary: 'ada was given a role (first)' }],
    deliveries: [{ channel: 'secops', state: 'pending' }],
  });
  expect(await answer('status', deps)).toMatchObject({
    jsonBody: { deadLetters: 3, incidentsWithWaitingDeliveries: 2 },
  });
});

test.each(['incidents/none', 'incidents/a/b', "incidents/' or 1", 'nothing', 'incidents/%00'])(
  'there is no page %s',
  async (path) => {
    const { deps } = await opened();
    expect(await answer(path, deps)).toMatchObject({ status: 404 });
  },
);

test('nothing that is answered may be kept by a cache, or read as a page', async () => {
  for (const isTrusted of [true, false]) {
    const { deps } = await opened({ isTrusted });
    for (const path of ['health', 'incidents', 'nothing']) {
      expect((await answer(path, deps)).headers).toEqual({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      });
    }
  }
});

/** `x-ms-client-principal` of somebody with these app roles. */
const principalWith = (...roles: string[]) =>
  Buffer.from(
    JSON.stringify({
      auth_typ: 'aad',
      role_typ: 'roles',
      claims: [{ typ: 'name', val: 'Reader' }, ...roles.map((val) => ({ typ: 'roles', val }))],
    }),
  ).toString('base64');

test.each([
  ['signed in with a role of the app', principalWith('Other', 'Reader'), true, false, true],
  ['signed in without a role', principalWith(), true, false, false],
  ['signed in with a role of something else', principalWith('Owner'), true, false, false],
  ['signed in with something like a role', principalWith('reader', 'Readers'), true, false, false],
  ['with a header that is no principal', 'somebody', true, false, false],
  ['with a principal of no claims', Buffer.from('{}').toString('base64'), true, false, false],
  ['not signed in at the platform', null, true, false, false],
  ['not signed in at the platform, at the embedded stack', null, true, true, false],
  ['with a header that no platform has checked', principalWith('Admin'), false, false, false],
  ['at the embedded stack', null, false, true, true],
])(
  '%s: may read only what that entitles to',
  (_, principal, hasPlatformSignIn, allowLoopback, expected) => {
    expect(mayRead(principal, { hasPlatformSignIn, allowLoopback })).toBe(expected);
  },
);
