import { hourMs } from '../time.ts';
import { addHour, emptyHour, type Hour } from './stream-history.ts';

/** What came of one stream since it was last asked, by the hour of its arrival. */
export type StreamDelta = { category: string; lastAt: number; hours: Map<number, Hour> };

export type Arrival = {
  tenantId: string;
  category: string;
  /** Epoch milliseconds. */
  arrivedAt: number;
  /** Age of the event on arrival, where the record was read. */
  lagMs?: number | undefined;
  /** The password was refused. */
  isFailure?: boolean;
  count?: number;
};

/** Records that could not be read name no log: they are counted as a stream of their own. */
export const unreadable = 'unreadable';

/** Counts the records of each stream, in memory: an instance that dies takes a minute's counts with it, no record. */
export class Tally {
  #streams = new Map<string, Map<string, StreamDelta>>();

  count({ tenantId, category, arrivedAt, lagMs, isFailure, count = 1 }: Arrival): void {
    const ofTenant = this.#streams.get(tenantId) ?? new Map<string, StreamDelta>();
    this.#streams.set(tenantId, ofTenant);
    const stream = ofTenant.get(category) ?? { category, lastAt: arrivedAt, hours: new Map() };
    ofTenant.set(category, stream);
    stream.lastAt = Math.max(stream.lastAt, arrivedAt);
    const start = Math.floor(arrivedAt / hourMs) * hourMs;
    const hour = stream.hours.get(start) ?? emptyHour();
    stream.hours.set(start, addHour(hour, { count, failures: isFailure ? count : 0, lagMs }));
  }

  /** All that was counted, by tenant; from here on it counts anew. */
  take(): ReadonlyMap<string, ReadonlyMap<string, StreamDelta>> {
    const taken = this.#streams;
    this.#streams = new Map();
    return taken;
  }
}
