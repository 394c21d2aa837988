import { describe, expect, test } from 'vitest';
import { judgeServiceExample } from '../../shared/detect/service-check.ts';
import { serviceChecks } from '../../shared/detect/service-checks/index.ts';

describe.each(serviceChecks)('$id', (check) => {
  test.each(check.examples())('$name: $expect', (example) => {
    const severities = judgeServiceExample(check, example);
    expect(severities).toEqual(example.expect === 'nothing' ? [] : [example.expect]);
  });

  test('shows when it fires and when it stays quiet', () => {
    const quiet = check.examples().filter(({ expect }) => expect === 'nothing');
    expect(quiet.length).toBeGreaterThan(0);
    expect(quiet.length).toBeLessThan(check.examples().length);
  });
});
