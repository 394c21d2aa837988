import type { IngestDeps, IngestReport } from '../pipeline.ts';
import { measuredCategory } from './measured-category.ts';
import type { Measure } from './measures.ts';

/** The same tally; the age of each record that was read is noted, too. */
export function measuredStreams(
  streams: IngestDeps['streams'],
  measure: Measure,
): IngestDeps['streams'] {
  return {
    flushIfDue: (now) => streams.flushIfDue(now),
    tally: {
      count(arrival) {
        streams.tally.count(arrival);
        const { category, lagMs } = arrival;
        if (lagMs === undefined) return;
        const about = { category: measuredCategory(category) };
        measure('glasswatch.record.age', lagMs / 1_000, about);
      },
    },
  };
}

/** What became of a batch. @param enqueuedAt - of its messages, epoch milliseconds. */
export function measureBatch(
  { judged, skipped, deadLetters }: IngestReport,
  enqueuedAt: readonly number[],
  now: number,
  measure: Measure,
): void {
  const outcomes = [
    ['judged', judged],
    ['skipped', skipped],
    ['set aside', deadLetters],
  ] as const;
  for (const [outcome, count] of outcomes) {
    if (count > 0) measure('glasswatch.records', count, { outcome });
  }
  for (const at of enqueuedAt) measure('glasswatch.ingest.wait', (now - at) / 1_000, {});
}
