import type { SnapshotAccount } from '../watch/directory.ts';
import type { DirectoryObject } from './requests/rows.ts';

export type AccountType = SnapshotAccount['type'];
export type Assignment = NonNullable<SnapshotAccount['assignments']>[number];
export type State = 'active' | 'eligible' | 'activated';

/** Somebody of whom the directory says what they are. */
export type Principal = { id: string; type: AccountType; name: string | null };

/** A principal holds a role by itself. */
export type Holding = {
  principalId: string;
  roleId: string;
  scope: string;
  state: State;
  until: string | null;
  since: string | null;
  isOutsidePim?: boolean;
};

/** A principal is in a group, by way of other groups too, or may let itself in. */
export type Membership = {
  groupId: string;
  principalId: string;
  state: State;
  until: string | null;
  since: string | null;
};

const types: Readonly<Record<string, AccountType>> = {
  '#microsoft.graph.user': 'user',
  '#microsoft.graph.group': 'group',
  '#microsoft.graph.serviceprincipal': 'servicePrincipal',
};

/** Undefined: a device, or of a kind that holds no role. */
export function principalOf(object: DirectoryObject): Principal | undefined {
  const type = types[object['@odata.type']?.toLowerCase() ?? ''];
  return type && { id: object.id, type, name: nameOfObject(object) };
}

export const nameOfObject = ({ userPrincipalName, displayName }: DirectoryObject): string | null =>
  userPrincipalName ?? displayName ?? null;

const earlier = (a: string | null, b: string | null) => (a && b ? (a < b ? a : b) : (a ?? b));
const later = (a: string | null, b: string | null) => (a && b ? (a > b ? a : b) : (a ?? b));

/** Eligible if either is; and over as soon as either is. */
function through(holding: Holding, membership: Membership): State {
  const states = [holding.state, membership.state];
  if (states.includes('eligible')) return 'eligible';
  return states.includes('activated') ? 'activated' : 'active';
}

const assignmentOf = (holding: Holding, roleName: string | null): Assignment => ({
  roleTemplateId: holding.roleId,
  roleName,
  scope: holding.scope,
  state: holding.state,
  via: null,
  until: holding.until,
  since: holding.since,
  ...(holding.isOutsidePim !== undefined && { isOutsidePim: holding.isOutsidePim }),
});

const keyOf = ({ roleTemplateId, scope, via, state }: Assignment) =>
  [roleTemplateId, scope, via, state === 'eligible'].join(' ');

/** A standing assignment says more than the activation beside it. */
const outranks = (a: Assignment, b: Assignment) =>
  (a.state === 'active' && b.state === 'activated') ||
  (a.state === b.state && b.until !== null && (a.until === null || `${a.until}` > `${b.until}`));

function folded(assignments: readonly Assignment[]): Assignment[] {
  const kept = new Map<string, Assignment>();
  for (const assignment of assignments) {
    const before = kept.get(keyOf(assignment));
    if (!before || outranks(assignment, before)) kept.set(keyOf(assignment), assignment);
  }
  return [...kept.values()];
}

/** Who holds which roles, by themselves and by way of groups. */
export function assignmentsByPrincipal(
  holdings: readonly Holding[],
  memberships: readonly Membership[],
  roleName: (roleId: string) => string | null,
): Map<string, Assignment[]> {
  const all = new Map<string, Assignment[]>();
  const add = (id: string, assignment: Assignment) =>
    all.set(id, [...(all.get(id) ?? []), assignment]);
  const byGroup = Map.groupBy(memberships, ({ groupId }) => groupId);
  for (const holding of holdings) {
    const name = roleName(holding.roleId);
    add(holding.principalId, assignmentOf(holding, name));
    for (const membership of byGroup.get(holding.principalId) ?? []) {
      add(membership.principalId, {
        ...assignmentOf(holding, name),
        state: through(holding, membership),
        via: membership.groupId,
        until: earlier(holding.until, membership.until),
        since: later(holding.since, membership.since),
      });
    }
  }
  return new Map([...all].map(([id, assignments]) => [id, folded(assignments)]));
}
