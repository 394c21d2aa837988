import type { AuditEvent } from '../../read/event.ts';
import { fold } from '../../read/raw.ts';
import { hourMs, parseTime } from '../../time.ts';
import { defineDetection } from '../detection.ts';
import { activates } from '../examples/pim.ts';
import { helpdeskAdministrator, people } from '../examples/tenant.ts';
import { activation, activationMatch } from '../rows/pim-activations.ts';

const starts = '2026-11-20T12:00:00Z';
const until = (ExpirationTime: string, StartTime: string | undefined = starts) => ({
  ExpirationTime,
  Justification: 'INC-4711',
  ...(StartTime && { StartTime }),
});
const byBen = (pairs: object, fields: object = {}) =>
  activates(people.ben, helpdeskAdministrator, pairs, fields);

/** Typed to get past the field. Shorter than four letters and digits tells nothing either. */
const stock = new Set(['test', 'work', 'admin', 'asdf', 'activate', 'none']);

export default defineDetection({
  id: 'pim-activation-long-or-no-justification',
  title: 'Privileged role activated for long, or without a reason',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'low',
  categories: ['AuditLogs'],
  techniques: ['T1078.004'],
  source:
    'https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-how-to-change-default-settings',
  why: 'PIM keeps privilege short and explained. An activation that is neither is a standing role again.',
  triage: [
    'Ask the person what the role is for, and end the activation when that is done.',
    'Shorten the longest activation of the role, or make it ask for a justification or a ticket.',
  ],
  falsePositives: ['A long planned change. Words that say more to colleagues than to us.'],

  detect(event, context) {
    const done = activation(event, context);
    if (!done) return;
    const faults = [tooLong(event, context.settings.maxHours), unexplained(event)].filter(Boolean);
    if (faults.length === 0) return;
    return activationMatch(event, done, `, ${faults.join(' and ')}`);
  },

  examples: () => [
    { name: 'too long', records: [byBen(until('2026-11-20T20:00:01Z'))], expect: 'low' },
    {
      name: 'too long for this policy',
      records: [byBen(until('2026-11-20T15:00:00Z'))],
      settings: { maxHours: 2 },
      expect: 'low',
    },
    {
      name: 'too long, from the row itself where no start is told',
      records: [byBen(until('2026-11-20T21:00:00Z', ''))],
      expect: 'low',
    },
    {
      name: 'as long as it may be',
      records: [byBen(until('2026-11-20T20:00:00Z'))],
      expect: 'nothing',
    },
    {
      name: 'as long as it may be, told by an approver who came late',
      records: [byBen(until('2026-11-20T20:00:00Z'), { activityDateTime: '2026-11-20T11:00:00Z' })],
      expect: 'nothing',
    },
    { name: 'no justification', records: [byBen({ StartTime: starts })], expect: 'low' },
    {
      name: 'a justification of dots',
      records: [byBen({ Justification: '.....' })],
      expect: 'low',
    },
    { name: 'a letter or three', records: [byBen({ Justification: 'yup' })], expect: 'low' },
    {
      name: 'one letter, again and again',
      records: [byBen({ Justification: 'aaaaaaa' })],
      expect: 'low',
    },
    ...['test', 'Work', 'ADMIN', 'asdf', 'activate!', ' none '].map((Justification) => ({
      name: `"${Justification}"`,
      records: [byBen({ Justification })],
      expect: 'low' as const,
    })),
    { name: 'a few words', records: [byBen({ Justification: 'on call' })], expect: 'nothing' },
    {
      name: 'words of another script',
      records: [byBen({ Justification: '障害対応' })],
      expect: 'nothing',
    },
    {
      name: 'the reason tells, the details do not',
      records: [byBen({ StartTime: starts }, { resultReason: 'INC-4711' })],
      expect: 'nothing',
    },
    { name: 'a row that brings no details', records: [byBen({})], expect: 'nothing' },
    {
      name: 'refused',
      records: [byBen({ StartTime: starts }, { result: 'failure' })],
      expect: 'nothing',
    },
  ],
});

function tooLong({ details, privilege, at }: AuditEvent, maxHours: number): string | undefined {
  const start = parseTime(details.get('starttime')) ?? at;
  const hours = ((privilege?.until ?? start) - start) / hourMs;
  return hours > maxHours ? `for ${Math.round(hours * 10) / 10} hours` : undefined;
}

function unexplained({ details, reason }: AuditEvent): string | undefined {
  // A row without any details does not tell whether there was a justification.
  if (details.size === 0) return undefined;
  const words = fold(details.get('justification') ?? reason ?? '').replace(/[^\p{L}\p{N}]/gu, '');
  const tellsNothing = words.length < 4 || stock.has(words) || /^(.)\1*$/u.test(words);
  return tellsNothing ? 'without a telling justification' : undefined;
}
