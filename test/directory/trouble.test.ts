import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { WatchError } from '../../shared/errors.ts';
import type { Snapshot } from '../../shared/watch/directory.ts';
import { accountIn, ids, noon, rolesOf, type Simulated, simulated } from './simulated.ts';

// Whatever happens on the way, the snapshot is the right one, or there is none, or a gap says why.

let contoso: Simulated;
let sound: Snapshot;

beforeAll(async () => {
  // Longer lists have several pages, and an empty one among them.
  contoso = await simulated(() => {}, { pageSize: 12 });
  sound = (await contoso.read()).snapshot;
});
afterEach(() => contoso.sim.faults.clear());
afterAll(() => contoso.sim.close());

const withoutTime = (snapshot: Snapshot) => ({ ...snapshot, takenAt: null });
const sorted = (snapshot: Snapshot) => ({
  ...withoutTime(snapshot),
  accounts: snapshot.accounts.toSorted((a, b) => a.id.localeCompare(b.id)),
});

/** Every so many-th request that fits, for as long as the test lasts. */
function every(step: number, fault: Parameters<typeof contoso.sim.faults.add>[0]): void {
  for (let nth = step; nth <= 900; nth += step) contoso.sim.faults.add({ ...fault, nth });
}

test('small pages and empty ones make the same snapshot', async () => {
  const snapshots: Snapshot[] = [];
  for (const pageSize of [1, 3, 999]) {
    const other = await simulated(() => {}, { pageSize });
    snapshots.push((await other.read({ patience: { totalMs: 3_600_000 } })).snapshot);
    await other.sim.close();
  }
  for (const snapshot of snapshots) expect(sorted(snapshot)).toEqual(sorted(sound));
});

test('throttled on every third request', async () => {
  every(3, { status: 429, retryAfter: 3 });
  const { snapshot } = await contoso.read();
  expect(withoutTime(snapshot)).toEqual(withoutTime(sound));
  expect(contoso.sim.requests.filter(({ status }) => status === 429).length).toBeGreaterThan(30);
});

test('throttled without a word of how long', async () => {
  every(3, { status: 429 });
  expect(withoutTime((await contoso.read()).snapshot)).toEqual(withoutTime(sound));
});

test('connections break on every fourth request', async () => {
  every(4, { isReset: true });
  expect(withoutTime((await contoso.read()).snapshot)).toEqual(withoutTime(sound));
});

test('a gateway answers in HTML, and servers stumble', async () => {
  every(5, { status: 502, isHtml: true });
  every(7, { status: 500 });
  every(9, { status: 503, retryAfter: 2 });
  expect(withoutTime((await contoso.read()).snapshot)).toEqual(withoutTime(sound));
});

test('pages served twice are read once', async () => {
  contoso.sim.faults.add({
    path: '/roleManagement/directory/roleAssignments',
    isRepeatedPage: true,
    times: 2,
  });
  contoso.sim.faults.add({ path: '/groups', isRepeatedPage: true, times: 2 });
  contoso.sim.faults.add({ bucket: 'reports', isRepeatedPage: true, times: 2 });
  expect(withoutTime((await contoso.read()).snapshot)).toEqual(withoutTime(sound));
});

test('links that grew old while it waited are asked for anew', async () => {
  const path = '/roleManagement/directory/roleAssignments';
  // Eleven minutes: longer than a link lives.
  contoso.sim.faults.add({ path, nth: 2, status: 429, retryAfter: 660 });
  const { snapshot } = await contoso.read({
    patience: { totalMs: 3_600_000, requestMs: 3_600_000 },
  });
  expect(withoutTime(snapshot)).toEqual(withoutTime(sound));
});

test('an answer that never comes is given up and asked for again', async () => {
  contoso.sim.faults.add({ path: '/domains', stallMs: 2_000, times: 1 });
  const { snapshot } = await contoso.read({ patience: { tryMs: 400 } });
  expect(snapshot.gaps).toEqual([]);
});

const roles = '/roleManagement/directory/roleAssignments';

