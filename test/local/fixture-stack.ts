import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EventHubProducerClient } from '@azure/event-hubs';
import { QueueClient } from '@azure/storage-queue';
import { vi } from 'vitest';
import { startAzurite } from '../../local/azurite.ts';
import { startEventHub } from '../../local/event-hub.ts';

/** What a function of the fixture app wrote down. */
export interface Note {
  fn: string;
  at?: number;
  /** Hexadecimal. */
  bodies?: string[];
  // biome-ignore lint/suspicious/noExplicitAny: whatever the function saw, for the test to look into.
  [seen: string]: any;
}

export const fixtureApp = fileURLToPath(new URL('fixture-app', import.meta.url));

/** Starts what the fixture app needs: a storage account, its two Event Hubs and a file for notes. */
export async function startFixtureStack() {
  const folder = await mkdtemp(join(tmpdir(), 'functions-host-'));
  const storage = await startAzurite();
  const hub = await startEventHub({
    hubs: [
      { name: 'logs', partitions: 2 },
      { name: 'json', partitions: 1 },
    ],
  });
  const producers = ['logs', 'json'].map(
    (name) => [name, new EventHubProducerClient(hub.connectionString(name))] as const,
  );
  const notesFile = join(folder, 'notes');

  const notes = (fn: string): Note[] => {
    if (!existsSync(notesFile)) return [];
    const lines = readFileSync(notesFile, 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line)).filter((note: Note) => note.fn === fn);
  };
  const batchesWith = (body: string | Buffer) =>
    notes('stream').filter(({ bodies }) => bodies?.includes(Buffer.from(body).toString('hex')));

  return {
    storage,
    settings: {
      NOTES_FILE: notesFile,
      AzureWebJobsStorage: storage.connectionString,
      Logs: hub.connectionString('logs').replace(';EntityPath=logs', ''),
      Logs__hub: 'logs',
    },
    notes,
    /** The notes of the batches that held this body. */
    batchesWith,
    async send(hubName: 'logs' | 'json', bodies: (string | Buffer)[], partitionId = '0') {
      const events = bodies.map((body) => ({ body: Buffer.from(body) }));
      await new Map(producers).get(hubName)?.sendBatch(events, { partitionId });
    },
    queue: (name: string) => new QueueClient(storage.connectionString, name),
    hold: () => writeFile(`${notesFile}.hold`, ''),
    release: () => rm(`${notesFile}.hold`, { force: true }),
    /** Waits until the check passes. */
    eventually: <T>(check: () => T | Promise<T>) =>
      vi.waitFor(check, { timeout: 15_000, interval: 20 }),
    async stop() {
      for (const [, producer] of producers) await producer.close();
      await hub.close();
      await storage.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export type FixtureStack = Awaited<ReturnType<typeof startFixtureStack>>;
