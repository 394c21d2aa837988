import { dayMs, parseTime } from '../../time.ts';
import type { WatchedAccount } from '../../watch/watch-state.ts';
import { type PostureContext, type Unknown, unreadOf } from '../posture-check.ts';
import { gapOf } from './gaps.ts';

export type Idle = {
  /** When it had been idle for too long, epoch milliseconds. */
  since: number;
  /** The last sign-in that succeeded, epoch milliseconds; null: none is known. */
  lastSignInAt: number | null;
};

/**
 * Whether nobody has signed in to an account for so many days. One that nobody ever signed in to is as
 * idle as it is old: Graph knows successful sign-ins since December 2023, and lags by hours.
 *
 * @returns undefined if it is in use.
 */
export function idleness(
  account: WatchedAccount,
  { snapshot, now }: Pick<PostureContext, 'snapshot' | 'now'>,
  maxAgeDays: number,
): Idle | Unknown | undefined {
  const { lastSignInAt, createdAt } = account.snapshot ?? {};
  if (lastSignInAt === undefined) return unreadOf(snapshot, 'signInActivity', account);
  const lastAt = parseTime(lastSignInAt) ?? null;
  const from = lastAt ?? parseTime(createdAt);
  if (from === undefined) return unreadOf(snapshot, 'users', account);
  const since = from + maxAgeDays * dayMs;
  if (now <= since) return undefined;
  // There may well be a later one that could not be read.
  if (gapOf(snapshot, 'signInActivity')) return unreadOf(snapshot, 'signInActivity', account);
  return { since, lastSignInAt: lastAt };
}
