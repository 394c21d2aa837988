import type { Watchlist } from '../watch/watchlist.ts';
import type { DetectionSettings } from './detect.ts';
import type { DetectionInfo } from './detection-info.ts';
import { isExcluded } from './exceptions.ts';
import { type Found, foundOf } from './found.ts';
import type { PostureMatch } from './posture-check.ts';

/** What the checks of a state, rather than of an event, have in common. */
type Checked = {
  settings: DetectionSettings;
  watchlist: Watchlist;
  /** What a finding names as its source: `Graph`, or a log category. */
  categoryOf: (match: PostureMatch) => string;
  /** The moment that is judged, epoch milliseconds. */
  now: number;
};

/** The gravest come first. Whoever has thousands must not make a finding that no row takes. */
const mostRoles = 100;

/** The findings of one check; found again, each is the same finding. */
export const foundByCheck = (
  info: DetectionInfo,
  matches: readonly PostureMatch[],
  { settings, watchlist, categoryOf, now }: Checked,
): Found[] =>
  matches
    .filter(({ subject }) => !isExcluded([subject], now, settings, watchlist))
    .map((match) => {
      const told = {
        ...match,
        roles: match.roles?.slice(0, mostRoles) ?? [],
        at: match.at ?? (watchlist.state.takenAt || now),
        tenantId: watchlist.tenant.id,
        actor: null,
        isState: true as const,
        severity: settings.severity ?? match.severity ?? info.severity,
        source: { category: categoryOf(match), recordIds: [], correlationId: null },
      };
      return foundOf(info, told, watchlist, now);
    });
