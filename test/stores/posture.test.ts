import { describe, expect, test } from 'vitest';
import { tablePosture } from '../../shared/azure/table-posture.ts';
import { memoryPosture } from '../../shared/posture/memory-posture.ts';
import type { PostureStore } from '../../shared/posture/posture-store.ts';
import { openState } from '../posture/open-state.ts';
import { azuriteStorage } from './azurite-storage.ts';
import { newTenantId } from './memory.contract.ts';

function postureContract(name: string, store: () => PostureStore): void {
  describe(`posture in ${name}`, () => {
    test('of a tenant that nobody knows there is nothing', async () => {
      const tenant = newTenantId();
      expect(await store().read(tenant)).toEqual({
        open: new Map(),
        ended: new Map(),
        digestAt: null,
      });
      expect(await store().lastRefresh(tenant)).toBeNull();
      expect(await store().days(tenant)).toEqual([]);
    });

    test('what opened is open until it ends, and then waits to be forgotten', async () => {
      const tenant = newTenantId();
      const [one, other] = [openState('one'), openState('other')];
      await store().save(tenant, { opened: [one, other], digestAt: 17 });
      await store().save(tenant, { ended: [one] });

      const state = await store().read(tenant);
      expect([...state.open.values()]).toEqual([other]);
      expect([...state.ended.values()]).toEqual([{ id: one.id, found: one.found }]);
      expect(state.digestAt).toBe(17);

      await store().save(tenant, { forgotten: [one.id, one.id] });
      expect((await store().read(tenant)).ended.size).toBe(0);
    });

    test('what ended opens again', async () => {
      const tenant = newTenantId();
      const one = openState('one');
      await store().save(tenant, { ended: [one] });
      await store().save(tenant, { opened: [one] });
      const { open, ended } = await store().read(tenant);
      expect([open.size, ended.size]).toEqual([1, 0]);
    });

    test('more findings than one transaction takes are all kept', async () => {
      const tenant = newTenantId();
      const many = Array.from({ length: 230 }, (_, n) => openState(`finding ${n}`));
      await store().save(tenant, { opened: many });
      expect((await store().read(tenant)).open.size).toBe(230);
    });

    test('the report of the last reading is kept, whatever else is saved', async () => {
      const tenant = newTenantId();
      const refresh = {
        triedAt: '2026-11-20T12:00:00.000Z',
        succeededAt: null,
        failure: 'no answer',
        requests: 3,
      };
      await store().save(tenant, { refresh });
      await store().save(tenant, { digestAt: 5 });
      expect(await store().lastRefresh(tenant)).toEqual(refresh);
      expect((await store().read(tenant)).digestAt).toBe(5);
    });

    test('the scorecard of a day is written over on that day, and kept for the others', async () => {
      const tenant = newTenantId();
      const day = (date: string, high: number) => ({ day: date, states: {}, findings: { high } });
      await store().saveDay(tenant, day('2026-11-20', 1));
      await store().saveDay(tenant, day('2026-11-19', 2));
      await store().saveDay(tenant, day('2026-11-20', 3));
      expect(await store().days(tenant)).toEqual([day('2026-11-19', 2), day('2026-11-20', 3)]);
    });

    test('days of more than a year ago are forgotten', async () => {
      const tenant = newTenantId();
      const day = (date: string) => ({ day: date, states: {}, findings: {} });
      for (const date of ['2025-10-01', '2025-10-15', '2025-10-17', '2026-11-20']) {
        await store().saveDay(tenant, day(date));
      }
      const kept = (await store().days(tenant)).map((one) => one.day);
      expect(kept).toEqual(['2025-10-17', '2026-11-20']);
    });

    test('tenants do not see each other', async () => {
      const [tenant, other] = [newTenantId(), newTenantId()];
      await store().save(tenant, { opened: [openState('one')] });
      expect((await store().read(other)).open.size).toBe(0);
    });
  });
}

const inMemory = memoryPosture();
postureContract('memory', () => inMemory);

const { storage } = azuriteStorage();
postureContract('Table Storage', () => tablePosture(storage().posture));
