import type { Party } from '../../finding.ts';
import type { AuditEvent } from '../../read/event.ts';
import type { Watchlist } from '../../watch/watchlist.ts';
import { accountTarget } from './account-changes.ts';

/** Somebody sets the password of another account. */
const byOther = new Set([
  'reset user password',
  'reset password',
  'reset password (by admin)',
  'update passwordprofile',
  'set force change user password',
]);

/** Somebody changes their own, or gets back in by self-service. */
const bySelf = new Set([
  'change user password',
  'reset password (self-service)',
  'change password (self-service)',
]);

/** Writes the directory's row of a self-service reset; no tenant can have an account of that domain. */
export const selfServiceActor = 'fim_password_service@support.onmicrosoft.com';

const blockedFromSelfService = 'blocked from self-service password reset';

export type PasswordEvent = { account: Party; isOwn: boolean };

/** A change of a watched account's password, tried or done; `isOwn` if the person did it themself. */
export function passwordEvent(event: AuditEvent, watchlist: Watchlist): PasswordEvent | undefined {
  const { operation } = event;
  const isSelfService = bySelf.has(operation) || operation === blockedFromSelfService;
  if (!isSelfService && !byOther.has(operation)) return undefined;
  const account = accountTarget(event)?.party;
  if (!account || !watchlist.isPrivileged(account, event.at)) return undefined;
  // Self-service names no person, or the service that did the work, as its actor.
  const isUser = event.actor?.type === 'user';
  // An application may be called anything: only a user can't take this name.
  if (isUser && event.actor?.name?.toLowerCase() === selfServiceActor)
    return { account, isOwn: true };
  const isPerson = isUser && (event.actor?.id ?? event.actor?.name) !== null;
  const isOwn = isPerson && event.actor ? isSame(event.actor, account, watchlist) : isSelfService;
  return { account, isOwn };
}

export const isBlockedReset = ({ operation }: AuditEvent) => operation === blockedFromSelfService;

/** Whether the two are one account: by their ids, by their names where an id is not known. */
export function isSame(actor: Party, account: Party, watchlist: Watchlist): boolean {
  const [one, other] = [watchlist.idOf(actor), watchlist.idOf(account)];
  if (one && other) return one === other;
  return actor.name !== null && actor.name.toLowerCase() === account.name?.toLowerCase();
}
