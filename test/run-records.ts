import { byKind, type SettingsOf } from '../shared/detect/detect.ts';
import type { Detection, Example } from '../shared/detect/detection.ts';
import { exampleSnapshot, exampleTenant } from '../shared/detect/example-tenant.ts';
import type { KeptFinding } from '../shared/finding.ts';
import { Memories } from '../shared/memory/memories.ts';
import { judge } from '../shared/pipeline.ts';
import { settingsFrom } from '../shared/policy/settings-of.ts';
import type { TenantPolicy } from '../shared/policy.ts';
import { openEnvelope } from '../shared/read/envelope.ts';
import { Screener } from '../shared/read/screen.ts';
import { memoryCases } from '../shared/record/memory-cases.ts';
import { recordFindings } from '../shared/record/record-findings.ts';
import type { Snapshot } from '../shared/watch/directory.ts';
import { Watchlists } from '../shared/watch/watchlists.ts';

/** The defaults of every detection. */
export const noSettings: SettingsOf = settingsFrom(undefined);
export const silentOutbox = { mark: async () => {}, wake: async () => {} };

type Run = {
  detections: readonly Detection[];
  tenant?: TenantPolicy;
  snapshot?: Snapshot;
  settingsOf?: SettingsOf;
  now?: number;
  isScreening?: boolean;
};

/** What an example says of the policy, as a run takes it. */
export function policyOf(
  detectionId: string,
  { settings, tenant }: Pick<Example, 'settings' | 'tenant'>,
) {
  const given = (id: string) => ({
    ...noSettings(id),
    ...(id === detectionId && settings),
  });
  return {
    settingsOf: given as SettingsOf,
    tenant: { ...exampleTenant, ...tenant } as TenantPolicy,
  };
}

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
    memories: new Memories(),
    tenantOf: (id: string) => (id === tenant.id ? tenant : undefined),
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
