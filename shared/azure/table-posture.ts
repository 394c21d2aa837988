import { odata, type TableClient, type TransactionAction } from '@azure/data-tables';
import type {
  EndedState,
  OpenState,
  PostureChanges,
  PostureState,
  PostureStore,
  RefreshReport,
} from '../posture/posture-store.ts';
import { type DayOfScorecard, firstKept } from '../scorecard/history.ts';
import { reach, statusOf } from './store-error.ts';
import {
  bytesOf,
  findRows,
  inTransactions,
  jsonColumns,
  jsonOf,
  keyOf,
  listRows,
  type Row,
  submit,
} from './table-rows.ts';

const statePrefix = 'state-';
const dayPrefix = 'day-';
// Both sort before the others.
const digestKey = '!digest';
const refreshKey = '!refresh';
/** A minus sign, and what comes after it. */
const withoutDays = "RowKey lt 'day-' or RowKey ge 'day.'";
const daysAlone = "RowKey ge 'day-' and RowKey lt 'day.'";

type Stored = ({ state: 'open' } & OpenState) | ({ state: 'ended' } & EndedState);

/**
 * What lasts of a tenant's posture, in Table Storage: a partition for each tenant, with a row for each
 * finding that is open or waits for its digest, one for each day of the scorecard, and two for itself.
 *
 * @throws {WatchError} STORE_UNAVAILABLE; every method. A save may be part done then; doing it again is safe.
 */
export const tablePosture = (table: TableClient): PostureStore => ({
  read: (tenantId) =>
    reach(`reading the posture of ${tenantId}`, async () =>
      stateOf(await listRows(table, keyOf(tenantId), withoutDays)),
    ),
  save: (tenantId, changes) =>
    reach(`saving the posture of ${tenantId}`, () => saveAll(table, keyOf(tenantId), changes)),
  lastRefresh: (tenantId) =>
    reach(`asking for the last reading of ${tenantId}`, async () => {
      const row = (await findRows(table, keyOf(tenantId), [refreshKey])).get(refreshKey);
      return row ? jsonOf<RefreshReport>(row) : null;
    }),
  days: (tenantId) =>
    reach(`reading the scorecard of ${tenantId}`, async () =>
      (await listRows(table, keyOf(tenantId), daysAlone)).map((row) => jsonOf<DayOfScorecard>(row)),
    ),
  saveDay: (tenantId, day) =>
    reach(`saving the scorecard of ${tenantId}`, async () => {
      const partitionKey = keyOf(tenantId);
      await table.upsertEntity(
        { partitionKey, rowKey: keyOf(dayPrefix + day.day), ...jsonColumns(day) },
        'Replace',
      );
      const before = odata`RowKey ge ${dayPrefix} and RowKey lt ${dayPrefix + firstKept(day.day)}`;
      for (const { rowKey } of await listRows(table, partitionKey, before)) {
        await forget(table, partitionKey, rowKey);
      }
    }),
});

function stateOf(rows: readonly Row[]): PostureState {
  const open = new Map<string, OpenState>();
  const ended = new Map<string, EndedState>();
  let digestAt: number | null = null;
  for (const row of rows) {
    if (row.rowKey === digestKey) digestAt = jsonOf<number>(row);
    else if (row.rowKey.startsWith(statePrefix)) {
      const { state, ...one } = jsonOf<Stored>(row);
      if (state === 'open') open.set(one.id, one as OpenState);
      else ended.set(one.id, one);
    }
  }
  return { open, ended, digestAt };
}

async function saveAll(
  table: TableClient,
  partitionKey: string,
  { opened = [], ended = [], forgotten = [], digestAt, refresh }: PostureChanges,
): Promise<void> {
  const states: Stored[] = [
    ...opened.map((one) => ({ state: 'open' as const, ...one })),
    ...ended.map(({ id, found }) => ({ state: 'ended' as const, id, found })),
  ];
  const changes = [
    ...states.map((one) => changeOf(partitionKey, keyOf(statePrefix + one.id), one)),
    ...(digestAt === undefined ? [] : [changeOf(partitionKey, digestKey, digestAt)]),
    ...(refresh === undefined ? [] : [changeOf(partitionKey, refreshKey, refresh)]),
  ];
  for (const some of inTransactions(changes)) {
    await submit(
      table,
      some.map(({ action }) => action),
    );
  }
  for (const id of forgotten) await forget(table, partitionKey, keyOf(statePrefix + id));
}

const changeOf = (partitionKey: string, rowKey: string, value: unknown) => ({
  action: [
    'upsert',
    { partitionKey, rowKey, ...jsonColumns(value) },
    'Replace',
  ] satisfies TransactionAction,
  bytes: bytesOf(value),
});

async function forget(table: TableClient, partitionKey: string, rowKey: string): Promise<void> {
  try {
    await table.deleteEntity(partitionKey, rowKey);
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
  }
}
