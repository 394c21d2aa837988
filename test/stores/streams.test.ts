import { describe, expect, test } from 'vitest';
import { tableStreams } from '../../shared/azure/table-streams.ts';
import { emptyHour, type StreamHistory } from '../../shared/streams/stream-history.ts';
import { memoryStreams, type StreamStore } from '../../shared/streams/stream-watch.ts';
import { hourMs } from '../../shared/time.ts';
import { azuriteStorage } from './azurite-storage.ts';
import { newTenantId } from './memory.contract.ts';

const delta = (category: string, hour: number, count: number): StreamHistory => ({
  category,
  lastAt: hour * hourMs + 1,
  hours: new Map([[hour * hourMs, { ...emptyHour(), count, lags: [count] }]]),
});

function streamsContract(name: string, store: () => StreamStore): void {
  describe(`streams in ${name}`, () => {
    test('counts of several instances at once add up, each stream and hour by itself', async () => {
      const tenant = newTenantId();
      await Promise.all(
        [1, 2, 3, 4, 5].map((hour) =>
          store().add(tenant, [delta('AuditLogs', 1, 10), delta('SignInLogs', hour, 1)]),
        ),
      );

      const read = (await store().read(tenant)).toSorted((a, b) =>
        a.category < b.category ? -1 : 1,
      );
      expect(read).toEqual([
        { ...delta('AuditLogs', 1, 50), lastAt: hourMs + 1 },
        {
          category: 'SignInLogs',
          lastAt: 5 * hourMs + 1,
          hours: new Map(
            [1, 2, 3, 4, 5].map((hour) => [hour * hourMs, { ...emptyHour(), count: 1, lags: [1] }]),
          ),
        },
      ]);
    });

    test('of a tenant that nobody knows there is nothing', async () => {
      expect(await store().read(newTenantId())).toEqual([]);
    });
  });
}

const inMemory = memoryStreams();
streamsContract('memory', () => inMemory);

const { storage } = azuriteStorage();
streamsContract('Table Storage', () => tableStreams(storage().streams));
