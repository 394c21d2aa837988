import type { TableClient } from '@azure/data-tables';
import type { Shelf } from '../shelf.ts';
import { reach, statusOf } from './store-error.ts';
import { findRows, jsonColumns, jsonOf, keyOf, listRows, type Row } from './table-rows.ts';

/**
 * A shelf in Table Storage: a partition, with a row for each value.
 *
 * @param name - of the partition; what is said of it in errors.
 * @throws {WatchError} STORE_CONFLICT, STORE_UNAVAILABLE; every method.
 */
export function tableShelf<T>(table: TableClient, name: string): Shelf<T> {
  const partitionKey = keyOf(name);
  const rowOf = (id: string, value: T) => ({
    partitionKey,
    rowKey: keyOf(id),
    id,
    ...jsonColumns(value),
  });
  const kept = (row: Row) => ({ value: jsonOf<T>(row), version: row.etag });
  return {
    all: () =>
      reach(`reading ${name}`, async () => {
        const rows = await listRows(table, partitionKey);
        return new Map(rows.map((row) => [String(row.id), kept(row)]));
      }),
    get: (id) =>
      reach(`reading ${name} ${id}`, async () => {
        const row = (await findRows(table, partitionKey, [keyOf(id)])).get(keyOf(id));
        return row && kept(row);
      }),
    put: (id, value, version) =>
      reach(`saving ${name} ${id}`, async () => {
        const row = rowOf(id, value);
        if (version === null) return (await table.createEntity(row)).etag ?? '';
        const saved =
          version === undefined
            ? await table.upsertEntity(row, 'Replace')
            : await table.updateEntity(row, 'Replace', { etag: version });
        return saved.etag ?? '';
      }),
    remove: (id, version) =>
      reach(`removing ${name} ${id}`, async () => {
        try {
          await table.deleteEntity(partitionKey, keyOf(id), version ? { etag: version } : {});
        } catch (error) {
          if (statusOf(error) !== 404) throw error;
        }
      }),
  };
}
