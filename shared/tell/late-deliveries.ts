import type { Delivery } from '../record/outbox.ts';
import { minuteMs } from '../time.ts';
import type { DeliveryStore } from './notify.ts';

/** What is not sent within a minute waits for its channel, or for another try. */
const lateAfterMs = minuteMs;

type LateDeps = {
  cases: Pick<DeliveryStore, 'load'>;
  marks: {
    marked(query: { olderThanMs: number; now: number }): Promise<readonly { incidentId: string }[]>;
  };
  /** Incidents that are looked at: in an outage there may be thousands, and nobody waits for them all. */
  most: number;
  /** Epoch milliseconds. */
  now: number;
};

/**
 * What should have been told by now, incident by incident. A mark outlives what it was set for, so only the
 * deliveries say what waits.
 *
 * @returns `isMore`: not all incidents were looked at.
 * @throws {WatchError} STORE_UNAVAILABLE
 */
export async function lateDeliveries({ cases, marks, most, now }: LateDeps) {
  const marked = await marks.marked({ olderThanMs: lateAfterMs, now });
  const kept = await Promise.all(
    marked.slice(0, most).map(({ incidentId }) => cases.load(incidentId)),
  );
  const late = kept
    .map((one): Delivery[] => (one?.deliveries ?? []).map(({ value }) => value))
    .map((all) => all.filter((one) => isLate(one, now)));
  return {
    late: late.filter((deliveries) => deliveries.length > 0),
    isMore: marked.length > most,
  };
}

/** What goes into a digest, or is to go later, is where it should be. */
const isLate = ({ state, cadence, attempts, dueAt }: Delivery, now: number): boolean =>
  state === 'pending' && !cadence && (attempts > 0 || now - Date.parse(dueAt) > lateAfterMs);
