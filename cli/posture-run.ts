import { checkPosture, type Verdict } from '../shared/detect/check-posture.ts';
import type { SettingsOf } from '../shared/detect/detect.ts';
import { postureChecks } from '../shared/detect/posture-checks/index.ts';
import { type Policy, type TenantPolicy, tenantPolicy } from '../shared/policy.ts';
import { parseTime } from '../shared/time.ts';
import type { Snapshot } from '../shared/watch/directory.ts';
import type { Watchlist } from '../shared/watch/watchlist.ts';
import { Watchlists } from '../shared/watch/watchlists.ts';

type Judged = {
  snapshot: Snapshot;
  watchlist: Watchlist;
  tenant: TenantPolicy;
  verdicts: Verdict[];
  /** The moment that was judged, epoch milliseconds. */
  now: number;
};

type JudgeDeps = { policy: Policy | undefined; settingsOf: SettingsOf; watchlists: Watchlists };

/** The watchlists of a run on files: of the policy's tenants, or, without one, of any. */
export const watchlistsOf = (policy: Policy | undefined): Watchlists =>
  new Watchlists(
    (tenantId) => tenantPolicy(policy, tenantId),
    policy?.tenants.map(({ id }) => id) ?? [],
  );

/**
 * All checks on a snapshot that the watchlists have taken over.
 *
 * @param moment - epoch milliseconds; left out, when the snapshot was taken.
 * @returns undefined for a tenant that the policy does not name.
 */
export async function judgePosture(
  snapshot: Snapshot,
  moment: number | undefined,
  { policy, settingsOf, watchlists }: JudgeDeps,
): Promise<Judged | undefined> {
  const now = moment ?? parseTime(snapshot.takenAt) ?? Date.now();
  const watchlist = await watchlists.of(snapshot.tenantId, now);
  const tenant = tenantPolicy(policy, snapshot.tenantId);
  if (!watchlist || !tenant) return undefined;
  const deps = { checks: postureChecks, settingsOf, tenant, snapshot, now };
  return { snapshot, watchlist, tenant, verdicts: checkPosture(watchlist, deps), now };
}
