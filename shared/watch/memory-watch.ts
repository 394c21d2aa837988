import { knownIn, uniteKnown, uniteStates } from './watch-merge.ts';
import { emptyWatchState, type WatchState } from './watch-state.ts';
import type { WatchStore } from './watchlists.ts';

/** Watchlists in memory, for tests. Held to the contract of the real store. */
export function memoryWatch(): WatchStore {
  const tenants = new Map<string, { state: WatchState; version: number }>();
  const kept = (tenantId: string) =>
    tenants.get(tenantId) ?? { state: emptyWatchState(), version: 0 };

  return {
    async load(tenantId) {
      const { state, version } = kept(tenantId);
      return { state: structuredClone(state), version: String(version) };
    },
    async versionOf(tenantId) {
      return String(kept(tenantId).version);
    },
    async save(tenantId, state, accountIds) {
      const { state: before, version } = kept(tenantId);
      const accounts = new Map([...state.accounts].filter(([id]) => accountIds.has(id)));
      const after = structuredClone(uniteStates(before, { ...state, accounts }));
      if (textOf(after) !== textOf(before)) {
        tenants.set(tenantId, { state: after, version: version + 1 });
      }
      for (const id of accountIds) {
        const [mine, stored] = [knownIn(state, id), knownIn(after, id)];
        if (mine && stored) state.accounts.set(id, uniteKnown(mine, stored).account);
      }
    },
  };
}

const textOf = ({ accounts, losses, takenAt, unread }: WatchState) =>
  JSON.stringify([[...accounts], losses, takenAt, unread]);
