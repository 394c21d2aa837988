import type { Finding } from '../finding.ts';

/** Now, or gathered for a digest. */
export type Cadence = 'now' | 'daily' | 'weekly';

/** One channel that hears of a finding. */
export type Telling = {
  channel: string;
  cadence: Cadence;
  /** An update of an incident that was told already waits so long for others to come with it. */
  groupMs: number;
};

/** Who hears of a finding, and why; `glasswatch route` prints it. */
export type Routed = {
  tellings: readonly Telling[];
  /** Who would hear of it if nothing kept it quiet: whoever heard of something hears that it is over. */
  unmuted: readonly Telling[];
  /** Why nobody is told although routes fit. Null while nothing keeps it quiet. */
  quiet: { by: 'silence' | 'inhibition'; id: string; says: string } | null;
  /** A sentence for each route, floor, silence and inhibition that was looked at. */
  because: readonly string[];
};

/**
 * Pure: what the policy and whatever is in force at a moment say of any finding.
 *
 * @throws {WatchError} STORE_UNAVAILABLE where what is in force could not be read, unless the finding is
 * about a break-glass account: that waits for nothing.
 */
export type RouteFinding = (finding: Finding) => Routed;

export type Routing = {
  /**
   * Reads what is in force now.
   *
   * @param now - epoch milliseconds.
   * @throws {WatchError} STORE_UNAVAILABLE
   */
  at(now: number): Promise<RouteFinding>;
  /** Remembers findings that mute others, see `inhibitions` in the policy. Twice the same changes nothing. */
  remember(findings: readonly Finding[], now: number): Promise<void>;
};
