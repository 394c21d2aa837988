import { emptyHour, type Hour, type StreamHistory } from '../../streams/stream-history.ts';
import { hourMs } from '../../time.ts';

export const noonOfFriday = Date.parse('2026-11-20T12:00:00Z');
const weekMs = 7 * 24 * hourMs;

/** An hour of the week, from Monday 00:00 UTC. */
const hourOfWeek = (at: number) => Math.floor((at - Date.parse('2026-11-16T00:00:00Z')) / hourMs);
const isWeekend = (at: number) => ((hourOfWeek(at) % 168) + 168) % 168 >= 120;

type Given = {
  category?: string;
  /** Records an hour on working days, and at weekends. */
  workdays?: number;
  weekends?: number;
  weeks?: number;
  /** When the last record arrived; nothing came after it. */
  lastAt?: number;
  /** Laid over single hours, by the hours before `lastAt`. */
  hours?: Readonly<Record<number, Partial<Hour>>>;
};

/** A stream of a tenant that goes about its business. */
export function stream({
  category = 'SignInLogs',
  workdays = 100,
  weekends = workdays,
  weeks = 4,
  lastAt = noonOfFriday,
  hours = {},
}: Given = {}): StreamHistory {
  const last = Math.floor(lastAt / hourMs) * hourMs;
  const all = new Map<number, Hour>();
  for (let start = last - weeks * weekMs; start <= last; start += hourMs) {
    const count = isWeekend(start) ? weekends : workdays;
    const special = hours[(last - start) / hourMs];
    all.set(start, { ...emptyHour(), count, ...special });
  }
  return { category, lastAt, hours: all };
}

/** So many events of that age on arrival, and a few quick ones. */
export const lagging = (bucket: number, count = 100) => ({
  lags: Array.from({ length: bucket + 1 }, (_, n) => (n === bucket ? count : n === 0 ? 2 : 0)),
});
