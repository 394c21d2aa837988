import { type DayOfScorecard, firstKept } from '../scorecard/history.ts';
import type { PostureState, PostureStore, RefreshReport } from './posture-store.ts';

/** Posture in memory, for tests. Held to the contract of the real store. */
export function memoryPosture(): PostureStore {
  const states = new Map<string, PostureState>();
  const days = new Map<string, Map<string, DayOfScorecard>>();
  const refreshes = new Map<string, RefreshReport>();
  const nothing = { open: new Map(), ended: new Map(), digestAt: null };
  return {
    read: async (tenantId) => structuredClone(states.get(tenantId) ?? nothing),
    async save(tenantId, { opened = [], ended = [], forgotten = [], refresh, ...rest }) {
      if (refresh) refreshes.set(tenantId, refresh);
      const before = states.get(tenantId) ?? nothing;
      const state = { ...before, open: new Map(before.open), ended: new Map(before.ended) };
      for (const one of opened) {
        state.open.set(one.id, one);
        state.ended.delete(one.id);
      }
      for (const { id, found } of ended) {
        state.ended.set(id, { id, found });
        state.open.delete(id);
      }
      for (const id of forgotten) {
        state.ended.delete(id);
        state.open.delete(id);
      }
      states.set(tenantId, structuredClone({ ...state, ...rest }));
    },
    lastRefresh: async (tenantId) => refreshes.get(tenantId) ?? null,
    days: async (tenantId) =>
      [...(days.get(tenantId) ?? new Map<string, DayOfScorecard>()).values()].sort((a, b) =>
        a.day < b.day ? -1 : 1,
      ),
    async saveDay(tenantId, day) {
      const kept = days.get(tenantId) ?? new Map<string, DayOfScorecard>();
      kept.set(day.day, structuredClone(day));
      for (const old of [...kept.keys()].filter((one) => one < firstKept(day.day)))
        kept.delete(old);
      days.set(tenantId, kept);
    },
  };
}
