import type { RefreshReport } from '../posture/posture-store.ts';
import { minuteMs, parseTime } from '../time.ts';

/** The timer comes more often than that. */
const usualMs = 55 * minuteMs;
/** Copies of the directory lag: earlier than this a reading may not know of the newcomer yet. */
const soonMs = 10 * minuteMs;

/**
 * Whether a directory is to be read anew: every hour, at once where the last reading failed, and soon
 * when the log stream names somebody privileged of whom nothing else is known.
 *
 * @param report - of the last reading; null before the first.
 * @param now - epoch milliseconds.
 */
export function isDue(report: RefreshReport | null, hasNewcomers: boolean, now: number): boolean {
  const succeededAt = parseTime(report?.succeededAt);
  if (succeededAt === undefined || report?.failure) return true;
  return now - succeededAt >= (hasNewcomers ? soonMs : usualMs);
}
