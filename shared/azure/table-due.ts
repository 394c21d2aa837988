import type { TableClient } from '@azure/data-tables';
import { isConflict } from '../conflicts.ts';
import type { DueStore } from '../respond/due.ts';
import { isoOf } from '../time.ts';
import { reach, statusOf } from './store-error.ts';
import { findRows, keyOf, listRows } from './table-rows.ts';

const partitionKey = 'due';

/** When incidents want a look, in Table Storage: a row for each. @throws {WatchError} STORE_UNAVAILABLE */
export const tableDue = (table: TableClient): DueStore => ({
  expect: (incidentId, at) =>
    reach(`noting when to look at incident ${incidentId}`, async () => {
      const row = { partitionKey, rowKey: keyOf(incidentId), incidentId, dueAt: isoOf(at) };
      const known = (await findRows(table, partitionKey, [row.rowKey])).get(row.rowKey);
      // Also where the time stays: whoever looks at it now must not take it for looked at.
      const dueAt = known && String(known.dueAt) < row.dueAt ? String(known.dueAt) : row.dueAt;
      await table.upsertEntity({ ...row, dueAt }, 'Replace');
    }),
  due: (now) =>
    reach('reading what is due', async () => {
      const rows = await listRows(table, partitionKey);
      return rows
        .filter(({ dueAt }) => String(dueAt) <= isoOf(now))
        .sort((a, b) => (String(a.dueAt) < String(b.dueAt) ? -1 : 1))
        .map(({ incidentId, etag }) => ({ incidentId: String(incidentId), version: etag }));
    }),
  async next(incidentId, at, etag) {
    const rowKey = keyOf(incidentId);
    try {
      await reach(`noting when to look at incident ${incidentId}`, async () => {
        if (at === null) await table.deleteEntity(partitionKey, rowKey, { etag });
        else {
          const row = { partitionKey, rowKey, incidentId, dueAt: isoOf(at) };
          await table.updateEntity(row, 'Replace', { etag });
        }
      });
    } catch (error) {
      if (!isConflict(error) && statusOf(error) !== 404) throw error;
    }
  },
});
