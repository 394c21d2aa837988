import { deadlineOf, graceForLateLogsMs, isOverdue } from '../../drill/overdue.ts';
import { service } from '../../respond/response.ts';
import { hourMs, isoOf, minuteMs } from '../../time.ts';
import type { DetectionInfo } from '../detection-info.ts';
import { type DrillExample, drillExample, type JudgedDrill } from '../examples/drills.ts';
import { noonOfFriday } from '../examples/streams.ts';
import type { PostureMatch } from '../posture-check.ts';
import { nameOf } from '../wording.ts';

const info: DetectionInfo & { id: 'drill-not-alerted' } = {
  id: 'drill-not-alerted',
  title: 'Drill without an alert',
  severity: 'critical',
  categories: ['SignInLogs'],
  techniques: ['T1562.008'],
  source:
    'https://learn.microsoft.com/entra/identity/role-based-access-control/security-emergency-access',
  why: 'A drill was declared, and no alert of the break-glass account was told. On the night of a real use nobody would hear of it either.',
  triage: [
    'Ask the custodian: was the account used in the window at all, and did the sign-in succeed?',
    'It was: does the log export of sign-ins still arrive? See log-stream-silent and the diagnostic setting.',
    'The sign-in was found and told nowhere: look at the deliveries of its incident, and at the channels.',
    'Mend it, then declare another drill.',
  ],
  falsePositives: [
    'Nobody signed in: a drill that does not take place is cancelled before its window ends.',
    'Sign-in logs later than half an hour: once the alert is told after all, this finding ends.',
  ],
};

/** Its window ended an hour ago. */
const example = drillExample({
  declaredBy: service,
  declaredAt: isoOf(noonOfFriday - 3 * hourMs),
  from: isoOf(noonOfFriday - 2 * hourMs),
  until: isoOf(noonOfFriday - hourMs),
});

const examples = (): readonly DrillExample[] => [
  { name: 'no sign-in arrived', expect: 'critical' },
  {
    name: 'signed in, and told on no channel',
    drill: { signedInAt: isoOf(noonOfFriday - 1.5 * hourMs) },
    expect: 'critical',
  },
  {
    name: 'told on one channel',
    drill: {
      signedInAt: isoOf(noonOfFriday - 1.5 * hourMs),
      alerted: { pager: isoOf(noonOfFriday - 1.4 * hourMs) },
    },
    expect: 'nothing',
  },
  { name: 'cancelled', drill: { state: 'cancelled' }, expect: 'nothing' },
  {
    name: 'over for half an hour: the log may be late',
    now: noonOfFriday - hourMs + graceForLateLogsMs,
    expect: 'nothing',
  },
  {
    name: 'over for a millisecond more',
    now: noonOfFriday - hourMs + graceForLateLogsMs + 1,
    expect: 'critical',
  },
];

/** A drill whose alert should have come and has not. Pure: the same drill always gives the same answer. */
function check({ drill, now }: JudgedDrill): PostureMatch[] {
  if (!isOverdue(drill, now)) return [];
  // As a party that is nobody's account: what the watch missed is not a part of the account's incident.
  const subject = { type: 'other' as const, id: drill.account.id, name: drill.account.name };
  const name = nameOf(subject);
  const isUsed = drill.signedInAt !== null;
  const minutes = graceForLateLogsMs / minuteMs;
  return [
    {
      key: [drill.id],
      at: deadlineOf(drill),
      title: `Drill FAILED: ${name}: ${isUsed ? 'its sign-in was told on no channel' : 'no sign-in arrived'}`,
      summary: isUsed
        ? `${name} signed in at ${drill.signedInAt}, in a drill that ${nameOf({ id: null, name: drill.declaredBy.name })} declared. It was found, but no channel has taken the alert.`
        : `A drill of ${name} was declared by ${nameOf({ id: null, name: drill.declaredBy.name })} for ${drill.from} to ${drill.until}. No sign-in of the account had arrived ${minutes} minutes after that.`,
      subject,
      matter: ['the-watch', 'drill', drill.id],
      details: {
        drill: drill.id,
        from: drill.from,
        until: drill.until,
        ...(drill.signedInAt !== null && { signedIn: drill.signedInAt }),
      },
    },
  ];
}

export default { ...info, check, examples, example };
