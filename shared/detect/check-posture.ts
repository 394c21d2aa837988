import type { Watchlist } from '../watch/watchlist.ts';
import type { SettingsOf } from './detect.ts';
import type { Found } from './found.ts';
import { foundByCheck } from './found-by-check.ts';
import type { PostureCheck } from './posture-check.ts';

type PostureDeps = {
  checks: readonly PostureCheck[];
  settingsOf: SettingsOf;
  maxAgeDays: number;
  /** The moment that is judged, epoch milliseconds. */
  now: number;
};

/** What is wanting in the state of a tenant's directory at a moment; found again, it is the same finding. */
export function checkPosture(watchlist: Watchlist, deps: PostureDeps): Found[] {
  const { now, maxAgeDays } = deps;
  return deps.checks.flatMap((check) => {
    const settings = deps.settingsOf(check.id);
    if (!settings.enabled) return [];
    const matches = check.check({ watchlist, now, maxAgeDays });
    return foundByCheck(check, matches, { settings, watchlist, categoryOf: () => 'Graph', now });
  });
}
