import { describe, expect, test } from 'vitest';
import type { Case } from './case.ts';
import { topics } from './index.ts';
import { type Outcome, replay } from './replay.ts';

/** Findings as the cases write them, without the severity where the case leaves it open. */
function lines({ findings }: Outcome, expected: readonly string[]): string[] {
  const open = new Set(expected.filter((line) => line.split(' ').length === 2));
  return findings
    .map(({ detection, subject, severity }) => {
      const short = `${detection} ${subject.id}`;
      return open.has(short) ? short : `${short} ${severity}`;
    })
    .sort();
}

const unreadableIn = (stderr: string) => Number(/(\d+) unreadable/.exec(stderr)?.[1]);

describe.each(topics)('$topic', ({ cases }) => {
  test.each(cases as Case[])('$name', async (one) => {
    const outcome = await replay(one);
    expect(lines(outcome, one.expect), outcome.stderr).toEqual([...one.expect].sort());
    expect(unreadableIn(outcome.stderr), outcome.stderr).toBe(one.unreadable ?? 0);
    expect(outcome.exit, outcome.stderr).toBe(one.exit ?? 0);
    if (one.incidents !== undefined) {
      const incidents = new Set(outcome.findings.map(({ incident }) => incident));
      expect(incidents.size).toBe(one.incidents);
    }
  });
});

const withRecords = topics.flatMap(({ topic, cases }) =>
  cases.flatMap((one) => (one.records && one.records.length > 1 ? [{ ...one, topic }] : [])),
);

describe('order and repetition', () => {
  test.each(withRecords)('$topic: $name', async (one) => {
    const records = one.records ?? [];
    const once = await replay(one);
    const turned = await replay({ ...one, records: records.toReversed() });
    const twice = await replay({ ...one, records: [...records, ...records] });
    // How often a finding was told anew depends on the order, and on nothing else.
    const told = ({ findings }: Outcome) =>
      findings.map(({ id, incident, severity }) => ({ id, incident, severity }));
    expect(told(turned)).toEqual(told(once));
    expect(twice.stdout).toBe(once.stdout);
  });
});
