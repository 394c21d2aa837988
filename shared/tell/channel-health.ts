import { untilSaved } from '../conflicts.ts';
import type { Versioned } from '../record/case-store.ts';
import type { Shelf } from '../shelf.ts';
import { isoOf, minuteMs } from '../time.ts';

/** How a channel has fared. Times UTC ISO 8601. */
export type ChannelHealth = {
  lastSuccessAt: string | null;
  /** Its first failure since then; null while it works. */
  failingSince: string | null;
  /** Failures since then. */
  failures: number;
  /** What it answered last, without secrets. */
  lastError: string | null;
  /** The tenants whose people have been told that it fails. */
  toldTenants: readonly string[];
  /** When it was last certain that a message arrives there. */
  provenAt: string | null;
  /** The latest test message. */
  canary: Canary | null;
  savedAt: string;
};

export type Canary = {
  /** Of its incident. */
  id: string;
  sentAt: string;
  /** When the channel took it. */
  acceptedAt: string | null;
  /** When somebody said that it arrived, and who. */
  confirmedAt: string | null;
  confirmedBy: string | null;
};

export const unknownHealth: ChannelHealth = {
  lastSuccessAt: null,
  failingSince: null,
  failures: 0,
  lastError: null,
  toldTenants: [],
  provenAt: null,
  canary: null,
  savedAt: isoOf(0),
};

export type HealthBook = {
  /** As it was some seconds ago at worst; `isFresh`: as it is. */
  of(channel: string, now: number, options?: { isFresh?: boolean }): Promise<ChannelHealth>;
  all(): Promise<ReadonlyMap<string, ChannelHealth>>;
  /** Saves what `next` makes of it, unless that is the very same. @returns what is stored then. */
  change(
    channel: string,
    now: number,
    next: (health: ChannelHealth) => ChannelHealth,
  ): Promise<ChannelHealth>;
  /** It took a message. What it was before. */
  worked(channel: string, now: number): Promise<ChannelHealth>;
  /** It did not. What it is now. */
  failed(channel: string, now: number, error: string): Promise<ChannelHealth>;
};

/** What one instance writes another one sees so much later. */
const freshMs = 10_000;
/** A channel that goes on as it was is written down so often at most. */
const savedEveryMs = minuteMs;

type Known = { health: ChannelHealth; readAt: number };

/** @throws {WatchError} STORE_UNAVAILABLE; every method. */
export function healthBook(shelf: Shelf<ChannelHealth>): HealthBook {
  const known = new Map<string, Known>();
  /** Failures that are not written down yet. */
  const uncounted = new Map<string, number>();

  async function of(
    channel: string,
    now: number,
    { isFresh = false }: { isFresh?: boolean } = {},
  ): Promise<ChannelHealth> {
    const last = known.get(channel);
    if (last && !isFresh && now - last.readAt < freshMs) return last.health;
    return keep(channel, healthOf(await shelf.get(channel)), now);
  }

  function keep(channel: string, health: ChannelHealth, now: number): ChannelHealth {
    known.set(channel, { health, readAt: now });
    return health;
  }

  async function change(
    channel: string,
    now: number,
    next: (health: ChannelHealth) => ChannelHealth,
  ): Promise<ChannelHealth> {
    const after = await untilSaved(async () => {
      const row = await shelf.get(channel);
      const before = healthOf(row);
      const changed = next(before);
      if (changed === before) return before;
      const value = { ...changed, savedAt: isoOf(now) };
      await shelf.put(channel, value, row?.version ?? null);
      return value;
    });
    return keep(channel, after, now);
  }

  const isOld = (at: string | null, now: number) =>
    at === null || now - Date.parse(at) >= savedEveryMs;

  return {
    of,
    change,
    async all() {
      const rows = await shelf.all();
      return new Map([...rows].map(([channel, { value }]) => [channel, value]));
    },
    async worked(channel, now) {
      uncounted.delete(channel);
      const before = await of(channel, now);
      if (before.failingSince === null && !isOld(before.lastSuccessAt, now)) return before;
      await change(channel, now, (health) => ({
        ...health,
        lastSuccessAt: isoOf(now),
        failingSince: null,
        failures: 0,
        toldTenants: [],
      }));
      return before;
    },
    async failed(channel, now, lastError) {
      const count = (uncounted.get(channel) ?? 0) + 1;
      uncounted.set(channel, count);
      const before = await of(channel, now);
      if (before.failingSince !== null && !isOld(before.savedAt, now)) return before;
      const after = await change(channel, now, (health) => ({
        ...health,
        failingSince: health.failingSince ?? isoOf(now),
        failures: health.failures + count,
        lastError,
      }));
      uncounted.delete(channel);
      return after;
    },
  };
}

const healthOf = (row: Versioned<ChannelHealth> | undefined): ChannelHealth =>
  row?.value ?? unknownHealth;

/** The channel took a test message; of an older one than is known nothing is noted. */
export function withAccepted(
  health: ChannelHealth,
  { id, sentAt }: Pick<Canary, 'id' | 'sentAt'>,
  acceptedAt: string,
): ChannelHealth {
  const { canary } = health;
  if (canary?.id === id) {
    return canary.acceptedAt ? health : { ...health, canary: { ...canary, acceptedAt } };
  }
  if (canary && canary.sentAt > sentAt) return health;
  return {
    ...health,
    canary: { id, sentAt, acceptedAt, confirmedAt: null, confirmedBy: null },
  };
}
