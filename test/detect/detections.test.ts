import { describe, expect, test } from 'vitest';
import { judgeExample } from '../../cli/run-examples.ts';
import { detections } from '../../shared/detect/detections/index.ts';

// Every detection brings its own table; this file runs them all.
describe.each(detections)('$id', (detection) => {
  test.each(detection.examples())('$name: $expect', async (example) => {
    const severities = await judgeExample(detection, example);
    expect(severities).toEqual(example.expect === 'nothing' ? [] : [example.expect]);
  });

  test('shows when it fires and when it stays quiet', () => {
    const quiet = detection.examples().filter((example) => example.expect === 'nothing');
    expect(quiet.length).toBeGreaterThan(0);
    expect(quiet.length).toBeLessThan(detection.examples().length);
  });
});
