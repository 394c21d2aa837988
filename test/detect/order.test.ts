import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { policyOf, runRecords } from '../../cli/run-examples.ts';
import type { Detection, Example } from '../../shared/detect/detection.ts';
import { detections } from '../../shared/detect/detections/index.ts';
import type { ExampleRecords } from '../../shared/detect/example-records.ts';
import { normalise } from '../../shared/read/normalise.ts';

const latestHours = 24;

/** The findings that stand in the end, as a reader has them. */
async function openFindings(
  detection: Detection,
  example: Example,
  records: ExampleRecords,
  batchSize: number,
) {
  const run = { detections: [detection], ...policyOf(detection.id, example), batchSize };
  const findings = await runRecords(records, run);
  return findings
    .filter(({ state }) => state === 'open')
    .map(({ finding: { id, severity, subject, time, title, details } }) => ({
      ...{ id, severity, subject, time, title, details },
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function eventTimeOf(record: unknown): number {
  const read = normalise(record, undefined);
  return 'event' in read ? read.event.at : 0;
}

/** The records in an order in which they may arrive: each twice, and each time up to a day late. */
function arrivals(records: ExampleRecords): fc.Arbitrary<ExampleRecords> {
  const twice = [...records, ...records];
  const delay = fc.integer({ min: 0, max: latestHours * 3_600_000 });
  return fc.array(delay, { minLength: twice.length, maxLength: twice.length }).map((delays) =>
    twice
      .map((record, index) => ({ record, at: eventTimeOf(record) + (delays[index] ?? 0) }))
      .sort((a, b) => a.at - b.at)
      .map(({ record }) => record),
  );
}

/** The same orders in each run; enough of them that most examples come in all that matter. */
const orders = { seed: 20_261_120, numRuns: 8 };

const severalRecords = detections.flatMap((detection) =>
  detection.examples
    .filter(({ records }) => records.length > 1)
    .map((example) => ({ id: detection.id, name: example.name, detection, example })),
);

describe('in whichever order, and however often, the records come', () => {
  test.each(severalRecords)('$id: $name', async ({ detection, example }) => {
    const { records } = example;
    const expected = await openFindings(detection, example, records, records.length);
    await fc.assert(
      fc.asyncProperty(arrivals(records), async (arrived) => {
        const oneByOne = await openFindings(detection, example, arrived, 1);
        const atOnce = await openFindings(detection, example, arrived, arrived.length);
        expect([oneByOne, atOnce]).toEqual([expected, expected]);
      }),
      orders,
    );
  });
});
