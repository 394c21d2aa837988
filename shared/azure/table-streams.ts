import type { TableClient, TransactionAction } from '@azure/data-tables';
import { untilSaved } from '../conflicts.ts';
import { type Hour, type StreamHistory, uniteHistories } from '../streams/stream-history.ts';
import type { StreamStore } from '../streams/stream-watch.ts';
import { reach } from './store-error.ts';
import { findRows, jsonColumns, jsonOf, keyOf, listRows, type Row, submit } from './table-rows.ts';

type Stored = { category: string; lastAt: number; hours: [number, Hour][] };

/**
 * What arrived of each stream, hour by hour, in Table Storage: a partition for each tenant, a row for
 * each log category.
 *
 * @throws {WatchError} STORE_UNAVAILABLE; every method.
 */
export const tableStreams = (table: TableClient): StreamStore => ({
  read: (tenantId) =>
    reach(`reading the streams of ${tenantId}`, async () =>
      (await listRows(table, keyOf(tenantId))).map(historyIn),
    ),
  add: (tenantId, deltas) =>
    untilSaved(() =>
      reach(`counting the streams of ${tenantId}`, () => addOnce(table, keyOf(tenantId), deltas)),
    ),
});

async function addOnce(
  table: TableClient,
  partitionKey: string,
  deltas: readonly StreamHistory[],
): Promise<void> {
  const keys = deltas.map(({ category }) => keyOf(category));
  const rows = await findRows(table, partitionKey, keys);
  const actions = deltas.map((delta): TransactionAction => {
    const rowKey = keyOf(delta.category);
    const before = rows.get(rowKey);
    const after = before ? uniteHistories(historyIn(before), delta) : delta;
    const row = { partitionKey, rowKey, ...jsonColumns(storedOf(after)) };
    return before ? ['update', row, 'Replace', { etag: before.etag }] : ['create', row];
  });
  await submit(table, actions);
}

const storedOf = ({ category, lastAt, hours }: StreamHistory): Stored => ({
  category,
  lastAt,
  hours: [...hours],
});

function historyIn(row: Row): StreamHistory {
  const { category, lastAt, hours } = jsonOf<Stored>(row);
  return { category, lastAt, hours: new Map(hours) };
}
