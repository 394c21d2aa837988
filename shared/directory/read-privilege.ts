import type { Snapshot } from '../watch/directory.ts';
import { membershipsBefore, withPimBefore } from './carry.ts';
import {
  type Assignment,
  assignmentsByPrincipal,
  type Holding,
  type Membership,
  type Principal,
  principalOf,
} from './holdings.ts';
import { type Grants, readGrants } from './parts/applications.ts';
import { confirm, holdingsBefore, vanishedSince } from './parts/confirm.ts';
import { readGroupPim } from './parts/group-pim.ts';
import { type Groups, membersOf, readNamedGroups, readRoleGroups } from './parts/groups.ts';
import { holdingsOf, type RolePim, readPim, withoutHaste } from './parts/pim.ts';
import { type Roles, readRoles } from './parts/roles.ts';
import { readUnnamed } from './parts/unnamed.ts';
import type { Reading } from './reading.ts';

/** Who holds which roles, and by which way. */
export type Privilege = {
  roles: Roles;
  assignments: Map<string, Assignment[]>;
  /** Everybody met on the way who exists, by id. */
  principals: Map<string, Principal>;
  groups: Groups;
  /** Groups that PIM manages. */
  managed: ReadonlySet<string>;
  /** Who is in a group now, by way of other groups too. */
  memberships: readonly Membership[];
  grants: Grants | undefined;
};

/** @throws {ReadError} */
export async function readPrivilege(reading: Reading): Promise<Privilege> {
  const { graph, previous, now } = reading;
  const roles = await readRoles(reading);
  const pim = await reading.optional('pim', () => readPim(graph));
  const isCarried = !pim && previous && reading.gapIn('pim')?.why !== 'licence';
  if (isCarried) reading.noteAge('pim');
  const holdings = (known: Pick<Roles, 'inForce'>, eligible: RolePim['eligible']): Holding[] => {
    const current = holdingsOf({ ...roles, ...known }, pim, eligible);
    if (isCarried) return withPimBefore(current, previous, now);
    return previous ? withoutHaste(current, previous) : current;
  };
  const first = holdings(roles, pim?.eligible ?? []);
  const known = await readWays(reading, first, groupsAmong(first, { roles, pim, reading }));
  const { groups, members, managed } = known;

  const found = assignmentsByPrincipal(first, known.memberships, roles.nameOf);
  const vanished = vanishedSince(previous, found, now);
  const confirmed = await confirm(graph, vanished, pim !== undefined);
  const inForce = [...roles.inForce, ...confirmed.inForce];
  const eligible = [...(pim?.eligible ?? []), ...confirmed.eligible];
  const memberships = withPim(confirmed.memberships, known.memberships);
  const assignments = assignmentsByPrincipal(
    [...holdings({ inForce }, eligible), ...holdingsBefore(vanished, confirmed.unsure)],
    memberships,
    roles.nameOf,
  );
  const within = await addInnerGroups(reading, groups, { ids: assignments.keys(), members });
  const grants = await reading.optional('applications', () => readGrants(graph));
  const principals = await principalsOf(reading, {
    ids: assignments.keys(),
    objects: [inForce, pim?.active ?? [], eligible],
    members,
    groups,
  });
  return {
    roles,
    assignments,
    principals,
    groups,
    managed,
    memberships: withPim(within, memberships),
    grants,
  };
}

type Ways = Pick<Privilege, 'groups' | 'managed' | 'memberships'> & { members: Principal[] };

/**
 * Groups that lead to a role, and who goes that way or may.
 *
 * @throws {ReadError}
 */
