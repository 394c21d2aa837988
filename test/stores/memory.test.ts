import { expect, test } from 'vitest';
import { tableMemory } from '../../shared/azure/table-memory.ts';
import { memoryMemory } from '../../shared/memory/memory-memory.ts';
import { azuriteStorage } from './azurite-storage.ts';
import { memoryContract, newTenantId, trace } from './memory.contract.ts';

const inMemory = memoryMemory();
memoryContract('memory', () => inMemory);

const { storage } = azuriteStorage();
const stored = () => tableMemory(storage().memory);
memoryContract('Table Storage', stored);

test('a memory too large for its row keeps the latest of it', async () => {
  const tenant = newTenantId();
  const memory = Array.from({ length: 500 }, (_, n) =>
    trace(String(n), n, { type: 'x'.repeat(2_000) }),
  );
  await stored().save(tenant, new Map([['account a', { memory, version: null }]]));

  const kept = (await stored().read(tenant, ['account a'])).get('account a')?.memory ?? [];
  expect(kept.length).toBeGreaterThan(100);
  expect(kept).toEqual(memory.slice(-kept.length));
});

test('what is of no use any more is pruned, and nothing else', async () => {
  const tenant = newTenantId();
  const now = Date.parse('2026-11-20T12:00:00Z');
  const day = 86_400_000;
  const save = (subject: string, at: number) =>
    stored().save(tenant, new Map([[subject, { memory: [trace('1', at)], version: null }]]));
  await save('account old', now - 10 * day);
  await save('account new', now - 8 * day);

  await stored().prune(now);
  const read = await stored().read(tenant, ['account old', 'account new']);
  expect([...read.keys()]).toEqual(['account new']);
});
