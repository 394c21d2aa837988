import type { DueStore } from './due.ts';

/** When incidents want a look, in memory: for tests, and where nothing is stored. */
export function memoryDue(): DueStore {
  const rows = new Map<string, { at: number; version: string }>();
  let versions = 0;
  const set = (incidentId: string, at: number) => {
    versions += 1;
    rows.set(incidentId, { at, version: String(versions) });
  };
  return {
    async expect(incidentId, at) {
      set(incidentId, Math.min(at, rows.get(incidentId)?.at ?? at));
    },
    async due(now) {
      return [...rows]
        .filter(([, { at }]) => at <= now)
        .sort(([, a], [, b]) => a.at - b.at)
        .map(([incidentId, { version }]) => ({ incidentId, version }));
    },
    async next(incidentId, at, version) {
      if (rows.get(incidentId)?.version !== version) return;
      if (at === null) rows.delete(incidentId);
      else set(incidentId, at);
    },
  };
}
