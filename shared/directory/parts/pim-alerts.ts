import type { Snapshot } from '../../watch/directory.ts';
import type { GraphReader } from '../reader.ts';
import { pimAlerts } from '../requests/roles.ts';

/** @throws {ReadError} */
export async function readPimAlerts(
  graph: GraphReader,
): Promise<NonNullable<Snapshot['pimAlerts']>> {
  const rows = await graph.list(pimAlerts);
  return rows.map(({ id, alertDefinitionId, isActive, incidentCount, lastScannedDateTime }) => ({
    kind: (alertDefinitionId ?? id).split('_').at(-1) ?? id,
    isActive,
    incidents: incidentCount,
    scannedAt: lastScannedDateTime,
  }));
}
