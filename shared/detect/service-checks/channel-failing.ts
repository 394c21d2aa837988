import type { Severity } from '../../severity.ts';
import { hourMs, isoOf, minuteMs } from '../../time.ts';
import type { DetectionInfo } from '../detection-info.ts';
import { noonOfFriday } from '../examples/streams.ts';
import type { PostureMatch } from '../posture-check.ts';
import { nameOf } from '../wording.ts';

/** A channel as it is judged. */
type Judged = {
  /** As the policy calls it. */
  channel: string;
  /** Its first failure since it last took a message; epoch milliseconds, null while it works. */
  failingSince: number | null;
  /** What it answered last, without secrets. */
  lastError: string | null;
  /** Another channel had to take over, or would have to. */
  isTakenOver: boolean;
  /** Epoch milliseconds. */
  now: number;
};

type Example = {
  name: string;
  /** Laid over a channel that has failed for ten minutes. */
  given?: Partial<Judged>;
  expect: Severity | 'nothing';
};

/** A channel that is busy for so long is no trouble yet. */
export const patienceMs = 5 * minuteMs;

const info: DetectionInfo & { id: 'channel-failing' } = {
  id: 'channel-failing',
  title: 'Alert channel fails',
  severity: 'high',
  categories: ['every delivery'],
  techniques: ['T1562.008'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-introduction',
  why: 'Whoever reads that channel alone hears of nothing. To make alerts fail is also a way to hide.',
  triage: [
    'Read what the channel answered last: it names the host and the status.',
    '401, 403, 404: the flow, the key or the address was changed or deleted. Find out by whom.',
    '429 or 5xx: look at the status of the other side, and wait; nothing is lost meanwhile.',
    'Make sure that somebody reads the channel that has taken over.',
  ],
  falsePositives: ['An outage or a maintenance window of the other side.'],
};

const example = ({ given }: Example): Judged => ({
  channel: 'soc-teams',
  failingSince: noonOfFriday - 10 * minuteMs,
  lastError: 'DELIVERY_UNAVAILABLE: prod-01.logic.azure.com answered 503',
  isTakenOver: false,
  now: noonOfFriday,
  ...given,
});

const examples = (): readonly Example[] => [
  { name: 'no message was taken for ten minutes', expect: 'high' },
  {
    name: 'for five minutes',
    given: { failingSince: noonOfFriday - patienceMs },
    expect: 'high',
  },
  {
    name: 'for half a minute, and a critical alert had to go another way',
    given: { failingSince: noonOfFriday - minuteMs / 2, isTakenOver: true },
    expect: 'high',
  },
  {
    name: 'for a little less than five minutes',
    given: { failingSince: noonOfFriday - patienceMs + 1 },
    expect: 'nothing',
  },
  {
    name: 'works again',
    given: { failingSince: null, isTakenOver: true, now: noonOfFriday + hourMs },
    expect: 'nothing',
  },
];

/** A channel that people can't be told on. Pure: the same channel always gives the same answer. */
function check(judged: Judged): PostureMatch[] {
  const { channel, failingSince, lastError, isTakenOver, now } = judged;
  if (failingSince === null) return [];
  if (!isTakenOver && now - failingSince < patienceMs) return [];
  const subject = { type: 'other' as const, id: null, name: channel };
  const since = isoOf(failingSince);
  return [
    {
      key: [channel, since],
      at: failingSince,
      title: `Alert channel ${nameOf(subject)} fails`,
      summary: `Since ${since.slice(0, 16).replace('T', ' ')} UTC the channel ${nameOf(subject)} has taken no message. Others tell what it should; it is tried on.`,
      subject,
      matter: ['the-watch', 'channel', channel],
      details: { channel, since, ...(lastError !== null && { error: lastError }) },
    },
  ];
}

export default { ...info, check, examples, example };
