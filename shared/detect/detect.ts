import { cleanLine } from '../clean-text.ts';
import { derivedId, type KeptFinding, maxRecordIds, type Party } from '../finding.ts';
import type { Expected, DetectionSettings as SettingsById } from '../policy.ts';
import type { EventKind, LogEvent } from '../read/event.ts';
import type { Severity } from '../severity.ts';
import { isoOf, parseTime } from '../time.ts';
import type { Watchlist } from '../watch/watchlist.ts';
import type { Context, Detection, Match } from './detection.ts';
import type { DetectionId } from './detection-ids.ts';

/** A finding, and which incident it belongs to. */
export type Found = { kept: KeptFinding; incident: string; matter: string; subject: Party };

/** What a policy may say of any detection. */
export type DetectionSettings = {
  enabled: boolean;
  severity?: Severity | undefined;
  exclude: readonly { account: string; reason: string; until?: string | undefined }[];
  /** The planned changes that name the detection. */
  expected?: readonly Pick<Expected, 'accounts' | 'from' | 'until' | 'reason'>[];
};

/** Those of a detection carry its thresholds as well. */
export type SettingsOf = {
  <Id extends DetectionId>(detectionId: Id): SettingsById<Id>;
  (detectionId: string): DetectionSettings;
};

/** The detections by the kind of event they read, so that an event meets only its own. */
export type DetectionsByKind = ReadonlyMap<EventKind, readonly Detection[]>;

export function byKind(detections: readonly Detection[]): DetectionsByKind {
  const kinds: EventKind[] = ['signIn', 'audit', 'risk', 'activity'];
  return new Map(
    kinds.map((kind) => [kind, detections.filter(({ reads }) => reads.includes(kind))]),
  );
}

type DetectDeps = {
  detections: DetectionsByKind;
  settingsOf: SettingsOf;
};

/** The detections that are on, each with the context that it is asked in. */
export type Prepared = ReadonlyMap<
  EventKind,
  readonly { detection: Detection; context: Parameters<Detection['detect']>[1] }[]
>;

/** Made once for all the events of a batch and tenant. */
export function prepare(context: Context, { detections, settingsOf }: DetectDeps): Prepared {
  return new Map(
    [...detections].map(([kind, some]) => [
      kind,
      some
        .map((detection) => ({
          detection,
          context: { ...context, settings: settingsOf(detection.id), settingsOf },
        }))
        .filter((one) => one.context.settings.enabled),
    ]),
  );
}

/**
 * 3 detect: one event against every detection of its kind.
 *
 * @param now - epoch milliseconds.
 * @returns what was found, and the detections that failed: a fault in one never silences the others.
 */
