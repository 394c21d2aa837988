import { Watchlist } from './watchlist.ts';

/** For what is nobody's account, whatever it is called: a channel, or the name of whoever has signed in. */
export const nobodysWatchlist = (tenantId: string): Watchlist =>
  new Watchlist({
    id: tenantId,
    accounts: { emergency: [], exposed: [], shared: [], automation: [], external: [] },
    privilegedRoles: { add: [], remove: [] },
  });
