import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TableClient } from '@azure/data-tables';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type LocalStorage, startAzurite } from '../../local/azurite.ts';

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'azurite-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

function tableOf({ connectionString }: Pick<LocalStorage, 'connectionString'>): TableClient {
  return TableClient.fromConnectionString(connectionString, 'rows', {
    allowInsecureConnection: true,
  });
}

test('one connection string serves tables, blobs and queues', async () => {
  const storage = await startAzurite();
  onTestFinished(() => storage.stop());

  const table = tableOf(storage);
  await table.createTable();
  await table.createEntity({ partitionKey: 'p', rowKey: 'r', count: 1 });
  expect(await table.getEntity('p', 'r')).toMatchObject({ count: 1 });

  const blobs = BlobServiceClient.fromConnectionString(storage.connectionString);
  const container = blobs.getContainerClient('files');
  await container.create();
  await container.getBlockBlobClient('a').upload('text', 4);
  expect(String(await container.getBlockBlobClient('a').downloadToBuffer())).toBe('text');

  const queue = QueueServiceClient.fromConnectionString(storage.connectionString).getQueueClient(
    'q-1',
  );
  await queue.create();
  await queue.sendMessage('hello');
  expect((await queue.receiveMessages()).receivedMessageItems[0]?.messageText).toBe('hello');
});

test('it ends with a parent that is killed, and its data is on disk by then', async () => {
  const folder = await temporaryFolder();
  const script = fileURLToPath(new URL('azurite-parent.ts', import.meta.url));
  const parent = spawn(process.execPath, [script, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(parent.stdout, 'data');
  const storage: LocalStorage = JSON.parse(String(line));
  const table = tableOf(storage);
  await table.createTable();
  await table.createEntity({ partitionKey: 'p', rowKey: 'r' });

  parent.kill('SIGKILL');
  await vi.waitFor(() => expect(fetch(storage.tableEndpoint)).rejects.toThrow(), 10_000);

  const again = await startAzurite({ folder });
  onTestFinished(() => again.stop());
  expect(await tableOf(again).getEntity('p', 'r')).toMatchObject({ rowKey: 'r' });
});

test('a start that fails says why', async () => {
  const folder = await temporaryFolder();
  const file = join(folder, 'not-a-folder');
  await writeFile(file, '');

  await expect(startAzurite({ folder: file })).rejects.toThrow(/did not start.*\n.*not-a-folder/s);
});