export function detect(event: LogEvent, prepared: Prepared, now: number) {
  const found: Found[] = [];
  const failed: string[] = [];
  for (const { detection, context } of prepared.get(event.kind) ?? []) {
    try {
      const { settings } = context;
      for (const match of matchesOf(detection.detect(event, context))) {
        const actor = match.actor === undefined ? event.actor : match.actor;
        const at = match.at ?? event.at;
        if (isExcluded([match.subject, actor], at, settings, context.watchlist)) continue;
        const planned = plannedChange([match.subject, actor], at, settings, context.watchlist);
        found.push(
          toFound(
            detection,
            event,
            planned ? asPlanned(match, planned) : match,
            planned ? { ...settings, severity: 'informational' } : settings,
            context.watchlist,
            now,
          ),
        );
      }
    } catch (error) {
      failed.push(`${detection.id}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { found, failed };
}

const matchesOf = (answer: Match | readonly Match[] | undefined): readonly Match[] =>
  answer === undefined ? [] : 'key' in answer ? [answer] : answer;

/**
 * Exclusions name one account, may end, and never hold for break-glass accounts.
 *
 * @param parties - whom a match speaks of: its subject and its actor.
 * @param at - the moment it speaks of, epoch milliseconds.
 */
export function isExcluded(
  parties: readonly (Party | null)[],
  at: number,
  { exclude }: DetectionSettings,
  watchlist: Watchlist,
): boolean {
  if (exclude.length === 0 || parties.some((party) => watchlist.isBreakGlass(party))) return false;
  return exclude.some(({ account, until }) => {
    // The day named is the last one it holds for.
    if (until && isoOf(at).slice(0, 10) > until.slice(0, 10)) return false;
    return isAmong(parties, account, watchlist);
  });
}

/** The reason why a match was to be expected. Nothing about a break-glass account ever is. */
function plannedChange(
  parties: readonly (Party | null)[],
  at: number,
  { expected = [] }: DetectionSettings,
  watchlist: Watchlist,
): string | undefined {
  if (expected.length === 0 || parties.some((party) => watchlist.isBreakGlass(party))) return;
  return expected.find(
    ({ accounts, from, until }) =>
      at >= (parseTime(from) ?? Number.POSITIVE_INFINITY) &&
      at <= (parseTime(until) ?? 0) &&
      accounts.some((account) => isAmong(parties, account, watchlist)),
  )?.reason;
}

const asPlanned = (match: Match, reason: string): Match => ({
  ...match,
  details: { ...match.details, expected: cleanLine(reason, 300) },
});

const isAmong = (
  parties: readonly (Party | null)[],
  account: string,
  watchlist: Watchlist,
): boolean => parties.some((party) => party !== null && watchlist.isMeant(party, account));

function toFound(
  detection: Detection,
  event: LogEvent,
  match: Match,
  settings: DetectionSettings,
  watchlist: Watchlist,
  now: number,
): Found {
  const actor = match.actor === undefined ? event.actor : match.actor;
  const { id: incident, matter } = incidentIdOf(match, actor, event.tenantId, watchlist);
  const gathered = Object.entries(match.gathered ?? {}).map(
    ([name, values]) =>
      [name, values.flatMap((value) => (value === null ? [] : cleanLine(value)))] as const,
  );
  const details = {
    ...match.details,
    ...(gathered.length > 0 && { gathered: Object.fromEntries(gathered) }),
  };
  const kept: KeptFinding = {
    state: match.isWithdrawn ? 'withdrawn' : 'open',
    precedence: match.precedence ?? '',
    severityWhenRepeated: settings.severity ? null : (match.severityWhenRepeated ?? null),
    recordId: match.recordIds?.[0] ?? event.id,
    ...(match.recordIds && { isWhole: true }),
    ...(match.settleMs !== undefined && { settleMs: match.settleMs }),
    arrivedAt: isToldOf(match, event) && event.emittedAt ? isoOf(event.emittedAt) : null,
    detectedAt: isoOf(now),
    finding: {
      id: derivedId('finding', event.tenantId, detection.id, ...match.key),
      revision: 1,
      incident,
      detection: detection.id,
      severity: settings.severity ?? match.severity ?? detection.severity,
      title: match.title,
      summary: match.summary,
      time: isoOf(match.at ?? event.at),
      tenantId: event.tenantId,
      subject: named(match.subject, watchlist),
      actor,
      roles: [...(match.roles ?? [])],
      techniques: [...detection.techniques],
      source: {
        // Told from several records, it must not depend on which of them came last.
        category: match.recordIds ? (detection.categories[0] ?? event.category) : event.category,
        recordIds: [...new Set(match.recordIds ?? [event.id])].sort().slice(0, maxRecordIds),
        correlationId: match.recordIds ? null : event.correlationId,
      },
      details,
    },
  };
  return { kept, incident, matter, subject: kept.finding.subject };
}

/** Told from what is remembered, a match may speak of other records than the one that completed it. */
const isToldOf = ({ recordIds }: Match, { id }: LogEvent) => recordIds?.includes(id) ?? true;

/** A record may name a subject by id alone; the watchlist often knows what people call it. */
function named(party: Party, watchlist: Watchlist): Party {
  const { type, id, name } = party;
  if (name && id) return { type, id, name };
  return {
    type,
    id: id ?? watchlist.idOf(party) ?? null,
    name: name ?? watchlist.account(party)?.name ?? null,
  };
}

/**
 * Which incident a match belongs to. While a break-glass account is in play, everything it does and
 * all that is done to it is one matter.
 */
export function incidentIdOf(
  match: Pick<Match, 'subject' | 'matter'>,
  actor: Party | null,
  tenantId: string,
  watchlist: Watchlist,
) {
  const glass = [match.subject, actor].find((party) => party && watchlist.isBreakGlass(party));
  const [kind, ...rest] = glass ? (['break-glass'] as const) : match.matter;
  const about = glass ?? match.subject;
  const key = watchlist.idOf(about) ?? about.name?.toLowerCase() ?? '';
  return { id: derivedId('incident', tenantId, kind, key, ...rest), matter: kind };
}
