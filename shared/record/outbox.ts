import { derivedId } from '../finding.ts';
import type { Incident } from '../incident.ts';
import type { Severity } from '../severity.ts';
import type { AlertKind } from '../tell/alert.ts';
import { isoOf } from '../time.ts';

/**
 * One telling of an incident on one channel. It is saved in the transaction of the findings that it
 * tells of, and sent later: no crash between the two can lose it.
 */
export type Delivery = {
  /** Derived from incident, revision, channel, person and how long it waits; the same on every retry. */
  id: string;
  incident: string;
  revision: number;
  channel: string;
  kind: AlertKind;
  /** The findings that it tells of: new ones, or such as say something new. */
  findings: readonly string[];
  /** How grave it was when it was written: decides who goes first, and what a storm may fold. */
  severity: Severity;
  /** Only for this one, a key of the policy's `people`, rather than for all who read the channel. */
  person?: string;
  /** Who is asked for an answer by it: keys of `people`. */
  onCall?: readonly string[];
  /** The digest that it goes into, rather than to be told by itself. */
  cadence?: 'daily' | 'weekly';
  /** It takes over for this channel, which fails. */
  insteadOf?: string;
  /**
   * `moot`: what it was to tell was withdrawn before anyone had heard of it. `folded`: it is told as one
   * line among others, in a digest or the summary of a storm, or by a later message on the same channel.
   */
  state: 'pending' | 'sent' | 'dead' | 'moot' | 'folded';
  attempts: number;
  /** UTC ISO 8601. Not before then is it tried (again). */
  dueAt: string;
  createdAt: string;
  sentAt: string | null;
  /** What the channel answered last, without secrets. */
  lastError: string | null;
};

/** What a delivery may say beyond what, where and when. */
export type DeliveryOptions = Partial<
  Pick<Delivery, 'findings' | 'person' | 'onCall' | 'cadence' | 'insteadOf'>
> & {
  /** It waits so long, in case a later record explains what it tells of. */
  settleMs?: number;
  /** It waits so long for others to come with it. */
  groupMs?: number;
};

/** @param now - epoch milliseconds. */
export function newDelivery(
  { id: incident, revision, severity }: Pick<Incident, 'id' | 'revision' | 'severity'>,
  channel: string,
  kind: AlertKind,
  now: number,
  { findings = [], settleMs = 0, groupMs = 0, ...more }: DeliveryOptions = {},
): Delivery {
  const own = [
    ...(settleMs > 0 ? [`settles ${settleMs}`] : []),
    ...(more.person ? [`to ${more.person}`] : []),
    ...(more.insteadOf ? [`instead of ${more.insteadOf}`] : []),
  ];
  return {
    id: derivedId('delivery', incident, String(revision), channel, ...own),
    incident,
    revision,
    severity,
    channel,
    kind,
    findings,
    ...more,
    state: 'pending',
    attempts: 0,
    dueAt: isoOf(now + Math.max(settleMs, groupMs)),
    createdAt: isoOf(now),
    sentAt: null,
    lastError: null,
  };
}

const firstPauseMs = 5_000;
const longestPauseMs = 5 * 60_000;
/** A channel that answers nothing for three days is broken, not busy. */
const giveUpAfterMs = 72 * 3_600_000;
/** More than an hour of tries: else it was perhaps we who stood still all that time. */
const fewestAttempts = 20;

/** When a delivery that failed for now is tried again; undefined once it is given up. */
export function nextAttemptAt(
  delivery: Delivery,
  now: number,
  retryAfterMs: number | undefined,
): number | undefined {
  const isOld = now - Date.parse(delivery.createdAt) > giveUpAfterMs;
  if (isOld && delivery.attempts >= fewestAttempts) return undefined;
  const pause = Math.min(firstPauseMs * 2 ** delivery.attempts, longestPauseMs);
  return now + Math.max(retryAfterMs ?? 0, pause);
}
