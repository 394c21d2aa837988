import type { Party } from '../finding.ts';
import type { DetectionSettings, TenantPolicy } from '../policy.ts';
import type { Snapshot } from '../watch/directory.ts';
import type { DirectoryPart } from '../watch/tenant-fields.ts';
import type { WatchedAccount } from '../watch/watch-state.ts';
import type { Watchlist } from '../watch/watchlist.ts';
import type { Match } from './detection.ts';
import type { DetectionId } from './detection-ids.ts';
import type { DetectionInfo } from './detection-info.ts';

/** What a check may know: the directory of a tenant as it was last read, and what the log stream told since. */
export type PostureContext<Id extends DetectionId = DetectionId> = {
  /** Who is privileged now; each account with what the snapshot says of it. */
  watchlist: Watchlist;
  /** What the snapshot says of the tenant itself; a section that is missing was not read. */
  snapshot: Snapshot;
  tenant: TenantPolicy;
  settings: DetectionSettings<Id>;
  /** The moment that is judged, epoch milliseconds. */
  now: number;
  /** When a break-glass account was last proven by a drill, epoch milliseconds. Left out: nobody knows of drills. */
  provenDrills?: ProvenDrills | undefined;
};

/** @param accountId - object id. */
export type ProvenDrills = (accountId: string) => number | undefined;

/**
 * A state found wanting. `at` is since when, epoch milliseconds; left out, since it was first seen.
 * The key holds what makes it this state and no other, and nothing that changes while it lasts.
 */
export type PostureMatch = Omit<Match, 'actor' | 'isWithdrawn' | 'at'> & { at?: number };

/**
 * Why a check can't tell: of one account, or (`about` left out) at all. It is neither right nor wrong.
 * `isOfOthers`: of people who can't be seen; of those who can it tells all the same.
 */
export type Unknown = { unknown: string; about?: Party; isOfOthers?: true };

/**
 * A look at the state of the directory rather than at an event. `posture-checks/` has one file each,
 * with its metadata, its function and its examples, as detections have.
 */
export type PostureCheck<Id extends DetectionId = DetectionId> = DetectionInfo & {
  id: Id;
  /** It looks at everybody who is privileged, so whoever could not be seen makes it unknown. */
  judges?: 'people';
  /** Pure: the same state always gives the same answer. */
  check(context: PostureContext<Id>): readonly (PostureMatch | Unknown)[];
  examples(): readonly PostureExample[];
};

export type PostureExample = {
  name: string;
  /**
   * Laid over Ada, an enabled Global Administrator with whom all is well (see examples/posture.ts);
   * null leaves her out.
   */
  account?: Readonly<Record<string, unknown>> | null;
  /** Other accounts, as a snapshot has them. */
  others?: readonly Readonly<Record<string, unknown>>[];
  /** Sections of the snapshot beside its accounts. */
  directory?: Readonly<Record<string, unknown>>;
  /** Which kind the policy declares Ada to be. */
  declared?: 'emergency' | 'shared' | 'exposed' | 'automation' | 'external';
  /** What the policy says, laid over the defaults: of this check, and of the tenant. */
  settings?: Readonly<Record<string, unknown>>;
  tenant?: Readonly<Record<string, unknown>>;
  /** What a snapshot of the day before had, and could not read; left out, there is none. */
  earlier?: { account?: Readonly<Record<string, unknown>> | null; gaps?: readonly object[] };
  /** Records of the log stream, whenever they happened. */
  records?: readonly Readonly<Record<string, unknown>>[];
  /** When a drill last proved Ada's account. UTC. */
  provenAt?: string;
  /** UTC. Left out: noon of Friday, 2026-11-20; the snapshot is of the day before. */
  now?: string;
  /** The severity of the one finding, `nothing` (all is well), or `unknown` (nothing found, not all was seen). */
  expect: DetectionInfo['severity'] | 'nothing' | 'unknown';
};

/** Checks a posture check against its own settings, then hands it on as one of many. */
export const definePostureCheck = <const Id extends DetectionId>(
  check: PostureCheck<Id>,
): PostureCheck => check as unknown as PostureCheck;

/** The people among the watched accounts who are privileged now, of this tenant and not switched off. */
export function privilegedUsers({ watchlist, now }: Pick<PostureContext, 'watchlist' | 'now'>) {
  return [...watchlist.state.accounts.values()].filter(
    (account) =>
      account.type === 'user' &&
      isEnabled(account) &&
      watchlist.rolesOf(partyOf(account), now).length > 0,
  );
}

export const isEnabled = ({ enabled }: WatchedAccount) => enabled.at(-1)?.held ?? true;

export const partyOf = ({ type, id, name }: WatchedAccount): Party => ({ type, id, name });

/** The tenant itself, where a state is nobody's in particular. */
export const tenantParty = ({ id, name }: Pick<TenantPolicy, 'id' | 'name'>): Party => ({
  type: 'other',
  id,
  name,
});

/** Guests keep their password in another tenant. */
export const isGuest = ({ snapshot, name }: WatchedAccount) =>
  snapshot?.userType?.toLowerCase() === 'guest' || (name?.toLowerCase().includes('#ext#') ?? false);

/** Why a part of the directory is not known. */
export function unread({ gaps }: Pick<Snapshot, 'gaps'>, part: DirectoryPart): Unknown {
  const gap = gaps?.find((one) => one.part === part);
  return { unknown: gap?.detail ?? `The snapshot says nothing of it (${part}).` };
}

/** What is not known of one account: because the part could not be read, or had nothing of this one. */
export function unreadOf(
  snapshot: Pick<Snapshot, 'gaps'>,
  part: DirectoryPart,
  account: WatchedAccount,
): Unknown {
  const about = partyOf(account);
  // Privileged since the last reading: the next one tells the rest.
  if (!account.snapshot) return { unknown: 'Known from the log alone so far.', about };
  return { ...unread(snapshot, part), about };
}
