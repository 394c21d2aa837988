import type { DirectoryStatus, PostureCard } from './console/api.ts';
import { checkPosture } from './detect/check-posture.ts';
import type { SettingsOf } from './detect/detect.ts';
import type { ProvenDrills } from './detect/posture-check.ts';
import { postureChecks } from './detect/posture-checks/index.ts';
import { isDue } from './directory/refresh-due.ts';
import { type RefreshDeps, refreshTenant } from './directory/refresh-tenant.ts';
import { WatchError } from './errors.ts';
import type { Policy, TenantPolicy } from './policy.ts';
import type { PostureStore, RefreshReport } from './posture/posture-store.ts';
import { watchPosture } from './posture/watch-posture.ts';
import type { RecordDeps } from './record/record-findings.ts';
import { dayOfScorecard, trendOf } from './scorecard/history.ts';
import { scorecardOf } from './scorecard/scorecard.ts';
import type { StreamHistory } from './streams/stream-history.ts';
import { streamStates } from './streams/stream-states.ts';
import type { Measure } from './telemetry/measures.ts';
import type { Snapshot } from './watch/directory.ts';
import type { DirectoryStore, StoredSnapshot } from './watch/directory-store.ts';
import type { Watchlists } from './watch/watchlists.ts';

type DirectoryDeps = {
  policy: Policy;
  settingsOf: SettingsOf;
  directory: DirectoryStore;
  posture: PostureStore;
  watchlists: Watchlists;
  streamsOf(tenantId: string): Promise<StreamHistory[]>;
  /** Undefined where a snapshot comes by other ways. */
  read: RefreshDeps['read'] | undefined;
  recording(): RecordDeps;
  tenantName(tenantId: string): string;
  measure: Measure;
  /** When break-glass accounts were last proven by a drill. */
  provenDrills(tenantId: string): Promise<ProvenDrills>;
  warn(message: string): void;
};

/** A trend looks back so far. */
const trendDays = 90;

/** The verbs about the directory: who is privileged, and how well that is kept. */
export function directoryVerbs(deps: DirectoryDeps) {
  const { policy, directory, posture, watchlists } = deps;
  const known = new Map<string, StoredSnapshot>();

  /** A snapshot that is no snapshot is passed over: what was known before still holds. */
  async function readSnapshot(tenantId: string) {
    try {
      return await directory.read(tenantId, known.get(tenantId)?.version);
    } catch (error) {
      if (!(error instanceof WatchError) || error.code !== 'DIRECTORY_INVALID') throw error;
      deps.warn(error.message);
      return undefined;
    }
  }

  async function takeOver(stored: StoredSnapshot): Promise<void> {
    const { snapshot } = stored;
    await watchlists.takeSnapshot(snapshot, Date.now());
    known.set(snapshot.tenantId, stored);
  }

  async function keep(snapshot: Snapshot): Promise<void> {
    await takeOver({ snapshot, version: await directory.write(snapshot) });
  }

  /** How a tenant stands now, by the checks and by the guidance. */
  async function judge(tenant: TenantPolicy, now: number) {
    const watchlist = await watchlists.of(tenant.id, now);
    if (!watchlist) return undefined;
    const { settingsOf } = deps;
    const snapshot = known.get(tenant.id)?.snapshot;
    const verdicts = checkPosture(watchlist, {
      provenDrills: await deps.provenDrills(tenant.id),
      checks: postureChecks,
      settingsOf,
      tenant,
      snapshot,
      now,
    });
    const streams = streamStates(await deps.streamsOf(tenant.id), now);
    const input = { verdicts, tenant, settingsOf, watchlist, snapshot, streams, now };
    return { verdicts, scorecard: scorecardOf(input) };
  }

  async function isTenantDue({ id }: TenantPolicy): Promise<boolean> {
    const now = Date.now();
    const last = await posture.lastRefresh(id);
    return isDue(last, (await watchlists.of(id, now))?.hasNewcomers(now) ?? false, now);
  }

  async function checkTenant(tenant: TenantPolicy): Promise<number> {
    const recording = deps.recording();
    const judged = await judge(tenant, recording.now);
    if (!judged) return 0;
    const { tenantName } = deps;
    const watching = { ...recording, posture, digest: policy.digest, tenantName };
    const news = await watchPosture(tenant.id, judged.verdicts, watching);
    await posture.saveDay(tenant.id, dayOfScorecard(judged.scorecard));
    return news;
  }

  async function cardOf(tenant: TenantPolicy): Promise<PostureCard[]> {
    const judged = await judge(tenant, Date.now());
    if (!judged) return [];
    const trend = trendOf(await posture.days(tenant.id), trendDays) ?? null;
    return [{ scorecard: judged.scorecard, trend }];
  }

  function measureAge(tenant: string): void {
    const takenAt = known.get(tenant)?.snapshot.takenAt;
    if (!takenAt) return;
    deps.measure('glasswatch.directory.age', (Date.now() - Date.parse(takenAt)) / 1_000, {
      tenant,
    });
  }

  /** Takes over the snapshots that are newer than those known here. */
  async function readSnapshots(): Promise<void> {
    for (const { id } of policy.tenants) {
      const stored = await readSnapshot(id);
      if (stored !== undefined && stored !== 'unchanged') await takeOver(stored);
    }
  }

  async function statusOf({ id, name }: TenantPolicy): Promise<DirectoryStatus> {
    const snapshot = known.get(id)?.snapshot;
    return {
      tenant: name,
      takenAt: snapshot?.takenAt ?? null,
      accounts: snapshot?.accounts.length ?? 0,
      gaps: (snapshot?.gaps ?? []).map(({ part, why, detail }) => ({ part, why, detail })),
      refresh: await posture.lastRefresh(id),
    };
  }

  return {
    readSnapshots,

    async status(): Promise<DirectoryStatus[]> {
      await readSnapshots();
      return await Promise.all(policy.tenants.map(statusOf));
    },

    async scorecards(): Promise<PostureCard[]> {
      await readSnapshots();
      return (await Promise.all(policy.tenants.map(cardOf))).flat();
    },

    async checkPosture(): Promise<number> {
      await readSnapshots();
      let news = 0;
      for (const tenant of policy.tenants) {
        news += await checkTenant(tenant);
        measureAge(tenant.id);
      }
      return news;
    },

    async refreshDirectory({ isForced = false } = {}): Promise<RefreshReport[]> {
      const { read } = deps;
      if (!read) return [];
      await readSnapshots();
      const reports: RefreshReport[] = [];
      for (const tenant of policy.tenants) {
        if (!isForced && !(await isTenantDue(tenant))) continue;
        const previous = known.get(tenant.id)?.snapshot;
        const refresh = { read, previous, keep, posture, now: Date.now() };
        const report = await refreshTenant(tenant, refresh);
        if (report.failure) deps.warn(`directory of ${tenant.name}: ${report.failure}`);
        deps.measure('glasswatch.graph.requests', report.requests, { tenant: tenant.id });
        reports.push(report);
      }
      return reports;
    },
  };
}
