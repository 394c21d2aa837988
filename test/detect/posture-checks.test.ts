import { describe, expect, test } from 'vitest';
import { judgePostureExample } from '../../cli/run-examples.ts';
import { postureChecks } from '../../shared/detect/posture-checks/index.ts';

describe.each(postureChecks)('$id', (check) => {
  test.each(check.examples())('$name: $expect', (example) => {
    const severities = judgePostureExample(check, example);
    expect(severities).toEqual(example.expect === 'nothing' ? [] : [example.expect]);
  });

  test('shows when it fires and when it stays quiet', () => {
    const quiet = check.examples().filter((example) => example.expect === 'nothing');
    expect(quiet.length).toBeGreaterThan(0);
    expect(quiet.length).toBeLessThan(check.examples().length);
  });
});
