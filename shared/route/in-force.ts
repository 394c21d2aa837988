import { mostSilentDays } from '../policy/silences.ts';
import type { Policy } from '../policy.ts';
import { dayMs, parseTime } from '../time.ts';
import type { Silence } from './silence.ts';

/** What is the same of a silence, whoever declared it. */
export type SilenceRule = {
  /** As people find it: `silences[0]` of the policy, or the id of one of the console. */
  id: string;
  detections: readonly string[];
  accounts: readonly string[];
  /** Names or ids; empty: all. */
  tenants: readonly string[];
  /** A name. It may be hostile, as may be the reason. */
  by: string;
  reason: string;
  until: string;
};

/** @param now - epoch milliseconds. */
export function silencesOfPolicy({ silences }: Pick<Policy, 'silences'>, now: number) {
  return silences.flatMap((silence, index): SilenceRule[] => {
    if (!isInForce(silence.until, now)) return [];
    return [{ ...silence, id: `silences[${index}]`, tenants: silence.tenants ?? [] }];
  });
}

export function silencesOfShelf(stored: readonly Silence[], now: number): SilenceRule[] {
  return stored
    .filter(({ ended, until }) => !ended && isInForce(until, now))
    .map(({ by, ...rest }) => ({ ...rest, by: by.name }));
}

/**
 * What is to last longer than a silence may is in force in its last days alone: a slip of the year must
 * not make anything quiet for years.
 */
export function isInForce(until: string, now: number): boolean {
  const end = parseTime(until) ?? 0;
  return now < end && end - now <= mostSilentDays * dayMs;
}
