import { WatchError } from './errors.ts';
import type { Versioned } from './record/case-store.ts';

/** A few values of one kind that every instance shares: silences, drills, keys and the like. */
export type Shelf<T> = {
  all(): Promise<ReadonlyMap<string, Versioned<T>>>;
  get(id: string): Promise<Versioned<T> | undefined>;
  /**
   * @param version - that was read; null: there must be none yet; undefined: whatever is there.
   * @returns its new version.
   * @throws {WatchError} STORE_CONFLICT if it is no longer `version`.
   */
  put(id: string, value: T, version?: string | null): Promise<string>;
  /** Removes it, if it is still `version` (undefined: whatever is there). Of what is gone already: nothing. */
  remove(id: string, version?: string): Promise<void>;
};

/** A shelf in memory: for tests, and wherever nothing is stored. Held to the contract of the real one. */
export function memoryShelf<T>(): Shelf<T> {
  const rows = new Map<string, { json: string; version: string }>();
  let versions = 0;
  const kept = ({ json, version }: { json: string; version: string }): Versioned<T> => ({
    value: JSON.parse(json) as T,
    version,
  });
  const refuse = (id: string) => {
    throw new WatchError('STORE_CONFLICT', `${id} has changed`);
  };
  return {
    async all() {
      return new Map([...rows].sort().map(([id, row]) => [id, kept(row)]));
    },
    async get(id) {
      const row = rows.get(id);
      return row && kept(row);
    },
    async put(id, value, version) {
      if (version !== undefined && (rows.get(id)?.version ?? null) !== version) refuse(id);
      versions += 1;
      rows.set(id, { json: JSON.stringify(value), version: String(versions) });
      return String(versions);
    },
    async remove(id, version) {
      const row = rows.get(id);
      if (row && version !== undefined && row.version !== version) refuse(id);
      rows.delete(id);
    },
  };
}
