import { odata, type TableClient, type TransactionAction } from '@azure/data-tables';
import { isConflict } from '../conflicts.ts';
import type { FeedStore, Place, Waiting } from '../forward/feed.ts';
import { sideBySide } from '../forward/pump/side-by-side.ts';
import { isoOf } from '../time.ts';
import { reach, statusOf } from './store-error.ts';
import { findRows, keyOf, submit } from './table-rows.ts';

/** The service takes so many rows in a transaction. */
const mostRows = 100;
/** The service gives no more rows at a time. */
const mostInPage = 1_000;
/** Calls at the same time where each row needs its own. */
const width = 16;

const partitionOf = (sink: string) => `forward|${sink}`;
/** A key never has the bar: all that begins with an incident and the bar is of that one incident. */
const rowKeyOf = ({ incident, seq }: Place) => `${keyOf(incident)}|${String(seq).padStart(8, '0')}`;

/**
 * What waits for sinks in Table Storage: a partition for each sink, with a row for each event.
 *
 * @throws {WatchError} STORE_UNAVAILABLE; every method.
 */
export function tableFeed(table: TableClient): FeedStore {
  return {
    expect: (sinks, places, now) =>
      reach('noting what SIEMs are to be told', async () => {
        const since = isoOf(now);
        const rows = distinct(places).map(([rowKey, { incident, seq }]) => ({
          ...{ rowKey, incident, seq, since },
        }));
        const writes = sinks.flatMap((sink) =>
          inHundreds(rows).map((some) =>
            some.map(
              (row): TransactionAction => [
                'upsert',
                { partitionKey: partitionOf(sink), ...row },
                'Replace',
              ],
            ),
          ),
        );
        await sideBySide(writes, width, async (actions) => void (await submit(table, actions)));
      }),
    waiting: (sink, query) =>
      reach(`reading what waits for sink ${sink}`, () => waiting(table, partitionOf(sink), query)),
    settle: (sink, places) =>
      reach(`settling what sink ${sink} has`, () =>
        sideBySide(inHundreds(distinct(places)), width, (some) =>
          removeAll(
            table,
            partitionOf(sink),
            some.map(([rowKey]) => rowKey),
          ),
        ),
      ),
    forget: (sink, places) =>
      reach(`forgetting what never came for sink ${sink}`, () =>
        sideBySide(places, width, (place) => forget(table, partitionOf(sink), place)),
      ),
  };
}

async function waiting(
  table: TableClient,
  partitionKey: string,
  { after, limit }: { after?: Place; limit: number },
): Promise<Waiting[]> {
  const partition = odata`PartitionKey eq ${partitionKey}`;
  const filter = after ? `${partition} and ${odata`RowKey gt ${rowKeyOf(after)}`}` : partition;
  const rows: Waiting[] = [];
  const pages = table
    .listEntities<Record<string, unknown>>({ queryOptions: { filter } })
    .byPage({ maxPageSize: Math.min(limit, mostInPage) });
  for await (const page of pages) {
    for (const { incident, seq, since } of page) {
      rows.push({
        incident: String(incident),
        seq: Number(seq),
        since: Date.parse(String(since)),
      });
    }
    if (rows.length >= limit) break;
  }
  return rows.slice(0, limit);
}

async function removeAll(
  table: TableClient,
  partitionKey: string,
  rowKeys: readonly string[],
): Promise<void> {
  const actions = rowKeys.map((rowKey): TransactionAction => ['delete', { partitionKey, rowKey }]);
  try {
    await submit(table, actions);
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
    // One that is gone already fails the others with it.
    await sideBySide(rowKeys, width, (rowKey) => remove(table, partitionKey, rowKey));
  }
}

async function remove(
  table: TableClient,
  partitionKey: string,
  rowKey: string,
  etag = '*',
): Promise<void> {
  try {
    await table.deleteEntity(partitionKey, rowKey, { etag });
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
  }
}

async function forget(table: TableClient, partitionKey: string, place: Waiting): Promise<void> {
  const rowKey = rowKeyOf(place);
  const row = (await findRows(table, partitionKey, [rowKey])).get(rowKey);
  if (!row || Date.parse(String(row.since)) !== place.since) return;
  try {
    await reach('forgetting a place', () => remove(table, partitionKey, rowKey, row.etag));
  } catch (error) {
    // Noted anew in this moment.
    if (!isConflict(error)) throw error;
  }
}

/** A transaction takes each row once. */
const distinct = (places: readonly Place[]): [string, Place][] => [
  ...new Map(places.map((place) => [rowKeyOf(place), place])),
];

function inHundreds<T>(items: readonly T[]): T[][] {
  const parts: T[][] = [];
  for (let from = 0; from < items.length; from += mostRows) {
    parts.push(items.slice(from, from + mostRows));
  }
  return parts;
}
