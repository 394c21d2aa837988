import type { SnapshotAccount } from '../watch/directory.ts';
import { type Groups, valuesOf } from './parts/groups.ts';
import type { Privilege } from './read-privilege.ts';
import type { TenantReading } from './read-tenant.ts';
import type { Reading } from './reading.ts';
import { groupsOfUser } from './requests/principals.ts';

/** Groups that carry roles or may, and those that Conditional Access names. */
export function groupAccounts(
  { groups, managed, assignments }: Privilege,
  { named, inPolicies }: TenantReading,
): Map<string, SnapshotAccount> {
  const rows: Groups['rows'] = new Map([...groups.rows, ...named.rows]);
  return new Map(
    [...rows].map(([id, row]): [string, SnapshotAccount] => [
      id,
      {
        id,
        type: 'group',
        displayName: row.displayName,
        createdAt: row.createdDateTime,
        onPremisesSynced: row.onPremisesSyncEnabled ?? null,
        roleAssignable: row.isAssignableToRole ?? false,
        isDynamic: (row.groupTypes ?? []).includes('DynamicMembership'),
        isManagementRestricted: row.isManagementRestricted ?? false,
        owners: groups.owners.get(id) ?? named.owners.get(id),
        usedFor: [
          ...((assignments.get(id) ?? []).length > 0 ? (['role'] as const) : []),
          ...(managed.has(id) ? (['pim'] as const) : []),
          ...(inPolicies.has(id) ? (['conditionalAccess'] as const) : []),
        ],
      },
    ]),
  );
}

type MemberOf = Map<string, string[]> & { isComplete: boolean };

/**
 * Which groups of the snapshot each account is in. Members of groups with roles are known; a group of
 * Conditional Access may hold everybody, so there each administrator is asked for instead.
 */
export async function memberOfEach(
  reading: Reading,
  given: {
    privilege: Privilege;
    groups: ReadonlyMap<string, SnapshotAccount>;
    users: Iterable<string>;
  },
): Promise<MemberOf> {
  const { privilege, groups, users } = given;
  const found = new Map<string, Set<string>>();
  const add = (id: string, group: string) =>
    groups.has(group) && found.set(id, (found.get(id) ?? new Set()).add(group));
  for (const { groupId, principalId, state } of privilege.memberships) {
    if (state !== 'eligible') add(principalId, groupId);
  }
  let isComplete = true;
  if (groups.size > privilege.groups.rows.size) {
    const asked = await reading.optional('groups', async () =>
      valuesOf(await reading.graph.lists(groupsOfUser, users)),
    );
    isComplete = asked !== undefined;
    for (const [id, objects] of asked ?? []) for (const object of objects) add(id, object.id);
  }
  const lists = [...found].map(([id, ids]): [string, string[]] => [id, [...ids].sort()]);
  return Object.assign(new Map(isComplete ? lists : []), { isComplete });
}
