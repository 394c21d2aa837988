import { afterAll, beforeAll, expect, test } from 'vitest';
import posture from '../../shared/detect/posture-checks/posture-directory-refused.ts';
import type { Snapshot } from '../../shared/watch/directory.ts';
import { Watchlist } from '../../shared/watch/watchlist.ts';
import { contosoPolicy, listedPermissions, type Simulated, simulated } from './simulated.ts';

// A permission that is taken from the app: what was known is not known any more, and somebody is told.

let contoso: Simulated;
let sound: Snapshot;
beforeAll(async () => {
  contoso = await simulated();
  sound = (await contoso.read()).snapshot;
});
afterAll(() => contoso.sim.close());

const without = (...names: string[]) =>
  listedPermissions.filter((permission) => !names.includes(permission));

async function read(permissions: readonly string[], previous: Snapshot | undefined) {
  contoso.sim.setPermissions(permissions);
  return (await contoso.read({ previous })).snapshot;
}

const refusedIn = ({ gaps }: Snapshot) =>
  (gaps ?? []).flatMap(({ part, refusedSince }) => (refusedSince ? [{ part, refusedSince }] : []));

/** What people are told. */
function foundIn(snapshot: Snapshot) {
  const tenant = contosoPolicy();
  const watchlist = new Watchlist(tenant);
  watchlist.takeSnapshot(snapshot);
  const now = Date.parse(snapshot.takenAt ?? '');
  const settings = { enabled: true } as Parameters<typeof posture.check>[0]['settings'];
  return posture
    .check({ watchlist, snapshot, tenant, settings, now })
    .flatMap((one) => ('key' in one ? [one] : []));
}

test('a permission that is taken away is told with all that it told, and since when', async () => {
  const snapshot = await read(without('Policy.Read.All'), sound);
  const since = snapshot.takenAt;
  expect(refusedIn(snapshot)).toEqual(
    ['conditionalAccess', 'securityDefaults', 'authenticationMethods', 'consent'].map((part) => ({
      part,
      refusedSince: since,
    })),
  );
  const [found, ...others] = foundIn(snapshot);
  expect(others).toEqual([]);
  expect(found?.title).toMatch(/^No longer readable: Conditional Access, security defaults/);
  expect(found?.summary).toContain('without Policy.Read.All');
});

test('it stays the same finding while it lasts, through an hour without an answer, and ends', async () => {
  const first = await read(without('Policy.Read.All'), sound);
  const second = await read(without('Policy.Read.All'), first);
  const silent = contoso.sim.faults.add({
    path: '/identity/conditionalAccess/policies',
    status: 503,
  });
  const third = await read(without('Policy.Read.All'), second).finally(silent);
  const keys = [first, second, third].map((snapshot) => foundIn(snapshot).map(({ key }) => key));
  expect(keys[0]).toHaveLength(1);
  expect(keys.slice(1)).toEqual([keys[0], keys[0]]);
  expect(foundIn(await read(listedPermissions, third))).toEqual([]);
});

test('fields of accounts and roles in Azure are told alike', async () => {
  const snapshot = await read(without('IdentityRiskyUser.Read.All'), sound);
  expect(refusedIn(snapshot).map(({ part }) => part)).toEqual(['risk']);
  const path = '/providers/microsoft.aadiam/diagnosticSettings';
  const heal = contoso.sim.faults.add({ path, status: 403 });
  const blind = await read(listedPermissions, sound).finally(heal);
  expect(refusedIn(blind).map(({ part }) => part)).toEqual(['logExport']);
});

test.each([
  ['never granted', async () => undefined],
  ['refused before this was noted', () => read(without('Policy.Read.All'), undefined)],
])('what was %s is no news', async (_, before) => {
  const snapshot = await read(without('Policy.Read.All'), await before());
  expect(snapshot.gaps?.map(({ part }) => part)).toContain('conditionalAccess');
  expect([refusedIn(snapshot), foundIn(snapshot)]).toEqual([[], []]);
});

test('what is refused although the permission is there is no permission that was taken away', async () => {
  const path = '/policies/identitySecurityDefaultsEnforcementPolicy';
  const heal = contoso.sim.faults.add({ path, status: 403 });
  const snapshot = await read(listedPermissions, sound).finally(heal);
  expect(snapshot.gaps).toMatchObject([{ part: 'securityDefaults', isHeld: true }]);
  expect(refusedIn(snapshot)).toEqual([]);
});
