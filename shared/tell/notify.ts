import { unlessTaken } from '../conflicts.ts';
import { messageOf, WatchError } from '../errors.ts';
import type { KeptFinding } from '../finding.ts';
import type { Incident } from '../incident.ts';
import { type Delivery, nextAttemptAt } from '../record/outbox.ts';
import type { Versioned } from '../record/record-findings.ts';
import { isoOf } from '../time.ts';
import type { Alert } from './alert.ts';

export type KeptCase = {
  incident: Incident;
  findings: KeptFinding[];
  deliveries: Versioned<Delivery>[];
};

/** What telling people asks of state. */
export type DeliveryStore = {
  load(incidentId: string): Promise<KeptCase | undefined>;
  /** @returns its new version. @throws {WatchError} STORE_CONFLICT if it is no longer `version`. */
  saveDelivery(delivery: Delivery, version: string): Promise<string>;
  /** The incidents last changed, newest first. */
  incidents(query: { limit: number }): Promise<Incident[]>;
};

export type NotifyDeps = {
  cases: DeliveryStore;
  compose(delivery: Delivery, kept: KeptCase): Alert;
  /** @throws {WatchError} DELIVERY_UNAVAILABLE to be tried again, DELIVERY_REJECTED to be given up. */
  send(channel: string, alert: Alert): Promise<void>;
  /** Epoch milliseconds. */
  now(): number;
  /** Told of every attempt that failed, without secrets. */
  warn?(message: string): void;
};

/**
 * How long one sender has a delivery to itself before another may try it: longer than a channel may
 * take to answer, and short, because a sender that was killed leaves its alert waiting so long.
 */
const claimMs = 15_000;

/**
 * 6 notify: sends what is due of one incident, each channel by itself, so that a slow one holds up no other.
 *
 * Two senders may meet here: whoever claims a delivery first sends it. A sender that dies after
 * sending and before saving leaves it claimed, so it is sent once more, with the same ids.
 *
 * @returns when to look again, epoch milliseconds (null once nothing is pending), and how many
 * deliveries were tried.
 */
export async function notify(incidentId: string, deps: NotifyDeps): Promise<Round> {
  const kept = await deps.cases.load(incidentId);
  if (!kept) return { next: null, attempted: 0 };
  const pending = kept.deliveries.filter(({ value }) => value.state === 'pending');
  const channels = Map.groupBy(pending, ({ value }) => value.channel);
  const rounds = await Promise.all(
    [...channels.values()].map((queue) => sendInOrder(queue, kept, deps)),
  );
  const times = rounds.flatMap(({ next }) => next ?? []);
  return {
    next: times.length === 0 ? null : Math.min(...times),
    attempted: rounds.reduce((sum, { attempted }) => sum + attempted, 0),
  };
}

export type Round = { next: number | null; attempted: number };

/** A later revision does not overtake an earlier one on the same channel. */
async function sendInOrder(
  queue: readonly Versioned<Delivery>[],
  kept: KeptCase,
  deps: NotifyDeps,
): Promise<Round> {
  let attempted = 0;
  let waiting: number | null = null;
  for (const delivery of queue.toSorted((a, b) => a.value.revision - b.value.revision)) {
    const round = await sendOne(delivery, kept, deps);
    attempted += round.attempted;
    if (round.next === null) continue;
    // Only what was tried holds up the rest; what merely waits to settle does not.
    if (delivery.value.attempts > 0 || round.attempted > 0) return { next: round.next, attempted };
    waiting = Math.min(waiting ?? round.next, round.next);
  }
  return { next: waiting, attempted };
}

/** All that it tells of was withdrawn, and nobody on its channel has heard of any of it. */
function isMoot(delivery: Delivery, { findings, deliveries }: KeptCase): boolean {
  const told = new Set(delivery.findings);
  const about = findings.filter(({ finding }) => told.has(finding.id));
  if (about.length === 0 || about.some(({ state }) => state === 'open')) return false;
  return !deliveries.some(
    ({ value }) =>
      value.channel === delivery.channel &&
      // One that was tried may have arrived.
      (value.state === 'sent' || value.attempts > 0) &&
      value.id !== delivery.id &&
      value.findings.some((id) => told.has(id)),
  );
}

async function sendOne(
  { value: delivery, version }: Versioned<Delivery>,
  kept: KeptCase,
  deps: NotifyDeps,
): Promise<Round> {
  const now = deps.now();
  const due = Date.parse(delivery.dueAt);
  if (due > now) return { next: due, attempted: 0 };
  if (delivery.attempts === 0 && isMoot(delivery, kept)) {
    await unlessTaken(() => deps.cases.saveDelivery({ ...delivery, state: 'moot' }, version));
    return { next: null, attempted: 0 };
  }
  const claimed = {
    ...delivery,
    attempts: delivery.attempts + 1,
    dueAt: isoOf(now + claimMs),
  };
  const claim = await unlessTaken(() => deps.cases.saveDelivery(claimed, version));
  if (claim === undefined) return { next: now + claimMs, attempted: 0 };

  const outcome = await attempt(claimed, kept, deps);
  await unlessTaken(() => deps.cases.saveDelivery(outcome, claim));
  if (outcome.lastError) {
    deps.warn?.(`${outcome.state} ${outcome.channel} ${outcome.incident}: ${outcome.lastError}`);
  }
  return { next: outcome.state === 'pending' ? Date.parse(outcome.dueAt) : null, attempted: 1 };
}

async function attempt(claimed: Delivery, kept: KeptCase, deps: NotifyDeps): Promise<Delivery> {
  try {
    await deps.send(claimed.channel, deps.compose(claimed, kept));
    return { ...claimed, state: 'sent', sentAt: isoOf(deps.now()), lastError: null };
  } catch (error) {
    const lastError = messageOf(error, 500);
    const isRetryable = error instanceof WatchError && error.retryable;
    const retryAfterMs = error instanceof WatchError ? error.retryAfterMs : undefined;
    const next = isRetryable ? nextAttemptAt(claimed, deps.now(), retryAfterMs) : undefined;
    if (next === undefined) return { ...claimed, state: 'dead', lastError };
    return { ...claimed, dueAt: isoOf(next), lastError };
  }
}
