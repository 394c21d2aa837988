import { TableClient } from '@azure/data-tables';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { beforeAll, describe, expect, test } from 'vitest';
import { blobAnchors } from '../../shared/azure/blob-anchor.ts';
import { blobEvidence } from '../../shared/azure/blob-evidence.ts';
import { type TableLedger, tableLedger } from '../../shared/azure/table-ledger.ts';
import { WatchError } from '../../shared/errors.ts';
import { faultsOfChain, noHead } from '../../shared/ledger/chain.ts';
import type { Anchor, AnchorStore } from '../../shared/ledger/ledger.ts';
import { ledgerContract, linksIn, sampleItem } from '../ledger/ledger.contract.ts';
import { azuriteStorage } from './azurite-storage.ts';

const { local } = azuriteStorage();
const now = () => Date.parse('2026-11-20T23:59:59.500Z');

let tables = 0;
async function newTable(): Promise<TableClient> {
  tables += 1;
  const table = TableClient.fromConnectionString(local().connectionString, `ledger${tables}`, {
    allowInsecureConnection: true,
  });
  await table.createTable();
  return table;
}

let containers = 0;
async function newContainer(): Promise<ContainerClient> {
  containers += 1;
  const service = BlobServiceClient.fromConnectionString(local().connectionString);
  const container = service.getContainerClient(`container-${containers}`);
  await container.create();
  return container;
}

type Opened = {
  ledger: TableLedger;
  table: TableClient;
  anchored: Anchor[];
  warnings: string[];
  again(): TableLedger;
};

/** @param anchor - what becomes of an anchor before it is noted. */
async function open(anchor: AnchorStore['anchor'] = async () => {}): Promise<Opened> {
  const table = await newTable();
  const [anchored, warnings]: [Anchor[], string[]] = [[], []];
  const anchors: AnchorStore = {
    async anchor(one) {
      await anchor(one);
      anchored.push(one);
    },
  };
  const again = () =>
    tableLedger(table, { anchors, warn: (message) => void warnings.push(message), now });
  return { ledger: again(), table, anchored, warnings, again };
}

ledgerContract('Table Storage', open);

describe('a ledger in Table Storage', () => {
  test('writes a storm in transactions of a hundred rows, each of them anchored', async () => {
    const { ledger, anchored } = await open();
    const items = Array.from({ length: 1_000 }, (_, index) => sampleItem(`item ${index}`));
    const places = await Promise.all(items.map((item) => ledger.append([item])));
    expect(places.flat()).toEqual(items.map((_, index) => index + 1));
    expect(anchored).toHaveLength(1 + Math.ceil(999 / 99));
    const links = (await linksIn(ledger)).map(({ link }) => link);
    expect(faultsOfChain(links)).toEqual([]);
    for (const { seq, hash } of anchored) expect(links[seq - 1]?.hash).toBe(hash);
  });

  test('takes items whose sum no transaction holds, and refuses one that no row holds', async () => {
    const { ledger } = await open();
    const large = (id: string, length: number) =>
      sampleItem(id, { payload: { text: 'ä'.repeat(length) } });
    const items = Array.from({ length: 12 }, (_, index) => large(String(index), 400_000));
    expect(await ledger.append(items)).toHaveLength(12);
    await expect(ledger.append([large('x', 600_000)])).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringContaining('too large'),
    });
    expect(await ledger.append([sampleItem('next')])).toEqual([13]);
  });

  test('takes what its own first try has written for written', async () => {
    const { table, again } = await open();
    const first = again();
    await first.append([sampleItem('a')]);
    // The answer was lost: the client sends the same once more and hears that it is there.
    const repeating = new Proxy(table, {
      get(target, key) {
        if (key !== 'submitTransaction') {
          const value = Reflect.get(target, key) as unknown;
          return typeof value === 'function' ? value.bind(target) : value;
        }
        return async (actions: Parameters<TableClient['submitTransaction']>[0]) => {
          await target.submitTransaction(actions);
          return await target.submitTransaction(actions);
        };
      },
    });
    const ledger = tableLedger(repeating, {
      anchors: { anchor: async () => {} },
      warn: () => {},
      now,
    });
    expect(await ledger.append([sampleItem('b'), sampleItem('c')])).toEqual([2, 3]);
    expect(await ledger.append([sampleItem('d')])).toEqual([4]);
    expect((await linksIn(first)).map(({ link }) => link.id)).toEqual(['a', 'b', 'c', 'd']);
  });

  test('is written though its head could not be anchored, which the next write makes good', async () => {
    let isGone = true;
    const { ledger, anchored, warnings, again } = await open(async () => {
      if (isGone) throw new WatchError('STORE_UNAVAILABLE', 'no answer in time');
    });
    expect(await ledger.append([sampleItem('a')])).toEqual([1]);
    expect(anchored).toEqual([]);
    expect(warnings).toEqual([
      'the ledger is not anchored at 1 yet: STORE_UNAVAILABLE: no answer in time',
    ]);

    await ledger.anchorHead();
    expect(warnings).toHaveLength(2);
    isGone = false;
    await ledger.anchorHead();
    await ledger.anchorHead();
    expect(anchored).toEqual([{ ...(await ledger.head()), at: '2026-11-20T23:59:59.500Z' }]);

    await ledger.append([sampleItem('b')]);
    // A new process does not know what others anchored: twice is as good as once.
    await again().anchorHead();
    expect(anchored.map(({ seq }) => seq)).toEqual([1, 2, 2]);
  });

  test('has no head to anchor as long as it is empty', async () => {
    const { ledger, anchored } = await open();
    expect(await ledger.head()).toEqual(noHead);
    await ledger.anchorHead();
    expect(anchored).toEqual([]);
  });

  test('says that storage can not be reached, to every caller', async () => {
    const { table, ledger } = await open();
    await ledger.append([sampleItem('a')]);
    await table.deleteTable();
    const outcomes = await Promise.allSettled(
      ['b', 'c'].map((id) => ledger.append([sampleItem(id)])),
    );
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ reason: { code: 'STORE_UNAVAILABLE' } });
    }
  });
});

