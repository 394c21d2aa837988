import { untilSaved } from '../conflicts.ts';
import type { SettingsOf } from '../detect/detect.ts';
import type { Found } from '../detect/found.ts';
import { foundByService } from '../detect/found-by-service.ts';
import drillNotAlerted from '../detect/service-checks/drill-not-alerted.ts';
import { messageOf } from '../errors.ts';
import { dayMs } from '../time.ts';
import type { Drill } from './drill.ts';
import { drillItem } from './drill-ledger.ts';
import type { DrillDeps } from './drills.ts';
import { observe } from './observe.ts';
import { isOverdue, isTold } from './overdue.ts';

export type FollowDeps = Pick<DrillDeps, 'shelf' | 'cases' | 'watchlistOf' | 'written' | 'warn'> & {
  settingsOf: SettingsOf;
  /** Saves findings as all others are: `recordFindings`. Doing it again with the same changes nothing. */
  record(found: readonly Found[]): Promise<unknown>;
};

/** What nobody has answered, or no log has told, a month after its window stays as it is. */
const followedMs = 30 * dayMs;
/** As long as a delivery is tried: so long another channel may still come through. */
const followedAfterClosingMs = 3 * dayMs;

/**
 * Looks what became of each drill, and says so where its alert did not come. Doing it again, late, or
 * twice at once comes to the same.
 *
 * @param now - epoch milliseconds.
 * @returns how many drills were looked at. One that fails is warned of, and looked at the next time.
 */
export async function followDrills(now: number, deps: FollowDeps): Promise<number> {
  const followed = [...(await deps.shelf.all()).values()].filter(({ value }) =>
    isFollowed(value, now),
  );
  for (const { value } of followed) {
    try {
      await untilSaved(() => follow(value.id, now, deps));
    } catch (error) {
      deps.warn?.(`drill ${value.id}: ${messageOf(error)}`);
    }
  }
  return followed.length;
}

function isFollowed({ state, from, until, closed }: Drill, now: number): boolean {
  if (state === 'cancelled' || now < Date.parse(from)) return false;
  if (state === 'seen' && closed && now > Date.parse(closed.at) + followedAfterClosingMs) {
    return false;
  }
  return now <= Date.parse(until) + followedMs;
}

async function follow(id: string, now: number, deps: FollowDeps): Promise<void> {
  const row = await deps.shelf.get(id);
  if (!row || row.value.state === 'cancelled') return;
  const before = row.value;
  const kept = await deps.cases.load(before.incident);
  const observed = kept ? observe(before, kept, await deps.cases.acts(before.incident)) : before;
  const after: Drill = { ...observed, state: stateOf(observed, now) };

  // Before the save: a drill that is seen is not looked at for a finding again.
  if (before.state === 'failed' && after.state === 'seen') {
    await deps.record(await findingOf(before, 'resolved', now, deps));
  }
  if (JSON.stringify(after) !== JSON.stringify(before)) {
    const change = after.state === before.state ? 'followed' : after.state;
    if (change === 'declared') throw new Error(`drill ${id} went back to where it began`);
    await deps.written(drillItem(change, after, now));
    await deps.shelf.put(id, after, row.version);
  }
  // After the save: whoever reads an older case than another instance is stopped by the version.
  if (after.state === 'failed') await deps.record(await findingOf(after, 'open', now, deps));
}

function stateOf(drill: Drill, now: number): Drill['state'] {
  if (isTold(drill)) return 'seen';
  return isOverdue(drill, now) ? 'failed' : drill.state;
}

/** Always the same for the same drill: the precedence alone says which of two tells more. */
async function findingOf(
  drill: Drill,
  state: 'open' | 'resolved',
  now: number,
  { watchlistOf, settingsOf }: FollowDeps,
): Promise<Found[]> {
  const watchlist = await watchlistOf(drill.tenantId, now);
  if (!watchlist) return [];
  return foundByService(drillNotAlerted, drillNotAlerted.check({ drill, now }), {
    ...{ settingsOf, watchlist, state, now },
    category: 'SignInLogs',
    precedence: state === 'resolved' ? '2' : drill.signedInAt === null ? '0' : '1',
  });
}
