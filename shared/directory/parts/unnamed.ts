import type { Principal } from '../holdings.ts';
import type { GraphReader, Outcome } from '../reader.ts';
import { groupById, servicePrincipalById, userNamed } from '../requests/principals.ts';
import { isGone } from './groups.ts';

/**
 * What stands behind ids of which an answer says nothing: the principal of an assignment is null once
 * it is deleted, and as well where we may not read it.
 *
 * @returns Those that exist. One that only service principals can hide behind counts as one of them,
 *   where these may not be read: better somebody watched who is gone than the other way round.
 * @throws {ReadError}
 */
export async function readUnnamed(graph: GraphReader, ids: Iterable<string>): Promise<Principal[]> {
  const found: Principal[] = [];
  let left = [...ids];
  const sort = <T>(outcomes: Map<string, Outcome<T>>, principal: (id: string) => Principal) => {
    left = [];
    for (const [id, outcome] of outcomes) {
      if ('value' in outcome) found.push(principal(id));
      else if (isGone(outcome.error)) left.push(id);
      else if (outcome.error.because.status === 403 && principal(id).type === 'servicePrincipal') {
        found.push(principal(id));
      } else throw outcome.error;
    }
  };
  sort(await graph.ones(userNamed, left), (id) => ({ id, type: 'user', name: null }));
  sort(await graph.ones(groupById, left), (id) => ({ id, type: 'group', name: null }));
  sort(await graph.ones(servicePrincipalById, left), (id) => ({
    id,
    type: 'servicePrincipal',
    name: null,
  }));
  return found;
}
