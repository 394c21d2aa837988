import type { PumpReport } from '../forward/pump/pump.ts';
import type { Measure } from './measures.ts';

/** What one pump has sent to a SIEM, and what it has left. */
export function measurePump(
  { sink, taken, filtered, refused, waitingSince }: PumpReport,
  now: number,
  measure: Measure,
): void {
  const outcomes = [
    ['taken', taken],
    ['filtered', filtered],
    ['refused', refused],
  ] as const;
  for (const [outcome, count] of outcomes) {
    if (count > 0) measure('glasswatch.siem.events', count, { sink, outcome });
  }
  const delayMs = waitingSince === null ? 0 : now - Date.parse(waitingSince);
  measure('glasswatch.siem.delay', delayMs / 1_000, { sink });
}
