import { unlessTaken } from '../conflicts.ts';
import { messageOf } from '../errors.ts';
import type { KeptFinding } from '../finding.ts';
import type { Incident } from '../incident.ts';
import type { Versioned } from '../record/case-store.ts';
import type { Delivery } from '../record/outbox.ts';
import type { KeptEntry } from '../respond/journal.ts';
import type { Alert } from './alert.ts';
import type { Trouble } from './channel-trouble.ts';
import { isToldBy, lineOf } from './fold.ts';
import type { Lists } from './folded.ts';
import { isMoot } from './moot.ts';
import type { Pace } from './pace.ts';
import { sendMessage } from './send-message.ts';

export type KeptCase = {
  incident: Incident;
  findings: KeptFinding[];
  deliveries: Versioned<Delivery>[];
  /** The incident's journal, oldest first. */
  entries: KeptEntry[];
};

/** What telling people asks of state. */
export type DeliveryStore = {
  load(incidentId: string): Promise<KeptCase | undefined>;
  /** @returns its new version. @throws {WatchError} STORE_CONFLICT if it is no longer `version`. */
  saveDelivery(delivery: Delivery, version: string): Promise<string>;
  /** Those that want an answer first, then those that changed last: see `mostPressingFirst`. */
  incidents(query: { limit: number }): Promise<Incident[]>;
};

export type NotifyDeps = {
  cases: DeliveryStore;
  compose(delivery: Delivery, kept: KeptCase): Alert | Promise<Alert>;
  /** @throws {WatchError} DELIVERY_UNAVAILABLE to be tried again, DELIVERY_REJECTED to be given up. */
  send(channel: string, alert: Alert): Promise<void>;
  /** How much a channel takes. Left out: nothing bounds it. */
  pace?: Pace;
  /** Where lines for digests and of storms go. Left out: each delivery is told by itself. */
  lists?: Lists['lines'];
  /** Who takes over for a channel that fails. Left out: nobody. */
  trouble?: Trouble;
  /** Copies lines of the journal that have no place in the ledger yet, and notes the place of each. */
  chain?(entries: readonly KeptEntry[]): Promise<void>;
  /** Epoch milliseconds. */
  now(): number;
  /** Told of every attempt that failed, without secrets. */
  warn?(message: string): void;
};

export type Round = {
  /** When to look again, epoch milliseconds; null once nothing is pending. */
  next: number | null;
  /** How many deliveries were tried, or told to come again: whoever did that looks again in time. */
  attempted: number;
};

/** Each channel may take over for the one before; no policy has a chain that long. */
const mostTakeOvers = 16;
/** The ledger is nothing that people wait for. */
const chainAgainMs = 30_000;

/**
 * 6 notify: sends what is due of one incident, each channel by itself, so that a slow one holds up no other.
 *
 * Two senders may meet here: whoever claims a delivery first sends it. A sender that dies after
 * sending and before saving leaves it claimed, so it is sent once more, with the same ids. What a
 * channel does not take in time is told by another one too: take-over.ts.
 *
 * @throws {WatchError} STORE_UNAVAILABLE: doing it again is safe.
 */
export async function notify(incidentId: string, deps: NotifyDeps): Promise<Round> {
  const kept = await deps.cases.load(incidentId);
  if (!kept) return { next: null, attempted: 0 };
  const sent = await sendDue(kept, deps);
  const chainAt = await chainEntries(kept, deps);
  const { next, attempted } = hasTrouble(kept, sent)
    ? await sendOtherwise(incidentId, sent, deps)
    : sent;
  return { next: earliest([next, chainAt]), attempted };
}

type Sent = Round & { failed: readonly string[] };

async function sendDue(kept: KeptCase, deps: NotifyDeps): Promise<Sent> {
  const pending = kept.deliveries.filter(({ value }) => value.state === 'pending');
  const queues = Map.groupBy(pending, ({ value: { channel, person, cadence } }) =>
    JSON.stringify([channel, person, cadence]),
  );
  return together(
    await Promise.all([...queues.values()].map((queue) => sendQueue(queue, kept, deps))),
  );
}

