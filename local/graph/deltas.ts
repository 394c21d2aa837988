import { randomBytes } from 'node:crypto';
import { GraphError } from './errors.ts';
import { opaqueIdFor } from './identifiers.ts';

export type Snapshot = {
  /** What it looked like, by id. */
  seen: ReadonlyMap<string, string>;
  members: ReadonlyMap<string, readonly string[]>;
  at: number;
  select: readonly string[] | undefined;
};

/** Each holds a whole collection: who reads on keeps one, and forgets the one before. */
const mostKept = 50;
const goodForMs = 7 * 24 * 60 * 60 * 1000;

/** What each reader of changes has seen, by their token. */
export class Deltas {
  readonly #known = new Map<string, Snapshot>();

  keep(snapshot: Snapshot): string {
    const token = opaqueIdFor(randomBytes(16).toString('hex'));
    this.#known.set(token, snapshot);
    const [oldest] = this.#known.keys();
    if (this.#known.size > mostKept && oldest !== undefined) this.#known.delete(oldest);
    return token;
  }

  /** @throws {GraphError} 410: too old, or from before a reset. The reader starts over. */
  find(token: string, now: number, restart: string): Snapshot {
    const snapshot = this.#known.get(token);
    if (snapshot && now < snapshot.at + goodForMs) return snapshot;
    throw new GraphError(
      410,
      'syncStateNotFound',
      'The sync state generation is not found. Start over with a full synchronization.',
      { location: restart },
    );
  }

  clear(): void {
    this.#known.clear();
  }
}
