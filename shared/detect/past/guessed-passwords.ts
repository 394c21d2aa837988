import type { Party } from '../../finding.ts';
import { accountSubject } from '../../memory/subject.ts';
import type { SignInTrace } from '../../memory/trace.ts';
import type { SignInEvent } from '../../read/event.ts';
import { networkOf } from '../../read/network-of.ts';
import { dayOf, hourMs } from '../../time.ts';
import type { Context } from '../detection.ts';
import { provesPassword, refusedPassword } from '../rows/error-codes.ts';
import { isOwnDevice } from '../rows/own-devices.ts';
import { around } from './bursts.ts';
import { familiarBefore, isNewCountry, isOwnNetwork, isOwnProvider } from './familiarity.ts';
import { countsOf, knowledgeOf } from './told-from-traces.ts';

/** The right password of one account after wrong ones, from one network on one UTC day. */
export type Guessed<Success, Failure> = {
  /** Whose failures came before: the account's own, from anywhere, or the source's, on anybody. */
  how: 'account' | 'source';
  network: string;
  day: string;
  /** The first that is not the person's own, of those that got in if any did; none where all are. */
  first: { success: Success; failures: readonly Failure[] } | undefined;
  lastAt: number;
  precedence: string;
};

export type Limits = { failures: number; withinHours: number };

/** What a watched account's own sign-ins tell of guesses, as far as one of them may add something. */
export function guessedOfAccount(
  event: SignInEvent,
  context: Context,
  limits: Limits,
): Guessed<SignInTrace, SignInTrace>[] {
  const { watchlist, past } = context;
  if (!watchlist.isPrivileged(event.account, event.at)) return [];
  const subject = accountSubject(event.account, watchlist);
  const name = `guessed, ${limits.failures} in ${limits.withinHours} ${subject}`;
  return (
    past
      .once(name, () => guessedAmong(past.all('signIn', subject), event.account, context, limits))
      // What comes after all of them says nothing of them.
      .filter(({ lastAt }) => lastAt >= event.at)
  );
}

function guessedAmong(
  signIns: readonly SignInTrace[],
  account: Party,
  context: Context,
  { failures: least, withinHours }: Limits,
): Guessed<SignInTrace, SignInTrace>[] {
  const wrong = signIns.filter(({ errorCode }) => refusedPassword.has(errorCode));
  if (wrong.length < least) return [];
  const guesses = signIns
    .filter(({ errorCode }) => errorCode === 0 || provesPassword.has(errorCode))
    .map((success) => ({
      success,
      failures: wrong.filter(
        ({ at }) => at < success.at && success.at - at <= withinHours * hourMs,
      ),
    }))
    .filter(({ failures }) => failures.length >= least);
  const byPlace = Map.groupBy(
    guesses,
    ({ success: { ip, at } }) => `${networkOf(ip ?? '')} ${dayOf(at)}`,
  );
  return [...byPlace.values()].map((some) => {
    const { success } = some.at(-1) as (typeof some)[number];
    const open = some.filter((guess) => !isTheirs(guess, account, least, context));
    const day = dayOf(success.at);
    return {
      how: 'account' as const,
      network: networkOf(success.ip ?? ''),
      day,
      lastAt: success.at,
      first: worstOf(open),
      precedence: precedenceOf(around(signIns, day), some.length - open.length),
    };
  });
}

/** A password that opened the account is worse than one that did not. */
export const worstOf = <T extends { success: { errorCode: number } }>(guesses: readonly T[]) =>
  guesses.find(({ success }) => success.errorCode === 0) ?? guesses[0];

/** What is explained stays so: of equal knowledge the answer that explains more is the later. */
export const precedenceOf = (known: Parameters<typeof knowledgeOf>[0], explained: number) =>
  `${knowledgeOf(known)} ${countsOf(explained)}`;

/**
 * Whether it is the person, who typed it right in the end, or came while somebody elsewhere guesses:
 * without a password at all, on a device or at a place of their own. Too many failures from that very
 * place, and it is no better than another.
 */
function isTheirs(
  { success, failures }: { success: SignInTrace; failures: readonly SignInTrace[] },
  account: Party,
  least: number,
  context: Context,
): boolean {
  if (success.firstFactor === 'other') return true;
  const familiar = familiarBefore(account, failures[0]?.at ?? success.at, context);
  const isOnOwnDevice = isOwnDevice(success.device, familiar.devices);
  if (isOnOwnDevice && !isNewCountry(success, familiar)) return true;
  const network = networkOf(success.ip ?? '');
  const near = failures.filter(({ ip }) => networkOf(ip ?? '') === network).length;
  if (isOwnNetwork(success, familiar)) return near < 2 * least;
  const isUsual = familiar.countries.has(success.country ?? '') && isOwnProvider(success, familiar);
  return near === 0 && isUsual;
}