/** A later revision does not overtake an earlier one on the same channel. */
async function sendQueue(
  queue: readonly Versioned<Delivery>[],
  kept: KeptCase,
  deps: NotifyDeps,
): Promise<Sent> {
  const all = kept.deliveries.map(({ value }) => value);
  const left: Versioned<Delivery>[] = [];
  for (const one of queue) if (!(await isNeedless(one, all, kept, deps))) left.push(one);
  const { messages, next } = lineOf(left, (one) => settles(one, kept), deps.now());
  let sent: Sent = { next, attempted: 0, failed: [] };
  for (const message of messages) {
    const round = await sendMessage(message, kept, deps);
    sent = together([sent, round]);
    // Whatever is not through holds up the rest.
    if (round.next !== null) break;
  }
  return sent;
}

/** Nobody need hear of it: all of it was withdrawn before anybody did, or a later message tells it. */
async function isNeedless(
  { value, version }: Versioned<Delivery>,
  all: readonly Delivery[],
  kept: KeptCase,
  { cases, now }: NotifyDeps,
): Promise<boolean> {
  if (value.attempts > 0) return false;
  const isMootNow = Date.parse(value.dueAt) <= now() && isMoot(value, kept);
  const state = isMootNow ? 'moot' : all.some((one) => isToldBy(value, one)) ? 'folded' : undefined;
  if (!state) return false;
  await unlessTaken(() => cases.saveDelivery({ ...value, state }, version));
  return true;
}

/** It waits because a later record may explain what it tells of, and not for company. */
function settles({ findings }: Delivery, kept: KeptCase): boolean {
  const told = new Set(findings);
  return kept.findings.some(
    ({ finding, settleMs, state }) => state === 'open' && settleMs && told.has(finding.id),
  );
}

function hasTrouble({ deliveries }: KeptCase, { failed }: Sent): boolean {
  const hasWaited = ({ state, attempts }: Delivery) =>
    state === 'dead' || (state === 'pending' && attempts > 0);
  return failed.length > 0 || deliveries.some(({ value }) => hasWaited(value));
}

/** Has other channels take over, those for each other if need be. */
async function sendOtherwise(incidentId: string, first: Sent, deps: NotifyDeps): Promise<Round> {
  let sent = first;
  for (let left = mostTakeOvers; deps.trouble && left > 0; left -= 1) {
    const kept = await deps.cases.load(incidentId);
    if (!kept) break;
    const { added, next } = await deps.trouble.takeOver(kept, new Set(sent.failed));
    if (added === 0) return { ...sent, next: earliest([sent.next, next]) };
    const withThem = await deps.cases.load(incidentId);
    if (!withThem) break;
    const again = await sendDue(withThem, deps);
    sent = { ...again, attempted: sent.attempted + again.attempted };
  }
  return sent;
}

/** @returns when to try again; null if there is nothing left. */
async function chainEntries({ entries }: KeptCase, deps: NotifyDeps): Promise<number | null> {
  const unchained = entries.filter(({ seq }) => seq === null);
  if (!deps.chain || unchained.length === 0) return null;
  try {
    await deps.chain(unchained);
    return null;
  } catch (error) {
    deps.warn?.(`ledger: ${messageOf(error)}`);
    return deps.now() + chainAgainMs;
  }
}

const together = (rounds: readonly Sent[]): Sent => ({
  next: earliest(rounds.map(({ next }) => next)),
  attempted: rounds.reduce((sum, { attempted }) => sum + attempted, 0),
  failed: rounds.flatMap(({ failed }) => failed),
});

function earliest(times: readonly (number | null)[]): number | null {
  const known = times.filter((at) => at !== null);
  return known.length === 0 ? null : Math.min(...known);
}
