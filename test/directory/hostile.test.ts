import { expect, test } from 'vitest';
import { contosoTestTenantId } from '../../local/graph/contoso-test.ts';
import { appliesTo, demandsMfa, isNarrowed } from '../../shared/detect/posture/access-policies.ts';
import { readConditionalAccess } from '../../shared/directory/parts/conditional-access.ts';
import { holdingsOf } from '../../shared/directory/parts/pim.ts';
import { graphReaderOf } from '../../shared/directory/reader.ts';
import { WatchError } from '../../shared/errors.ts';
import { globalAdministrator } from '../../shared/roles.ts';
import { isoOf } from '../../shared/time.ts';
import type { SnapshotAccount } from '../../shared/watch/directory.ts';
import { Watchlist } from '../../shared/watch/watchlist.ts';
import { contosoPolicy, ids, noon, simulated } from './simulated.ts';

test('an identity of another tenant is not taken for one of this', async () => {
  const contoso = await simulated();
  const policy = contosoPolicy({ id: '00000000-0000-4000-8000-0000000000ff' });
  const failure = await contoso.read({ policy }).catch((error: unknown) => error);
  await contoso.sim.close();
  expect(failure).toBeInstanceOf(WatchError);
  expect(String(failure)).toContain(contosoTestTenantId);
});

test('a direct assignment does not hide behind the same role by way of a group', () => {
  const role = 'role';
  const row = { principalId: 'ada', roleDefinitionId: role, directoryScopeId: '/' };
  const roles = {
    inForce: [{ ...row, id: 'a' }],
    templateOf: (id: string) => id,
    nameOf: () => null,
    isNotable: () => true,
    definitions: [],
  };
  const viaGroup = { ...row, id: 'b', memberType: 'Group', assignmentType: 'Assigned' };
  const held = holdingsOf(roles, { active: [viaGroup], eligible: [] }, []);
  expect(held).toMatchObject([{ principalId: 'ada', state: 'active', isOutsidePim: true }]);
});

test('a role that is gone is over, also while nobody can say which roles Microsoft calls privileged', async () => {
  const contoso = await simulated();
  const watchlist = new Watchlist(contosoPolicy());
  const { snapshot: before } = await contoso.read();
  const holds = ({ roleTemplateId, via }: NonNullable<SnapshotAccount['assignments']>[number]) =>
    roleTemplateId === globalAdministrator && !via;
  const isStanding = ({ id, type, assignments }: SnapshotAccount) =>
    type === 'user' && id !== ids.bg1 && assignments?.length === 1 && assignments.some(holds);
  const holder = before.accounts.find(isStanding);
  if (!holder) throw new Error('nobody');
  watchlist.takeSnapshot(before);

  // The second request for them is the one of beta.
  const path = '/roleManagement/directory/roleDefinitions';
  contoso.sim.faults.add({ path, nth: 2, status: 400 });
  const { snapshot } = await contoso.read({ previous: before });
  await contoso.sim.close();
  expect(snapshot.gaps).toMatchObject([{ part: 'roleFlags', why: 'failed' }]);
  const isOther = ({ id }: SnapshotAccount) => id !== holder.id;
  watchlist.takeSnapshot({
    ...snapshot,
    takenAt: isoOf(noon + 3_600_000),
    accounts: [...snapshot.accounts.filter(isOther), { ...holder, assignments: [] }],
  });
  const party = { type: 'user' as const, id: holder.id, name: null };
  expect(watchlist.rolesOf(party, noon)).toHaveLength(1);
  expect(watchlist.rolesOf(party, noon + 3_600_001)).toEqual([]);
});

test('what fails for longer than a day is not known any more', async () => {
  const contoso = await simulated();
  let { snapshot } = await contoso.read();
  const known = snapshot.conditionalAccess;
  expect(known?.length).toBeGreaterThan(0);
  contoso.sim.faults.add({ path: '/identity/conditionalAccess/policies', status: 500 });
  const sections: unknown[] = [];
  for (let days = 0; days < 3; days += 1) {
    await contoso.clock.sleep(0.9 * 86_400_000);
    snapshot = (await contoso.read({ previous: snapshot })).snapshot;
    sections.push(snapshot.conditionalAccess);
  }
  await contoso.sim.close();
  expect(sections).toEqual([known, undefined, undefined]);
  expect(snapshot.gaps).toMatchObject([{ part: 'conditionalAccess', why: 'failed' }]);
});

const mfaForAll = {
  id: 'p',
  displayName: 'MFA for all',
  state: 'enabled',
  conditions: {
    users: { includeUsers: ['All'] },
    applications: { includeApplications: ['All'], applicationFilter: null },
    clientAppTypes: ['all'],
    insiderRiskLevels: null,
    clientApplications: { includeServicePrincipals: [] },
    servicePrincipalRiskLevels: [],
  },
  grantControls: { operator: 'OR', builtInControls: ['mfa'], termsOfUse: [] },
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const overlaid = (base: unknown, change: unknown): unknown =>
  isObject(base) && isObject(change)
    ? {
        ...base,
        ...Object.fromEntries(
          Object.entries(change).map(([name, one]) => [name, overlaid(base[name], one)]),
        ),
      }
    : change;

const listing = (rows: readonly unknown[]) =>
  graphReaderOf({
    get: async () => ({ value: rows }),
    follow: () => Promise.reject(new Error('one page')),
    batch: async () => [],
    permissions: async () => undefined,
    sent: () => 0,
  });

test.each([
  ['insider risk', { conditions: { insiderRiskLevels: 'elevated' } }],
  ['a condition of tomorrow', { conditions: { moonPhases: { include: ['full'] } } }],
  [
    'some applications',
    { conditions: { applications: { applicationFilter: { mode: 'exclude', rule: 'x -eq 1' } } } },
  ],
  ['terms instead', { grantControls: { operator: 'OR', termsOfUse: ['terms'] } }],
  ['a factor of others', { grantControls: { operator: 'OR', customAuthenticationFactors: ['x'] } }],
  [
    'internal guests left out',
    {
      conditions: {
        users: { excludeGuestsOrExternalUsers: { guestOrExternalUserTypes: 'internalGuest' } },
      },
    },
  ],
])('a policy that asks all for MFA, but for %s, does not', async (_, change) => {
  const protects = async (one: unknown) => {
    const [read] = await readConditionalAccess(listing([one]));
    if (!read) throw new Error('not read');
    const guest = { id: 'ada', groups: [], roles: [], isGuest: true };
    return appliesTo(read, guest) && demandsMfa(read) && !isNarrowed(read);
  };
  expect(await protects(mfaForAll)).toBe(true);
  expect(await protects(overlaid(mfaForAll, change))).toBe(false);
});
