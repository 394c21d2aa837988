import type { WatchedAccount } from '../watch/watch-state.ts';
import type { Watchlist } from '../watch/watchlist.ts';
import type { Match } from './detection.ts';
import type { DetectionInfo } from './detection-info.ts';

/** What a check may know: the watchlist of a tenant, as it stood at a moment. */
export type PostureContext = {
  watchlist: Watchlist;
  /** The moment that is judged, epoch milliseconds. */
  now: number;
  /** Its own thresholds, from the policy. */
  maxAgeDays: number;
};

/** A state found wanting. `at` is since when, epoch milliseconds. */
export type PostureMatch = Omit<Match, 'actor' | 'isWithdrawn'> & { at: number };

/**
 * A look at the state of the directory rather than at an event. `posture-checks/` has one file each,
 * with its metadata, its function and its examples, as detections have.
 */
export type PostureCheck = DetectionInfo & {
  /** Pure: the same state always gives the same answer. */
  check(context: PostureContext): PostureMatch[];
  examples: readonly PostureExample[];
};

export type PostureExample = {
  name: string;
  /** Laid over an enabled Global Administrator whose password is fresh; null leaves the account out. */
  account: Readonly<Record<string, unknown>> | null;
  /** Which kind the policy declares it to be. */
  declared?: 'emergency' | 'shared' | 'exposed';
  /** Records of the log stream that came after the snapshot. */
  records?: readonly Readonly<Record<string, unknown>>[];
  expect: DetectionInfo['severity'] | 'nothing';
};

export const definePostureCheck = (check: PostureCheck): PostureCheck => check;

/** The people among the watched accounts who are privileged now, of this tenant and not switched off. */
export function privilegedUsers({ watchlist, now }: PostureContext): WatchedAccount[] {
  return [...watchlist.state.accounts.values()].filter(
    (account) =>
      account.type === 'user' &&
      isEnabled(account) &&
      watchlist.rolesOf({ type: 'user', id: account.id, name: account.name }, now).length > 0,
  );
}

const isEnabled = ({ enabled }: WatchedAccount) => enabled.at(-1)?.held ?? true;

/** Guests keep their password in another tenant. */
export const isGuest = ({ snapshot, name }: WatchedAccount) =>
  snapshot?.userType?.toLowerCase() === 'guest' || (name?.toLowerCase().includes('#ext#') ?? false);
