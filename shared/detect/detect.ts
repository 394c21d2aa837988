import { cleanLine } from '../clean-text.ts';
import { type Actor, maxRecordIds, type Party } from '../finding.ts';
import type { Expected, DetectionSettings as SettingsById } from '../policy.ts';
import type { EventKind, LogEvent } from '../read/event.ts';
import type { Severity } from '../severity.ts';
import { isoOf } from '../time.ts';
import type { Watchlist } from '../watch/watchlist.ts';
import type { Context, Detection, Match } from './detection.ts';
import type { DetectionId } from './detection-ids.ts';
import { isExcluded, plannedChange } from './exceptions.ts';
import { type Found, foundOf } from './found.ts';

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
        const parties = [match.subject, actor];
        if (isExcluded(parties, at, settings, context.watchlist)) continue;
        const reason = plannedChange(parties, at, settings, context.watchlist);
        const severity = reason === undefined ? settings.severity : 'informational';
        found.push(
          toFound(detection, event, { ...match, actor, at }, { severity, reason }, context, now),
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

/** What the policy has to say of one match. */
type Verdict = { severity: Severity | undefined; reason: string | undefined };

function toFound(
  detection: Detection,
  event: LogEvent,
  match: Match & { actor: Actor | null; at: number },
  { severity, reason }: Verdict,
  { watchlist }: Context,
  now: number,
): Found {
  const { recordIds, gathered, settleMs } = match;
  const told = {
    ...match,
    tenantId: event.tenantId,
    subject: named(match.subject, watchlist),
    severity: severity ?? match.severity ?? detection.severity,
    details: {
      ...match.details,
      ...(reason !== undefined && { expected: cleanLine(reason, 300) }),
      ...(gathered && { gathered: cleaned(gathered) }),
    },
    source: {
      // Told from several records, it must not depend on which of them came last.
      category: recordIds ? (detection.categories[0] ?? event.category) : event.category,
      recordIds: [...new Set(recordIds ?? [event.id])].sort().slice(0, maxRecordIds),
      correlationId: recordIds ? null : event.correlationId,
    },
  };
  return foundOf(detection, told, watchlist, now, {
    state: match.isWithdrawn ? 'withdrawn' : 'open',
    precedence: match.precedence ?? '',
    severityWhenRepeated: severity ? null : (match.severityWhenRepeated ?? null),
    recordId: recordIds?.[0] ?? event.id,
    ...(recordIds && { isWhole: true }),
    ...(settleMs !== undefined && { settleMs }),
    arrivedAt: isToldOf(match, event) && event.emittedAt ? isoOf(event.emittedAt) : null,
  });
}

const cleaned = (gathered: NonNullable<Match['gathered']>) =>
  Object.fromEntries(
    Object.entries(gathered).map(([name, values]) => [
      name,
      values.flatMap((value) => (value === null ? [] : cleanLine(value))),
    ]),
  );

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
