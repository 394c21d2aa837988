import type { Found } from '../detect/found.ts';
import type { DayOfScorecard } from '../scorecard/history.ts';

/** A finding about a state that lasts. */
export type OpenState = {
  /** The finding's id. */
  id: string;
  check: string;
  found: Found;
  /** Nobody has read of it in a digest yet. */
  isNews: boolean;
  /** Somebody is recording a change of it, or died while at it: nobody knows what was recorded. */
  isPending?: true;
};

/** One that is over, until a digest has told it. */
export type EndedState = { id: string; found: Found };

export type PostureState = {
  open: ReadonlyMap<string, OpenState>;
  ended: ReadonlyMap<string, EndedState>;
  /** When the last digest was written, epoch milliseconds; null before the first. */
  digestAt: number | null;
};

/** UTC ISO 8601 throughout. */
export type RefreshReport = {
  triedAt: string;
  /** When a reading last succeeded. */
  succeededAt: string | null;
  /** Why the last one did not; null if it did. */
  failure: string | null;
  /** How many requests it took. */
  requests: number;
};

export type PostureChanges = {
  opened?: readonly OpenState[];
  ended?: readonly EndedState[];
  /** Ids of which nothing is to be kept any more. */
  forgotten?: readonly string[];
  digestAt?: number;
  refresh?: RefreshReport;
};

/** What is remembered of a tenant's posture between two looks at it. */
export type PostureStore = {
  read(tenantId: string): Promise<PostureState>;
  /** Of one id the last word counts. Doing it again changes nothing. */
  save(tenantId: string, changes: PostureChanges): Promise<void>;
  /** How the last reading of the directory went; null before the first. */
  lastRefresh(tenantId: string): Promise<RefreshReport | null>;
  /** How the scorecard stood on each day, oldest first. */
  days(tenantId: string): Promise<DayOfScorecard[]>;
  saveDay(tenantId: string, day: DayOfScorecard): Promise<void>;
};
