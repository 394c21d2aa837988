import { derivedId, type KeptFinding } from '../finding.ts';
import { isoOf } from '../time.ts';
import type { Watchlist } from '../watch/watchlist.ts';
import { type Found, incidentIdOf, isExcluded, type SettingsOf } from './detect.ts';
import type { PostureCheck, PostureMatch } from './posture-check.ts';

type PostureDeps = {
  checks: readonly PostureCheck[];
  settingsOf: SettingsOf;
  maxAgeDays: number;
  /** The moment that is judged, epoch milliseconds. */
  now: number;
};

/** What is wanting in the state of a tenant's directory at a moment; found again, it is the same finding. */
export function checkPosture(watchlist: Watchlist, deps: PostureDeps): Found[] {
  return deps.checks.flatMap((check) => {
    const settings = deps.settingsOf(check.id);
    if (!settings.enabled) return [];
    return check
      .check({ watchlist, now: deps.now, maxAgeDays: deps.maxAgeDays })
      .filter(({ subject }) => !isExcluded([subject], deps.now, settings, watchlist))
      .map((match) => {
        const severity = settings.severity ?? match.severity ?? check.severity;
        return toFound(check, match, severity, watchlist, deps.now);
      });
  });
}

function toFound(
  check: PostureCheck,
  match: PostureMatch,
  severity: PostureCheck['severity'],
  watchlist: Watchlist,
  now: number,
): Found {
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
      id: derivedId('finding', tenantId, check.id, ...match.key),
      revision: 1,
      incident,
      detection: check.id,
      severity,
      title: match.title,
      summary: match.summary,
      time: isoOf(match.at),
      tenantId,
      subject: match.subject,
      actor: null,
      roles: [...(match.roles ?? [])],
      techniques: [...check.techniques],
      source: { category: 'Graph', recordIds: [], correlationId: null },
      details: { ...match.details },
    },
  };
  return { kept, incident, matter, subject: match.subject };
}
