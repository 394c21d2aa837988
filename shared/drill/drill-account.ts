import type { Party } from '../finding.ts';
import type { Watchlist } from '../watch/watchlist.ts';
import type { Drill } from './drill.ts';

/** The break-glass accounts that a drill may be declared for. */
export const drillAccounts = (watchlist: Watchlist, now: number): Drill['account'][] =>
  watchlist.breakGlassAccounts(now).map(({ party: { id, name } }) => ({
    id: id ?? '',
    name: name ?? id ?? '',
  }));

/**
 * The break-glass account that an object id or UPN means, if the policy declares it.
 *
 * @returns a sentence where it can't be told.
 */
export function drillAccount(
  written: string,
  watchlist: Watchlist,
  now: number,
): Drill['account'] | string {
  const key = written.trim().toLowerCase();
  const party: Party = key.includes('@')
    ? { type: 'user', id: null, name: key }
    : { type: 'user', id: key, name: null };
  const id = watchlist.idOf(party);
  const known = drillAccounts(watchlist, now);
  const account = known.find((one) => one.id === id);
  if (account) return account;
  if (watchlist.isBreakGlass(party)) {
    return `The policy declares ${written} as a break-glass account, but its object id is not known yet: the directory has not told it. Give the object id in the policy.`;
  }
  const allowed = known.map(({ id, name }) => (name === id ? id : `${name} (${id})`));
  return `${written} is not a break-glass account of the policy (accounts.emergency). Allowed: ${
    allowed.join(', ') || 'none; none is declared, or none whose object id is known'
  }.`;
}
