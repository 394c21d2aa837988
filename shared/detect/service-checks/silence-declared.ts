import { cleanLine } from '../../clean-text.ts';
import { isOver, type Silence } from '../../route/silence.ts';
import type { Severity } from '../../severity.ts';
import { dayMs, hourMs, isoOf } from '../../time.ts';
import type { DetectionInfo } from '../detection-info.ts';
import { noonOfFriday } from '../examples/streams.ts';
import { people } from '../examples/tenant.ts';
import type { PostureMatch } from '../posture-check.ts';
import { listOf, nameOf } from '../wording.ts';

/** A silence as it is judged. */
type Judged = {
  silence: Silence;
  /** Epoch milliseconds. */
  now: number;
};

type Example = {
  name: string;
  /** Laid over a silence that was declared an hour ago and ends tomorrow. */
  silence?: Partial<Silence>;
  /** Left out: noon of Friday, 2026-11-20, UTC. */
  now?: number;
  expect: Severity | 'nothing';
};

const info: DetectionInfo & { id: 'silence-declared' } = {
  id: 'silence-declared',
  title: 'Silence declared',
  severity: 'medium',
  categories: ['what people declare'],
  techniques: ['T1562'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-introduction',
  why: 'As long as it lasts, people are not told of what it names. Whoever has taken over the account of a responder would begin with one.',
  triage: [
    'Ask whoever declared it, on another way than the account: did they, and why?',
    'Nobody did: end the silence on the page Silences, and treat the account as taken over.',
    'Read in the console what was found meanwhile: a silence keeps findings, it only tells nobody.',
  ],
  falsePositives: ['Planned work: the reason says which.'],
};

const example = ({ silence, now }: Example): Judged => ({
  silence: {
    id: 'silence-1',
    detections: ['admin-new-device', 'admin-new-location'],
    accounts: [people.ada.upn],
    tenants: [],
    by: { id: people.ben.id, name: people.ben.upn, identifiedBy: 'sign-in' },
    reason: 'new laptops',
    createdAt: isoOf(noonOfFriday - hourMs),
    until: isoOf(noonOfFriday + dayMs),
    ended: null,
    ...silence,
  },
  now: now ?? noonOfFriday,
});

const examples = (): readonly Example[] => [
  { name: 'declared in the console, for one account', expect: 'medium' },
  { name: 'for everybody', silence: { accounts: [] }, expect: 'medium' },
  {
    name: 'until a moment from now',
    silence: { until: isoOf(noonOfFriday + 1) },
    expect: 'medium',
  },
  { name: 'over', silence: { until: isoOf(noonOfFriday) }, expect: 'nothing' },
  {
    name: 'ended early',
    silence: {
      ended: {
        by: { id: people.ada.id, name: people.ada.upn, identifiedBy: 'sign-in' },
        at: isoOf(noonOfFriday - hourMs / 2),
      },
    },
    expect: 'nothing',
  },
  {
    name: 'written in the policy, where whoever changes that reviews it',
    silence: { by: { id: 'policy', name: 'Ben', identifiedBy: 'policy' } },
    expect: 'nothing',
  },
];

/** A silence in force that somebody declared. Pure: the same silence always gives the same answer. */
function check({ silence, now }: Judged): PostureMatch[] {
  const { id, by, createdAt, until } = silence;
  if (by.identifiedBy === 'policy' || isOver(silence, now)) return [];
  const subject = { type: 'other' as const, id: null, name: by.name };
  const who = nameOf(subject);
  const end = `${until.slice(0, 16).replace('T', ' ')} UTC`;
  const accounts = silence.accounts.map((one) => nameOf({ id: null, name: one }));
  const about = accounts.length === 0 ? 'any account' : listOf(accounts);
  const reason = cleanLine(silence.reason, 300);
  return [
    {
      key: [id],
      at: Date.parse(createdAt),
      title: `Silenced by ${who} until ${end}: ${listOf(silence.detections)}`,
      summary: `${who} declared a silence: until ${end} nobody is told of ${listOf(silence.detections)} about ${about}. What is found is kept. The reason given: ${reason}`,
      subject,
      matter: ['the-watch', 'silence', id],
      details: {
        silence: id,
        detections: [...silence.detections],
        accounts,
        reason,
        until,
      },
    },
  ];
}

export default { ...info, check, examples, example };
