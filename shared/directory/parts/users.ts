import type { SnapshotAccount } from '../../watch/directory.ts';
import { nameOfObject, principalOf } from '../holdings.ts';
import { userFields } from '../people.ts';
import type { GraphReader, ReadError } from '../reader.ts';
import { managerOf, userById, userNamed } from '../requests/principals.ts';
import { isGone } from './groups.ts';

export type Users = {
  rows: Map<string, SnapshotAccount>;
  /** Whom Graph does not know: deleted since they were listed, or of another kind. */
  gone: Set<string>;
  /** Whom it failed to tell about, although it told about others. */
  failed: Map<string, ReadError>;
};

/**
 * What is known of people, and who they report to.
 *
 * @throws {ReadError} if of nobody anything could be read.
 */
export async function readUsers(graph: GraphReader, ids: Iterable<string>): Promise<Users> {
  const users: Users = { rows: new Map(), gone: new Set(), failed: new Map() };
  for (const [id, outcome] of await graph.ones(userById, ids)) {
    if ('value' in outcome) users.rows.set(id, userFields(outcome.value));
    else if (isGone(outcome.error)) users.gone.add(id);
    else users.failed.set(id, outcome.error);
  }
  const [error] = users.failed.values();
  if (error && (users.rows.size === 0 || error.because.status === 403)) throw error;
  await addManagers(graph, users.rows);
  return users;
}

/** 404 is nobody, not unknown. */
async function addManagers(graph: GraphReader, rows: Map<string, SnapshotAccount>): Promise<void> {
  for (const [id, outcome] of await graph.ones(managerOf, rows.keys())) {
    const row = rows.get(id);
    if (!row) continue;
    if ('error' in outcome) {
      if (isGone(outcome.error)) row.manager = null;
      continue;
    }
    const manager = outcome.value;
    row.manager = {
      type: principalOf(manager)?.type ?? 'user',
      id: manager.id,
      name: nameOfObject(manager),
      enabled: manager.accountEnabled,
    };
  }
}

const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The ids of accounts that a policy names by id or by user principal name. A name that Graph does not
 * know is left out: what the policy declares and the snapshot lacks is for the checks to tell.
 *
 * @throws {ReadError}
 */
export async function readDeclared(
  graph: GraphReader,
  declared: Iterable<string>,
): Promise<Set<string>> {
  const names = [...new Set([...declared].map((name) => name.toLowerCase()))];
  const ids = new Set(names.filter((name) => guid.test(name)));
  const rest = names.filter((name) => !guid.test(name));
  for (const outcome of (await graph.ones(userNamed, rest)).values()) {
    if ('value' in outcome) ids.add(outcome.value.id);
    else if (!isGone(outcome.error) && outcome.error.because.status !== 400) throw outcome.error;
  }
  return ids;
}
