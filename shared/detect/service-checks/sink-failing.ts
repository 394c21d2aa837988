import { cleanLine } from '../../clean-text.ts';
import type { Severity } from '../../severity.ts';
import { isoOf, minuteMs } from '../../time.ts';
import type { DetectionInfo } from '../detection-info.ts';
import { noonOfFriday } from '../examples/streams.ts';
import type { PostureMatch } from '../posture-check.ts';
import { nameOf } from '../wording.ts';

/** A sink as it is judged. */
type Judged = {
  /** As the policy calls it. */
  sink: string;
  /** Since when it has taken nothing although something waits; epoch milliseconds, null while it takes it. */
  stoppedSince: number | null;
  /** What the receiver answered last, without secrets. */
  lastError: string | null;
  /** Events that it refused for good, one after the other; null: none lately. */
  refusing: Refusing | null;
  /** Epoch milliseconds. */
  now: number;
};

type Refusing = {
  /** Epoch milliseconds. */
  since: number;
  events: number;
  /** The receiver's words about one of them, without secrets. */
  says: string | null;
};

type Example = {
  name: string;
  /** Laid over a sink that has taken nothing for twenty minutes. */
  given?: Partial<Judged>;
  expect: Severity | 'nothing';
};

/** What is restarted, or busy for so long, is no trouble yet. */
export const sinkPatienceMs = 15 * minuteMs;

const info: DetectionInfo & { id: 'sink-failing' } = {
  id: 'sink-failing',
  title: 'SIEM sink fails',
  severity: 'high',
  severityVaries: 'Medium where it refuses some events and takes others.',
  categories: ['everything that goes to a SIEM'],
  techniques: ['T1562.008'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-introduction',
  why: 'Whoever watches the SIEM alone sees nothing of what is found. To make it refuse events is also a way to hide.',
  triage: [
    'Read what the receiver answered, on the page Sinks.',
    '401, 403, 404: the token, the role or the address was changed or deleted. Find out by whom.',
    '429, 5xx, no answer: look at the receiver. Nothing is lost meanwhile: all that waits is sent in its order.',
    'Refused events lie in the dead letters. Mend the index, the mapping or the table; then send that time once more with `glasswatch forward`.',
  ],
  falsePositives: ['An outage or a maintenance window of the receiver.'],
};

const example = ({ given }: Example): Judged => ({
  sink: 'soc-splunk',
  stoppedSince: noonOfFriday - 20 * minuteMs,
  lastError: 'splunk.contoso.example answered 503: Server is busy',
  refusing: null,
  now: noonOfFriday,
  ...given,
});

const refusing: Refusing = {
  since: noonOfFriday - minuteMs,
  events: 3,
  says: 'mapper_parsing_exception: failed to parse field [glasswatch.details.app]',
};

const examples = (): readonly Example[] => [
  { name: 'nothing was taken for twenty minutes', expect: 'high' },
  {
    name: 'for fifteen minutes, and it gives no answer at all',
    given: { stoppedSince: noonOfFriday - sinkPatienceMs, lastError: null },
    expect: 'high',
  },
  {
    name: 'three events were refused for good, the others taken',
    given: { stoppedSince: null, refusing },
    expect: 'medium',
  },
  {
    name: 'one was, a minute before the receiver was restarted',
    given: { stoppedSince: noonOfFriday - minuteMs, refusing: { ...refusing, events: 1 } },
    expect: 'medium',
  },
  {
    name: 'for a little less than fifteen minutes',
    given: { stoppedSince: noonOfFriday - sinkPatienceMs + 1 },
    expect: 'nothing',
  },
  { name: 'works again', given: { stoppedSince: null }, expect: 'nothing' },
];

/** A SIEM that does not get what is found. Pure: the same sink always gives the same answer. */
function check(judged: Judged): PostureMatch[] {
  const { sink, stoppedSince, lastError, now } = judged;
  const isStopped = stoppedSince !== null && now - stoppedSince >= sinkPatienceMs;
  return [
    ...(isStopped ? [stopped(sink, stoppedSince, lastError)] : []),
    ...(judged.refusing ? [refused(sink, judged.refusing)] : []),
  ];
}

function stopped(sink: string, at: number, lastError: string | null): PostureMatch {
  const { subject, matter, since, clock } = told(sink, at);
  const answer = cleanLine(lastError, 300);
  return {
    key: [sink, 'stopped', since],
    at,
    title: `SIEM sink ${nameOf(subject)} takes nothing`,
    summary: `Since ${clock} the sink ${nameOf(subject)} has taken nothing of what waits for it. Nothing is lost: it is tried on, and gets all of it once it answers.`,
    subject,
    matter,
    details: { sink, since, ...(answer && { error: answer }) },
  };
}

function refused(sink: string, { since: at, events, says }: Refusing): PostureMatch {
  const { subject, matter, since, clock } = told(sink, at);
  const answer = cleanLine(says, 300);
  const what = events === 1 ? 'one event' : `${events} events`;
  return {
    key: [sink, 'refusing', since],
    at,
    severity: 'medium',
    title: `SIEM sink ${nameOf(subject)} refused ${what}`,
    summary: `Since ${clock} the sink ${nameOf(subject)} has refused ${what} for good${answer && `: “${answer}”`}. It takes others. What it refused lies in the dead letters.`,
    subject,
    matter,
    details: { sink, since, refused: events, ...(answer && { error: answer }) },
  };
}

function told(sink: string, at: number) {
  const since = isoOf(at);
  return {
    subject: { type: 'other' as const, id: null, name: sink },
    matter: ['the-watch', 'sink', sink] as const,
    since,
    clock: `${since.slice(0, 16).replace('T', ' ')} UTC`,
  };
}

export default { ...info, check, examples, example };
