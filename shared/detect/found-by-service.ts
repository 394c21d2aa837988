import type { Watchlist } from '../watch/watchlist.ts';
import type { SettingsOf } from './detect.ts';
import type { DetectionId } from './detection-ids.ts';
import type { DetectionInfo } from './detection-info.ts';
import type { Found } from './found.ts';
import { foundByCheck } from './found-by-check.ts';
import type { PostureMatch } from './posture-check.ts';

type Told = {
  settingsOf: SettingsOf;
  watchlist: Watchlist;
  /** What a finding names as its source. */
  category: string;
  state: 'open' | 'resolved';
  /** Of two tellings the greater counts: an end has to outweigh its beginning, whichever is recorded first. */
  precedence: string;
  /** Epoch milliseconds. */
  now: number;
};

/**
 * The findings of a check of this service itself, about what begins and is over one day. Nothing where
 * the policy has the check switched off.
 */
export function foundByService(
  check: DetectionInfo & { id: DetectionId },
  matches: readonly PostureMatch[],
  { settingsOf, watchlist, category, state, precedence, now }: Told,
): Found[] {
  const settings: ReturnType<SettingsOf> = settingsOf(check.id);
  if (!settings.enabled) return [];
  const categoryOf = () => category;
  return foundByCheck(check, matches, { settings, watchlist, categoryOf, now }).map((found) => ({
    ...found,
    kept: { ...found.kept, state, precedence, isWhole: true as const },
  }));
}
