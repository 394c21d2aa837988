import { sumBetween } from '../../streams/stream-history.ts';
import { dayMs, dayOf, hourMs, startOfDay } from '../../time.ts';
import { noonOfFriday, stream } from '../examples/streams.ts';
import { defineStreamCheck, streamParty } from '../stream-check.ts';

const weekMs = 7 * dayMs;
const interactive = 'SignInLogs';

export default defineStreamCheck({
  id: 'failure-rate-increase',
  title: 'More refused passwords than on the same weekday before',
  severity: 'low',
  categories: [interactive],
  techniques: ['T1110'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-user-accounts',
  why: 'A slow spray stays below every threshold of a single source, and still adds up.',
  triage: [
    'Look for what the failures have in common: application, address range, protocol.',
    'See whether a change of passwords or of an application explains it.',
  ],
  falsePositives: ['A roll-out, the end of a holiday, a service account with an old password.'],

  check({ streams, settings, now }) {
    const one = streams.find(({ category }) => category === interactive);
    if (!one) return [];
    // The last whole day.
    const day = startOfDay(now) - dayMs;
    const failuresOf = (start: number) =>
      sumBetween(one, start, start + dayMs, (hour) => hour.failures);
    const first = Math.min(...one.hours.keys());
    const before = [1, 2, 3, 4]
      .map((weeks) => day - weeks * weekMs)
      .filter((start) => start >= first)
      .map(failuresOf);
    const failures = failuresOf(day);
    if (before.length === 0 || failures < settings.leastFailures) return [];
    const usual = before.reduce((sum, count) => sum + count, 0) / before.length;
    if (failures <= usual * (1 + settings.percent / 100)) return [];
    const subject = streamParty('refused passwords');
    const name = dayOf(day);
    return [
      {
        key: [String(day)],
        at: day,
        title: `${failures} refused passwords on ${name}`,
        summary: `On ${name} ${failures} passwords were refused; on that weekday of the weeks before it were about ${Math.round(usual)}.`,
        subject,
        matter: ['guessing', 'rate', name],
        details: { failures, usual: Math.round(usual) },
      },
    ];
  },

  examples: () => [
    { name: 'twice as many', streams: [yesterday(20, 10)], expect: 'low' },
    {
      name: 'a little more than half as many again',
      streams: [yesterday(15.5, 10)],
      expect: 'low',
    },
    { name: 'half as many again', streams: [yesterday(15, 10)], expect: 'nothing' },
    {
      name: 'half as many again, where the policy minds less',
      streams: [yesterday(15, 10)],
      settings: { percent: 49 },
      expect: 'low',
    },
    { name: 'twice as many of few', streams: [yesterday(8, 4)], expect: 'nothing' },
    {
      name: 'of few, where the policy minds them',
      streams: [yesterday(8, 4)],
      settings: { leastFailures: 192 },
      expect: 'low',
    },
    { name: 'one week to compare with', streams: [yesterday(20, 10, 7)], expect: 'low' },
    { name: 'nothing to compare with', streams: [yesterday(20, 10, 6)], expect: 'nothing' },
    {
      name: 'another log',
      streams: [{ ...yesterday(20, 10), category: 'AuditLogs' }],
      expect: 'nothing',
    },
    {
      name: 'the day before',
      streams: [yesterday(20, 10)],
      now: '2026-11-21T12:00:00Z',
      expect: 'nothing',
    },
  ],
});

/** Failures an hour yesterday, and on all days before. */
function yesterday(then: number, usual: number, days = 28) {
  const { hours, ...rest } = stream({ weeks: 5 });
  const day = startOfDay(noonOfFriday) - dayMs;
  const counted = new Map<number, { count: number; failures: number; lags: number[] }>();
  for (const start of hours.keys()) {
    if (start >= day - days * dayMs) counted.set(start, { count: 100, failures: usual, lags: [] });
  }
  for (let start = day; start < day + dayMs; start += hourMs)
    counted.set(start, { count: 100, failures: then, lags: [] });
  return { ...rest, hours: counted };
}