test.each([
  ['throttled for ever', { status: 429, retryAfter: 30 }],
  ['down', { status: 503 }],
  ['cut off', { isReset: true }],
])('roles that can not be read end it, and soon enough: %s', async (_, fault) => {
  contoso.sim.faults.add({ path: roles, ...fault });
  const before = contoso.clock.now();
  const failure = await contoso.read({ previous: sound }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(WatchError);
  expect(failure).toMatchObject({ code: 'DIRECTORY_UNAVAILABLE', retryable: true });
  expect(String(failure)).toContain(roles);
  expect(contoso.clock.now() - before).toBeLessThan(8 * 60_000);
});

test.each([
  ['groups', '/groups'],
  ['members', '/groups/{id}/transitiveMembers'],
  ['users', '/users/{id}'],
])('%s that can not be read end it too', async (_, path) => {
  contoso.sim.faults.add({ path, status: 500 });
  await expect(contoso.read()).rejects.toMatchObject({ code: 'DIRECTORY_UNAVAILABLE' });
});

test.each([
  ['pim', '/roleManagement/directory/roleEligibilityScheduleInstances'],
  ['groupPim', '/identityGovernance/privilegedAccess/group/eligibilityScheduleInstances'],
  ['registration', '/reports/authenticationMethods/userRegistrationDetails'],
  ['mailRules', '/users/{id}/mailFolders/{id}/messageRules'],
  ['risk', '/identityProtection/riskyUsers'],
  ['applications', '/servicePrincipals/{id}/appRoleAssignedTo'],
  ['organization', '/domains'],
  ['conditionalAccess', '/identity/conditionalAccess/policies'],
  ['securityDefaults', '/policies/identitySecurityDefaultsEnforcementPolicy'],
  ['authenticationMethods', '/policies/authenticationMethodsPolicy'],
  ['consent', '/policies/authorizationPolicy'],
  ['pimSettings', '/policies/roleManagementPolicyAssignments'],
  ['pimAlerts', '/identityGovernance/roleManagementAlerts/alerts'],
  ['accessReviews', '/identityGovernance/accessReviews/definitions'],
  ['secureScore', '/security/secureScores'],
])('what %s told last time stands in, and how old it is', async (part, path) => {
  contoso.sim.faults.add({ path, status: 503 });
  const { snapshot } = await contoso.read({ previous: sound });
  expect(snapshot.gaps).toMatchObject([{ part, why: 'failed', asOf: sound.takenAt }]);
  expect(sorted({ ...snapshot, gaps: [] })).toEqual(sorted(sound));

  // Once more: it is as old as it was.
  const again = (await contoso.read({ previous: snapshot })).snapshot;
  expect(again.gaps).toMatchObject([{ part, asOf: sound.takenAt }]);
});

test('what fails and was never known is a gap, and its section is missing', async () => {
  contoso.sim.faults.add({ path: '/security/secureScores', status: 500 });
  const { snapshot } = await contoso.read();
  expect(snapshot.gaps).toMatchObject([
    { part: 'secureScore', why: 'failed', detail: 'It answered 500 (/security/secureScores).' },
  ]);
  expect(snapshot.secureScore).toBeUndefined();
});

test('a snapshot of another tenant stands in for nothing', async () => {
  contoso.sim.faults.add({ path: '/security/secureScores', status: 500 });
  const { snapshot } = await contoso.read({ previous: { ...sound, tenantId: 'another' } });
  expect(snapshot.secureScore).toBeUndefined();
});

test('who is missing in a list is asked for once more, before they count as gone', async () => {
  const other = await simulated(({ holdings }) => {
    for (const one of holdings) if (one.principalId === ids.ga2) one.end = '2026-12-31T00:00:00Z';
  });
  const before = (await other.read()).snapshot;
  const { directory } = other.sim;
  // The pages of lists shift while they are read: ga2, msa1 and sec1 fall in between once.
  const missed = new Set([
    'roleAssignments',
    'roleEligibilityScheduleInstances',
    'transitiveMembers',
  ]);
  const whole = directory.seenBy.bind(directory);
  directory.seenBy = (collection, kind) => {
    const tenant = whole(collection, kind);
    if (!missed.has(collection)) return tenant;
    if (collection !== 'transitiveMembers') missed.delete(collection);
    const away = new Set([ids.ga2, ids.msa1, ids.sec1]);
    return {
      ...tenant,
      holdings: tenant.holdings.filter(({ principalId }) => !away.has(principalId)),
      groups: tenant.groups.map((group) => ({
        ...group,
        members: group.members.filter((id) => !away.has(id)),
      })),
    };
  };
  const { snapshot } = await other.read({ previous: before });
  await other.sim.close();
  for (const name of ['ga2', 'msa1', 'sec1'] as const) {
    expect(rolesOf(snapshot, name)).toEqual(rolesOf(before, name));
  }
  expect(missed).toEqual(new Set(['transitiveMembers']));
});

test('who is missing, and can not be asked for, is not gone', async () => {
  const other = await simulated();
  const before = (await other.read()).snapshot;
  other.sim.directory.change(({ groups, holdings }) => {
    for (const group of groups) group.members = group.members.filter((id) => id !== ids.sec1);
    const msa1 = holdings.findIndex(({ principalId }) => principalId === ids.msa1);
    holdings.splice(msa1, 1);
  });
  other.sim.faults.add({ path: '/users/{id}/transitiveMemberOf', status: 500 });
  // The list itself is read first, those who are missing in it thereafter.
  const path = '/roleManagement/directory/roleAssignments';
  for (const nth of [2, 3, 4, 5]) other.sim.faults.add({ path, nth, status: 500 });
  const { snapshot } = await other.read({ previous: before, patience: { tries: 1 } });
  await other.sim.close();
  for (const name of ['sec1', 'msa1'] as const) {
    expect(rolesOf(snapshot, name)).toEqual(rolesOf(before, name));
  }
});

test('a role that was taken away is gone', async () => {
  const other = await simulated();
  const before = (await other.read()).snapshot;
  other.sim.directory.change((tenant) => {
    tenant.holdings = tenant.holdings.filter(({ principalId }) => principalId !== ids.msa1);
    for (const group of tenant.groups)
      group.members = group.members.filter((id) => id !== ids.sec1);
  });
  const { snapshot } = await other.read({ previous: before });
  await other.sim.close();
  const present = new Set(snapshot.accounts.map(({ id }) => id));
  expect([present.has(ids.msa1), present.has(ids.sec1), present.has(ids.ga3)]).toEqual([
    false,
    false,
    true,
  ]);
  // Asked once more by the way that they had it, and by no other.
  const asked = other.sim.requests.map(({ url }) => decodeURIComponent(url));
  const isAsked = (text: string) => asked.some((url) => url.includes(text));
  expect(isAsked(`principalId eq '${ids.msa1}'`)).toBe(true);
  expect(isAsked(`/users/${ids.sec1}/transitiveMemberOf`)).toBe(true);
  expect(isAsked(`/users/${ids.msa1}/transitiveMemberOf`)).toBe(false);
});

test('an account that fails alone keeps what was known of it', async () => {
  contoso.sim.faults.add({ path: '/users/{id}', nth: 3, status: 500 });
  const { snapshot } = await contoso.read({ previous: sound, patience: { tries: 1 } });
  expect(snapshot.gaps).toMatchObject([{ part: 'users', why: 'failed', asOf: sound.takenAt }]);
  expect(sorted({ ...snapshot, gaps: [] })).toEqual(sorted(sound));
});

test('what is new and PIM does not know yet was not made outside of it, until it still does not', async () => {
  const other = await simulated();
  const before = (await other.read()).snapshot;
  other.sim.directory.change(({ holdings }) => {
    const hd1 = holdings.find(({ principalId }) => principalId === ids.hd1);
    if (hd1) holdings.push({ ...hd1, id: 'new', principalId: ids.ord1 });
  });
  const first = (await other.read({ previous: before })).snapshot;
  const second = (await other.read({ previous: first })).snapshot;
  await other.sim.close();
  const outside = (snapshot: Snapshot, name: 'ord1' | 'hd1') =>
    accountIn(snapshot, name).assignments?.map(({ isOutsidePim }) => isOutsidePim);
  expect([outside(first, 'ord1'), outside(second, 'ord1')]).toEqual([[undefined], [true]]);
  expect(outside(first, 'hd1')).toEqual([true]);
});

test('who may let themselves into a group for a time keeps that time', async () => {
  const end = '2026-12-24T00:00:00.000Z';
  const other = await simulated(({ groupHoldings }) => {
    for (const one of groupHoldings) one.end = end;
  });
  const before = (await other.read()).snapshot;
  other.sim.faults.add({
    path: '/identityGovernance/privilegedAccess/group/eligibilityScheduleInstances',
    status: 503,
  });
  const { snapshot } = await other.read({ previous: before });
  await other.sim.close();
  expect(rolesOf(snapshot, 'app1')).toEqual([
    `Application Administrator, eligible, /, by G2, until ${end}`,
  ]);
});

test('an activation that ends meanwhile is not carried on', async () => {
  contoso.sim.faults.add({
    path: '/roleManagement/directory/roleEligibilityScheduleInstances',
    status: 503,
  });
  const [activated] = accountIn(sound, 'ga1').assignments ?? [];
  const before = structuredClone(sound);
  for (const { assignments } of before.accounts) {
    for (const one of assignments ?? []) {
      if (one.state === 'eligible') one.until = new Date(noon - 1).toISOString();
    }
  }
  const { snapshot } = await contoso.read({ previous: before });
  expect(rolesOf(snapshot, 'ga1')).toHaveLength(1);
  expect(accountIn(snapshot, 'ga1').assignments?.[0]).toEqual(activated);
  expect(snapshot.accounts.some(({ id }) => id === ids.ga2)).toBe(false);
});
