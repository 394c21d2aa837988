import type * as z from 'zod';
import { type Membership, type Principal, principalOf } from '../holdings.ts';
import { type GraphReader, ReadError } from '../reader.ts';
import type { Request } from '../request.ts';
import { activeMembers, eligibleMembers } from '../requests/roles.ts';
import { membersOf } from './groups.ts';

export type GroupPim = {
  memberships: Membership[];
  members: Principal[];
  /** Groups that PIM manages: it knows of an assignment in them. */
  managed: Set<string>;
  /** What could not be read, of which the other half may be there. */
  errors: ReadError[];
};

type EligibleMember = z.output<typeof eligibleMembers.row>;
type ActiveMember = z.output<typeof activeMembers.row>;
type Row = EligibleMember & Pick<ActiveMember, 'assignmentType'>;

/** Each needs a permission of its own, and is of use without the other. */
export async function readGroupPim(
  graph: GraphReader,
  groupIds: Iterable<string>,
): Promise<GroupPim> {
  const errors: ReadError[] = [];
  const ids = [...groupIds];
  const eligible = await ofEach<EligibleMember>(graph, eligibleMembers, ids, errors);
  const active = await ofEach<ActiveMember>(graph, activeMembers, ids, errors);
  const direct = [
    ...eligible.map((row) => ({ row, membership: membershipOf(row, 'eligible') })),
    ...active.map((row) => ({ row, membership: membershipOf(row, stateOf(row)) })),
  ];
  const members = direct.flatMap(({ row: { principal } }) =>
    principal ? (principalOf(principal) ?? []) : [],
  );
  const ofMembers = direct
    // An owner may take others in, and is among the owners while active; only members carry the role.
    .filter(({ row }) => row.accessId?.toLowerCase() !== 'owner')
    .map(({ membership }) => membership);
  const nested = await withinGroups(graph, ofMembers, members);
  return {
    memberships: [...ofMembers, ...nested.memberships],
    members: [...members, ...nested.members],
    managed: new Set(direct.map(({ membership }) => membership.groupId)),
    errors,
  };
}

/** One at a time: nobody publishes the limits of PIM. Once it refuses, it refuses for all groups. */
async function ofEach<R extends Row>(
  graph: GraphReader,
  request: Request<R>,
  ids: readonly string[],
  errors: ReadError[],
): Promise<R[]> {
  const rows: R[] = [];
  for (const id of ids) {
    try {
      rows.push(...(await graph.list(request, id)));
    } catch (error) {
      if (!(error instanceof ReadError)) throw error;
      if (error.because.status === 404) continue;
      errors.push(error);
      return rows;
    }
  }
  return rows;
}

const stateOf = ({ assignmentType }: Pick<ActiveMember, 'assignmentType'>) =>
  assignmentType?.toLowerCase() === 'activated' ? ('activated' as const) : ('active' as const);

const membershipOf = (row: Row, state: Membership['state']): Membership => ({
  groupId: row.groupId,
  principalId: row.principalId,
  state,
  until: row.endDateTime ?? null,
  since: row.startDateTime ?? null,
});

/** A group may be eligible for another one, and all within it with it. */
async function withinGroups(
  graph: GraphReader,
  memberships: readonly Membership[],
  members: readonly Principal[],
): Promise<Pick<GroupPim, 'memberships' | 'members'>> {
  const groups = new Set(members.filter(({ type }) => type === 'group').map(({ id }) => id));
  const found = await membersOf(graph, groups);
  const nested = memberships.flatMap((outer) =>
    found.memberships
      .filter(({ groupId }) => groupId === outer.principalId)
      .map(({ principalId }) => ({ ...outer, principalId })),
  );
  // Who is in the inner group belongs to the picture too, although it carries no role by itself.
  return { memberships: [...nested, ...found.memberships], members: found.members };
}
