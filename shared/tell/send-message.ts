import { unlessTaken } from '../conflicts.ts';
import { messageOf, WatchError } from '../errors.ts';
import { type Delivery, nextAttemptAt } from '../record/outbox.ts';
import { isoOf } from '../time.ts';
import type { Message } from './fold.ts';
import { foldedLine, isFoldable, isUrgent, type ListName } from './folded.ts';
import type { KeptCase, NotifyDeps } from './notify.ts';
import type { Place } from './window.ts';

/**
 * How long one sender has a delivery to itself before another may try it: longer than a channel may
 * take to answer, and short, because a sender that was killed leaves its alert waiting so long.
 */
const claimMs = 15_000;

/** What became of one message. */
type Outcome = { next: number | null; attempted: number; failed: readonly string[] };

const idle = (next: number | null): Outcome => ({ next, attempted: 0, failed: [] });
const done: Outcome = { next: null, attempted: 1, failed: [] };

/** Sends a message if its time has come and the channel has room, or makes it a line of a list. */
export async function sendMessage(
  message: Message,
  kept: KeptCase,
  deps: NotifyDeps,
): Promise<Outcome> {
  const { delivery } = message;
  // What was tried waits for its time; all else goes with what is due.
  const due = Date.parse(delivery.dueAt);
  if (delivery.attempts > 0 && due > deps.now()) return idle(due);
  const isListed = deps.lists !== undefined && isFoldable(delivery, kept.incident);
  if (isListed && delivery.cadence) return fold(message, delivery.cadence, kept, deps);
  const place = await placeFor(delivery, isListed, kept, deps);
  if (place.may === 'fold') return fold(message, 'storm', kept, deps);
  if (place.may === 'wait') return wait(message, place.until, deps);
  const outcome = await claimAndSend(message, kept, deps);
  if (outcome.attempted === 0) await deps.pace?.giveBack(delivery.channel, place.at);
  return outcome;
}

async function placeFor(
  delivery: Delivery,
  isListed: boolean,
  { incident }: KeptCase,
  { pace, now }: NotifyDeps,
): Promise<Place> {
  if (!pace) return { may: 'send', at: now() };
  return pace.place(delivery.channel, {
    // Later news of the incident takes over the place that earlier news waits for.
    for: delivery.person ? `${incident.id} ${delivery.person}` : incident.id,
    isUrgent: isUrgent(delivery, incident),
    isFoldable: isListed,
  });
}

/** @returns the new version; undefined if somebody else was first. */
const save = (delivery: Delivery, version: string, { cases }: NotifyDeps) =>
  unlessTaken(() => cases.saveDelivery(delivery, version));

/** Only once another delivery has their findings. */
async function foldAbsorbed({ absorbed }: Message, deps: NotifyDeps): Promise<void> {
  await Promise.all(
    absorbed.map(({ value, version }) => save({ ...value, state: 'folded' }, version, deps)),
  );
}

async function wait(message: Message, until: number, deps: NotifyDeps): Promise<Outcome> {
  const { delivery, version, absorbed } = message;
  const dueAt = isoOf(until);
  if (delivery.dueAt === dueAt && absorbed.length === 0) return idle(until);
  const saved = await save({ ...delivery, dueAt }, version, deps);
  if (saved === undefined) return idle(until);
  await foldAbsorbed(message, deps);
  return { ...done, next: until };
}

/** The line comes first: whoever is stopped in between puts the same line there again. */
async function fold(
  message: Message,
  list: ListName,
  kept: KeptCase,
  deps: NotifyDeps,
): Promise<Outcome> {
  const { delivery, version } = message;
  const lines = deps.lists?.[list];
  await lines?.put(delivery.id, foldedLine(delivery, kept, deps.now()));
  const saved = await save({ ...delivery, state: 'folded' }, version, deps);
  if (saved !== undefined) {
    await foldAbsorbed(message, deps);
    return done;
  }
  const now = await deps.cases.load(delivery.incident);
  const other = now?.deliveries.find(({ value }) => value.id === delivery.id)?.value;
  // Somebody else sends it, so it is no line of ours; if they folded it, it is the same one.
  if (other && other.state !== 'folded') await lines?.remove(delivery.id);
  return idle(other?.state === 'pending' ? deps.now() + claimMs : null);
}

async function claimAndSend(message: Message, kept: KeptCase, deps: NotifyDeps): Promise<Outcome> {
  const { delivery, version } = message;
  const until = deps.now() + claimMs;
  const claimed = { ...delivery, attempts: delivery.attempts + 1, dueAt: isoOf(until) };
  const claim = await save(claimed, version, deps);
  if (claim === undefined) return idle(until);
  await foldAbsorbed(message, deps);

  const { after, channelError } = await attempt(claimed, kept, deps);
  await save(after, claim, deps);
  if (after.lastError) {
    deps.warn?.(`${after.state} ${after.channel} ${after.incident}: ${after.lastError}`);
  }
  if (after.state === 'sent') await deps.trouble?.worked(after);
  else if (channelError) await deps.trouble?.failed(after, kept.incident.tenantId, channelError);
  return {
    next: after.state === 'pending' ? Date.parse(after.dueAt) : null,
    attempted: 1,
    failed: after.state === 'sent' ? [] : [after.id],
  };
}

/** @returns the delivery as it is then, and what the channel answered, if it was the channel that failed. */
async function attempt(claimed: Delivery, kept: KeptCase, deps: NotifyDeps) {
  let isWithChannel = false;
  try {
    const alert = await deps.compose(claimed, kept);
    isWithChannel = true;
    await deps.send(claimed.channel, alert);
    const sentAt = isoOf(deps.now());
    return { after: { ...claimed, state: 'sent' as const, sentAt, lastError: null } };
  } catch (error) {
    const lastError = messageOf(error, 500);
    const isRetryable = error instanceof WatchError && error.retryable;
    const retryAfterMs = error instanceof WatchError ? error.retryAfterMs : undefined;
    const next = isRetryable ? nextAttemptAt(claimed, deps.now(), retryAfterMs) : undefined;
    const after: Delivery =
      next === undefined
        ? { ...claimed, state: 'dead', lastError }
        : { ...claimed, dueAt: isoOf(next), lastError };
    return { after, ...(isWithChannel && { channelError: lastError }) };
  }
}
