import { hourAt, lagMinutes } from '../../streams/stream-history.ts';
import { dayOf, hourMs, startOfDay } from '../../time.ts';
import { lagging, stream } from '../examples/streams.ts';
import { defineStreamCheck, streamParty } from '../stream-check.ts';
import { nameOf } from '../wording.ts';

/** Fewer events say nothing about the rest. */
const leastEvents = 20;
const graveFactor = 4;

export default defineStreamCheck({
  id: 'log-stream-lag',
  title: 'Log stream is late',
  severity: 'low',
  severityVaries: 'medium once it is four times as late as the policy allows',
  categories: ['every stream'],
  techniques: ['T1562.008'],
  source: 'https://learn.microsoft.com/entra/identity/monitoring-health/reference-audit-activities',
  why: 'An alert is as late as its record. Entra usually exports within minutes.',
  triage: [
    'Compare the other streams: if all are late, look at the Event Hub and at this service’s backlog.',
    'If one is late: look at the status of Microsoft Entra.',
  ],
  falsePositives: [
    'The first day of a new export, which brings older records.',
    'A backlog after an outage.',
  ],

  check({ streams, settings, now }) {
    return streams.flatMap((one) => {
      // Two hours in a row: a pile of old records that arrives at once is no lag.
      const lags = [now, now - hourMs].map((at) => lagMinutes(hourAt(one, at)));
      const isLate = lags.every(
        ({ minutes, events }) => events >= leastEvents && minutes > settings.lagMinutes,
      );
      if (!isLate) return [];
      const minutes = Math.min(...lags.map((lag) => lag.minutes));
      const age = Number.isFinite(minutes)
        ? `more than ${settings.lagMinutes} minutes`
        : 'more than a day';
      const subject = streamParty(one.category);
      const day = startOfDay(now);
      return {
        key: [one.category, String(day)],
        // The day it began to be late on, whenever it was noticed.
        at: day,
        title: `${nameOf(subject)}: records come ${age} late`,
        summary: `For two hours records of ${nameOf(subject)} have been ${age} old when they arrived.`,
        severity:
          minutes > graveFactor * settings.lagMinutes ? ('medium' as const) : ('low' as const),
        subject,
        matter: ['the-watch', 'lag', dayOf(day)],
        details: { day: dayOf(day) },
      };
    });
  },

  examples: () => [
    {
      name: 'an hour late, for two hours',
      streams: [stream({ hours: { 0: lagging(6), 1: lagging(6) } })],
      expect: 'low',
    },
    {
      name: 'four hours late',
      streams: [stream({ hours: { 0: lagging(8), 1: lagging(8) } })],
      expect: 'medium',
    },
    {
      name: 'just as late as four times the bound',
      streams: [stream({ hours: { 0: lagging(7), 1: lagging(7) } })],
      expect: 'low',
    },
    {
      name: 'days late',
      streams: [stream({ hours: { 0: lagging(11), 1: lagging(11) } })],
      expect: 'medium',
    },
    { name: 'one such hour', streams: [stream({ hours: { 0: lagging(6) } })], expect: 'nothing' },
    {
      name: 'late an hour ago',
      streams: [stream({ hours: { 1: lagging(6) } })],
      expect: 'nothing',
    },
    {
      name: 'too few to tell',
      streams: [stream({ hours: { 0: lagging(6, 17), 1: lagging(6, 17) } })],
      expect: 'nothing',
    },
    {
      name: 'just enough to tell',
      streams: [stream({ hours: { 0: lagging(6, 18), 1: lagging(6, 18) } })],
      expect: 'low',
    },
    {
      name: 'within the bound',
      streams: [stream({ hours: { 0: lagging(5), 1: lagging(5) } })],
      expect: 'nothing',
    },
    {
      name: 'within a wider bound',
      streams: [stream({ hours: { 0: lagging(6), 1: lagging(6) } })],
      settings: { lagMinutes: 60 },
      expect: 'nothing',
    },
  ],
});
