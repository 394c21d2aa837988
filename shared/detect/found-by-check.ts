import { derivedId, type KeptFinding } from '../finding.ts';
import { isoOf } from '../time.ts';
import type { Watchlist } from '../watch/watchlist.ts';
import { type DetectionSettings, type Found, incidentIdOf, isExcluded } from './detect.ts';
import type { DetectionInfo } from './detection-info.ts';
import type { PostureMatch } from './posture-check.ts';

/** What the checks of a state, rather than of an event, have in common. */
type Checked = {
  settings: DetectionSettings;
  watchlist: Watchlist;
  /** What the finding names as its source: `Graph`, or a log category. */
  category: string;
  /** The moment that is judged, epoch milliseconds. */
  now: number;
};

/** The findings of one check; found again, each is the same finding. */
export const foundByCheck = (
  info: DetectionInfo,
  matches: readonly PostureMatch[],
  { settings, watchlist, category, now }: Checked,
): Found[] =>
  matches
    .filter(({ subject }) => !isExcluded([subject], now, settings, watchlist))
    .map((match) => {
      const tenantId = watchlist.tenant.id;
      const { id: incident, matter } = incidentIdOf(match, null, tenantId, watchlist);
      const kept: KeptFinding = {
        state: 'open',
        precedence: '',
        severityWhenRepeated: null,
        recordId: '',
        arrivedAt: null,
        detectedAt: isoOf(now),
        finding: {
          id: derivedId('finding', tenantId, info.id, ...match.key),
          revision: 1,
          incident,
          detection: info.id,
          severity: settings.severity ?? match.severity ?? info.severity,
          title: match.title,
          summary: match.summary,
          time: isoOf(match.at),
          tenantId,
          subject: match.subject,
          actor: null,
          roles: [...(match.roles ?? [])],
          techniques: [...info.techniques],
          source: { category, recordIds: [], correlationId: null },
          details: { ...match.details },
        },
      };
      return { kept, incident, matter, subject: match.subject };
    });
