import { minuteMs } from '../time.ts';
import type { Channel } from './channel.ts';

/** What one channel was sent within the last minute, and who waits for a place. Times are epoch milliseconds. */
export type Window = { sent: readonly number[]; booked: readonly Booking[] };

/** Somebody who was told to come again at a time; whoever comes unasked stands behind them. */
type Booking = { for: string; at: number; isUrgent: boolean };

export type Ask = {
  /** Who asks; the same each time, so that it is recognised when it comes again. */
  for: string;
  /** Goes ahead of all that is not. */
  isUrgent: boolean;
  /** In a storm it may be told as one line among others. */
  isFoldable: boolean;
};

/** Times are epoch milliseconds. */
export type Place = { may: 'send'; at: number } | { may: 'fold' } | { may: 'wait'; until: number };

export const noSends: Window = { sent: [], booked: [] };

/** More are not remembered: they are told when to come, and then stand behind the others. */
const mostBooked = 2_000;

/**
 * Whether somebody may send now. Pure; `after` is the very `window` that was given if nothing changes.
 *
 * No stretch of a minute holds more than `mostPerMinute` sends. From `foldAbove` on, or while anybody
 * waits, what may be folded is. All others wait, each for a place of its own.
 */
export function placeIn(
  window: Window,
  ask: Ask,
  { mostPerMinute, foldAbove }: Channel['pace'],
  now: number,
): { place: Place; after: Window } {
  const { sent, booked } = windowAt(window, mostPerMinute, now);
  const mine = booked.find((one) => one.for === ask.for);
  const others = booked.filter((one) => one !== mine);
  if (ask.isFoldable && (sent.length >= foldAbove || others.length > 0))
    return { place: { may: 'fold' }, after: window };
  const ahead = others.filter((one) => isAhead(one, ask, mine, now));
  if (sent.length + ahead.length < mostPerMinute)
    return { place: { may: 'send', at: now }, after: { sent: [...sent, now], booked: others } };
  if (mine && mine.at > now) return { place: { may: 'wait', until: mine.at }, after: window };
  const taken = [...sent, ...ahead.map((one) => one.at)].sort((a, b) => a - b);
  const freed = taken[taken.length - mostPerMinute] ?? now;
  const at = Math.max(freed + minuteMs, now) + 1;
  const booking = { for: ask.for, at, isUrgent: ask.isUrgent };
  return {
    place: { may: 'wait', until: at },
    after: { sent, booked: others.length < mostBooked ? [...others, booking] : others },
  };
}

function isAhead(one: Booking, ask: Ask, mine: Booking | undefined, now: number): boolean {
  if (one.isUrgent !== ask.isUrgent) return one.isUrgent;
  if (!mine) return true;
  // Whose time has come takes what is free; who is late finds the next place.
  return mine.at > now && one.at < mine.at;
}

/**
 * What still counts: the sends of the last minute, and the bookings of those who may still come. What
 * lies further ahead than any can was written by a clock that is wrong, and would hold up everybody.
 */
function windowAt({ sent, booked }: Window, mostPerMinute: number, now: number): Window {
  const queueMs = (Math.ceil(booked.length / mostPerMinute) + 2) * minuteMs;
  return {
    sent: sent.filter((at) => at >= now - minuteMs && at <= now + minuteMs),
    booked: booked.filter(({ at }) => at >= now - minuteMs && at <= now + queueMs),
  };
}

/** Of several at that time one. */
export function withoutSend(window: Window, at: number): Window {
  const index = window.sent.indexOf(at);
  return index < 0 ? window : { ...window, sent: window.sent.toSpliced(index, 1) };
}
