import { sumBetween } from '../../streams/stream-history.ts';
import { unreadable } from '../../streams/tally.ts';
import { dayOf, hourMs, startOfDay } from '../../time.ts';
import { noonOfFriday, stream } from '../examples/streams.ts';
import { defineStreamCheck, streamParty } from '../stream-check.ts';

export default defineStreamCheck({
  id: 'poison-records',
  title: 'Records that can not be read are on the rise',
  severity: 'low',
  severityVaries: 'medium once they are ten times as many as the policy allows',
  categories: ['every stream'],
  techniques: ['T1562.008'],
  source: 'https://learn.microsoft.com/azure/azure-functions/functions-reliable-event-processing',
  why: 'What can not be read is not judged. It is kept in the dead letter, and somebody should look.',
  triage: [
    'Read the reasons in the dead-letter container: they name the field that was not as expected.',
    'If the format of a log has changed: update, then replay the dead letters.',
    'If somebody writes into the Event Hub who should not: change its keys, and look at who has them.',
  ],
  falsePositives: ['Another log is sent to the same Event Hub.'],

  check({ streams, settings, now }) {
    const from = Math.floor(now / hourMs) * hourMs - hourMs;
    const count = (isBad: boolean) =>
      streams
        .filter(({ category }) => (category === unreadable) === isBad)
        .reduce((sum, one) => sum + sumBetween(one, from, now + 1, (hour) => hour.count), 0);
    const bad = count(true);
    const share = (100 * bad) / (bad + count(false));
    if (bad < settings.leastRecords || share < settings.percent) return [];
    const day = startOfDay(now);
    return [
      {
        key: [String(day)],
        at: day,
        severity: share >= 10 * settings.percent ? ('medium' as const) : ('low' as const),
        title: `At least ${settings.percent} % of the records of an hour can not be read`,
        summary: `At least ${settings.percent} % of the records that arrived within an hour can not be read. They lie in the dead letter.`,
        subject: streamParty(unreadable),
        matter: ['the-watch', 'unreadable', dayOf(day)],
        details: { day: dayOf(day) },
      },
    ];
  },

  examples: () => [
    {
      name: 'one in a hundred',
      streams: [stream({ workdays: 990 }), stream({ category: unreadable, workdays: 10 })],
      expect: 'low',
    },
    {
      name: 'one in ten',
      streams: [stream({ workdays: 90 }), stream({ category: unreadable, workdays: 10 })],
      expect: 'medium',
    },
    {
      name: 'few in many',
      streams: [stream({ workdays: 1_000 }), stream({ category: unreadable, workdays: 10 })],
      expect: 'nothing',
    },
    {
      name: 'many in few, and yet few',
      streams: [stream({ workdays: 5 }), stream({ category: unreadable, workdays: 4 })],
      expect: 'nothing',
    },
    {
      name: 'as many as the policy takes',
      streams: [stream({ workdays: 90 }), stream({ category: unreadable, workdays: 10 })],
      settings: { percent: 11 },
      expect: 'nothing',
    },
    {
      name: 'just as many as the policy minds',
      streams: [stream({ workdays: 90 }), stream({ category: unreadable, workdays: 10 })],
      settings: { leastRecords: 20 },
      expect: 'medium',
    },
    {
      name: 'fewer than the policy minds',
      streams: [stream({ workdays: 90 }), stream({ category: unreadable, workdays: 10 })],
      settings: { leastRecords: 21 },
      expect: 'nothing',
    },
    {
      name: 'two hours ago',
      streams: [stream(), stream({ category: unreadable, lastAt: noonOfFriday - 2 * hourMs })],
      expect: 'nothing',
    },
    { name: 'none', streams: [stream()], expect: 'nothing' },
  ],
});
