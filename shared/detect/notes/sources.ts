import type { Note } from '../../memory/memories.ts';
import type { Memory } from '../../memory/memory.ts';
import { accountKey, lockoutsSubject, sourceSubject } from '../../memory/subject.ts';
import type { SuccessTrace, Trace } from '../../memory/trace.ts';
import type { TenantPolicy } from '../../policy.ts';
import type { SignInEvent } from '../../read/event.ts';
import { hourMs } from '../../time.ts';
import type { Watchlist } from '../../watch/watchlist.ts';
import {
  accountDisabled,
  lockedOut,
  provesPassword,
  refusedPassword,
} from '../rows/error-codes.ts';
import { firstFactor } from '../rows/first-factor.ts';
import { mfaUse } from '../rows/mfa.ts';
import { isOwnDevice, knownDevices } from '../rows/own-devices.ts';
import { isKnownPlace } from '../rows/places.ts';

const slotMs = 5 * 60_000;

/** The codes of anybody's sign-ins that are counted by where they come from. */
export const countedCodes: readonly number[] = [...refusedPassword, accountDisabled];
const counted = new Set(countedCodes);
export const isCounted = ({ errorCode }: Pick<SignInEvent, 'errorCode'>) => counted.has(errorCode);

/**
 * Where a sign-in comes from, if that is remembered of it: of anybody's failures, and of all that a
 * watched account does. Behind an office's one address everybody mistypes: it is left out.
 */
export function sourceOf(
  event: SignInEvent,
  { watchlist, tenant }: { watchlist: Watchlist; tenant: TenantPolicy },
): string | null {
  if (event.flow === 'workload' || !event.ip || isKnownPlace(event, tenant)) return null;
  const isTold = counted.has(event.errorCode) || watchlist.isPrivileged(event.account, event.at);
  return isTold ? sourceSubject(event.ip) : null;
}

/**
 * What sign-ins leave with the address they come from: anybody's failures, what went well of the
 * watched accounts, and of anybody where the address is suspected. Who is locked out is remembered
 * wherever it happened.
 */
export function sourceNotes(
  event: SignInEvent,
  watchlist: Watchlist,
  tenant: TenantPolicy,
): Note[] {
  const account = accountKey(event.account, watchlist) || event.typedName;
  if (event.flow === 'workload' || !account) return [];
  const { at, id: recordId, errorCode } = event;
  const subject = sourceOf(event, { watchlist, tenant });
  const who = {
    account,
    name: event.account.name ?? event.typedName,
    isWatched: watchlist.isPrivileged(event.account, at),
    at,
    lastAt: at,
    errorCode,
    recordId,
  };
  if (!counted.has(errorCode)) {
    if (isKnownPlace(event, tenant)) return [];
    return subject ? successNotes(event, subject, who, watchlist) : crowdNotes(event, account);
  }
  const id = `${account} ${errorCode} ${Math.floor(at / slotMs)}`;
  const trace = { kind: 'failure' as const, id, ...who };
  const subjects = [subject, errorCode === lockedOut ? lockoutsSubject : null];
  return subjects.flatMap((one) => (one ? { subject: one, trace } : []));
}

/**
 * An address that failed on more than one account, and again now: who else gets in from there tells
 * what it is.
 */
const isSuspected = (memory: Memory, noted: readonly Trace[]): boolean => {
  if (!noted.some(({ kind }) => kind === 'failure')) return false;
  const failing = memory.flatMap((trace) => (trace.kind === 'failure' ? trace.account : []));
  return failing.some((account) => account !== failing[0]);
};

/** That anybody gets in from an address: of many of those it is an office, and none of them a guess. */
function crowdNotes(event: SignInEvent, account: string): Note[] {
  if (event.flow !== 'user' || event.errorCode !== 0 || !event.ip) return [];
  const { at, id: recordId, errorCode } = event;
  const trace = {
    kind: 'success' as const,
    id: `${account} ${Math.floor(at / hourMs)}`,
    ...{ account, name: event.account.name, isWatched: false, at, lastAt: at, errorCode, recordId },
    mayBeGuessed: false,
  };
  return [{ subject: sourceSubject(event.ip), trace, isOfUse: isSuspected }];
}

type Who = Omit<SuccessTrace, 'kind' | 'id' | 'mayBeGuessed'>;

function successNotes(event: SignInEvent, subject: string, who: Who, watchlist: Watchlist): Note[] {
  if (!isAccepted(event)) return [];
  const factor = firstFactor(event);
  // What renews itself is no sign-in of somebody.
  if (event.flow !== 'user' && factor !== 'password') return [];
  const isOwn = isOwnDevice(event.device, knownDevices(event.account, watchlist));
  // Whoever guessed a password has neither: a carrier's one address is shared by many that mistype.
  const isProven = event.device.id !== null && mfaUse(event) === 'yes';
  const mayBeGuessed = factor !== 'other' && !isOwn && !isProven;
  const id = `${who.account} ${who.recordId}`;
  return [{ subject, trace: { kind: 'success', id, ...who, mayBeGuessed } }];
}

const isAccepted = ({ errorCode }: SignInEvent) => errorCode === 0 || provesPassword.has(errorCode);
