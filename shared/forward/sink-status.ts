/** An event that a receiver refused for good: a dead letter. */
export type Refusal = {
  uid: string;
  /** The receiver's own words, or ours where nothing was sent; without secrets. */
  says: string;
  /** When it was given up, UTC ISO 8601. */
  at: string;
};

/** How a sink stands, for people and their programs. Times UTC ISO 8601. */
export type SinkStatus = {
  /** As the policy calls it. */
  name: string;
  /** In a few words: what it is, and the format. */
  what: string;
  /** Whether it gets an event every five minutes. */
  heartbeat: boolean;
  /** When it took something last; null: never yet. */
  lastTakenAt: string | null;
  /** Events that wait for it. */
  waiting: number;
  /** More than these may wait: so many were counted, and no more. */
  isMoreWaiting: boolean;
  /** Since when the oldest of them waits; null: nothing does. */
  waitingSince: string | null;
  /** Its first failure since it last took something; null while it works. */
  failingSince: string | null;
  /** What the receiver answered then, or last; without secrets. */
  lastError: string | null;
  /** How many events it has ever refused for good. */
  refused: number;
  /** The newest of these first, twenty at most. */
  refusals: readonly Refusal[];
};
