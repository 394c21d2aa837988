import { odata, type TableClient, type TransactionAction } from '@azure/data-tables';
import type { MemoryStore, Remembered } from '../memory/memories.ts';
import { expiryOf, type Memory } from '../memory/memory.ts';
import { isoOf } from '../time.ts';
import { reach, statusOf } from './store-error.ts';
import {
  bytesOf,
  findRows,
  inTransactions,
  jsonColumns,
  jsonOf,
  keyOf,
  maxRowBytes,
  type Row,
  submit,
} from './table-rows.ts';

export type TableMemory = MemoryStore & {
  /** Removes what is of no use any more. @returns how many rows. */
  prune(now: number): Promise<number>;
};

/** How many rows one pruning removes; the next goes on. */
const mostPruned = 5_000;

/**
 * What detections remember, in Table Storage: a partition for each tenant, a row for each account,
 * source or request, with the time from which nothing of it is of use.
 *
 * @throws {WatchError} STORE_CONFLICT, STORE_UNAVAILABLE; every method.
 */
export const tableMemory = (table: TableClient): TableMemory => ({
  read: (tenantId, subjects) =>
    reach(`reading what is remembered in ${tenantId}`, async () => {
      const rows = await findRows(table, keyOf(tenantId), subjects.map(keyOf));
      return new Map(
        subjects.flatMap((subject) => {
          const row = rows.get(keyOf(subject));
          return row ? [[subject, rememberedIn(row)] as const] : [];
        }),
      );
    }),
  save: (tenantId, changes) =>
    reach(`saving what is remembered in ${tenantId}`, async () => {
      const versions = new Map<string, string>();
      const rows = [...changes].map((change) => writeOf(keyOf(tenantId), ...change));
      for (const some of inTransactions(rows)) {
        const etags = await submit(
          table,
          some.map(({ action }) => action),
        );
        for (const [index, { subject }] of some.entries()) {
          const etag = etags[index];
          if (etag) versions.set(subject, etag);
        }
      }
      return versions;
    }),
  prune: (now) => reach('pruning what is remembered', () => prune(table, now)),
});

const rememberedIn = (row: Row): Remembered => ({
  memory: jsonOf<Memory>(row),
  version: row.etag,
});

function writeOf(partitionKey: string, subject: string, { memory, version }: Remembered) {
  const fitting = fitMemory(memory);
  const row = {
    partitionKey,
    rowKey: keyOf(subject),
    expiresAt: isoOf(expiryOf(fitting)),
    ...jsonColumns(fitting),
  };
  const action: TransactionAction =
    version === null ? ['create', row] : ['update', row, 'Replace', { etag: version }];
  return { subject, action, bytes: bytesOf(fitting) };
}

/** Small enough for its row, whatever a log writes into names: the older half goes until it fits. */
function fitMemory(memory: Memory): Memory {
  let fitting = memory;
  while (bytesOf(fitting) > maxRowBytes) fitting = fitting.slice(Math.ceil(fitting.length / 2));
  return fitting;
}

async function prune(table: TableClient, now: number): Promise<number> {
  const filter = odata`expiresAt lt ${isoOf(now)}`;
  const queryOptions = { filter, select: ['partitionKey', 'rowKey'] };
  let pruned = 0;
  for await (const row of table.listEntities({ queryOptions })) {
    if (pruned >= mostPruned) break;
    try {
      // Only as it was read: somebody may just have remembered something new of it.
      await table.deleteEntity(row.partitionKey ?? '', row.rowKey ?? '', { etag: row.etag });
      pruned += 1;
    } catch (error) {
      if (statusOf(error) !== 412 && statusOf(error) !== 404) throw error;
    }
  }
  return pruned;
}
