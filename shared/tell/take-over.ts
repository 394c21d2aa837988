import { patienceMs } from '../detect/service-checks/channel-failing.ts';
import { derivedId } from '../finding.ts';
import { isBreakGlassIncident } from '../incident.ts';
import type { Delivery } from '../record/outbox.ts';
import { isAtLeast } from '../severity.ts';
import { dayMs, isoOf } from '../time.ts';
import { isUrgent } from './folded.ts';
import type { KnownChannel } from './known-channels.ts';
import type { KeptCase } from './notify.ts';

type Scene = {
  /** In the order of the policy. */
  channels: readonly KnownChannel[];
  /** Since when channels fail that do, epoch milliseconds. */
  failing: ReadonlyMap<string, number>;
  /** Deliveries that have failed just now. */
  failedNow: ReadonlySet<string>;
  /** Epoch milliseconds. */
  now: number;
};

export type TakeOvers = {
  deliveries: Delivery[];
  /** Channels that could not tell in time, whether or not another one was left to. */
  overdue: string[];
  /** When the next one may be due; null for none. */
  next: number | null;
};

/** What wakes people up waits for a failing channel no longer than that, nor for more failures. */
const urgentPatienceMs = 30_000;
const urgentFailures = 2;
/** A delivery that died longer ago is history; it was given up at three days, and somebody looked since. */
const lastingMs = 4 * dayMs;

/** Which channels take over, for whichever deliveries did not get through in time. Each once: the ids are derived. */
export function takeOvers(kept: KeptCase, scene: Scene): TakeOvers {
  const result: TakeOvers = { deliveries: [], overdue: [], next: null };
  const all = kept.deliveries.map(({ value }) => value);
  for (const delivery of all) {
    const at = overdueAt(delivery, kept, scene);
    if (at === undefined || all.some((one) => isInsteadOf(one, delivery))) continue;
    if (at > scene.now) {
      result.next = Math.min(result.next ?? at, at);
      continue;
    }
    result.overdue.push(delivery.channel);
    const channel = nextChannel(delivery, [...all, ...result.deliveries], kept, scene);
    if (channel) result.deliveries.push(insteadOf(delivery, channel, scene.now));
  }
  return result;
}

/** When somebody else has to tell what it tells; undefined while nothing is wrong. */
function overdueAt(
  delivery: Delivery,
  { incident }: KeptCase,
  { failing, failedNow, now }: Scene,
): number | undefined {
  const { state, kind, channel, attempts, lastError, createdAt, id } = delivery;
  if (kind === 'canary') return undefined;
  if (state === 'dead') return now - Date.parse(createdAt) < lastingMs ? now : undefined;
  if (state !== 'pending') return undefined;
  const isFirst = isUrgent(delivery, incident);
  if (isFirst && failedNow.has(id) && attempts >= urgentFailures) return now;
  const since = failing.get(channel);
  // What was not tried is held up by what was, or else waits for something that is no trouble.
  const isHeldUp = attempts > 0 ? lastError !== null : Date.parse(delivery.dueAt) <= now;
  if (since === undefined || !isHeldUp) return undefined;
  return since + (isFirst ? urgentPatienceMs : patienceMs);
}

function nextChannel(
  delivery: Delivery,
  all: readonly Delivery[],
  { incident }: KeptCase,
  { channels, failing }: Scene,
): KnownChannel | undefined {
  const at = channels.findIndex(({ name }) => name === delivery.channel);
  const inOrder = [...channels.slice(at + 1), ...channels.slice(0, Math.max(at, 0))];
  const isOpenTo = ({ minSeverity }: KnownChannel) =>
    minSeverity === undefined ||
    isAtLeast(delivery.severity, minSeverity) ||
    isBreakGlassIncident(incident);
  const isTold = (channel: KnownChannel) => all.some((one) => tells(one, delivery, channel));
  const fallback = inOrder.find(({ name }) => name === channels[at]?.fallback);
  if (fallback) {
    if (!isTold(fallback)) return fallback;
    // Its readers know, or will: unless it fails as well.
    if (!failing.has(fallback.name)) return undefined;
  }
  const left = inOrder.filter((one) => !isTold(one) && isOpenTo(one));
  return left.find(({ name }) => !failing.has(name)) ?? left[0];
}

/** Whether a delivery tells on that channel what another one was to tell elsewhere. */
function tells(one: Delivery, what: Delivery, channel: KnownChannel): boolean {
  const isFor = channel.isPersonal && what.person ? what.person : undefined;
  return (
    one.channel === channel.name &&
    one.person === isFor &&
    one.revision === what.revision &&
    sortOf(one) === sortOf(what) &&
    one.state !== 'dead'
  );
}

/** Where nobody has heard of an incident yet, an update of it is sent as new. */
const sortOf = ({ kind }: Delivery) => (kind === 'update' ? 'new' : kind);

const idOf = (failed: Delivery, channel: string) =>
  derivedId('delivery', failed.id, 'taken over by', channel);

const isInsteadOf = (one: Delivery, failed: Delivery) =>
  one.insteadOf === failed.channel && one.id === idOf(failed, one.channel);

function insteadOf(failed: Delivery, channel: KnownChannel, now: number): Delivery {
  const { person, cadence: _, ...rest } = failed;
  const at = isoOf(now);
  return {
    ...rest,
    id: idOf(failed, channel.name),
    channel: channel.name,
    insteadOf: failed.channel,
    // A channel that can't address one person says to all whom it asks.
    ...(person && (channel.isPersonal ? { person } : { onCall: [person] })),
    state: 'pending',
    attempts: 0,
    dueAt: at,
    createdAt: at,
    sentAt: null,
    lastError: null,
  };
}
