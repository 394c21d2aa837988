import { untilSaved } from '../conflicts.ts';
import { dayMs } from '../time.ts';
import { type Memory, unite } from './memory.ts';
import { Past } from './past.ts';
import type { Trace } from './trace.ts';

/** What an event leaves in memory. */
export type Note = {
  subject: string;
  trace: Trace;
  /**
   * A weak note joins only what the same batch notes otherwise, and only where it is of use there: it
   * makes no memory, and none is looked for.
   */
  isOfUse?: (memory: Memory, noted: readonly Trace[]) => boolean;
};

/** A memory as stored, and the version of it that was read; null where there is none yet. */
export type Remembered = { memory: Memory; version: string | null };

/** What remembering asks of state: a row for each subject. */
export type MemoryStore = {
  /** Those of the named subjects of which anything is remembered. */
  read(tenantId: string, subjects: readonly string[]): Promise<ReadonlyMap<string, Remembered>>;
  /**
   * @returns the new versions.
   * @throws {WatchError} STORE_CONFLICT if any is no longer the version that was read; some may be saved then.
   */
  save(
    tenantId: string,
    changes: ReadonlyMap<string, Remembered>,
  ): Promise<ReadonlyMap<string, string>>;
};

type NotesByTenant = ReadonlyMap<string, readonly Note[]>;

/** How many subjects a process keeps at hand; where nothing is stored, this is all there is. */
const mostAtHand = 20_000;
const mostAtHandUnstored = 200_000;
/** A clock may be a little off; a record from further ahead would push out all that is remembered. */
const furthestAheadMs = dayMs;

/**
 * The remembered state of all tenants.
 *
 * What this process has at hand may be old. That is safe for looking: whoever added to it since has
 * judged the whole, what this process saved included. It is not safe for adding, so a save holds only
 * if nobody else saved meanwhile; if somebody did, everything is read and judged again.
 */
export class Memories {
  readonly #store: MemoryStore | undefined;
  /** In the order of their last use. */
  readonly #atHand = new Map<string, Remembered>();
  readonly #most: number;

  constructor(store?: MemoryStore) {
    this.#store = store;
    this.#most = store ? mostAtHand : mostAtHandUnstored;
  }

  /**
   * Adds notes and judges by what is remembered then. The notes are saved once this resolves.
   *
   * @param judge - pure: it may be called several times, and the last answer counts.
   * @param now - epoch milliseconds.
   * @throws {WatchError} STORE_UNAVAILABLE: doing it again is safe.
   */
  async remember<T>(
    notes: NotesByTenant,
    now: number,
    judge: (pastOf: (tenantId: string) => Past) => T,
  ): Promise<T> {
    return await untilSaved(async () => {
      const changes = new Map<string, ReadonlyMap<string, Remembered>>();
      // Where nothing is stored, logs are replayed: their own time is all there is.
      const latest = this.#store ? now + furthestAheadMs : Number.POSITIVE_INFINITY;
      for (const [tenantId, some] of notes) {
        const sound = some.filter(({ trace }) => trace.at <= latest);
        changes.set(tenantId, await this.#add(tenantId, sound));
      }
      const pasts = new Map<string, Past>();
      const judged = judge((tenantId) => {
        const past = pasts.get(tenantId) ?? this.#pastOf(tenantId, changes.get(tenantId));
        pasts.set(tenantId, past);
        return past;
      });
      for (const [tenantId, changed] of changes) await this.#save(tenantId, changed);
      return judged;
    });
  }

  #pastOf(tenantId: string, changed: ReadonlyMap<string, Remembered> | undefined): Past {
    return new Past(
      (subject) => (changed?.get(subject) ?? this.#atHand.get(keyOf(tenantId, subject)))?.memory,
    );
  }

  /** What this process has at hand of a subject, without asking the store. */
  #memoryAtHand(tenantId: string, subject: string): Memory | undefined {
    return this.#atHand.get(keyOf(tenantId, subject))?.memory;
  }

  /** @returns the memories that the notes change. */
  async #add(tenantId: string, notes: readonly Note[]): Promise<Map<string, Remembered>> {
    const [weak, strong] = partition(notes, ({ isOfUse }) => isOfUse !== undefined);
    const traces = Map.groupBy(strong, ({ subject }) => subject);
    const missing = [...traces.keys()].filter((subject) => !this.#memoryAtHand(tenantId, subject));
    if (missing.length > 0 && this.#store) {
      const read = await this.#store.read(tenantId, missing);
      for (const subject of missing) this.#keep(tenantId, subject, read.get(subject) ?? nothing);
    }
    const changed = new Map<string, Remembered>();
    const add = (subject: string, some: readonly Note[]) => {
      const kept = this.#atHand.get(keyOf(tenantId, subject)) ?? nothing;
      const before = changed.get(subject)?.memory ?? kept.memory;
      const memory = unite(
        before,
        some.map(({ trace }) => trace),
      );
      if (memory !== before) changed.set(subject, { memory, version: kept.version });
    };
    for (const [subject, some] of traces) add(subject, some);
    for (const [subject, some] of Map.groupBy(weak, (note) => note.subject)) {
      const noted = (traces.get(subject) ?? []).map(({ trace }) => trace);
      const memory = changed.get(subject)?.memory ?? this.#memoryAtHand(tenantId, subject);
      if (!memory || noted.length === 0) continue;
      add(
        subject,
        some.filter(({ isOfUse }) => isOfUse?.(memory, noted)),
      );
    }
    return changed;
  }

  async #save(tenantId: string, changed: ReadonlyMap<string, Remembered>): Promise<void> {
    if (changed.size === 0) return;
    let versions: ReadonlyMap<string, string> | undefined;
    try {
      versions = await this.#store?.save(tenantId, changed);
    } catch (error) {
      // Whatever of it was saved or not: the store knows.
      for (const subject of changed.keys()) this.#atHand.delete(keyOf(tenantId, subject));
      throw error;
    }
    for (const [subject, { memory }] of changed) {
      this.#keep(tenantId, subject, { memory, version: versions?.get(subject) ?? null });
    }
  }

  #keep(tenantId: string, subject: string, remembered: Remembered): void {
    const key = keyOf(tenantId, subject);
    this.#atHand.delete(key);
    this.#atHand.set(key, remembered);
    for (const oldest of this.#atHand.keys()) {
      if (this.#atHand.size <= this.#most) break;
      this.#atHand.delete(oldest);
    }
  }
}

function partition<T>(list: readonly T[], isFirst: (one: T) => boolean): [T[], T[]] {
  const parts: [T[], T[]] = [[], []];
  for (const one of list) parts[isFirst(one) ? 0 : 1].push(one);
  return parts;
}

const nothing: Remembered = { memory: [], version: null };
const keyOf = (tenantId: string, subject: string) => `${tenantId} ${subject}`;
