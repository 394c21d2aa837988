import type { Party } from '../../finding.ts';
import type { ActivityEvent, AuditEvent, SignInEvent } from '../../read/event.ts';
import { dayOf } from '../../time.ts';
import type { Watchlist } from '../../watch/watchlist.ts';
import type { Context } from '../detection.ts';

/**
 * The break-glass account that a sign-in is about, if any: by its id, else by its UPN, else by what
 * was typed (an alias names the account where a failed attempt has no id).
 */
export function breakGlassAccount(
  event: SignInEvent,
  { watchlist }: Pick<Context, 'watchlist'>,
): Party | undefined {
  if (watchlist.isBreakGlass(event.account)) return event.account;
  if (event.account.id || !event.typedName) return undefined;
  const typed: Party = { type: 'user', id: null, name: event.typedName };
  return watchlist.isBreakGlass(typed)
    ? { ...typed, id: watchlist.idOf(typed) ?? null }
    : undefined;
}

/**
 * Rows that speak of an account without anybody doing or changing anything: PIM repeats every two
 * hours what it noticed, in the name of whoever made the assignment; a portal looks at a token.
 */
const speaksOnly = /outside of pim|^triggered pim alert|^validate user authentication$/;
export const changesNothing = ({ operation }: Pick<AuditEvent, 'operation'>) =>
  speaksOnly.test(operation);

/** The break-glass account that does something, if it is one. */
export const actingBreakGlass = ({ actor }: AuditEvent | ActivityEvent, watchlist: Watchlist) =>
  watchlist.isBreakGlass(actor) ? actor : null;

/** One use of the account: its session, or the day where the record names no session. */
export const useOf = (event: SignInEvent) => event.sessionId ?? dayOf(event.at);
