import type { Party } from '../finding.ts';
import type { Watchlist } from '../watch/watchlist.ts';
import type { Watchlists } from '../watch/watchlists.ts';

/** Who is meant by an account that is written somewhere, and which of them are break-glass accounts. */
export type Accounts = {
  /** @param written - an object id or UPN. */
  isMeant(tenantId: string, party: Party, written: string): boolean;
  isBreakGlass(tenantId: string, party: Party): boolean;
  /** The object id, as far as it is known. */
  idOf(tenantId: string, party: Party): string | undefined;
};

/** As the watchlists know it now. */
export const accountsIn =
  (watchlists: Pick<Watchlists, 'all'>) =>
  async (now: number): Promise<Accounts> => {
    const all = await watchlists.all(now);
    const byTenant = new Map<string, Watchlist>(all.map((one) => [one.tenant.id, one]));
    return {
      isMeant: (tenantId, party, written) =>
        byTenant.get(tenantId)?.isMeant(party, written) ?? false,
      isBreakGlass: (tenantId, party) => byTenant.get(tenantId)?.isBreakGlass(party) ?? false,
      idOf: (tenantId, party) => byTenant.get(tenantId)?.idOf(party) ?? party.id ?? undefined,
    };
  };

/** Where nothing is known of anybody: ids and names are what they are, and nobody is a break-glass account. */
export const strangers: Accounts = {
  isMeant: (_, { id, name }, written) =>
    [id, name].some((one) => one?.toLowerCase() === written.toLowerCase()),
  isBreakGlass: () => false,
  idOf: (_, { id }) => id ?? undefined,
};
