import type { WatchedAccount } from '../../watch/watch-state.ts';
import { isGuest } from '../posture-check.ts';

/** As `identities` of Graph names who else may vouch for an account; its own tenant goes by a domain. */
const personalIssuer = 'microsoftaccount';
const outsideIssuers = new Set([
  ...[personalIssuer, 'externalazuread'],
  // A one-time passcode sent to any mailbox, and the social providers that guests may bring.
  ...['mail', 'google.com', 'facebook.com'],
]);

/**
 * Names that only a personal account has: as classic administrators of Azure were written, and as a
 * guest is named after an address at one of Microsoft's own consumer domains.
 */
const personalName = /^live\.com#|_(outlook|hotmail|live|msn)\.com#ext#@/i;

/** A personal Microsoft account; undefined where nothing tells. */
export function isPersonal(account: WatchedAccount): boolean | undefined {
  const issuers = issuersOf(account);
  if (issuers) return issuers.includes(personalIssuer);
  return personalName.test(account.name ?? '') || undefined;
}

/**
 * A guest, or an account that somebody outside the tenant vouches for, whatever its type says: guests
 * can be made members. Undefined where the snapshot does not say enough to deny it.
 */
export function isExternal(account: WatchedAccount): boolean | undefined {
  const issuers = issuersOf(account);
  if (isGuest(account) || isPersonal(account)) return true;
  if (issuers?.some((issuer) => outsideIssuers.has(issuer))) return true;
  return issuers && account.snapshot?.userType !== undefined ? false : undefined;
}

const issuersOf = ({ snapshot }: WatchedAccount) =>
  snapshot?.identityIssuers?.map((issuer) => issuer.trim().toLowerCase());
