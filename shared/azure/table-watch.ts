import { randomUUID } from 'node:crypto';
import type { TableClient, TransactionAction } from '@azure/data-tables';
import { cleanLine } from '../clean-text.ts';
import { untilSaved } from '../conflicts.ts';
import {
  type Known,
  knownIn,
  laterOf,
  uniteKnown,
  uniteLosses,
  unreadOfLater,
} from '../watch/watch-merge.ts';
import type { WatchState } from '../watch/watch-state.ts';
import type { WatchStore } from '../watch/watchlists.ts';
import { fitKnown } from './fit-watch.ts';
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

// No account has such a key: keyOf() lets no exclamation mark through.
const headKey = '!head';
const tenantKey = '!tenant';
/** With more accounts than that, reading all of them is quicker than asking for each. */
const mostAsked = 40;

/** What is known of the tenant itself. */
type Tenant = Omit<WatchState, 'accounts'>;
const newTenant = (): Tenant => ({ losses: [], takenAt: null, unread: null });

/**
 * Watchlists in Table Storage: a partition for each tenant, with a row for each account, `!tenant` for
 * losses and the age of the snapshot, and `!head`, whose version is a new one after every change.
 *
 * Saving unites, and teaches the given state what others had saved of the same accounts.
 *
 * @throws {WatchError} STORE_UNAVAILABLE; a save may be part done then, and doing it again is safe.
 */
export function tableWatch(table: TableClient): WatchStore {
  return {
    load: (tenantId) =>
      reach(`reading the watchlist of ${tenantId}`, async () =>
        stateOf(await listRows(table, keyOf(tenantId))),
      ),
    versionOf: (tenantId) =>
      reach(`asking for the watchlist of ${tenantId}`, () => versionOf(table, keyOf(tenantId))),
    save: (tenantId, state, accountIds) =>
      untilSaved(() =>
        reach(`saving the watchlist of ${tenantId}`, () =>
          unite(table, keyOf(tenantId), state, accountIds),
        ),
      ),
  };
}

async function versionOf(table: TableClient, partitionKey: string): Promise<string> {
  try {
    const head = await table.getEntity<{ version: string }>(partitionKey, headKey);
    return head.version;
  } catch (error) {
    if (statusOf(error) === 404) return '';
    throw error;
  }
}

/** The head sorts before the accounts, so its version is never newer than they are. */
function stateOf(rows: readonly Row[]): { state: WatchState; version: string } {
  const state: WatchState = { accounts: new Map(), ...newTenant() };
  let version = '';
  for (const row of rows) {
    if (row.rowKey === headKey) version = String(row.version);
    else if (row.rowKey === tenantKey) Object.assign(state, jsonOf<Tenant>(row));
    else {
      const { account } = jsonOf<Known>(row);
      state.accounts.set(account.id, account);
    }
  }
  return { state, version };
}

/** One attempt. What it wrote before a conflict needs no writing in the next. */
async function unite(
  table: TableClient,
  partitionKey: string,
  state: WatchState,
  accountIds: ReadonlySet<string>,
): Promise<void> {
  const keys = [...accountIds].map(keyOf);
  const rows = await rowsOf(table, partitionKey, keys);
  const changes: { action: TransactionAction; bytes: number }[] = [];
  for (const [id, known] of unitedAccounts(state, accountIds, rows)) {
    const row = rows.get(keyOf(id));
    if (row && sameJson(known, jsonOf(row))) continue;
    const columns = { kind: known.account.type, name: cleanLine(known.account.name ?? '') };
    const action = write(partitionKey, keyOf(id), { ...columns, ...jsonColumns(known) }, row);
    changes.push({ action, bytes: bytesOf(known) });
  }
  const row = rows.get(tenantKey);
  const before = row ? jsonOf<Tenant>(row) : newTenant();
  const tenant = uniteTenant(before, state);
  if (!row || !sameJson(tenant, before)) {
    // Last: whoever reads in between must not take old accounts for the new snapshot's.
    const action = write(partitionKey, tenantKey, jsonColumns(tenant), row);
    changes.push({ action, bytes: bytesOf(tenant) });
  }
  for (const some of inTransactions(changes, 1)) {
    await submit(table, [...some.map(({ action }) => action), newVersion(partitionKey)]);
  }
  learn(state, accountIds, rows);
}

async function rowsOf(table: TableClient, partitionKey: string, keys: readonly string[]) {
  if (keys.length <= mostAsked) return await findRows(table, partitionKey, [tenantKey, ...keys]);
  return new Map((await listRows(table, partitionKey)).map((row) => [row.rowKey, row]));
}

function* unitedAccounts(
  state: WatchState,
  accountIds: ReadonlySet<string>,
  rows: ReadonlyMap<string, Row>,
): Generator<[string, Known]> {
  for (const id of accountIds) {
    const mine = knownIn(state, id);
    if (!mine) continue;
    const row = rows.get(keyOf(id));
    yield [id, fitKnown(uniteKnown(mine, row ? jsonOf<Known>(row) : mine))];
  }
}

const uniteTenant = (a: Tenant, b: Tenant): Tenant => ({
  losses: uniteLosses(a.losses, b.losses),
  takenAt: laterOf(a.takenAt, b.takenAt),
  unread: unreadOfLater(a, b),
});

/**
 * The state may have changed while this was saved, so it is united with what was read, not replaced.
 * Its own `takenAt` stays: of the other accounts it still has the older snapshot.
 */
function learn(
  state: WatchState,
  accountIds: ReadonlySet<string>,
  rows: ReadonlyMap<string, Row>,
): void {
  for (const [id, { account }] of unitedAccounts(state, accountIds, rows)) {
    state.accounts.set(id, account);
  }
  const row = rows.get(tenantKey);
  if (row) state.losses = uniteLosses(state.losses, jsonOf<Tenant>(row).losses);
}

const sameJson = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

function write(
  partitionKey: string,
  rowKey: string,
  columns: Record<string, unknown>,
  before: Row | undefined,
): TransactionAction {
  const row = { partitionKey, rowKey, ...columns };
  return before ? ['update', row, 'Replace', { etag: before.etag }] : ['create', row];
}

/** Whoever comes last wins, and any version but the known one says that there is news: no conflict here. */
const newVersion = (partitionKey: string): TransactionAction => [
  'upsert',
  { partitionKey, rowKey: headKey, version: randomUUID(), savedAt: new Date().toISOString() },
  'Replace',
];