async function readWays(
  reading: Reading,
  holdings: readonly Holding[],
  groupIds: ReadonlySet<string>,
): Promise<Ways> {
  const { graph, previous, now } = reading;
  const groups = await readRoleGroups(graph, groupIds);
  const holders = holdings.map(({ principalId }) => principalId);
  const carrying = new Set(holders.filter((id) => groups.rows.has(id)));
  const pim = await reading.optional('groupPim', () => readGroupPim(graph, carrying));
  if (pim && pim.errors.length > 0) reading.note('groupPim', pim.errors);
  const members = [...groups.members, ...(pim?.members ?? [])];
  const memberships = withPim(groups.memberships, pim?.memberships ?? []);
  const managed = pim?.managed ?? new Set<string>();
  const gap = reading.gapIn('groupPim');
  if (!gap || gap.why === 'licence' || !previous) return { groups, members, memberships, managed };
  reading.noteAge('groupPim');
  return {
    groups,
    members,
    memberships: [...memberships, ...membershipsBefore(memberships, previous, now)],
    managed: new Set([...managed, ...managedBefore(previous)]),
  };
}

const managedBefore = ({ accounts }: Snapshot): string[] =>
  accounts.filter(({ usedFor }) => usedFor?.includes('pim')).map(({ id }) => id);

/** Groups that hold a role by way of another one: whoever owns them hands out that role. */
async function addInnerGroups(
  { graph, previous }: Reading,
  groups: Groups,
  { ids, members }: { ids: Iterable<string>; members: readonly Principal[] },
): Promise<Membership[]> {
  const kinds = new Map(
    [...(previous?.accounts ?? []), ...members].map((one) => [one.id, one.type]),
  );
  const inner = [...ids].filter((id) => kinds.get(id) === 'group' && !groups.rows.has(id));
  const { rows, owners } = await readNamedGroups(graph, inner);
  for (const [id, row] of rows) groups.rows.set(id, row);
  for (const [id, list] of owners) groups.owners.set(id, list);
  return (await membersOf(graph, rows.keys())).memberships;
}

type Rows = readonly {
  principalId: string;
  principal?: Parameters<typeof principalOf>[0] | null | undefined;
}[];

/** Groups that hold a role, as the answers name them; for what was taken over, as the snapshot did. */
function groupsAmong(
  holdings: readonly Holding[],
  { roles, pim, reading }: { roles: Roles; pim: RolePim | undefined; reading: Reading },
): Set<string> {
  const rows: Rows = [...roles.inForce, ...(pim?.active ?? []), ...(pim?.eligible ?? [])];
  const groups = new Set([
    ...rows
      .map(({ principal }) => principal && principalOf(principal))
      .filter((principal) => principal?.type === 'group')
      .flatMap((principal) => principal?.id ?? []),
    ...(reading.previous?.accounts ?? [])
      .filter(({ type }) => type === 'group')
      .map(({ id }) => id),
  ]);
  return new Set(holdings.map(({ principalId }) => principalId).filter((id) => groups.has(id)));
}

/** PIM says since when and for how long; the group alone says only that somebody is in it. */
function withPim(plain: readonly Membership[], pim: readonly Membership[]): Membership[] {
  const key = ({ groupId, principalId, state }: Membership) =>
    `${groupId} ${principalId} ${state === 'eligible'}`;
  const known = new Set(pim.map(key));
  return [...plain.filter((one) => !known.has(key(one))), ...pim];
}

type Met = {
  ids: Iterable<string>;
  objects: readonly Rows[];
  members: readonly Principal[];
  groups: Groups;
};

/** @throws {ReadError} */
async function principalsOf(
  { graph, previous }: Reading,
  { ids, objects, members, groups }: Met,
): Promise<Map<string, Principal>> {
  const named = objects
    .flat()
    .flatMap(({ principal }) => (principal && principalOf(principal)) ?? []);
  const met = new Map([...members, ...named].map((one) => [one.id, one]));
  for (const id of groups.rows.keys()) met.set(id, { id, type: 'group', name: null });
  const unknown = [...ids].filter((id) => !met.has(id));
  for (const principal of await readUnnamed(graph, unknown)) {
    const before = previous?.accounts.find(({ id }) => id === principal.id);
    met.set(principal.id, { ...principal, type: before?.type ?? principal.type });
  }
  return met;
}
