import type { Severity } from '../severity.ts';
import { dayMs, dayOf, parseTime } from '../time.ts';
import type { ItemId } from './item-ids.ts';
import { items } from './items.ts';
import type { ItemState, Scorecard } from './scorecard.ts';

/** What is kept of one day: how each item stood, and how many findings were open. Plain JSON. */
export type DayOfScorecard = {
  /** UTC, `2026-11-20`. */
  day: string;
  states: Partial<Record<ItemId, ItemState>>;
  findings: Partial<Record<Severity, number>>;
};

/** A bit more than a year, so that the same month of last year can be compared. */
const keptDays = 400;

/** The first day that is kept beside another one; both `2026-11-20`. */
export const firstKept = (day: string): string => dayOf(Date.parse(day) - keptDays * dayMs);

export const dayOfScorecard = ({ at, stages, findings }: Scorecard): DayOfScorecard => ({
  day: at.slice(0, 10),
  states: Object.fromEntries(
    stages.flatMap((one) => one.items).map(({ id, state }) => [id, state]),
  ),
  findings: { ...findings },
});

export type ItemTrend = {
  id: ItemId;
  /** Null: it was not judged then. */
  before: ItemState | null;
  now: ItemState | null;
  /** The first day of its present state, as far back as is kept. */
  since: string;
};

export type Trend = {
  /** The days that are compared; `from` is null where nothing older is kept. */
  from: string | null;
  to: string;
  met: { now: number; before: number | null };
  items: ItemTrend[];
  /** Each day between, both included, for a line. */
  days: { day: string; met: number; findings: DayOfScorecard['findings'] }[];
};

/**
 * How the card came to be what it is.
 *
 * @param days - how far back; where that day was not kept, the next one that was.
 * @returns undefined without any day.
 */
export function trendOf(history: readonly DayOfScorecard[], days: number): Trend | undefined {
  const sorted = history.toSorted((a, b) => (a.day < b.day ? -1 : 1));
  const last = sorted.at(-1);
  if (!last) return undefined;
  const earliest = dayOf((parseTime(`${last.day}T00:00:00Z`) ?? 0) - days * dayMs);
  const within = sorted.filter(({ day }) => day >= earliest);
  const first = within.find(({ day }) => day < last.day);
  return {
    from: first?.day ?? null,
    to: last.day,
    met: { now: metOf(last), before: first ? metOf(first) : null },
    items: items.map(({ id }) => ({
      id,
      before: first?.states[id] ?? null,
      now: last.states[id] ?? null,
      since: sinceOf(id, sorted),
    })),
    days: within.map((one) => ({ day: one.day, met: metOf(one), findings: one.findings })),
  };
}

/** "17 of 51 met, 2 more than on 2026-10-21". */
export function trendLine({ from, met }: Trend, total = items.length): string {
  const now = `${met.now} of ${total} met`;
  if (from === null || met.before === null) return `${now}; nothing older is kept to compare with`;
  const change = met.now - met.before;
  if (change === 0) return `${now}, as many as on ${from}`;
  return `${now}, ${Math.abs(change)} ${change > 0 ? 'more' : 'fewer'} than on ${from}`;
}

function sinceOf(id: ItemId, sorted: readonly DayOfScorecard[]): string {
  const present = sorted.at(-1)?.states[id];
  const before = sorted.findLastIndex(({ states }) => states[id] !== present);
  return sorted[before + 1]?.day ?? '';
}

const metOf = ({ states }: DayOfScorecard) =>
  Object.values(states).filter((state) => state === 'met').length;
