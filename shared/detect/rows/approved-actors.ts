import type { Party } from '../../finding.ts';
import type { Context } from '../detection.ts';

/**
 * Whether the policy lets somebody do what not everybody may: it declares them automation, or names
 * them among the `approved`. While it names nobody at all, and where a row names no actor, nobody is judged.
 */
export function isApproved(
  actor: Party | null,
  approved: readonly string[],
  { watchlist, tenant }: Pick<Context, 'watchlist' | 'tenant'>,
): boolean {
  const isUnasked = approved.length === 0 && tenant.accounts.automation.length === 0;
  if (isUnasked || !actor || watchlist.is('automation', actor)) return true;
  return approved.some((account) => watchlist.isMeant(actor, account));
}

const synchronisation = 'd29b2b05-8046-44ba-8758-1e26182fcf32';

/** The account of the directory synchronisation, told by the role that it alone holds; its name proves nothing. */
export const isSynchronisation = (
  actor: Party | null,
  at: number,
  { watchlist }: Context,
): boolean =>
  actor !== null &&
  watchlist.rolesOf(actor, at).some(({ templateId }) => templateId === synchronisation);
