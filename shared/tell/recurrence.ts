import { type Weekday, weekdays } from '../policy/weekdays.ts';
import { dayMs, dayOf } from '../time.ts';
import { wallClock } from '../wall-clock.ts';

/** When something comes round: at that time of day (`HH:MM`) in that zone, and of a week on that day. */
export type Recurrence = { at: string; timezone: string; weekday?: Weekday };

/**
 * When the current round began: the last day, as the calendar of that zone has it, on which the time had come.
 *
 * @param at - epoch milliseconds.
 * @returns `2026-11-20`
 */
export function roundOf(at: number, { at: hour, timezone, weekday }: Recurrence): string {
  const { day, time } = wallClock(at, timezone);
  const begun = time < hour ? daysBefore(day, 1) : day;
  return weekday ? daysBefore(begun, daysSince(weekday, begun)) : begun;
}

const noonOf = (day: string) => Date.parse(`${day}T12:00Z`);

const daysBefore = (day: string, days: number) => dayOf(noonOf(day) - days * dayMs);

/** How many days before `day` that weekday was last; none if it is the same. */
function daysSince(weekday: Weekday, day: string): number {
  // Monday is the first of `weekdays`, and Sunday that of JavaScript.
  const today = (new Date(noonOf(day)).getUTCDay() + 6) % 7;
  return (today - weekdays.indexOf(weekday) + 7) % 7;
}