describe('anchored heads', () => {
  test('are lines of a blob that is appended to, one a day', async () => {
    const container = await newContainer();
    const anchors = blobAnchors(container);
    expect(await anchors.anchorLines()).toEqual([]);
    const anchor = (seq: number, at: string) => anchors.anchor({ seq, hash: noHead.hash, at });
    await anchor(1, '2026-11-20T23:59:59.500Z');
    await anchor(2, '2026-11-20T23:59:59.900Z');
    await anchor(3, '2026-11-21T00:00:00.000Z');

    const lines = (await anchors.anchorLines()).map((line) => JSON.parse(line));
    expect(lines.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(lines[0]).toEqual({ seq: 1, hash: noHead.hash, at: '2026-11-20T23:59:59.500Z' });
    const types: [string, string | undefined][] = [];
    for await (const { name, properties } of container.listBlobsFlat()) {
      types.push([name, properties.blobType]);
    }
    expect(types).toEqual([
      ['heads/2026-11-20.ndjson', 'AppendBlob'],
      ['heads/2026-11-21.ndjson', 'AppendBlob'],
    ]);
  });

  test('of several processes that begin a day at once are all there', async () => {
    const container = await newContainer();
    const at = '2026-11-20T00:00:00.000Z';
    await Promise.all(
      [1, 2, 3, 4, 5].map((seq) => blobAnchors(container).anchor({ seq, hash: noHead.hash, at })),
    );
    expect(await blobAnchors(container).anchorLines()).toHaveLength(5);
  });
});

describe('evidence in Blob Storage', () => {
  let container: ContainerClient;
  beforeAll(async () => {
    container = await newContainer();
  });
  const name = `records/2026/11/20/${'a'.repeat(64)}.ndjson`;

  test('is read as it was saved, and saved once', async () => {
    const blobs = blobEvidence(container);
    const content = Buffer.from([0x22, 0xff, 0x00, 0xc3, 0xa4, 0x22, 0x0a]);
    await blobs.save(name, content);
    await Promise.all([blobs.save(name, content), blobs.save(name, Buffer.from('another'))]);
    expect(await blobs.read(name)).toEqual(content);
  });

  test('that is not there, or that nobody wrote under such a name, is nothing', async () => {
    const blobs = blobEvidence(container);
    const missing = [`policies/${'b'.repeat(64)}.yaml`, 'heads/x', '../x', `${name}/..`, ''];
    for (const one of missing) expect(await blobs.read(one)).toBeUndefined();
  });

  test('in an immutable container is there already', async () => {
    const refusing = (code: string) =>
      ({
        getBlockBlobClient: () => ({
          upload: () => Promise.reject(Object.assign(new Error(), { statusCode: 409, code })),
        }),
      }) as unknown as ContainerClient;
    await blobEvidence(refusing('BlobImmutableDueToPolicy')).save(name, Buffer.from(''));
    await expect(
      blobEvidence(refusing('LeaseIdMissing')).save(name, Buffer.from('')),
    ).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });
});
