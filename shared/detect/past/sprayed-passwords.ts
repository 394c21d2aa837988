import type { Party } from '../../finding.ts';
import type { FailureTrace, SuccessTrace } from '../../memory/trace.ts';
import type { SignInEvent } from '../../read/event.ts';
import { networkOf } from '../../read/network-of.ts';
import { dayOf, hourMs, minuteMs } from '../../time.ts';
import type { Context } from '../detection.ts';
import { sourceOf } from '../notes/sources.ts';
import { refusedPassword } from '../rows/error-codes.ts';
import { around } from './bursts.ts';
import { type Guessed, type Limits, precedenceOf, worstOf } from './guessed-passwords.ts';
import { partyOf } from './told-from-traces.ts';

type FromSource = Guessed<SuccessTrace, FailureTrace> & { account: Party };

/** So many accounts, and somebody's second account or a colleague explains them no more. */
const leastAccounts = 3;

/**
 * The right password of a watched account from a source that failed on others before. An address from
 * which as many get in as fail is the way out of an office that nobody has declared.
 */
export function guessedFromSource(
  event: SignInEvent,
  context: Context,
  limits: Limits,
): FromSource[] {
  const { past } = context;
  const subject = sourceOf(event, context);
  if (!subject) return [];
  const name = `sprayed, ${limits.failures} in ${limits.withinHours} ${subject}`;
  return (
    past
      .once(name, () =>
        guessedAmong(past.all('failure', subject), past.all('success', subject), context, limits),
      )
      .map((guessed) => ({ ...guessed, network: networkOf(event.ip ?? '') }))
      // What comes after all of them says nothing of them, but that a failure stands for five minutes.
      .filter(({ lastAt }) => lastAt >= event.at - 5 * minuteMs)
  );
}

function guessedAmong(
  failures: readonly FailureTrace[],
  successes: readonly SuccessTrace[],
  { watchlist }: Context,
  { failures: least, withinHours }: Limits,
): Omit<FromSource, 'network'>[] {
  const wrong = failures.filter(({ errorCode }) => refusedPassword.has(errorCode));
  const guesses = successes
    .map((success) => {
      const isBefore = ({ at, lastAt }: FailureTrace | SuccessTrace) =>
        at < success.at && success.at - lastAt <= withinHours * hourMs;
      const before = wrong.filter(isBefore);
      const others = successes.filter((one) => isBefore(one) && one.errorCode === 0);
      const isOffice = countAccounts(others) >= countAccounts(before);
      return { success, failures: before, isTheirs: isOffice || !success.mayBeGuessed };
    })
    .filter(
      (guess) => countOf(guess.failures) >= least && countAccounts(guess.failures) >= leastAccounts,
    );
  const byAccount = Map.groupBy(
    guesses,
    ({ success }) => `${success.account} ${dayOf(success.at)}`,
  );
  return [...byAccount.values()].map((some) => {
    const { success } = some.at(-1) as (typeof some)[number];
    const open = some.filter(({ isTheirs }) => !isTheirs);
    const known = around([...wrong, ...successes], dayOf(success.at));
    return {
      how: 'source' as const,
      account: partyOf(success, watchlist),
      day: dayOf(success.at),
      lastAt: success.at,
      first: worstOf(open),
      precedence: precedenceOf(known, some.length - open.length),
    };
  });
}

/** Of failures that stand for all within five minutes: as many as there were at least. */
const countOf = (failures: readonly FailureTrace[]) =>
  failures.reduce((sum, { at, lastAt }) => sum + (lastAt > at ? 2 : 1), 0);

const countAccounts = (traces: readonly { account: string }[]) =>
  new Set(traces.map(({ account }) => account)).size;
