import { byKind, type SettingsOf } from '../shared/detect/detect.ts';
import type { Detection } from '../shared/detect/detection.ts';
import { exampleSnapshot, exampleTenant } from '../shared/detect/example-tenant.ts';
import type { KeptFinding } from '../shared/finding.ts';
import { judge } from '../shared/pipeline.ts';
import { openEnvelope } from '../shared/read/envelope.ts';
import { Screener } from '../shared/read/screen.ts';
import { memoryCases } from '../shared/record/memory-cases.ts';
import { recordFindings } from '../shared/record/record-findings.ts';
import type { Snapshot } from '../shared/watch/directory.ts';
import type { WatchedTenant } from '../shared/watch/watchlist.ts';
import { Watchlists } from '../shared/watch/watchlists.ts';

export const noSettings: SettingsOf = () => ({ enabled: true, exclude: [] });
export const silentOutbox = { mark: async () => {}, wake: async () => {} };

type Run = {
  detections: readonly Detection[];
  tenant?: WatchedTenant;
  snapshot?: Snapshot;
  settingsOf?: SettingsOf;
  usesPim?: boolean;
  now?: number;
  isScreening?: boolean;
};

/** The findings that records lead to in the example tenant, each record arriving by itself. */
export async function runRecords(records: readonly unknown[], run: Run): Promise<KeptFinding[]> {
  const now = run.now ?? Date.parse('2026-11-20T12:05:00Z');
  const tenant = run.tenant ?? exampleTenant;
  const watchlists = new Watchlists((id) => (id === tenant.id ? tenant : undefined), [tenant.id]);
  await watchlists.takeSnapshot(run.snapshot ?? exampleSnapshot(), now);
  const cases = memoryCases();
  const detections = byKind(run.detections);
  const deps = {
    detections,
    settingsOf: run.settingsOf ?? noSettings,
    watchlists,
    usesPim: () => run.usesPim ?? true,
    fallbackTenantId: tenant.id,
    now,
    screener: run.isScreening === false ? undefined : new Screener(detections),
  };
  const record = { cases, outbox: silentOutbox, routes: [], tenantName: () => 'example', now };
  for (const one of records) {
    const { found, unreadable } = await judge(
      [openEnvelope(Buffer.from(JSON.stringify(one)))],
      deps,
    );
    if (unreadable[0]) throw new Error(unreadable[0].reason);
    await recordFindings(found, record);
  }
  return cases.findings();
}
