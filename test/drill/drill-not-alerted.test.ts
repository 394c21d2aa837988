import { expect, test } from 'vitest';
import drillNotAlerted from '../../shared/detect/service-checks/drill-not-alerted.ts';

const { check, example, examples, severity } = drillNotAlerted;

test.each(examples())('$name: $expect', (one) => {
  const found = check(example(one));
  expect(found.map((match) => match.severity ?? severity)).toEqual(
    one.expect === 'nothing' ? [] : [one.expect],
  );
});

test('names that people typed stay one clean line', () => {
  const [match] = check(
    example({
      name: 'hostile',
      drill: {
        account: { id: 'a', name: `x\n\u202e${'y'.repeat(200)}` },
        declaredBy: { id: 'b', name: 'b\nc', identifiedBy: 'sign-in' },
      },
      expect: 'critical',
    }),
  );
  expect(`${match?.title} ${match?.summary}`).not.toMatch(/[\n\u202e]/);
  expect(match?.title.length).toBeLessThan(120);
});
