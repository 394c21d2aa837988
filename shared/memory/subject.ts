import type { Party } from '../finding.ts';
import { networkOf } from '../read/network-of.ts';
import type { Watchlist } from '../watch/watchlist.ts';

// What something is remembered of. Each subject is a row of its own, so these are also its keys.

/** An account: by its id, or by the name that a record calls it where nobody knows the id. */
export const accountSubject = (party: Pick<Party, 'type' | 'id' | 'name'>, watchlist: Watchlist) =>
  `account ${accountKey(party, watchlist)}`;

export const accountKey = (party: Pick<Party, 'type' | 'id' | 'name'>, watchlist: Watchlist) =>
  watchlist.idOf(party) ?? party.id ?? party.name?.toLowerCase() ?? '';

/** The id in such a key; null where nobody knew one, and the account goes by its name. */
export const idInKey = (key: string | null, name: string | null) =>
  key === name?.toLowerCase() ? null : key;

/** Where sign-ins come from: see {@link networkOf}. */
export const sourceSubject = (ip: string) => `source ${networkOf(ip)}`;

/** A request for a role, by the id that PIM gives all its rows. */
export const requestSubject = (requestId: string) => `request ${requestId}`;

/** A resource of Azure, or the setting or role assignment that lies on one. */
export const resourceSubject = (resourceId: string) => `resource ${resourceId}`;

/** What concerns the tenant as a whole: who is locked out, which administrators are at work. */
export const lockoutsSubject = 'lockouts';
export const presenceSubject = 'presence';
/** What Conditional Access does to the break-glass accounts. */
export const protectionSubject = 'protection';
/** Who was made a Global Administrator, and who was unmade. */
export const rulersSubject = 'rulers';
