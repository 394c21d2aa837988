import { dayMs, hourMs, isoOf } from '../time.ts';

/** What arrived of one stream (one log category of one tenant), hour by hour. Plain JSON but for the map. */
export type StreamHistory = {
  category: string;
  /** When a record last arrived, epoch milliseconds. */
  lastAt: number;
  /** By the start of the hour of arrival, epoch milliseconds. */
  hours: ReadonlyMap<number, Hour>;
};

export type Hour = {
  count: number;
  /** Of these: refused passwords. */
  failures: number;
  /** How many events were of what age on arrival: a bucket for each of {@link lagBounds}, and one for the rest. */
  lags: readonly number[];
};

/** When a record of any stream last arrived, UTC ISO 8601; null: none so far. */
export const lastRecordIn = (streams: readonly StreamHistory[]): string | null =>
  streams.length > 0 ? isoOf(Math.max(...streams.map(({ lastAt }) => lastAt))) : null;

const weekMs = 7 * dayMs;
/** Four weeks to compare with, and the present one. */
const historyMs = 5 * weekMs;

/** Upper bounds of the buckets, in minutes. */
const lagBounds = [1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1440] as const;

export const emptyHour = (): Hour => ({ count: 0, failures: 0, lags: [] });

export function addHour(
  hour: Hour,
  more: { count: number; failures: number; lagMs?: number | undefined },
): Hour {
  const { count, failures, lagMs } = more;
  const lags = [...hour.lags];
  if (lagMs !== undefined) {
    const found = lagBounds.findIndex((bound) => lagMs <= bound * 60_000);
    const bucket = found < 0 ? lagBounds.length : found;
    while (lags.length <= bucket) lags.push(0);
    lags[bucket] = (lags[bucket] ?? 0) + 1;
  }
  return { count: hour.count + count, failures: hour.failures + failures, lags };
}

/** The sum of two counts of one stream; hours too old to compare with are left out. */
export function uniteHistories(a: StreamHistory, b: StreamHistory): StreamHistory {
  const lastAt = Math.max(a.lastAt, b.lastAt);
  const hours = new Map(a.hours);
  for (const [start, hour] of b.hours) hours.set(start, sumOf(hours.get(start), hour));
  const kept = [...hours].filter(([start]) => start > lastAt - historyMs).sort(([x], [y]) => x - y);
  return { category: a.category, lastAt, hours: new Map(kept) };
}

function sumOf(a: Hour | undefined, b: Hour): Hour {
  if (!a) return b;
  const length = Math.max(a.lags.length, b.lags.length);
  return {
    count: a.count + b.count,
    failures: a.failures + b.failures,
    lags: Array.from({ length }, (_, n) => (a.lags[n] ?? 0) + (b.lags[n] ?? 0)),
  };
}

/**
 * How many records such a stretch of time usually brings: the median of the same hours of the weeks
 * before. Before there is a week to compare with nothing is known.
 *
 * @returns undefined where too little is known to say.
 */
export function usualBetween(history: StreamHistory, from: number, to: number): number | undefined {
  const first = Math.min(...history.hours.keys());
  let sum = 0;
  for (let start = Math.floor(from / hourMs) * hourMs; start < to; start += hourMs) {
    const usual = usualIn(history, start, first);
    if (usual === undefined) return undefined;
    const share = (Math.min(to, start + hourMs) - Math.max(from, start)) / hourMs;
    sum += usual * share;
  }
  return sum;
}

function usualIn({ hours }: StreamHistory, start: number, first: number): number | undefined {
  const before = [1, 2, 3, 4]
    .map((weeks) => start - weeks * weekMs)
    .filter((then) => then >= first)
    .map((then) => hours.get(then)?.count ?? 0)
    .sort((a, b) => a - b);
  return before.length === 0 ? undefined : before[Math.floor((before.length - 1) / 2)];
}

export const hourAt = ({ hours }: StreamHistory, at: number): Hour =>
  hours.get(Math.floor(at / hourMs) * hourMs) ?? emptyHour();

/** The age below which 95 of 100 events were on arrival, in minutes; the upper bound of its bucket. */
export function lagMinutes({ lags }: Hour): { minutes: number; events: number } {
  const events = lags.reduce((sum, one) => sum + one, 0);
  let seen = 0;
  for (const [bucket, count] of lags.entries()) {
    seen += count;
    if (seen >= events * 0.95) {
      return { minutes: lagBounds[bucket] ?? Number.POSITIVE_INFINITY, events };
    }
  }
  return { minutes: 0, events };
}

export const sumBetween = (
  { hours }: StreamHistory,
  from: number,
  to: number,
  of: (hour: Hour) => number,
): number =>
  [...hours].reduce(
    (sum, [start, hour]) => (start >= from && start < to ? sum + of(hour) : sum),
    0,
  );
