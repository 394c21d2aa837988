import type { WatchedAccount } from '../../watch/watch-state.ts';
import { type PostureContext, partyOf, privilegedUsers } from '../posture-check.ts';
import { nameOf } from '../wording.ts';

/** Its holder synchronises the directory, by itself and without MFA; the guidance keeps policies off it. */
const synchronisation = 'd29b2b05-8046-44ba-8758-1e26182fcf32';

/** The people of whom the guidance wants MFA, managed devices and reviews: break-glass accounts left out. */
export const administrators = (
  context: Pick<PostureContext, 'watchlist' | 'now'>,
): WatchedAccount[] =>
  privilegedUsers(context).filter((account) => {
    const { watchlist, now } = context;
    const party = partyOf(account);
    const roles = watchlist.rolesOf(party, now);
    const isSync = roles.every(({ templateId }) => templateId === synchronisation);
    return !isSync && !watchlist.isBreakGlass(party);
  });

const mostNamed = 20;

/** For `details`: who they are, and how many if that is more. */
export const namedAccounts = (accounts: readonly WatchedAccount[]) => ({
  accounts: accounts.slice(0, mostNamed).map((account) => nameOf(partyOf(account))),
  count: accounts.length,
});
