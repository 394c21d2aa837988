import { setTimeout as sleep } from 'node:timers/promises';
import { odata, type TableClient, type TransactionAction } from '@azure/data-tables';
import { cleanLine } from '../clean-text.ts';
import { isConflict, untilSaved } from '../conflicts.ts';
import { messageOf, WatchError } from '../errors.ts';
import { linksBehind, noHead } from '../ledger/chain.ts';
import { groupCommit, mostAtOnce } from '../ledger/group-commit.ts';
import type {
  AnchorStore,
  KeptLink,
  Ledger,
  LedgerHead,
  LedgerItem,
  LedgerReader,
} from '../ledger/ledger.ts';
import { isoOf } from '../time.ts';
import { reach, statusOf } from './store-error.ts';
import {
  bytesOf,
  jsonColumns,
  jsonOf,
  maxRowBytes,
  maxTransactionBytes,
  type Row,
  submit,
} from './table-rows.ts';

export type TableLedger = Ledger &
  LedgerReader & {
    /** What the chain comes to now; `seq` 0 as long as there is none. */
    head(): Promise<LedgerHead>;
    /**
     * Anchors the head, unless this process did so with its last write: for the start of the app and for
     * a timer, which make good what a failure left.
     */
    anchorHead(): Promise<void>;
  };

export type TableLedgerDeps = {
  anchors: AnchorStore;
  /** Told of a head that could not be anchored. */
  warn(message: string): void;
  /** Epoch milliseconds. */
  now(): number;
};

const partitionKey = 'chain';
// Before all links: they begin with a digit.
const headKey = '!head';
const linkKey = (seq: number) => String(seq).padStart(16, '0');
/** What a link takes up beside its payload. */
const bytesOfLink = 3_000;
/** Whoever came second waits up to so long, so that the same two do not meet again. */
const longestPauseMs = 50;

/**
 * The ledger in Table Storage: partition `chain`, a row for each link with its payload, and `!head`. A
 * transaction writes up to 99 links and moves the head, so the chain never forks.
 *
 * @throws {WatchError} STORE_UNAVAILABLE; every method.
 */
export function tableLedger(table: TableClient, deps: TableLedgerDeps): TableLedger {
  /** The head as this process wrote it last: mostly nobody else has written since. */
  let known: StoredHead | undefined;
  let anchored: number | undefined;

  async function write(items: readonly LedgerItem[]): Promise<number[]> {
    let tries = 0;
    const links = await untilSaved(async () => {
      if (tries > 0) await sleep(Math.random() * longestPauseMs);
      tries += 1;
      const before = known ?? (await reach('reading the ledger', () => readHead(table)));
      known = undefined;
      const behind = linksBehind(before.head, items);
      known = await writeBehind(table, before, behind);
      return behind;
    });
    await anchor(links.at(-1)?.link);
    return links.map(({ link }) => link.seq);
  }

  /** A head that is not anchored is no reason to write it again: the next one vouches for it too. */
  async function anchor(head: LedgerHead | undefined): Promise<void> {
    if (!head || head.seq === 0 || anchored === head.seq) return;
    try {
      const { seq, hash } = head;
      await deps.anchors.anchor({ seq, hash, at: isoOf(deps.now()) });
      anchored = seq;
    } catch (error) {
      deps.warn(`the ledger is not anchored at ${head.seq} yet: ${messageOf(error)}`);
    }
  }

  const append = groupCommit(write, countOf);
  const head = () =>
    reach('reading the head of the ledger', async () => (await readHead(table)).head);
  return {
    async append(items) {
      for (const { id, payload } of items) {
        if (sizeOf(payload) <= maxRowBytes) continue;
        throw new WatchError('STORE_UNAVAILABLE', `${cleanLine(id)} is too large for the ledger`);
      }
      return await append(items);
    },
    links: (from = 1) => linksFrom(table, from),
    linksOf: (kind) =>
      reach(`reading what the ledger has of ${kind}`, async () => {
        const kept: KeptLink[] = [];
        const filter = odata`RowKey gt ${headKey} and kind eq ${kind}`;
        for await (const row of rowsWhere(table, filter)) kept.push(keptOf(row));
        return kept;
      }),
    head,
    anchorHead: async () => await anchor(await head()),
  };
}

type StoredHead = { head: LedgerHead; version: string | null };

async function readHead(table: TableClient): Promise<StoredHead> {
  try {
    const row = await table.getEntity<{ json: string }>(partitionKey, headKey);
    return { head: jsonOf<LedgerHead>(row as unknown as Row), version: row.etag };
  } catch (error) {
    if (statusOf(error) === 404) return { head: noHead, version: null };
    throw error;
  }
}

/** @returns the new head; undefined if it has to be read. */
async function writeBehind(
  table: TableClient,
  before: StoredHead,
  behind: readonly KeptLink[],
): Promise<StoredHead | undefined> {
  const last = behind.at(-1)?.link;
  if (!last) return before;
  const { seq, hash } = last;
  try {
    const etags = await reach(`writing the ledger at ${seq}`, () =>
      submit(table, [...behind.map(linkAction), headAction({ seq, hash }, before.version)]),
    );
    return { head: { seq, hash }, version: etags.at(-1) ?? null };
  } catch (error) {
    // A request that the client repeated meets what its own first try has written.
    if (isConflict(error) && (await isWritten(table, last))) return undefined;
    throw error;
  }
}

/** The hash of a link vouches for all before it: where it stands, they stand. */
async function isWritten(table: TableClient, { seq, hash }: LedgerHead): Promise<boolean> {
  for await (const { link } of linksFrom(table, seq)) return link.seq === seq && link.hash === hash;
  return false;
}

const linkAction = (kept: KeptLink): TransactionAction => [
  'create',
  {
    partitionKey,
    rowKey: linkKey(kept.link.seq),
    kind: kept.link.kind,
    subject: cleanLine(kept.link.subject),
    at: kept.link.at,
    ...jsonColumns(kept),
  },
];

function headAction(head: LedgerHead, version: string | null): TransactionAction {
  const row = { partitionKey, rowKey: headKey, ...jsonColumns(head) };
  return version === null ? ['create', row] : ['update', row, 'Replace', { etag: version }];
}

const sizeOf = (payload: LedgerItem['payload']) => bytesOf(payload) + bytesOfLink;

/** How many of the first items one transaction takes. */
function countOf(items: readonly LedgerItem[]): number {
  let bytes = 0;
  const tooMany = items.findIndex(({ payload }) => {
    bytes += sizeOf(payload);
    return bytes > maxTransactionBytes;
  });
  return Math.min(mostAtOnce, tooMany < 0 ? items.length : Math.max(1, tooMany));
}

async function* linksFrom(table: TableClient, from: number): AsyncGenerator<KeptLink> {
  const rows = rowsWhere(table, odata`RowKey ge ${linkKey(from)}`)[Symbol.asyncIterator]();
  for (;;) {
    const next = await reach(`reading the ledger from ${from}`, () => rows.next());
    if (next.done) return;
    yield keptOf(next.value);
  }
}

const rowsWhere = (table: TableClient, filter: string): AsyncIterable<Row> =>
  table.listEntities<Record<string, unknown>>({
    queryOptions: { filter: `${odata`PartitionKey eq ${partitionKey}`} and ${filter}` },
  }) as AsyncIterable<Row>;

const keptOf = (row: Row) => jsonOf<KeptLink>(row);
