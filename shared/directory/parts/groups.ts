import { type Membership, nameOfObject, type Principal, principalOf } from '../holdings.ts';
import type { GraphReader, Outcome } from '../reader.ts';
import {
  type GroupRow,
  groupById,
  groupMembers,
  groupOwners,
  roleAssignableGroups,
} from '../requests/principals.ts';
import type { DirectoryObject } from '../requests/rows.ts';

export type Owner = { type: ReferenceType; id: string; name: string | null; enabled?: boolean };
type ReferenceType = Principal['type'] | 'other';

export type Groups = {
  rows: Map<string, GroupRow>;
  /** Who is in them, nested ones included. */
  memberships: Membership[];
  members: Principal[];
  /** By group; missing where they could not be read. */
  owners: Map<string, Owner[]>;
};

export const isGone = ({ because }: { because: { status: number } }) => because.status === 404;

/** @throws the error of the outcome, unless the object is gone: listed and deleted since. */
export function valuesOf<T>(outcomes: Map<string, Outcome<T>>): Map<string, T> {
  const values = new Map<string, T>();
  for (const [id, outcome] of outcomes) {
    if ('value' in outcome) values.set(id, outcome.value);
    else if (!isGone(outcome.error)) throw outcome.error;
  }
  return values;
}

/**
 * The groups that may carry roles, those that do, and who is in them.
 *
 * @throws {ReadError}
 */
export async function readRoleGroups(
  graph: GraphReader,
  carrying: ReadonlySet<string>,
): Promise<Groups> {
  const assignable = await graph.list(roleAssignableGroups);
  const rows = new Map(assignable.map((row) => [row.id, row]));
  const rest = [...carrying].filter((id) => !rows.has(id));
  for (const [id, row] of valuesOf(await graph.ones(groupById, rest))) rows.set(id, row);
  const found = await membersOf(graph, rows.keys());
  return { rows, ...found, owners: await ownersOf(graph, rows.keys()) };
}

/** @throws {ReadError} */
export async function membersOf(
  graph: GraphReader,
  ids: Iterable<string>,
): Promise<Pick<Groups, 'members' | 'memberships'>> {
  const lists = valuesOf(await graph.lists(groupMembers, ids));
  const members: Principal[] = [];
  const memberships: Membership[] = [];
  for (const [groupId, objects] of lists) {
    for (const object of objects) {
      const principal = principalOf(object);
      if (!principal) continue;
      members.push(principal);
      memberships.push({
        groupId,
        principalId: principal.id,
        state: 'active',
        until: null,
        since: null,
      });
    }
  }
  return { members, memberships };
}

/** Owners may take anybody in. What fails is left out, and so is not known. */
async function ownersOf(graph: GraphReader, ids: Iterable<string>): Promise<Map<string, Owner[]>> {
  const owners = new Map<string, Owner[]>();
  for (const [id, outcome] of await graph.lists(groupOwners, ids)) {
    if ('value' in outcome) owners.set(id, outcome.value.map(ownerOf));
  }
  return owners;
}

export function ownerOf(object: DirectoryObject): Owner {
  const { accountEnabled } = object;
  return {
    type: principalOf(object)?.type ?? 'other',
    id: object.id,
    name: nameOfObject(object),
    ...(typeof accountEnabled === 'boolean' && { enabled: accountEnabled }),
  };
}

/** Who groups are and who owns them. Not who is in them: in one of Conditional Access that may be everybody. */
export async function readNamedGroups(
  graph: GraphReader,
  ids: Iterable<string>,
): Promise<Pick<Groups, 'rows' | 'owners'>> {
  const rows = valuesOf(await graph.ones(groupById, ids));
  return { rows, owners: await ownersOf(graph, rows.keys()) };
}
