import type { Snapshot } from '../../watch/directory.ts';
import type { GraphReader } from '../reader.ts';
import { secureScores } from '../requests/tenant.ts';

/**
 * The newest score. Null: there is none yet, as in a new tenant.
 *
 * @throws {ReadError}
 */
export async function readSecureScore(
  graph: GraphReader,
): Promise<NonNullable<Snapshot['secureScore']> | null> {
  const [latest] = await graph.firstPage(secureScores);
  return latest
    ? { at: latest.createdDateTime ?? null, current: latest.currentScore, max: latest.maxScore }
    : null;
}
