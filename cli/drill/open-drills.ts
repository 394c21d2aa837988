import type { Drill } from '../../shared/drill/drill.ts';
import { type DrillDeps, drillShelf } from '../../shared/drill/drills.ts';
import { type Policy, tenantPolicy } from '../../shared/policy.ts';
import { storageSettings } from '../storage-settings.ts';

/**
 * The drills of the service, in its storage account.
 *
 * @param policy - needed to declare one alone.
 */
export async function openDrills(
  settingsFile: string | undefined,
  policy: Policy | undefined,
): Promise<DrillDeps> {
  const settings = await storageSettings(settingsFile, process.env);
  // Only here: whoever works on files alone needs none of Azure's libraries.
  const [
    { openStorage },
    { tableShelf },
    { tableCases },
    { tableWatch },
    { tableLedger },
    { blobAnchors },
    { Watchlists },
  ] = await Promise.all([
    import('../../shared/azure/storage.ts'),
    import('../../shared/azure/table-shelf.ts'),
    import('../../shared/azure/table-cases.ts'),
    import('../../shared/azure/table-watch.ts'),
    import('../../shared/azure/table-ledger.ts'),
    import('../../shared/azure/blob-anchor.ts'),
    import('../../shared/watch/watchlists.ts'),
  ]);
  const storage = openStorage(settings);
  const watchlists = new Watchlists(
    (tenantId) => policy && tenantPolicy(policy, tenantId),
    policy?.tenants.map(({ id }) => id) ?? [],
    tableWatch(storage.watchlist),
  );
  const warn = (message: string) => void process.stderr.write(`warning: ${message}\n`);
  const ledger = tableLedger(storage.ledger, {
    anchors: blobAnchors(storage.anchors),
    warn,
    now: () => Date.now(),
  });
  return {
    shelf: tableShelf<Drill>(storage.shelves, drillShelf),
    cases: tableCases(storage.cases),
    watchlistOf: (tenantId, now) => watchlists.of(tenantId, now),
    written: (item) => ledger.append([item]),
    now: () => Date.now(),
    warn,
  };
}
