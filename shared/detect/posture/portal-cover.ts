import type { WatchedAccount } from '../../watch/watch-state.ts';
import type { PostureContext } from '../posture-check.ts';
import {
  type AccessPolicy,
  adminPortals,
  appliesTo,
  coversPortal,
  isUnsure,
  type PolicySubject,
  subjectOfPolicy,
} from './access-policies.ts';

/**
 * Whether policies, taken together, hold for somebody at the portals of administrators; undefined where
 * it hangs on groups of which nothing is known.
 */
export function portalCover(
  policies: readonly AccessPolicy[],
  subject: PolicySubject,
  portals: readonly (typeof adminPortals)[number][] = adminPortals,
): boolean | undefined {
  const isCoveredBy = (some: readonly AccessPolicy[]) =>
    portals.every((portal) => some.some((policy) => coversPortal(policy, portal)));
  const unsure = policies.filter((policy) => isUnsure(policy, subject));
  const sure = policies.filter((policy) => appliesTo(policy, subject) && !unsure.includes(policy));
  if (isCoveredBy(sure)) return true;
  return isCoveredBy([...sure, ...unsure]) ? undefined : false;
}

/** The same of each of some accounts. */
export const coversOf = (
  accounts: readonly WatchedAccount[],
  policies: readonly AccessPolicy[],
  { watchlist, now }: Pick<PostureContext, 'watchlist' | 'now'>,
): { account: WatchedAccount; is: boolean | undefined }[] =>
  accounts.map((account) => ({
    account,
    is: portalCover(policies, subjectOfPolicy(account, watchlist, now)),
  }));

export const portalsOf = (policy: AccessPolicy) =>
  adminPortals.filter((portal) => coversPortal(policy, portal));
