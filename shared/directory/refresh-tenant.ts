import { messageOf } from '../errors.ts';
import type { TenantPolicy } from '../policy.ts';
import type { PostureStore, RefreshReport } from '../posture/posture-store.ts';
import { isoOf } from '../time.ts';
import type { Snapshot } from '../watch/directory.ts';

export type RefreshDeps = {
  /** @throws {WatchError} if what a watch can't do without could not be read. */
  read(tenant: TenantPolicy, previous: Snapshot | undefined): Promise<Reading>;
  previous: Snapshot | undefined;
  /** Keeps the snapshot, and teaches the watchlist. */
  keep(snapshot: Snapshot): Promise<void>;
  posture: PostureStore;
  /** Epoch milliseconds. */
  now: number;
};

export type Reading = { snapshot: Snapshot; requests: number };

/**
 * Reads the directory of a tenant anew. A reading that fails changes nothing but its report: what was
 * known before still holds, and `config-roster-stale` says so once it is old.
 *
 * @throws {WatchError} STORE_UNAVAILABLE: doing it again is safe.
 */
export async function refreshTenant(
  tenant: TenantPolicy,
  deps: RefreshDeps,
): Promise<RefreshReport> {
  const { posture } = deps;
  const last = await posture.lastRefresh(tenant.id);
  const report = await tryToRead(tenant, last, deps);
  await posture.save(tenant.id, { refresh: report });
  return report;
}

async function tryToRead(
  tenant: TenantPolicy,
  last: RefreshReport | null,
  { read, previous, keep, now }: RefreshDeps,
): Promise<RefreshReport> {
  const triedAt = isoOf(now);
  let reading: Reading;
  try {
    reading = await read(tenant, previous);
  } catch (error) {
    const failure = messageOf(error, 500);
    return { triedAt, succeededAt: last?.succeededAt ?? null, failure, requests: 0 };
  }
  await keep(reading.snapshot);
  return { triedAt, succeededAt: triedAt, failure: null, requests: reading.requests };
}
