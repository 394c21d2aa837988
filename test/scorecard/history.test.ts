import { describe, expect, test } from 'vitest';
import {
  type DayOfScorecard,
  dayOfScorecard,
  trendLine,
  trendOf,
} from '../../shared/scorecard/history.ts';
import { cardOf, invented, verdictsWith } from './tenant.ts';

const day = (at: string, states: DayOfScorecard['states'], high = 0): DayOfScorecard => ({
  day: at,
  states,
  findings: { high },
});

test('a day keeps the state of every item, and how many findings were open', () => {
  const found = [invented('posture-admin-synced'), invented('posture-admin-synced')];
  const card = cardOf({ verdicts: verdictsWith({ 'posture-admin-synced': { found } }) });
  const kept = dayOfScorecard(card);
  expect(kept.day).toBe('2026-11-20');
  expect(Object.keys(kept.states)).toHaveLength(51);
  expect(kept.states['admins-cloud-only']).toBe('notMet');
  expect(kept.findings).toEqual({ informational: 0, low: 0, medium: 0, high: 2, critical: 0 });
});

describe('a trend', () => {
  const history = [
    day('2026-09-01', { 'admins-cloud-only': 'met', 'secure-score': 'met' }),
    day('2026-10-25', { 'admins-cloud-only': 'notMet', 'secure-score': 'unknown' }, 4),
    day('2026-11-10', { 'admins-cloud-only': 'met', 'secure-score': 'unknown' }, 2),
    day('2026-11-20', {
      'admins-cloud-only': 'met',
      'secure-score': 'met',
      'pim-in-use': 'met',
    }),
  ];

  test('compares the last day with the first within reach', () => {
    const trend = trendOf(history, 30);
    expect(trend).toMatchObject({
      from: '2026-10-25',
      to: '2026-11-20',
      met: { now: 3, before: 0 },
    });
    expect(trend?.days.map(({ met }) => met)).toEqual([0, 1, 3]);
    expect(trend && trendLine(trend)).toBe('3 of 51 met, 3 more than on 2026-10-25');
  });

  test('of an item: how it stood then, and since when it stands so', () => {
    const of = (id: string) => trendOf(history, 30)?.items.find((one) => one.id === id);
    expect(of('admins-cloud-only')).toEqual({
      id: 'admins-cloud-only',
      before: 'notMet',
      now: 'met',
      since: '2026-11-10',
    });
    // An item that is new has no past.
    expect(of('pim-in-use')).toMatchObject({ before: null, now: 'met', since: '2026-11-20' });
    expect(of('lesser-roles')).toMatchObject({ before: null, now: null });
  });

  test('goes down as well, and stands still', () => {
    const down = [...history.slice(2), day('2026-11-21', {})];
    const [fewer, same] = [
      trendOf(down, 30),
      trendOf(
        [
          ...history,
          day('2026-11-21', {
            'secure-score': 'met',
            'pim-in-use': 'met',
            'admins-cloud-only': 'met',
          }),
        ],
        1,
      ),
    ];
    expect(fewer && trendLine(fewer)).toBe('0 of 51 met, 1 fewer than on 2026-11-10');
    expect(same && trendLine(same)).toBe('3 of 51 met, as many as on 2026-11-20');
  });

  test('says that there is nothing to compare with', () => {
    const alone = trendOf(history, 5);
    expect(alone && trendLine(alone)).toBe('3 of 51 met; nothing older is kept to compare with');
    expect(trendOf([], 30)).toBeUndefined();
  });

  test('does not hang on the order of the days', () => {
    expect(trendOf(history.toReversed(), 30)).toEqual(trendOf(history, 30));
  });
});
