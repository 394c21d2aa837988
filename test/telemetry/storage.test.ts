import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TransactionAction } from '@azure/data-tables';
import { expect, onTestFinished, test } from 'vitest';
import { countOperations } from '../../bench/cost/count-operations.ts';
import { operationKinds, sumOf } from '../../bench/cost/operations.ts';
import { openStorage } from '../../shared/azure/storage.ts';
import { azuriteStorage } from '../stores/azurite-storage.ts';
import { measuredBy } from './measured-by.ts';

const { local } = azuriteStorage();

/** Storage whose requests are counted, as `service operation outcome`. */
function countedStorage(connectionString: string, patience = {}) {
  const { measure, noted } = measuredBy();
  const storage = openStorage({ connectionString }, { measure, ...patience });
  const counts = () => {
    const words = noted.map(([, , about]) => Object.values(about).join(' '));
    const tally = Map.groupBy(words, (word) => word);
    return Object.fromEntries([...tally].map(([word, all]) => [word, all.length]));
  };
  return { storage, noted, counts };
}

const entity = (rowKey: string, more = {}) => ({ partitionKey: 'p', rowKey, ...more });

test('each request is counted by where it goes, what it does and how it ends', async () => {
  const { storage, counts } = countedStorage(local().connectionString);
  const { shelves, deadLetters, notify } = storage;
  await shelves.createEntity(entity('a'));
  await expect(shelves.createEntity(entity('a'))).rejects.toMatchObject({ statusCode: 409 });
  await shelves.getEntity('p', 'a');
  await expect(shelves.getEntity('p', 'b')).rejects.toMatchObject({ statusCode: 404 });
  const old = { etag: 'W/"old"' };
  await expect(shelves.updateEntity(entity('a'), 'Merge', old)).rejects.toThrow();
  await shelves.deleteEntity('p', 'a');
  await deadLetters.getBlockBlobClient('one').upload('x', 1);
  await deadLetters.getBlockBlobClient('one').download();
  await deadLetters.getBlockBlobClient('one').delete();
  await notify.sendMessage('x');
  await notify.getProperties();
  expect(counts()).toEqual({
    'table write done': 1,
    'table write conflict': 2,
    'table read done': 1,
    'table read missing': 1,
    'table delete done': 1,
    'blob write done': 1,
    'blob read done': 1,
    'blob delete done': 1,
    'queue write done': 1,
    'queue read done': 1,
  });
});

test('a batch of a table is one request, and one that was refused is no success', async () => {
  const { storage, counts } = countedStorage(local().connectionString);
  const create = (rowKey: string): TransactionAction => ['create', entity(rowKey)];
  await storage.shelves.submitTransaction([create('c'), create('d')]);
  const again = storage.shelves.submitTransaction([create('e'), create('d')]);
  await expect(again).rejects.toMatchObject({ statusCode: 409 });
  expect(counts()).toEqual({ 'table write done': 1, 'table write conflict': 1 });
});

test('each try is counted, and what was never answered has failed', async () => {
  const server = createServer((_, response) => response.writeHead(503).end()).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const impatient = { tries: 3, pauseMs: 1, timeoutMs: 2_000 };
  const at = (where: number) =>
    local().connectionString.replaceAll(/(http:\/\/127\.0\.0\.1):\d+/g, `$1:${where}`);

  const busy = countedStorage(at(port), impatient);
  await expect(busy.storage.shelves.getEntity('p', 'a')).rejects.toThrow();
  await expect(busy.storage.deadLetters.getProperties()).rejects.toThrow();
  await expect(busy.storage.notify.getProperties()).rejects.toThrow();
  expect(busy.counts()).toEqual({
    'table read throttled': 3,
    'blob read throttled': 3,
    // A message may be lost: less is tried.
    'queue read throttled': 2,
  });

  const gone = countedStorage(at(1), impatient);
  await expect(gone.storage.shelves.getEntity('p', 'a')).rejects.toThrow();
  expect(gone.counts()).toEqual({ 'table read failed': 3 });
});

test('as many are counted as leave this process', async () => {
  const { storage, noted } = countedStorage(local().connectionString);
  const counting = countOperations(local());
  onTestFinished(() => void counting.stop());
  const { operations } = await counting.during(async () => {
    await storage.ensure();
    await storage.shelves.upsertEntity(entity('x'));
    for await (const _ of storage.shelves.listEntities());
    for await (const _ of storage.evidence.listBlobsFlat());
    await storage.evidence.getBlockBlobClient('x').upload('x', 1);
    await storage.evidence.getBlockBlobClient('x').getProperties();
    await storage.forward.sendMessage('x');
  });
  expect(noted).toHaveLength(sumOf(operations));
  // Not one kind alone: an account of each service was spoken to.
  expect(operationKinds.filter((kind) => operations[kind] === 0)).toEqual([]);
  const by = (service: string) =>
    noted.filter(([, , about]) => (about as { service: string }).service === service).length;
  expect(by('table')).toBe(operations.tableRead + operations.tableWrite);
  expect(by('blob')).toBe(operations.blobRead + operations.blobWrite);
  expect(by('queue')).toBe(operations.queue);
});
