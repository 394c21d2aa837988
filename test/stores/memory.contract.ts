import { describe, expect, test } from 'vitest';
import type { MemoryStore } from '../../shared/memory/memories.ts';
import type { RiskTrace } from '../../shared/memory/trace.ts';

let tenants = 0;
/** A tenant of its own for each test, so that tests may share a store. */
export function newTenantId(): string {
  tenants += 1;
  return `00000000-0000-4000-8000-${String(tenants).padStart(12, '0')}`;
}

export const trace = (id: string, at: number, more: Partial<RiskTrace> = {}): RiskTrace => ({
  kind: 'risk',
  id,
  at,
  level: 'high',
  state: 'atrisk',
  type: null,
  ip: null,
  isState: false,
  requestId: null,
  recordId: id,
  ...more,
});

const one = (id: string, version: string | null = null) => ({ memory: [trace(id, 1)], version });

/** What a store of memories promises, in memory and in Table Storage. */
export function memoryContract(name: string, store: () => MemoryStore): void {
  describe(`memories in ${name}`, () => {
    test('what was saved is read, and what nobody saved is not there', async () => {
      const tenant = newTenantId();
      const versions = await store().save(tenant, new Map([['account a', one('1')]]));
      const read = await store().read(tenant, ['account a', 'account b']);

      expect([...read]).toEqual([
        ['account a', { memory: [trace('1', 1)], version: versions.get('account a') }],
      ]);
    });

    test('whoever saves over a version that is not the last is refused', async () => {
      const tenant = newTenantId();
      const first = await store().save(tenant, new Map([['account a', one('1')]]));
      const version = first.get('account a') ?? null;
      const second = await store().save(tenant, new Map([['account a', one('2', version)]]));

      for (const stale of [version, null]) {
        const save = store().save(tenant, new Map([['account a', one('3', stale)]]));
        await expect(save).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
      }
      const read = await store().read(tenant, ['account a']);
      expect(read.get('account a')).toEqual(one('2', second.get('account a')));
    });

    test('subjects of any spelling, of two tenants, are kept apart', async () => {
      const [here, there] = [newTenantId(), newTenantId()];
      const subjects = [
        'source 2001:db8:0:1::/64',
        'account a/b\\c#?',
        `account ${'x'.repeat(900)}`,
      ];
      await store().save(here, new Map(subjects.map((subject) => [subject, one(subject)])));

      const read = await store().read(here, subjects);
      expect(subjects.map((subject) => read.get(subject)?.memory[0]?.id)).toEqual(subjects);
      expect((await store().read(there, subjects)).size).toBe(0);
    });

    test('a batch about very many subjects is saved and read', async () => {
      const tenant = newTenantId();
      const subjects = Array.from({ length: 250 }, (_, n) => `source 192.0.2.${n}`);
      const versions = await store().save(tenant, new Map(subjects.map((id) => [id, one(id)])));

      expect(versions.size).toBe(250);
      expect((await store().read(tenant, subjects)).size).toBe(250);
    });
  });
}
