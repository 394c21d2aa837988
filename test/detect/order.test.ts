import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { policyOf, runRecords } from '../../cli/run-examples.ts';
import type { Detection, Example } from '../../shared/detect/detection.ts';
import { detections } from '../../shared/detect/detections/index.ts';
import type { ExampleRecords } from '../../shared/detect/examples/records.ts';
import { exampleSnapshot } from '../../shared/detect/examples/tenant.ts';
import { normalise } from '../../shared/read/normalise.ts';

const latestMs = 24 * 3_600_000;
const snapshot = exampleSnapshot();

/** The findings that stand in the end, as a reader has them. */
async function openFindings(
  detection: Detection,
  example: Example,
  records: ExampleRecords,
  batchSize: number,
) {
  const policy = policyOf(detection.id, example);
  const run = { detections: [detection], snapshot, ...policy, batchSize };
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

/** The records as they arrive, each so many milliseconds late. */
const delayed = (timed: readonly Timed[], delays: readonly number[]): ExampleRecords =>
  timed
    .map(({ record, at }, index) => ({ record, at: at + (delays[index] ?? 0) }))
    .sort((a, b) => a.at - b.at)
    .map(({ record }) => record);
type Timed = { record: ExampleRecords[number]; at: number };

/** Each the later, the earlier it happened, where that is possible within a day. */
const lastFirst = (timed: readonly Timed[]) =>
  delayed(
    timed.toReversed(),
    timed.map((_, index) => (index * latestMs) / (timed.length - 1)),
  );

/** Each twice, and each time up to a day late: the same orders in each run of this test. */
function shuffled(timed: readonly Timed[], count: number): ExampleRecords[] {
  const twice = [...timed, ...timed];
  const delay = fc.integer({ min: 0, max: latestMs });
  const delays = fc.array(delay, { minLength: twice.length, maxLength: twice.length });
  return fc
    .sample(delays, { seed: 20_261_120, numRuns: count })
    .map((some) => delayed(twice, some));
}

const severalRecords = detections.flatMap((detection) =>
  detection
    .examples()
    .filter(({ records }) => records.length > 1)
    .map((example) => ({ id: detection.id, name: example.name, detection, example })),
);

describe('in whichever order, and however often, the records come', () => {
  test.each(severalRecords)('$id: $name', async ({ detection, example }) => {
    const { records } = example;
    const timed = records.map((record) => ({ record, at: eventTimeOf(record) }));
    const [one, two, three] = shuffled(timed, 3) as [
      ExampleRecords,
      ExampleRecords,
      ExampleRecords,
    ];
    const found = (some: ExampleRecords, batchSize: number) =>
      openFindings(detection, example, some, batchSize);

    const expected = await found(records, records.length);

    expect(await found(lastFirst(timed), 1), 'the last first').toEqual(expected);
    expect(await found(one, 1), 'one by one').toEqual(expected);
    expect(await found(two, 2), 'two by two').toEqual(expected);
    expect(await found(three, three.length), 'all at once').toEqual(expected);
  });
});
