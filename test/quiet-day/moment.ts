import { type Dice, type LogRecord, minuteMs } from '../../local/sample-day/records.ts';

/** A record that is still to be written: 200 000 of them, written at once, fill the memory. */
export type Moment = { at: number; write: () => LogRecord };

export const moment = (at: number, write: (at: number) => LogRecord): Moment => ({
  at,
  write: () => write(at),
});

/** A Thursday, on which both offices work; told from the early morning in Berlin to the evening in Seattle. */
export const dayStart = Date.parse('2026-11-19T05:00:00Z');
export const dayEnd = Date.parse('2026-11-20T03:00:00Z');

const midnight = Date.parse('2026-11-19T00:00:00Z');
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** @param clock - `7:30` in UTC; `25:30` is in the night after. */
export function utc(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return midnight + hours * hourMs + minutes * minuteMs;
}

/** When the offices work: the hours of the policy, with some room at both ends. */
const workdays = {
  Berlin: [utc('6:00'), utc('17:30')],
  Seattle: [utc('15:15'), utc('26:30')],
} as const;

export function whileAtWork(dice: Dice, site: 'Berlin' | 'Seattle'): number {
  const [from, to] = workdays[site];
  return dice.between(from, to);
}

export const sometime = (dice: Dice) => dice.between(dayStart, dayEnd);

/** Most of it at work; telephones and laptops never sleep. */
export const inADay = (dice: Dice, site: 'Berlin' | 'Seattle') =>
  dice.between(1, 6) === 1 ? sometime(dice) : whileAtWork(dice, site);

/** Again and again, evenly over the day, each time a little early or late. */
export function every(
  dice: Dice,
  minutes: number,
  write: (at: number) => LogRecord,
  from = dayStart,
  to = dayEnd,
): Moment[] {
  const moments: Moment[] = [];
  for (let at = from; at < to; at += minutes * minuteMs) {
    moments.push(moment(at + dice.between(0, minutes * 12_000), write));
  }
  return moments;
}

export const times = <T>(count: number, make: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n));
