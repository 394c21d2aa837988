import type { Snapshot } from '../../watch/directory.ts';
import type { Reader } from '../reader.ts';
import { diagnosticSettings } from '../requests/azure.ts';

/** @throws {ReadError} */
export async function readLogExport(arm: Reader): Promise<NonNullable<Snapshot['logExport']>> {
  const rows = await arm.list(diagnosticSettings);
  return rows.map(({ name, properties }) => ({
    name,
    // Unset ones may be empty texts.
    hubRuleId: properties.eventHubAuthorizationRuleId || null,
    hubName: properties.eventHubName || null,
    categories: (properties.logs ?? []).flatMap(({ category, enabled }) =>
      enabled && category ? [category] : [],
    ),
  }));
}
