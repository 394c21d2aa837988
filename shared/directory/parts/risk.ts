import type { SnapshotAccount } from '../../watch/directory.ts';
import type { GraphReader } from '../reader.ts';
import { riskyUsers } from '../requests/principals.ts';

type Fields = Pick<SnapshotAccount, 'risk'>;

/**
 * Who is at risk; null for all others.
 *
 * @throws {ReadError}
 */
export async function readRisk(
  graph: GraphReader,
  userIds: Iterable<string>,
): Promise<Map<string, Fields>> {
  const risky = new Map((await graph.list(riskyUsers)).map((row) => [row.id, row]));
  return new Map(
    [...userIds].map((id): [string, Fields] => {
      const row = risky.get(id);
      if (!row) return [id, { risk: null }];
      const { riskLevel, riskState, riskLastUpdatedDateTime } = row;
      return [id, { risk: { level: riskLevel, state: riskState, at: riskLastUpdatedDateTime } }];
    }),
  );
}
