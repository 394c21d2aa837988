import { usualBetween } from '../../streams/stream-history.ts';
import { unreadable } from '../../streams/tally.ts';
import { hourMs, isoOf } from '../../time.ts';
import { noonOfFriday, stream } from '../examples/streams.ts';
import { defineStreamCheck, streamParty } from '../stream-check.ts';
import { nameOf } from '../wording.ts';

/** Entra's export may be late by some minutes at any time. */
const leastSilenceMs = hourMs / 2;

export default defineStreamCheck({
  id: 'log-stream-silent',
  title: 'Log stream has gone silent',
  severity: 'high',
  categories: ['every stream'],
  techniques: ['T1562.008'],
  source:
    'https://learn.microsoft.com/entra/identity/monitoring-health/concept-diagnostic-settings-logs-options',
  why: 'Whoever switches the export off is seen by nobody afterwards: the silence is all that tells.',
  triage: [
    'Look at the diagnostic setting of the directory: is the category still on, and its Event Hub the right one?',
    'Look at the Event Hub: are messages coming in, is a network rule or a key new?',
    'Look at the status of Microsoft Entra: exports have been late by hours before.',
    'Whatever happened meanwhile is not lost in Entra: replay the portal’s download.',
  ],
  falsePositives: [
    'A holiday in a tenant that is busy on working days.',
    'An outage of the export.',
  ],

  check({ streams, settings, now }) {
    return streams.flatMap((one) => {
      if (one.category === unreadable || now - one.lastAt < leastSilenceMs) return [];
      const usual = usualBetween(one, one.lastAt, now);
      if (usual === undefined || usual < settings.leastExpected) return [];
      const subject = streamParty(one.category);
      const since = isoOf(one.lastAt).slice(0, 16).replace('T', ' ');
      return {
        key: [one.category, String(one.lastAt)],
        at: one.lastAt,
        title: `${nameOf(subject)}: nothing since ${since} UTC`,
        summary: `No record of ${nameOf(subject)} has arrived since ${since} UTC. In the weeks before, such a stretch of time brought about ${Math.round(usual)}.`,
        subject,
        matter: ['the-watch', 'silence'],
        details: { lastArrival: isoOf(one.lastAt) },
      };
    });
  },

  examples: () => [
    {
      name: 'an hour of silence in a busy tenant',
      streams: [stream({ lastAt: noonOfFriday - hourMs })],
      expect: 'high',
    },
    {
      name: 'half an hour, where that is much',
      streams: [stream({ workdays: 1_000, lastAt: noonOfFriday - hourMs / 2 })],
      expect: 'high',
    },
    {
      name: 'half an hour less a second',
      streams: [stream({ workdays: 1_000, lastAt: noonOfFriday - hourMs / 2 + 1_000 })],
      expect: 'nothing',
    },
    {
      name: 'an hour of silence in a small tenant',
      streams: [stream({ workdays: 5, lastAt: noonOfFriday - hourMs })],
      expect: 'nothing',
    },
    {
      name: 'a day of silence in a small tenant',
      streams: [stream({ workdays: 5, lastAt: noonOfFriday - 24 * hourMs })],
      expect: 'high',
    },
    {
      name: 'a Sunday that is always silent',
      streams: [stream({ weekends: 0, lastAt: Date.parse('2026-11-20T23:59:00Z') })],
      now: '2026-11-22T12:00:00Z',
      expect: 'nothing',
    },
    {
      name: 'the Monday after it',
      streams: [stream({ weekends: 0, lastAt: Date.parse('2026-11-20T23:59:00Z') })],
      now: '2026-11-23T12:00:00Z',
      expect: 'high',
    },
    {
      name: 'too young to tell',
      streams: [stream({ weeks: 0, lastAt: noonOfFriday - hourMs })],
      expect: 'nothing',
    },
    {
      name: 'just what the policy expects',
      streams: [stream({ lastAt: noonOfFriday - hourMs })],
      settings: { leastExpected: 100 },
      expect: 'high',
    },
    {
      name: 'less than the policy expects',
      streams: [stream({ lastAt: noonOfFriday - hourMs })],
      settings: { leastExpected: 101 },
      expect: 'nothing',
    },
    {
      name: 'no more unreadable records',
      streams: [stream({ category: unreadable, lastAt: noonOfFriday - hourMs })],
      expect: 'nothing',
    },
    { name: 'it flows', streams: [stream()], expect: 'nothing' },
  ],
});
