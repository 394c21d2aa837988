import { cleanLine } from '../../clean-text.ts';
import type { Drill } from '../../drill/drill.ts';
import { isPastOrJudged } from '../../drill/overdue.ts';
import { dayMs, hourMs, isoOf } from '../../time.ts';
import type { DetectionInfo } from '../detection-info.ts';
import { type DrillExample, drillExample, type JudgedDrill } from '../examples/drills.ts';
import { noonOfFriday } from '../examples/streams.ts';
import { people } from '../examples/tenant.ts';
import type { PostureMatch } from '../posture-check.ts';
import { nameOf } from '../wording.ts';

const info: DetectionInfo & { id: 'drill-declared' } = {
  id: 'drill-declared',
  title: 'Drill declared',
  severity: 'medium',
  categories: ['what people declare'],
  techniques: ['T1562'],
  source:
    'https://learn.microsoft.com/entra/identity/role-based-access-control/security-emergency-access',
  why: 'Whoever watches has to know of a drill before it begins. A drill that nobody planned prepares a use that is to be taken for one.',
  triage: [
    'Ask whoever declared it, on another way than the account: did they, and who is the custodian?',
    'It was planned: expect the alert of the account in its window, marked as a drill, and answer it.',
    'Nobody planned it: cancel it, and treat any use of the account as an intrusion.',
  ],
  falsePositives: ['The drill of the quarter: that is what it is for.'],
};

/** Declared an hour ago, for the next two hours. */
const example = drillExample({
  declaredBy: { id: people.ben.id, name: people.ben.upn, identifiedBy: 'sign-in' },
  declaredAt: isoOf(noonOfFriday - hourMs),
  from: isoOf(noonOfFriday),
  until: isoOf(noonOfFriday + 2 * hourMs),
});

const examples = (): readonly DrillExample[] => [
  { name: 'its window is open', expect: 'medium' },
  {
    name: 'for tomorrow',
    drill: { from: isoOf(noonOfFriday + dayMs), until: isoOf(noonOfFriday + dayMs + hourMs) },
    expect: 'medium',
  },
  { name: 'in its last moment', now: noonOfFriday + 2 * hourMs, expect: 'medium' },
  { name: 'its window is past', now: noonOfFriday + 2 * hourMs + 1, expect: 'nothing' },
  { name: 'seen', drill: { state: 'seen' }, expect: 'nothing' },
  { name: 'failed', drill: { state: 'failed' }, expect: 'nothing' },
  { name: 'cancelled', drill: { state: 'cancelled' }, expect: 'nothing' },
];

/** A drill that is to come or goes on. Pure: the same drill always gives the same answer. */
function check({ drill, now }: JudgedDrill): PostureMatch[] {
  if (isPastOrJudged(drill, now)) return [];
  // The account by its id, so that whoever hears of its use hears of this; as a party that is nobody's account.
  const subject = { type: 'other' as const, id: drill.account.id, name: drill.account.name };
  const name = nameOf(subject);
  const who = nameOf({ id: null, name: drill.declaredBy.name });
  const reason = cleanLine(drill.reason, 300);
  const window = windowInWords(drill);
  return [
    {
      key: [drill.id],
      at: Date.parse(drill.declaredAt),
      title: `Drill of ${name} declared by ${who}: ${window}`,
      summary: `${who} declared a drill of the break-glass account ${name} for ${window}. A sign-in of it in that time is told as loudly as any, and marked as a drill. The reason given: ${reason}`,
      subject,
      matter: ['the-watch', 'drill-declared', drill.id],
      details: {
        drill: drill.id,
        declaredBy: who,
        identifiedBy: drill.declaredBy.identifiedBy,
        reason,
        from: drill.from,
        until: drill.until,
      },
    },
  ];
}

/** `14:00 to 15:00 UTC, 22 Nov 2026`, or with both days where they differ. */
function windowInWords({ from, until }: Pick<Drill, 'from' | 'until'>): string {
  const [start, end] = [from, until].map((one) => {
    // `Sun, 22 Nov 2026 14:00:00 GMT`: unlike a locale's, the same in every release of Node.
    const text = new Date(one).toUTCString();
    return { day: text.slice(5, 16), clock: text.slice(17, 22) };
  }) as [{ day: string; clock: string }, { day: string; clock: string }];
  return start.day === end.day
    ? `${start.clock} to ${end.clock} UTC, ${start.day}`
    : `${start.clock}, ${start.day}, to ${end.clock} UTC, ${end.day}`;
}

export default { ...info, check, examples, example };
