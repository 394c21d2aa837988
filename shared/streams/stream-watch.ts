import { messageOf } from '../errors.ts';
import { type StreamHistory, uniteHistories } from './stream-history.ts';
import { Tally } from './tally.ts';

/** What counting the streams asks of state. */
export type StreamStore = {
  read(tenantId: string): Promise<StreamHistory[]>;
  add(tenantId: string, deltas: readonly StreamHistory[]): Promise<void>;
};

/** How long counts stay with their instance, at most, while records come in. */
const flushEveryMs = 60_000;
/** Categories are as a record writes them: a hostile one must not fill the table. */
const mostStreams = 50;

/** Counts what arrives, and hands the counts to the store once a minute. */
export class StreamWatch {
  readonly #store: StreamStore;
  readonly #warn: (message: string) => void;
  #tally = new Tally();
  #flushedAt = 0;

  constructor(store: StreamStore, warn: (message: string) => void) {
    this.#store = store;
    this.#warn = warn;
  }

  get tally(): Tally {
    return this.#tally;
  }

  /** Never fails: a count that is lost is no record that is lost. */
  async flushIfDue(now: number): Promise<void> {
    if (now - this.#flushedAt < flushEveryMs) return;
    this.#flushedAt = now;
    try {
      await this.flush();
    } catch (error) {
      this.#warn(`the counts of a minute are lost: ${messageOf(error)}`);
    }
  }

  /** @throws {WatchError} STORE_UNAVAILABLE */
  async flush(): Promise<void> {
    for (const [tenantId, streams] of this.#tally.take()) {
      const deltas = [...streams.values()].slice(0, mostStreams);
      if (deltas.length > 0) await this.#store.add(tenantId, deltas);
    }
  }

  read(tenantId: string): Promise<StreamHistory[]> {
    return this.#store.read(tenantId);
  }
}

/** Streams in memory, for tests. Held to the contract of the real store. */
export function memoryStreams(): StreamStore {
  const tenants = new Map<string, Map<string, StreamHistory>>();
  return {
    read: async (tenantId) => [...(tenants.get(tenantId)?.values() ?? [])],
    async add(tenantId, deltas) {
      const streams = tenants.get(tenantId) ?? new Map<string, StreamHistory>();
      tenants.set(tenantId, streams);
      for (const delta of deltas) {
        const before = streams.get(delta.category);
        streams.set(delta.category, before ? uniteHistories(before, delta) : delta);
      }
    },
  };
}
