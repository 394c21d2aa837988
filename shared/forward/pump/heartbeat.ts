import { isoOf, minuteMs } from '../../time.ts';
import type { Heartbeat } from '../siem-event.ts';

/** How often each sink hears that we are alive. */
export const heartbeatMs = 5 * minuteMs;

/** The number of the interval that a time lies in. */
export const sequenceAt = (now: number) => Math.floor(now / heartbeatMs);

/**
 * The tenants whose heartbeat of this interval is due. What was missed is not made up for: to a
 * receiver it would look as if nothing had been amiss.
 *
 * @param taken - the number of the last one that the sink took, by tenant.
 */
export const dueHeartbeats = (
  tenantIds: readonly string[],
  taken: Readonly<Record<string, number>>,
  now: number,
): string[] => {
  const sequence = sequenceAt(now);
  // One ahead is a clock that is; more is one that was wrong, which must not silence us until then.
  return tenantIds.filter((id) => ![sequence, sequence + 1].includes(taken[id] ?? 0));
};

/** The heartbeat of the interval: the same uid however often it is tried. */
export function heartbeatOf(
  tenantId: string,
  { lastRecordAt, waiting }: Pick<Heartbeat, 'lastRecordAt' | 'waiting'>,
  now: number,
): Heartbeat {
  const sequence = sequenceAt(now);
  return {
    kind: 'heartbeat',
    uid: `heartbeat.${tenantId}.${sequence}`,
    at: isoOf(now),
    tenantId,
    sequence,
    intervalSeconds: heartbeatMs / 1_000,
    lastRecordAt,
    waiting,
  };
}
