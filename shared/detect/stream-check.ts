import type { DetectionSettings } from '../policy.ts';
import type { StreamHistory } from '../streams/stream-history.ts';
import type { Watchlist } from '../watch/watchlist.ts';
import type { DetectionId } from './detection-ids.ts';
import type { DetectionInfo } from './detection-info.ts';
import type { PostureMatch } from './posture-check.ts';

/** What a check may know: what arrived of a tenant's logs, hour by hour, and what is known of its directory. */
export type StreamContext<Id extends DetectionId = DetectionId> = {
  streams: readonly StreamHistory[];
  watchlist: Watchlist;
  settings: DetectionSettings<Id>;
  /** The moment that is judged, epoch milliseconds. */
  now: number;
};

/**
 * A look at the streams rather than at an event: silence leaves no record. `stream-checks/` has one
 * file each, with its metadata, its function and its examples, as detections have.
 */
export type StreamCheck<Id extends DetectionId = DetectionId> = DetectionInfo & {
  id: Id;
  /** Pure: the same streams always give the same answer. */
  check(context: StreamContext<Id>): PostureMatch[];
  examples(): readonly StreamExample[];
};

export type StreamExample = {
  name: string;
  streams: readonly StreamHistory[];
  /** UTC. Left out: just now. */
  snapshotTakenAt?: string | null;
  /** Left out: noon of Friday, 2026-11-20, UTC. */
  now?: string;
  settings?: Readonly<Record<string, unknown>>;
  tenant?: Readonly<Record<string, unknown>>;
  expect: DetectionInfo['severity'] | 'nothing';
};

export const defineStreamCheck = <const Id extends DetectionId>(
  check: StreamCheck<Id>,
): StreamCheck => check as unknown as StreamCheck;

/** A log as the subject of a finding. */
export const streamParty = (category: string) =>
  ({ type: 'other', id: null, name: category }) as const;
