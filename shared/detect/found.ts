import { type Actor, derivedId, type Finding, type KeptFinding, type Party } from '../finding.ts';
import { breakGlassMatter } from '../incident.ts';
import type { Severity } from '../severity.ts';
import { isoOf } from '../time.ts';
import type { Watchlist } from '../watch/watchlist.ts';
import type { Match } from './detection.ts';
import type { DetectionInfo } from './detection-info.ts';

/** A finding, and which incident it belongs to. */
export type Found = { kept: KeptFinding; incident: string; matter: string; subject: Party };

/** What a finding tells, whether an event or a state showed it. */
type Told = Pick<
  Match,
  'key' | 'title' | 'summary' | 'subject' | 'matter' | 'roles' | 'details'
> & {
  tenantId: string;
  actor: Actor | null;
  severity: Severity;
  /** Epoch milliseconds. */
  at: number;
  source: Finding['source'];
  /** It tells of a state, which is no use of an account: never a part of a break-glass incident. */
  isState?: true;
};

/**
 * @param kept - what is kept beside the finding, where it differs from one that is just open.
 * @param now - epoch milliseconds.
 */
export function foundOf(
  { id: detection, techniques }: DetectionInfo,
  told: Told,
  watchlist: Watchlist,
  now: number,
  kept: Partial<Omit<KeptFinding, 'finding'>> = {},
): Found {
  const { tenantId, key, severity, title, summary, at, subject, actor, source } = told;
  const { id: incident, matter } = incidentIdOf(told, watchlist);
  const finding: Finding = {
    id: derivedId('finding', tenantId, detection, ...key),
    revision: 1,
    incident,
    detection,
    severity,
    title,
    summary,
    time: isoOf(at),
    tenantId,
    subject,
    actor,
    roles: [...(told.roles ?? [])],
    techniques: [...techniques],
    source,
    details: { ...told.details },
  };
  const plain = { state: 'open' as const, precedence: '', severityWhenRepeated: null };
  return {
    kept: { ...plain, recordId: '', arrivedAt: null, detectedAt: isoOf(now), ...kept, finding },
    incident,
    matter,
    subject,
  };
}

/**
 * Which incident a match belongs to. While a break-glass account is in play, everything it does and
 * all that is done to it is one matter.
 */
function incidentIdOf({ subject, actor, matter, tenantId, isState }: Told, watchlist: Watchlist) {
  const glass = isState
    ? undefined
    : [subject, actor].find((party) => party && watchlist.isBreakGlass(party));
  if (glass)
    return { id: breakGlassIncident(tenantId, glass, watchlist), matter: breakGlassMatter };
  const [kind, ...rest] = matter;
  const key = keyOf(subject, watchlist);
  return { id: derivedId('incident', tenantId, kind, key, ...rest), matter: kind };
}

/** The id of the one incident of a break-glass account. */
export const breakGlassIncident = (tenantId: string, account: Party, watchlist: Watchlist) =>
  derivedId('incident', tenantId, breakGlassMatter, keyOf(account, watchlist));

const keyOf = (party: Party, watchlist: Watchlist) =>
  watchlist.idOf(party) ?? party.name?.toLowerCase() ?? '';
