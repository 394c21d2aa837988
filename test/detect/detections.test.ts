import { describe, expect, test } from 'vitest';
import { detections } from '../../shared/detect/detections/index.ts';
import { policyOf, runRecords } from '../run-records.ts';

// Every detection brings its own table; this file runs them all.
describe.each(detections)('$id', (detection) => {
  test.each(detection.examples)('$name: $expect', async ({ expect: expected, ...example }) => {
    const findings = await runRecords(example.records, {
      detections: [detection],
      ...policyOf(detection.id, example),
    });
    const open = findings
      .filter(({ state }) => state === 'open')
      .map(({ finding }) => finding.severity);
    expect(open).toEqual(expected === 'nothing' ? [] : [expected]);
  });

  test('shows when it fires and when it stays quiet', () => {
    const quiet = detection.examples.filter((example) => example.expect === 'nothing');
    expect(quiet.length).toBeGreaterThan(0);
    expect(quiet.length).toBeLessThan(detection.examples.length);
  });
});
