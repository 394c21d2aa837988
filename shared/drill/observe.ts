import type { KeptFinding } from '../finding.ts';
import type { Delivery } from '../record/outbox.ts';
import type { Act, Entry } from '../respond/journal.ts';
import type { AlertKind } from '../tell/alert.ts';
import type { KeptCase } from '../tell/notify.ts';
import { isoOf } from '../time.ts';
import type { Drill } from './drill.ts';

/** A sign-in of the account within the window, and the finding that tells of it. */
type SignIn = { at: string; finding: KeptFinding | undefined };

const useDetection = 'breakglass-signin-success';
/** Messages that say that the account is used. All others are about the answer, or about something else. */
const alerting: ReadonlySet<AlertKind> = new Set([
  'new',
  'update',
  'reopened',
  'lapsed',
  'escalation',
]);

/** A drill with what its incident shows of it by now. What was seen once stays as it was seen. */
export function observe(
  drill: Drill,
  kept: Pick<KeptCase, 'findings' | 'deliveries' | 'entries'>,
  acts: readonly Act[],
): Drill {
  const signIns = signInsOf(drill, kept.findings, acts);
  const first = signIns[0];
  if (!first) return drill;
  const findings = new Set(signIns.flatMap(({ finding }) => finding?.finding.id ?? []));
  const seen = drill.signedInAt === null ? { ...drill, ...clocksOf(first) } : drill;
  const since = seen.signedInAt ?? isoOf(Date.parse(first.at));
  const deliveries = kept.deliveries.map(({ value }) => value);
  const sent = alertsOf(deliveries, findings).filter(({ createdAt }) => createdAt >= since);
  return {
    ...seen,
    alerted: alertedBy(sent, seen.alerted),
    ...answerOf(seen, kept.entries, seen.detectedAt ?? since),
  };
}

/**
 * Oldest first. A finding tells of the first sign-in of its session, or of its day: a later one of the
 * same, which may be the drill, is known from the acts alone.
 */
function signInsOf(drill: Drill, findings: readonly KeptFinding[], acts: readonly Act[]): SignIn[] {
  const isWithin = (at: string) =>
    Date.parse(at) >= Date.parse(drill.from) && Date.parse(at) <= Date.parse(drill.until);
  const uses = findings.filter(
    ({ finding, state }) => finding.detection === useDetection && state !== 'withdrawn',
  );
  const renewals = acts.filter(({ isRenewal }) => isRenewal);
  const told = uses
    // A token that somebody's old session renews proves no sign-in.
    .filter(
      (kept) =>
        isWithin(kept.finding.time) && !renewals.some((act) => recordIdOf(act) === kept.recordId),
    )
    .map((finding) => ({ at: finding.finding.time, finding }));
  const acted = acts
    .filter(
      (act) =>
        act.kind === 'signIn' && act.isSuccess && act.isOwn && !act.isRenewal && isWithin(act.at),
    )
    .map((act) => ({
      at: act.at,
      finding: uses.find(({ finding }) => finding.source.recordIds.includes(recordIdOf(act))),
    }));
  return [...told, ...acted].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** Of the record that an act was made of, where that is kept. */
const recordIdOf = ({ id, record }: Act) => record?.recordId ?? id;

/** When the record arrived is known of the sign-in that a finding tells from. */
function clocksOf({ at, finding }: SignIn): Pick<Drill, 'signedInAt' | 'arrivedAt' | 'detectedAt'> {
  const isItsOwn = finding !== undefined && Date.parse(finding.finding.time) === Date.parse(at);
  return {
    signedInAt: isoOf(Date.parse(at)),
    arrivedAt: isItsOwn ? finding.arrivedAt : null,
    detectedAt: isItsOwn ? finding.detectedAt : null,
  };
}

/** The messages that went out and told of a sign-in, or took up one that was to tell of it. */
function alertsOf(deliveries: readonly Delivery[], signIns: ReadonlySet<string>): Delivery[] {
  const telling = deliveries.filter(
    ({ kind, findings }) => alerting.has(kind) && findings.some((id) => signIns.has(id)),
  );
  // A digest is no alert.
  const folded = telling.filter(({ state, cadence }) => state === 'folded' && !cadence);
  return deliveries.filter(
    (delivery) =>
      delivery.state === 'sent' &&
      alerting.has(delivery.kind) &&
      (telling.includes(delivery) ||
        folded.some(
          ({ channel, revision, createdAt }) =>
            channel === delivery.channel &&
            revision < delivery.revision &&
            createdAt <= delivery.createdAt,
        )),
  );
}

/** Each channel's first, in an order that does not depend on which was sent first. */
function alertedBy(deliveries: readonly Delivery[], before: Drill['alerted']): Drill['alerted'] {
  const times = new Map<string, string>();
  for (const { channel, sentAt } of deliveries) {
    const known = times.get(channel);
    if (sentAt !== null && (known === undefined || sentAt < known)) times.set(channel, sentAt);
  }
  for (const [channel, at] of Object.entries(before)) times.set(channel, at);
  return Object.fromEntries([...times].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The first answer after the sign-in was found; with its end the incident is done with the drill. */
function answerOf(
  { acknowledged, closed }: Drill,
  entries: readonly Entry[],
  since: string,
): Pick<Drill, 'acknowledged' | 'closed'> {
  const later = entries
    .filter(({ at }) => at >= since)
    .toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const end = later.find(({ kind }) => kind === 'resolved');
  const taken = later.find(
    ({ kind, at }) => kind === 'acknowledged' && (end === undefined || at <= end.at),
  );
  const answer = ({ by, at }: Entry) => ({ by, at });
  return {
    acknowledged: acknowledged ?? (closed ? null : taken ? answer(taken) : null),
    closed: closed ?? (end ? answer(end) : null),
  };
}
