import { hourMs, parseTime } from '../time.ts';
import type { Snapshot } from './directory.ts';
import { uniteStates } from './watch-merge.ts';
import type { WatchState } from './watch-state.ts';
import { type WatchedTenant, Watchlist } from './watchlist.ts';

/** What the watchlists ask of state: one row for each account, and one that tells when any of them changed. */
export type WatchStore = {
  load(tenantId: string): Promise<{ state: WatchState; version: string }>;
  /** Changes whenever anything was saved for the tenant; cheap to ask. */
  versionOf(tenantId: string): Promise<string>;
  /** Unites the named accounts, and the losses, with what others saved meanwhile. */
  save(tenantId: string, state: WatchState, accountIds: ReadonlySet<string>): Promise<void>;
};

/** How old a watchlist may be before the store is asked whether another instance changed it. */
const staleAfterMs = 5_000;

type Entry = { watchlist: Watchlist; version: string; checkedAt: number };

/**
 * The watchlists of all tenants, as this instance has them in memory. Another instance may know more
 * for a few seconds; nothing else rests on this cache.
 */
export class Watchlists {
  readonly #tenantOf: (tenantId: string) => WatchedTenant | undefined;
  readonly #tenantIds: readonly string[];
  readonly #store: WatchStore | undefined;
  readonly #entries = new Map<string, Entry>();
  readonly #unsaved = new Map<string, Set<string>>();
  /** The save in progress, whatever comes of it. */
  #saving: Promise<unknown> = Promise.resolve();
  readonly #loading = new Map<string, Promise<Watchlist | undefined>>();

  /**
   * @param tenantOf - the policy's word on a tenant; undefined for one that is not watched.
   * @param tenantIds - the tenants that the policy names.
   */
  constructor(
    tenantOf: (tenantId: string) => WatchedTenant | undefined,
    tenantIds: readonly string[],
    store?: WatchStore,
  ) {
    this.#tenantOf = tenantOf;
    this.#tenantIds = tenantIds;
    this.#store = store;
  }

  /** The watchlist of a tenant; undefined if the policy does not name the tenant. */
  async of(tenantId: string, now: number): Promise<Watchlist | undefined> {
    const entry = this.#entries.get(tenantId);
    if (entry && !this.#isDue(entry, now)) return entry.watchlist;
    // One load at a time: batches of several partitions meet here.
    const loading = this.#loading.get(tenantId) ?? this.#load(tenantId, now);
    this.#loading.set(tenantId, loading);
    try {
      return await loading;
    } finally {
      this.#loading.delete(tenantId);
    }
  }

  #isDue(entry: Entry, now: number): boolean {
    return this.#store !== undefined && now - entry.checkedAt >= staleAfterMs;
  }

  async #load(tenantId: string, now: number): Promise<Watchlist | undefined> {
    const tenant = this.#tenantOf(tenantId);
    if (!tenant) return undefined;
    const entry = this.#entries.get(tenantId);
    if (!entry) {
      const loaded = await this.#store?.load(tenantId);
      const watchlist = new Watchlist(tenant, loaded?.state);
      this.#entries.set(tenantId, { watchlist, version: loaded?.version ?? '', checkedAt: now });
      return watchlist;
    }
    if (this.#store && (await this.#store.versionOf(tenantId)) !== entry.version) {
      const { state, version } = await this.#store.load(tenantId);
      // United with what a batch in progress has changed and not saved yet, never put in its place.
      entry.watchlist.learn(uniteStates(entry.watchlist.state, state));
      entry.version = version;
    }
    entry.checkedAt = now;
    return entry.watchlist;
  }

  /** The watchlists of all tenants that the policy names or that were met so far, none of them outdated. */
  async all(now: number): Promise<Watchlist[]> {
    const tenantIds = new Set([...this.#tenantIds, ...this.#entries.keys()]);
    const found = await Promise.all([...tenantIds].map((tenantId) => this.of(tenantId, now)));
    return found.filter((watchlist) => watchlist !== undefined);
  }

  async takeSnapshot(snapshot: Snapshot, now: number): Promise<void> {
    const watchlist = await this.of(snapshot.tenantId, now);
    const takenAt = parseTime(snapshot.takenAt) ?? 0;
    const known = watchlist?.state.takenAt ?? null;
    // Every process reads the snapshot when it starts; one of them has to take it over.
    // A save that failed the last time is made up for.
    // One of a clock that was ahead must not keep out all that come before its time.
    const isOlder = known !== null && known >= takenAt && known < now + hourMs;
    if (!watchlist || (isOlder && takenAt > 0)) {
      return this.saveRemembered();
    }
    watchlist.takeSnapshot(snapshot);
    this.remember(new Map([[snapshot.tenantId, new Set(watchlist.state.accounts.keys())]]));
    await this.saveRemembered();
  }

  /**
   * Notes accounts that records changed. They stay noted until they are saved: should the batch fail
   * and come again, its records would find nothing left to change in memory.
   */
  remember(changed: ReadonlyMap<string, ReadonlySet<string>>): void {
    for (const [tenantId, accounts] of changed) {
      const noted = this.#unsaved.get(tenantId) ?? new Set<string>();
      for (const account of accounts) noted.add(account);
      this.#unsaved.set(tenantId, noted);
    }
  }

  /**
   * One save at a time: once this resolves, all that was noted before is saved, also what another
   * batch was saving meanwhile.
   *
   * @throws {WatchError} STORE_UNAVAILABLE: what could not be saved stays noted.
   */
  saveRemembered(): Promise<void> {
    const saved = this.#saving.then(() => this.#saveUnsaved());
    this.#saving = saved.catch(() => {});
    return saved;
  }

  async #saveUnsaved(): Promise<void> {
    for (const [tenantId, accounts] of [...this.#unsaved]) {
      // Taken out first: what another batch notes meanwhile is not yet in what is saved here.
      this.#unsaved.delete(tenantId);
      try {
        const watchlist = this.#entries.get(tenantId)?.watchlist;
        if (watchlist) await this.#store?.save(tenantId, watchlist.state, accounts);
      } catch (error) {
        this.remember(new Map([[tenantId, accounts]]));
        throw error;
      }
    }
  }
}
