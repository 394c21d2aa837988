import type { SnapshotAccount } from '../../watch/directory.ts';
import type { GraphReader } from '../reader.ts';
import { signInActivity } from '../requests/principals.ts';
import { valuesOf } from './groups.ts';

type Fields = Pick<SnapshotAccount, 'lastSignInAt'>;

/** Graph tells sign-ins that succeeded apart from tries since then. */
const toldApartSince = '2023-12-01T00:00:00.000Z';

/**
 * Null: never, or not since April 2020.
 *
 * @throws {ReadError}
 */
export async function readSignInActivity(
  graph: GraphReader,
  userIds: Iterable<string>,
): Promise<Map<string, Fields>> {
  const rows = valuesOf(await graph.ones(signInActivity, userIds));
  return new Map([...rows].map(([id, row]) => [id, { lastSignInAt: lastSuccess(row) }]));
}

function lastSuccess({ signInActivity: times }: { signInActivity?: Times | null | undefined }) {
  if (!times) return null;
  if (times.lastSuccessfulSignInDateTime) return times.lastSuccessfulSignInDateTime;
  const tries = [times.lastSignInDateTime, times.lastNonInteractiveSignInDateTime];
  const last = tries
    .filter((at) => typeof at === 'string')
    .toSorted()
    .at(-1);
  // A success after that date would be named: the last one is no later, whatever was tried since.
  return last === undefined ? null : last < toldApartSince ? last : toldApartSince;
}

type Times = {
  lastSignInDateTime?: string | null | undefined;
  lastNonInteractiveSignInDateTime?: string | null | undefined;
  lastSuccessfulSignInDateTime?: string | null | undefined;
};
