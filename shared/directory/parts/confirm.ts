import { parseTime } from '../../time.ts';
import type { Snapshot, SnapshotAccount } from '../../watch/directory.ts';
import type { Assignment, Holding, Membership } from '../holdings.ts';
import type { GraphReader } from '../reader.ts';
import { groupsOfServicePrincipal, groupsOfUser } from '../requests/principals.ts';
import { eligibleRolesOf, roleAssignmentsOf } from '../requests/roles.ts';
import type { EligibleRow } from './pim.ts';
import type { RoleAssignmentRow } from './roles.ts';

/** What an earlier reading knew of somebody, and this one lacks. */
export type Vanished = { account: SnapshotAccount; assignment: Assignment };

type Found = ReadonlyMap<string, readonly Assignment[]>;

const isEligible = ({ state }: Pick<Assignment, 'state'>) => state === 'eligible';

/** Activations end every day, and need no second look once their time is over. */
const isOver = ({ until }: Assignment, now: number) => {
  const end = parseTime(until);
  return end !== undefined && end <= now;
};

export function vanishedSince(
  previous: Snapshot | undefined,
  found: Found,
  now: number,
): Vanished[] {
  return (previous?.accounts ?? []).flatMap((account) =>
    (account.assignments ?? [])
      .filter((assignment) => !isOver(assignment, now))
      .filter((before) => !(found.get(account.id) ?? []).some((one) => isSame(one, before)))
      .map((assignment) => ({ account, assignment })),
  );
}

const isSame = (a: Assignment, b: Assignment) =>
  a.roleTemplateId === b.roleTemplateId &&
  (a.scope ?? '/') === (b.scope ?? '/') &&
  (a.via ?? null) === (b.via ?? null) &&
  isEligible(a) === isEligible(b);

export type Confirmed = {
  inForce: RoleAssignmentRow[];
  eligible: EligibleRow[];
  memberships: Membership[];
  /** Of whom not even the second look could tell: what was known of them stands. */
  unsure: Set<string>;
};

/**
 * Asks once more, for those alone who are missing. Lists lag behind, and their pages shift while they
 * are read; a read by principal does neither. Many are asked for in one request, so it costs little.
 */
export async function confirm(
  graph: GraphReader,
  vanished: readonly Vanished[],
  readsPim: boolean,
): Promise<Confirmed> {
  const confirmed: Confirmed = { inForce: [], eligible: [], memberships: [], unsure: new Set() };
  const idsOf = (choose: (one: Vanished) => boolean) =>
    new Set(vanished.filter(choose).map(({ account }) => account.id));
  const own = ({ assignment }: Vanished) => !assignment.via;

  const active = idsOf((one) => own(one) && !isEligible(one.assignment));
  for (const [id, outcome] of await graph.lists(roleAssignmentsOf, active)) {
    if ('value' in outcome) confirmed.inForce.push(...outcome.value);
    else confirmed.unsure.add(id);
  }
  if (readsPim) {
    const eligible = idsOf((one) => own(one) && isEligible(one.assignment));
    for (const [id, outcome] of await graph.lists(eligibleRolesOf, eligible)) {
      if ('value' in outcome) confirmed.eligible.push(...outcome.value);
      else confirmed.unsure.add(id);
    }
  }
  // An eligible membership has no other source than the one that was just read, group by group.
  const byGroup = vanished.filter((one) => !own(one) && !isEligible(one.assignment));
  const users = new Set(
    byGroup.filter(({ account }) => account.type === 'user').map(({ account }) => account.id),
  );
  const others = new Set(
    byGroup
      .filter(({ account }) => account.type === 'servicePrincipal')
      .map(({ account }) => account.id),
  );
  const groups = new Map([
    ...(await graph.lists(groupsOfUser, users)),
    ...(await graph.lists(groupsOfServicePrincipal, others)),
  ]);
  for (const [principalId, outcome] of groups) {
    if ('error' in outcome) {
      if (outcome.error.because.status !== 404) confirmed.unsure.add(principalId);
      continue;
    }
    for (const { id } of outcome.value) confirmed.memberships.push(memberOf(id, principalId));
  }
  for (const { account, assignment } of byGroup) {
    if (!assignment.via || !confirmed.unsure.has(account.id)) continue;
    confirmed.memberships.push(memberOf(assignment.via, account.id));
  }
  return confirmed;
}

const memberOf = (groupId: string, principalId: string): Membership => ({
  groupId,
  principalId,
  state: 'active',
  until: null,
  since: null,
});

/** What is known of them stays, as what they hold themselves. */
export const holdingsBefore = (
  vanished: readonly Vanished[],
  unsure: ReadonlySet<string>,
): Holding[] =>
  vanished
    .filter(({ account, assignment }) => unsure.has(account.id) && !assignment.via)
    .map(({ account, assignment }) => holdingFrom(account.id, assignment));

export const holdingFrom = (principalId: string, assignment: Assignment): Holding => ({
  principalId,
  roleId: assignment.roleTemplateId,
  scope: assignment.scope ?? '/',
  state: assignment.state ?? 'active',
  until: assignment.until ?? null,
  since: assignment.since ?? null,
  ...(typeof assignment.isOutsidePim === 'boolean' && { isOutsidePim: assignment.isOutsidePim }),
});
