import { isoOf, minuteMs } from '../time.ts';
import type { Acknowledgement, Response } from './response.ts';

const holdMs = 15 * minuteMs;

/** How long an acknowledgement holds that is given now. @param now - epoch milliseconds. */
export const holdFor = (
  { acknowledgement }: Response,
  now: number,
): Pick<Acknowledgement, 'holdsUntil' | 'isOvertaken'> => ({
  // The first one is of somebody who has seen the first act alone.
  holdsUntil: acknowledgement === null ? null : isoOf(now + holdMs),
  isOvertaken: false,
});

/** Whether it holds against more of the same. */
export const isHeld = ({ holdsUntil }: Acknowledgement, now: number): boolean =>
  holdsUntil !== null && now < Date.parse(holdsUntil);

/** It ends when it holds no more, instead of at once. */
export function overtaken(acknowledgement: Acknowledgement): Acknowledgement {
  const { until, holdsUntil } = acknowledgement;
  const ends = [until, holdsUntil].filter((at) => at !== null).sort();
  return { ...acknowledgement, isOvertaken: true, until: ends[0] ?? null };
}
