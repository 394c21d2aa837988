import { createHash } from 'node:crypto';
import { odata, type TableClient, type TransactionAction } from '@azure/data-tables';
import { WatchError } from '../errors.ts';

/** A stored row: its keys, its ETag, and whatever columns were asked for. */
export type Row = { rowKey: string; etag: string } & Record<string, unknown>;

/** One string property holds 32 Ki UTF-16 units. */
const maxUnits = 32_000;
/** A row holds 1 MiB and a transaction 4 MiB; the rest is for the keys, the columns and HTTP. */
export const maxRowBytes = 900_000;
export const maxTransactionBytes = 3_500_000;
const maxTransactionRows = 100;
/** The service takes fifteen comparisons in a filter, and the partition key is one. */
const maxKeysInFilter = 14;

/** JSON in as many properties as it takes: `json`, `json1`, ... */
export function jsonColumns(value: unknown): Record<string, string> {
  const text = storableJson(value);
  const columns: Record<string, string> = {};
  for (let from = 0, index = 0; from < text.length || index === 0; index += 1) {
    const to = endOfChunk(text, from);
    columns[index === 0 ? 'json' : `json${index}`] = text.slice(from, to);
    from = to;
  }
  return columns;
}

export function jsonOf<T>(row: Row): T {
  let text = '';
  for (let index = 0; ; index += 1) {
    const chunk = row[index === 0 ? 'json' : `json${index}`];
    if (typeof chunk !== 'string') return JSON.parse(text) as T;
    text += chunk;
  }
}

/** What a value takes up in a row or in a request, whichever is more: quotes are escaped twice there. */
export function bytesOf(value: unknown): number {
  const text = storableJson(value);
  return Math.max(text.length * 2, Buffer.byteLength(JSON.stringify(text)));
}

/**
 * Escapes what is legal in JSON and yet no service needs to take: the embedded storage refuses a
 * transaction with a U+2028 in it, and every one after it.
 */
const storableJson = (value: unknown) =>
  JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** Between two characters: half a surrogate pair is no text. */
function endOfChunk(text: string, from: number): number {
  const end = from + maxUnits;
  const isPairCut = end < text.length && (text.charCodeAt(end - 1) & 0xfc00) === 0xd800;
  return isPairCut ? end - 1 : end;
}

/** A key out of any text: keys know no slashes and no control characters, and end after 512 units. */
export function keyOf(text: string): string {
  const key = text.replace(
    /[^A-Za-z0-9._@-]/gu,
    (character) => `=${Buffer.from(character).toString('hex')}`,
  );
  return key.length <= 500 ? key : `==${createHash('sha256').update(text).digest('hex')}`;
}

/** All rows of a partition, or those that `within` says; in the order of their keys. */
export async function listRows(
  table: TableClient,
  partitionKey: string,
  within?: string,
): Promise<Row[]> {
  const partition = odata`PartitionKey eq ${partitionKey}`;
  const filter = within ? `${partition} and (${within})` : partition;
  const rows: Row[] = [];
  for await (const row of table.listEntities<Record<string, unknown>>({
    queryOptions: { filter },
  })) {
    rows.push(row as Row);
  }
  return rows;
}

/** Those of the named rows that exist, by row key, in as few calls as the service allows. */
export async function findRows(
  table: TableClient,
  partitionKey: string,
  rowKeys: readonly string[],
): Promise<Map<string, Row>> {
  const filters: string[] = [];
  for (let from = 0; from < rowKeys.length; from += maxKeysInFilter) {
    const keys = rowKeys.slice(from, from + maxKeysInFilter);
    filters.push(keys.map((key) => odata`RowKey eq ${key}`).join(' or '));
  }
  const found = await Promise.all(filters.map((one) => listRows(table, partitionKey, one)));
  return new Map(found.flat().map((row) => [row.rowKey, row]));
}

/**
 * One transaction. The bounds are checked here because the embedded storage lets more through.
 *
 * @returns the ETag of each row, in the order of the actions.
 * @throws {WatchError} STORE_UNAVAILABLE if the service would refuse it for its size.
 */
export async function submit(
  table: TableClient,
  actions: TransactionAction[],
): Promise<(string | undefined)[]> {
  const bytes = actions.reduce((sum, [, row]) => sum + Buffer.byteLength(JSON.stringify(row)), 0);
  if (actions.length > maxTransactionRows || bytes > 4_000_000) {
    throw new WatchError(
      'STORE_UNAVAILABLE',
      `${actions.length} rows of ${bytes} bytes are too much for one transaction`,
    );
  }
  if (actions.length === 0) return [];
  const { subResponses } = await table.submitTransaction(actions);
  return subResponses.map(({ etag }) => etag);
}

/** Cut so that each is within the bounds of a transaction, `spare` rows to be added included. */
export function inTransactions<T extends { action: TransactionAction; bytes: number }>(
  changes: readonly T[],
  spare = 0,
): T[][] {
  const transactions: T[][] = [];
  let room = 0;
  for (const change of changes) {
    const last = transactions.at(-1);
    room -= change.bytes;
    if (last && room >= 0 && last.length < maxTransactionRows - spare) last.push(change);
    else {
      transactions.push([change]);
      room = maxTransactionBytes - change.bytes;
    }
  }
  return transactions;
}
