import { describe, expect, test } from 'vitest';
import { judgeStreamExample, runStreamExample } from '../../cli/run-examples.ts';
import { noonOfFriday } from '../../shared/detect/examples/streams.ts';
import { streamChecks } from '../../shared/detect/stream-checks/index.ts';
import { isoOf } from '../../shared/time.ts';

describe.each(streamChecks)('$id', (check) => {
  test.each(check.examples())('$name: $expect', (example) => {
    const severities = judgeStreamExample(check, example);
    expect(severities).toEqual(example.expect === 'nothing' ? [] : [example.expect]);
  });

  test('shows when it fires and when it stays quiet', () => {
    const quiet = check.examples().filter((example) => example.expect === 'nothing');
    expect(quiet.length).toBeGreaterThan(0);
    expect(quiet.length).toBeLessThan(check.examples().length);
  });

  test('finds the same thing again a minute later', () => {
    const firing = check.examples().find((example) => example.expect !== 'nothing');
    if (!firing) throw new Error('no example fires');
    const example = { snapshotTakenAt: isoOf(noonOfFriday), ...firing };
    const idsAfter = (laterMs: number) =>
      runStreamExample(check, example, laterMs).map(({ kept }) => kept.finding.id);
    expect(idsAfter(60_000)).toEqual(idsAfter(0));
  });
});
