import { cleanLine } from '../../clean-text.ts';
import type { Actor, Party } from '../../finding.ts';
import { idInKey } from '../../memory/subject.ts';
import type { FailureTrace, SignInTrace, SuccessTrace } from '../../memory/trace.ts';
import type { SignInEvent } from '../../read/event.ts';
import { networkOf } from '../../read/network-of.ts';
import type { Watchlist } from '../../watch/watchlist.ts';
import type { Match } from '../detection.ts';
import { fromWhere } from '../wording.ts';
import type { AccountBurst } from './bursts.ts';

// How findings are told from what is remembered: the same, whichever record came last.

/** Who a sign-in is about, as the watchlist knows them: records of one person name them in many ways. */
export const whoOf = ({ account }: SignInEvent, watchlist: Watchlist): Party => ({
  type: 'user',
  id: watchlist.idOf(account) ?? null,
  name: watchlist.account(account)?.name ?? account.name,
});

/** Whom a failure or success names. */
export function partyOf(
  { account, name }: FailureTrace | SuccessTrace,
  watchlist: Watchlist,
): Party {
  const id = idInKey(account, name);
  return { type: 'user', id, name: watchlist.account({ type: 'user', id, name })?.name ?? name };
}

export const withAddress = (who: Party, { ip }: Pick<SignInTrace, 'ip'>): Actor => ({ ...who, ip });

type Known = SignInTrace | FailureTrace | SuccessTrace;
/** From so many on more knowledge changes nothing that is told; a memory is full at some number as well. */
const mostCounted = 200;

/**
 * How much is known, as text that grows with it: how many things happened, and what came later of
 * each. For `precedence`, so that what is told from all of it wins.
 */
export function knowledgeOf(traces: readonly Known[]): string {
  const count = Math.min(traces.length, mostCounted);
  const sum = traces.reduce(
    (total, one) => total + (one.kind === 'signIn' ? one.emittedAt : one.lastAt - one.at),
    0,
  );
  return `${pad(count)} ${pad(count < mostCounted ? sum : 0)}`;
}

/** The same of plain counts, each of which only ever grows. */
export const countsOf = (...counts: readonly number[]): string =>
  counts.map((count) => String(count).padStart(4, '0')).join(' ');

const pad = (count: number) => String(count).padStart(16, '0');

/** What the findings of all bursts against one account have in common. */
export function toldOfBurst(
  { day, traces, precedence, isWithdrawn }: AccountBurst,
  who: Party,
  watchlist: Watchlist,
) {
  const [first] = traces;
  return {
    key: [who.id ?? who.name, day],
    precedence,
    at: first.at,
    // Of a burst that is none, one of them may show nothing of the kind.
    recordIds: isWithdrawn ? [] : traces.map(({ id }) => id),
    ...(isWithdrawn && { isWithdrawn }),
    subject: who,
    actor: withAddress(who, first),
    roles: watchlist.rolesOf(who, first.at),
    matter: ['guessing'],
    details: detailsOf(traces),
  } satisfies Partial<Match>;
}

/** Where it came from, and what it was after. */
export const detailsOf = (traces: readonly SignInTrace[]) => ({
  addresses: firstFew(traces.map(({ ip }) => ip)),
  countries: firstFew(traces.map(({ country }) => country)),
  apps: firstFew(traces.map(({ app }) => app)),
});

/** A number that people are told: it moves in steps, so that not each record of an attack is news. */
export function roundedDown(count: number, least: number): number {
  const steps = [1, 2, 5].flatMap((digit) => [digit, digit * 10, digit * 100]);
  return Math.max(least, ...steps.filter((step) => step <= count));
}

/** The first of some names or addresses, each once, no more than people are told of. */
export const firstFew = (texts: readonly (string | null)[], most = 5): string[] =>
  [...new Set(texts.flatMap((text) => (text === null ? [] : cleanLine(text))))].slice(0, most);

/** The accounts that failed, as they are called. */
export const namesOf = (traces: readonly FailureTrace[], most = 20): string[] =>
  firstFew(
    traces.map(({ name, account }) => name ?? account),
    most,
  );

export const placeOf = ({ ip, country, city }: SignInTrace): string =>
  fromWhere({ ip, place: { country, city, point: null } });

/** " from 203.0.113.9", or how many addresses it came from. */
export function fromAddresses(traces: readonly SignInTrace[]): string {
  const networks = new Set(traces.flatMap(({ ip }) => (ip ? networkOf(ip) : [])));
  const [first] = traces;
  if (networks.size > 1) return ` from ${roundedDown(networks.size, 2)} or more addresses`;
  return first ? placeOf(first) : '';
}
