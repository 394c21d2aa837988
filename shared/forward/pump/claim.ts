import { isConflict } from '../../conflicts.ts';
import type { Shelf } from '../../shelf.ts';

/** Who works for a sink just now, so that nobody else does. */
export type ClaimRow = {
  holder: string;
  /** Unless it is renewed before, it is anybody's then; epoch milliseconds. */
  until: number;
};

export type Claim = {
  /** Whether it is ours for certain. */
  isHeld(): boolean;
  /** Renews it, if it is time to. Never throws: one that can't be renewed runs out. */
  keep(): Promise<void>;
  /** Never throws, likewise. */
  release(): Promise<void>;
};

/** A holder that died is waited for so long. */
const claimMs = 30_000;
const renewEveryMs = 10_000;
/** What is begun so shortly before the end may reach the receiver after it. */
const marginMs = 5_000;

/**
 * @param holder - nobody else has that name.
 * @returns undefined if somebody else has it.
 * @throws {WatchError} STORE_UNAVAILABLE
 */
export async function takeClaim(
  shelf: Shelf<ClaimRow>,
  id: string,
  holder: string,
  now: () => number,
): Promise<Claim | undefined> {
  const row = await shelf.get(id);
  if (row && row.value.until > now()) return undefined;
  let until = now() + claimMs;
  let version = await putOwn(shelf, id, { holder, until }, row?.version ?? null);
  if (version === undefined) return undefined;

  let renewing: Promise<void> | undefined;
  async function renew(): Promise<void> {
    const next = now() + claimMs;
    try {
      version = await putOwn(shelf, id, { holder, until: next }, version ?? null);
      until = version === undefined ? 0 : next;
    } catch {
      // The next call tries it again, as long as it holds.
    }
  }
  return {
    isHeld: () => now() < until - marginMs,
    async keep() {
      if (version === undefined || until - now() > claimMs - renewEveryMs) return;
      renewing ??= renew().finally(() => {
        renewing = undefined;
      });
      await renewing;
    },
    async release() {
      await renewing;
      if (version === undefined) return;
      const last = version;
      version = undefined;
      until = 0;
      try {
        await shelf.remove(id, last);
      } catch {
        // It runs out by itself.
      }
    },
  };
}

/** @returns undefined if somebody else was first. */
async function putOwn(
  shelf: Shelf<ClaimRow>,
  id: string,
  value: ClaimRow,
  version: string | null,
): Promise<string | undefined> {
  try {
    return await shelf.put(id, value, version);
  } catch (error) {
    if (!isConflict(error)) throw error;
    // A call that was answered too late is repeated by the client, and meets what it wrote itself.
    const row = await shelf.get(id);
    return row?.value.holder === value.holder ? row.version : undefined;
  }
}
