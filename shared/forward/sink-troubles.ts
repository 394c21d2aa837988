import { sinkPatienceMs } from '../detect/service-checks/sink-failing.ts';
import { hourMs, isoOf } from '../time.ts';

/** A sink as it stands after a pump. Times UTC ISO 8601. */
export type SinkSeen = {
  /** As the policy calls it. */
  sink: string;
  /** When it took something last. */
  lastSuccessAt: string | null;
  /** Its first failure since then; null while it works. */
  failingSince: string | null;
  /** What the receiver answered last, without secrets. */
  lastError: string | null;
  /** Since when something waits for it; null: nothing does, or nobody has looked. */
  waitingSince: string | null;
  /** How many events it has ever refused for good. */
  refused: number;
  /** The receiver's words about the last of these, without secrets. */
  lastRefusal: string | null;
};

/** `stopped`: it takes nothing. `refusing`: it refuses some events for good. */
export type Kind = 'stopped' | 'refusing';
export const kinds: readonly Kind[] = ['stopped', 'refusing'];

/** A trouble that people are told of, until it is over. */
export type Trouble = {
  since: string;
  says: string | null;
  /** What it had ever refused before. */
  from: number;
  /** How many it had refused when that was told; 0 where it takes nothing at all. */
  events: number;
  /** By tenant, of how many its people have been told. */
  told: Readonly<Record<string, number>>;
};

/** What is known of a sink's troubles. Times UTC ISO 8601. */
export type SinkTroubles = Record<Kind, Trouble | null> & {
  /** What it had ever refused when it was looked at last, and when that was more than before. */
  refused: number;
  refusedAt: string | null;
};

export const untroubled: SinkTroubles = {
  stopped: null,
  refusing: null,
  refused: 0,
  refusedAt: null,
};

/** It takes events again once none was refused for so long, and others were taken. */
const calmMs = hourMs;
/**
 * So many times as many refused events are worth another telling. Each telling is an event for the very
 * sink, which may refuse that too: to tell every one would never end.
 */
const growth = 10;

/** Whether it has taken nothing for too long. @param now - epoch milliseconds. */
export function isBegun(seen: SinkSeen, now: number): boolean {
  const since = stoppedSince(seen);
  return since !== null && now - Date.parse(since) >= sinkPatienceMs;
}

function stoppedSince({ failingSince, waitingSince, lastSuccessAt }: SinkSeen): string | null {
  if (failingSince !== null || waitingSince === null) return failingSince;
  return lastSuccessAt !== null && lastSuccessAt > waitingSince ? lastSuccessAt : waitingSince;
}

/**
 * What a look at a sink makes of its troubles. Pure: what is over stays among them until that was told.
 *
 * @param now - epoch milliseconds.
 */
export function troublesAfter(
  before: SinkTroubles,
  seen: SinkSeen,
  now: number,
): { troubles: SinkTroubles; over: Kind[] } {
  const isMore = seen.refused > before.refused;
  const troubles: SinkTroubles = {
    stopped: before.stopped ?? (isBegun(seen, now) ? stoppedOf(seen) : null),
    refusing: isMore ? refusingOf(before, seen, now) : before.refusing,
    refused: seen.refused,
    refusedAt: isMore ? isoOf(now) : before.refusedAt,
  };
  const over = kinds.filter((kind) => troubles[kind] !== null && isOver[kind](troubles, seen, now));
  return { troubles, over };
}

const stoppedOf = (seen: SinkSeen): Trouble => ({
  since: stoppedSince(seen) ?? '',
  says: seen.lastError,
  ...{ from: 0, events: 0, told: {} },
});

function refusingOf({ refusing, refused }: SinkTroubles, seen: SinkSeen, now: number): Trouble {
  const from = refusing?.from ?? refused;
  const events = seen.refused - from;
  if (refusing && events < growth * refusing.events) return refusing;
  const { since = isoOf(now), told = {} } = refusing ?? {};
  return { since, says: seen.lastRefusal, from, events, told };
}

const isOver: Record<Kind, (troubles: SinkTroubles, seen: SinkSeen, now: number) => boolean> = {
  stopped: ({ stopped }, { failingSince, waitingSince, lastSuccessAt }) =>
    failingSince === null && (waitingSince === null || isAfter(lastSuccessAt, stopped?.since)),
  refusing: ({ refusedAt }, { lastSuccessAt }, now) =>
    now - Date.parse(refusedAt ?? isoOf(now)) >= calmMs && isAfter(lastSuccessAt, refusedAt),
};

const isAfter = (at: string | null, other: string | null | undefined) =>
  at !== null && at > (other ?? '');
