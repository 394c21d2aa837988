import type { Note } from '../../memory/memories.ts';
import { accountKey, lockoutsSubject, sourceSubject } from '../../memory/subject.ts';
import type { TenantPolicy } from '../../policy.ts';
import type { SignInEvent } from '../../read/event.ts';
import type { Watchlist } from '../../watch/watchlist.ts';
import { accountDisabled, lockedOut, refusedPassword } from '../error-codes.ts';
import { isKnownPlace } from '../places.ts';

const slotMs = 5 * 60_000;
const hourMs = 3_600_000;

/** The codes of anybody's sign-ins that are counted by where they come from. */
export const countedCodes: readonly number[] = [...refusedPassword, accountDisabled];
const counted = new Set(countedCodes);

/**
 * What anybody's sign-ins leave with the address they come from: failures, and the successes from an
 * address that has failed before. Behind an office's one address everybody mistypes: it is left out.
 */
export function sourceNotes(
  event: SignInEvent,
  watchlist: Watchlist,
  tenant: TenantPolicy,
): Note[] {
  if (event.flow === 'workload' || !event.ip || isKnownPlace(event, tenant)) return [];
  const subject = sourceSubject(event.ip);
  const { at, id: recordId, errorCode } = event;
  const who = {
    account: accountKey(event.account, watchlist) || (event.typedName ?? ''),
    name: event.account.name ?? event.typedName,
    isWatched: watchlist.isPrivileged(event.account, at),
    at,
    lastAt: at,
    recordId,
  };
  if (errorCode === 0 && event.flow === 'user') {
    const id = `${who.account} ${Math.floor(at / hourMs)}`;
    const note: Note = { subject, trace: { kind: 'success', id, ...who } };
    return [who.isWatched ? note : { ...note, isWeak: true }];
  }
  if (!counted.has(errorCode)) return [];
  const id = `${who.account} ${errorCode} ${Math.floor(at / slotMs)}`;
  const trace = { kind: 'failure' as const, id, errorCode, ...who };
  const notes: Note[] = [{ subject, trace }];
  return errorCode === lockedOut ? [...notes, { subject: lockoutsSubject, trace }] : notes;
}
