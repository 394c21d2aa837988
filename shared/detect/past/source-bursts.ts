import type { Party } from '../../finding.ts';
import type { FailureTrace, SuccessTrace } from '../../memory/trace.ts';
import type { SignInEvent } from '../../read/event.ts';
import { networkOf } from '../../read/network-of.ts';
import type { Context, Match } from '../detection.ts';
import { sourceOf } from '../notes/sources.ts';
import { around, type Burst, burstsOf, isAround } from './bursts.ts';
import { firstFew, knowledgeOf, namesOf, roundedDown } from './told-from-traces.ts';

type Settings = { distinctUsers: number; windowMinutes: number };

/** A source that fails on many accounts, and what its finding has of it in any case. */
export type SourceBurst = Pick<Burst<FailureTrace>, 'moments'> & {
  source: Party;
  /** How many accounts, in steps. */
  accounts: number;
  /** The privileged ones among them, as they are called. */
  privileged: readonly Party[];
  match: Pick<Match, 'key' | 'subject' | 'actor' | 'matter' | 'at' | 'recordIds' | 'precedence'> &
    Pick<Match, 'isWithdrawn' | 'details'>;
};

const mostListed = 20;

/**
 * The bursts of failures on different accounts that a sign-in of the same source may be a part of.
 * An address from which as many get in is the way out of an office that nobody has declared.
 *
 * @param codes - which failures; `name` is that of their kind.
 */
export function sourceBursts(
  name: string,
  event: SignInEvent,
  context: Context,
  codes: ReadonlySet<number>,
  settings: Settings,
): SourceBurst[] {
  const { past } = context;
  // Of a crowd that gets in nobody is asked: its notes lie with a failure of the same batch, which is.
  const subject = sourceOf(event, context);
  if (!subject || !(event.errorCode === 0 || codes.has(event.errorCode))) return [];
  const limits = `${settings.distinctUsers} in ${settings.windowMinutes}`;
  return past
    .once(`${name} ${limits} ${subject}`, () => {
      const failures = past.all('failure', subject);
      const successes = past.all('success', subject).filter(({ errorCode }) => errorCode === 0);
      return burstsOf(failures, {
        counts: ({ errorCode }) => codes.has(errorCode),
        by: ({ account }) => account,
        least: settings.distinctUsers,
        windowMinutes: settings.windowMinutes,
      }).map((burst) =>
        toSourceBurst(event.ip ?? '', burst, settings.distinctUsers, {
          succeeded: successes.filter((success) => isAround(burst, success.at, settings)),
          precedence: knowledgeOf(around([...failures, ...successes], burst.day)),
        }),
      );
    })
    .filter((burst) => isAround(burst, event.at, settings));
}

function toSourceBurst(
  ip: string,
  { day, traces, moments }: Burst<FailureTrace>,
  distinctUsers: number,
  { succeeded, precedence }: { succeeded: readonly SuccessTrace[]; precedence: string },
): SourceBurst {
  const source: Party = { type: 'other', id: null, name: networkOf(ip) };
  const failing = new Set(traces.map(({ account }) => account)).size;
  const accounts = roundedDown(failing, distinctUsers);
  const privileged = namesOf(traces.filter(({ isWatched }) => isWatched));
  const isOffice = new Set(succeeded.map(({ account }) => account)).size >= failing;
  return {
    moments,
    source,
    accounts,
    privileged: privileged.map((name) => ({ type: 'user', id: null, name })),
    match: {
      key: [source.name, day],
      subject: source,
      actor: null,
      matter: ['guessing'],
      at: traces[0].at,
      recordIds: traces.map(({ recordId }) => recordId),
      precedence,
      ...(isOffice && { isWithdrawn: true as const }),
      details: {
        addresses: firstFew([source.name]),
        accounts: namesOf(traces, Math.min(accounts, mostListed)),
        privileged,
      },
    },
  };
}
