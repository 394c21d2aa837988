import { checkPosture } from '../shared/detect/check-posture.ts';
import { checkStreams } from '../shared/detect/check-streams.ts';
import { byKind, type SettingsOf } from '../shared/detect/detect.ts';
import type { Detection, Example } from '../shared/detect/detection.ts';
import {
  earlierSnapshot,
  postureSnapshot,
  soundAdministrator,
} from '../shared/detect/examples/posture.ts';
import { noonOfFriday } from '../shared/detect/examples/streams.ts';
import { exampleSnapshot, exampleTenant, people } from '../shared/detect/examples/tenant.ts';
import type { PostureCheck, PostureExample } from '../shared/detect/posture-check.ts';
import type { StreamCheck, StreamExample } from '../shared/detect/stream-check.ts';
import type { KeptFinding } from '../shared/finding.ts';
import { Memories } from '../shared/memory/memories.ts';
import { judge } from '../shared/pipeline.ts';
import { settingsFrom } from '../shared/policy/settings-of.ts';
import type { TenantPolicy } from '../shared/policy.ts';
import { openEnvelope } from '../shared/read/envelope.ts';
import { normalise } from '../shared/read/normalise.ts';
import { Screener } from '../shared/read/screen.ts';
import { memoryCases } from '../shared/record/memory-cases.ts';
import { recordFindings } from '../shared/record/record-findings.ts';
import { unheard } from '../shared/record/unheard.ts';
import type { Severity } from '../shared/severity.ts';
import { isoOf } from '../shared/time.ts';
import { parseSnapshot, type Snapshot } from '../shared/watch/directory.ts';
import { Watchlist } from '../shared/watch/watchlist.ts';
import { Watchlists } from '../shared/watch/watchlists.ts';

/** The defaults of every detection. */
export const usualSettings: SettingsOf = settingsFrom(undefined);

type Run = {
  detections: readonly Detection[];
  tenant?: TenantPolicy;
  snapshot?: Snapshot;
  settingsOf?: SettingsOf;
  now?: number;
  isScreening?: boolean;
  /** Left out: each record arrives by itself. */
  batchSize?: number;
};

/** What an example says of the policy, as a run takes it. */
export function policyOf(
  detectionId: string,
  { settings, tenant }: { [K in 'settings' | 'tenant']?: Example[K] | undefined },
) {
  const given = (id: string) => ({
    ...usualSettings(id),
    ...(id === detectionId && settings),
  });
  return {
    settingsOf: given as SettingsOf,
    tenant: { ...exampleTenant, ...tenant } as TenantPolicy,
  };
}

/** The findings that records lead to in the example tenant, by way of the real pipeline. */
export async function runRecords(records: readonly unknown[], run: Run): Promise<KeptFinding[]> {
  const now = run.now ?? Date.parse('2026-11-20T12:05:00Z');
  const tenant = run.tenant ?? exampleTenant;
  const watchlists = new Watchlists((id) => (id === tenant.id ? tenant : undefined), [tenant.id]);
  await watchlists.takeSnapshot(run.snapshot ?? exampleSnapshot(), now);
  const cases = memoryCases();
  const detections = byKind(run.detections);
  const deps = {
    detections,
    settingsOf: run.settingsOf ?? usualSettings,
    watchlists,
    memories: new Memories(),
    tenantOf: (id: string) => (id === tenant.id ? tenant : undefined),
    fallbackTenantId: tenant.id,
    now,
    screener: run.isScreening === false ? undefined : new Screener(detections),
  };
  const record = { ...unheard, cases, now };
  const { batchSize = 1 } = run;
  for (let from = 0; from < records.length; from += batchSize) {
    const batch = records.slice(from, from + batchSize);
    const bodies = batch.map((one) => openEnvelope(Buffer.from(JSON.stringify(one))));
    const { found, unreadable } = await judge(bodies, deps);
    if (unreadable[0]) throw new Error(unreadable[0].reason);
    await recordFindings(found, record);
  }
  return cases.findings();
}

/** The severities of the findings that an example of a detection leads to, and that still stand. */
export async function judgeExample(
  detection: Detection,
  example: Example,
  how: Pick<Run, 'isScreening' | 'batchSize'> = {},
): Promise<Severity[]> {
  const run = { detections: [detection], ...policyOf(detection.id, example), ...how };
  const findings = await runRecords(example.records, run);
  return findings.filter(({ state }) => state === 'open').map(({ finding }) => finding.severity);
}

/** The same of a posture check; `unknown` where nothing was found and not all could be seen. */
export function judgePostureExample(
  check: PostureCheck,
  example: PostureExample,
): (Severity | 'unknown')[] {
  const { settingsOf, tenant } = policyOf(check.id, example);
  const { declared, now } = example;
  const accounts = { ...exampleTenant.accounts, emergency: [], exposed: [] };
  const declaring = { ...accounts, ...(declared && { [declared]: [people.ada.id] }) };
  const run = { ...tenant, accounts: { ...declaring, ...(example.tenant?.accounts as object) } };
  const { watchlist, snapshot } = postureScene(example, run);
  const [verdict] = checkPosture(watchlist, {
    checks: [check],
    settingsOf,
    tenant: run,
    snapshot,
    now: now ? Date.parse(now) : noonOfFriday,
    provenDrills: (id) =>
      example.provenAt && id === people.ada.id ? Date.parse(example.provenAt) : undefined,
  });
  const severities = (verdict?.found ?? []).map(({ kept }) => kept.finding.severity);
  if (severities.length > 0) return severities;
  return verdict && verdict.unknown.length > 0 ? ['unknown'] : [];
}

function postureScene(
  { account, others, directory, earlier, records }: PostureExample,
  tenant: TenantPolicy,
) {
  const watchlist = new Watchlist(tenant);
  const accountsWith = (ada: PostureExample['account']) => [
    ...(ada === null ? [] : [{ ...soundAdministrator, ...ada }]),
    ...(others ?? []),
  ];
  const parsed = (written: object) => parseSnapshot(JSON.stringify(written), 'example');
  if (earlier) {
    watchlist.takeSnapshot(parsed(earlierSnapshot(accountsWith(earlier.account), earlier.gaps)));
  }
  const snapshot = parsed(postureSnapshot(accountsWith(account), directory));
  watchlist.takeSnapshot(snapshot);
  for (const record of records ?? []) {
    const read = normalise(record, exampleTenant.id);
    if (!('event' in read)) throw new Error(JSON.stringify(read));
    watchlist.apply(read.event);
  }
  return { watchlist, snapshot };
}

/** The findings that an example of a stream check leads to, `laterMs` after its moment. */
export function runStreamExample(check: StreamCheck, example: StreamExample, laterMs = 0) {
  const moment = example.now ? Date.parse(example.now) : noonOfFriday;
  const { tenant, settingsOf } = policyOf(check.id, example);
  const watchlist = new Watchlist(tenant);
  const { snapshotTakenAt = isoOf(moment) } = example;
  if (snapshotTakenAt) watchlist.takeSnapshot({ ...exampleSnapshot(), takenAt: snapshotTakenAt });
  const now = moment + laterMs;
  return checkStreams(watchlist, example.streams, { checks: [check], settingsOf, now });
}

export const judgeStreamExample = (check: StreamCheck, example: StreamExample): Severity[] =>
  runStreamExample(check, example).map(({ kept }) => kept.finding.severity);
