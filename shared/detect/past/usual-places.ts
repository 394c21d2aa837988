import type { Party } from '../../finding.ts';
import { accountSubject } from '../../memory/subject.ts';
import { networkOf } from '../../read/network-of.ts';
import { dayMs } from '../../time.ts';
import type { Context } from '../detection.ts';
import { isWithin } from '../rows/places.ts';
import { familiarBefore, isOwnNetwork, isOwnProvider } from './familiarity.ts';

/** `unknown` where too little is known of an account, or of an address, to call it new. */
export type PlaceUse = 'usual' | 'new' | 'unknown';

/** So long an account is learnt about before anything is new. */
const learningMs = 14 * dayMs;

/**
 * Whether a watched account is known at an address that only its number is told of, as in the audit
 * log: in a network that is known, or in a country or with a provider that it was seen with before.
 * Which those are, its sign-ins from the same network tell.
 *
 * @param at - when it was there, epoch milliseconds.
 */
export function placeUse(
  ip: string | null,
  at: number,
  account: Party,
  context: Context,
): PlaceUse {
  if (!ip) return 'unknown';
  // What is a day old is no part of what is judged here.
  const familiar = familiarBefore(account, at - dayMs, context);
  const isKnownPlace = isWithin(ip, context.tenant.knownNetworks);
  if (isOwnNetwork({ ip, isKnownPlace, asn: null, country: null }, familiar)) return 'usual';

  const subject = accountSubject(account, context.watchlist);
  const visits = [
    ...context.past.all('signIn', subject).filter(({ errorCode }) => errorCode === 0),
    ...context.past.all('sighting', subject),
  ].filter((one) => one.ip && networkOf(one.ip) === networkOf(ip) && one.at <= at + dayMs);
  const isUsual = visits.some(
    (one) => familiar.countries.has(one.country ?? '') || isOwnProvider(one, familiar),
  );
  if (isUsual) return 'usual';

  const { knownNetworks } = context.tenant;
  const isLearnt = knownNetworks.length + familiar.networks.length > 0;
  return isLearnt || familiar.learntMs >= learningMs ? 'new' : 'unknown';
}
