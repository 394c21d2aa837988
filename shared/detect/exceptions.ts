import type { Party } from '../finding.ts';
import { isPast, parseTime } from '../time.ts';
import type { Watchlist } from '../watch/watchlist.ts';
import type { DetectionSettings } from './detect.ts';

/**
 * Exclusions name one account, may end, and never hold for break-glass accounts.
 *
 * @param parties - whom a match speaks of: its subject and its actor.
 * @param at - the moment it speaks of, epoch milliseconds.
 */
export function isExcluded(
  parties: readonly (Party | null)[],
  at: number,
  { exclude }: DetectionSettings,
  watchlist: Watchlist,
): boolean {
  if (exclude.length === 0 || parties.some((party) => watchlist.isBreakGlass(party))) return false;
  return exclude.some(({ account, until }) => {
    if (until && isPast(until, at)) return false;
    return isAmong(parties, account, watchlist);
  });
}

/** The reason why a match was to be expected. Nothing about a break-glass account ever is. */
export function plannedChange(
  parties: readonly (Party | null)[],
  at: number,
  { expected = [] }: DetectionSettings,
  watchlist: Watchlist,
): string | undefined {
  if (expected.length === 0 || parties.some((party) => watchlist.isBreakGlass(party))) return;
  return expected.find(
    ({ accounts, from, until }) =>
      at >= (parseTime(from) ?? Number.POSITIVE_INFINITY) &&
      at <= (parseTime(until) ?? 0) &&
      accounts.some((account) => isAmong(parties, account, watchlist)),
  )?.reason;
}

const isAmong = (
  parties: readonly (Party | null)[],
  account: string,
  watchlist: Watchlist,
): boolean => parties.some((party) => party !== null && watchlist.isMeant(party, account));
