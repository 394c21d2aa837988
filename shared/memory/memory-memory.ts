import { WatchError } from '../errors.ts';
import type { MemoryStore, Remembered } from './memories.ts';

/** What is remembered, in memory, for tests. Held to the contract of the real store. */
export function memoryMemory(): MemoryStore {
  const rows = new Map<string, Remembered>();
  let versions = 0;
  const keyOf = (tenantId: string, subject: string) => `${tenantId} ${subject}`;
  return {
    async read(tenantId, subjects) {
      return new Map(
        subjects.flatMap((subject) => {
          const row = rows.get(keyOf(tenantId, subject));
          return row ? [[subject, structuredClone(row)] as const] : [];
        }),
      );
    },
    async save(tenantId, changes) {
      for (const [subject, { version }] of changes) {
        if ((rows.get(keyOf(tenantId, subject))?.version ?? null) !== version)
          throw new WatchError('STORE_CONFLICT', `saving ${subject}: it has changed meanwhile`);
      }
      return new Map(
        [...changes].map(([subject, { memory }]) => {
          versions += 1;
          const version = String(versions);
          rows.set(keyOf(tenantId, subject), { memory: structuredClone(memory), version });
          return [subject, version];
        }),
      );
    },
  };
}
