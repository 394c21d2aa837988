import type { SinkTransports } from '../../shared/forward/sink-transports.ts';

/** A stand-in of one kind of SIEM, and how it is written in a policy. */
export type Receiver = {
  /** What the policy says of it. */
  written: Readonly<Record<string, unknown>>;
  /** The secrets that the policy names. */
  env: Readonly<Record<string, string>>;
  /** What its certificate rests on, PEM. */
  ca?: string;
  /** From now on this share of its requests fails, in each way that it knows. */
  failAtRandom(seed: number, share: number): void;
  failNoMore(): void;
  /** The uids of what it has, in the order of arrival with repeats as far as it keeps those. */
  arrived(): Promise<readonly (string | null)[]>;
  /** Those that it did not keep. */
  repeatsNotKept?(): number;
  /** What stands between the sink and it, where it does not stand in itself. */
  over?(transports: SinkTransports): SinkTransports;
  close(): Promise<void>;
};
