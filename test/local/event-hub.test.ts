import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  EventHubConsumerClient,
  EventHubProducerClient,
  earliestEventPosition,
  latestEventPosition,
  type ReceivedEventData,
  type SubscribeOptions,
} from '@azure/event-hubs';
import { afterEach, expect, test, vi } from 'vitest';
import { type LocalEventHub, startEventHub } from '../../local/event-hub.ts';

const hubs = [{ name: 'logs', partitions: 4 }];
const hubPartitions = ['0', '1', '2', '3'];
const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(options: { folder?: string; port?: number } = {}): Promise<LocalEventHub> {
  const hub = await startEventHub({ hubs, ...options });
  closers.push(() => hub.close());
  return hub;
}

function produce(hub: LocalEventHub): EventHubProducerClient {
  const producer = new EventHubProducerClient(hub.connectionString('logs'), {
    retryOptions: { maxRetries: 0 },
  });
  closers.push(() => producer.close());
  return producer;
}

/** Collects what arrives, and the errors. */
function consume(hub: LocalEventHub, partition: string, options: SubscribeOptions = {}) {
  const client = new EventHubConsumerClient('any-group', hub.connectionString('logs'), {
    retryOptions: { maxRetries: 0 },
  });
  closers.push(() => client.close());
  const events: ReceivedEventData[] = [];
  const errors: (Error & { code?: string })[] = [];
  client.subscribe(
    partition,
    {
      async processEvents(received) {
        events.push(...received);
      },
      async processError(error) {
        errors.push(error);
      },
    },
    {
      startPosition: earliestEventPosition,
      skipParsingBodyAsJson: true,
      maxBatchSize: 100,
      ...options,
    },
  );
  return { events, errors, texts: () => events.map(({ body }) => String(body)) };
}

const bodies = (...texts: string[]) => texts.map((text) => ({ body: Buffer.from(text) }));

test('a hub tells its partitions and where they end', async () => {
  const producer = produce(await start());

  await producer.sendBatch(bodies('a', 'b'), { partitionId: '2' });

  expect((await producer.getEventHubProperties()).partitionIds).toEqual(hubPartitions);
  expect(await producer.getPartitionProperties('2')).toMatchObject({
    beginningSequenceNumber: 0,
    lastEnqueuedSequenceNumber: 1,
    isEmpty: false,
  });
  expect(await producer.getPartitionProperties('3')).toMatchObject({ isEmpty: true });
});

test('what is sent to a partition arrives there in order, byte for byte', async () => {
  const hub = await start();
  const body = Buffer.from([0, 255, 10, 128]);
  // Types that a decoded and encoded message would lose.
  const properties = { whole: 3, half: 1.5, text: 'ü', at: new Date(0) };

  await produce(hub).sendBatch([{ body, properties }, { body: Buffer.alloc(0) }], {
    partitionId: '1',
  });
  await produce(hub).sendBatch(bodies('next'), { partitionId: '1' });

  const { events } = consume(hub, '1');
  await vi.waitFor(() => expect(events).toHaveLength(3), 5_000);
  expect(events.map((event) => event.body)).toEqual([body, Buffer.alloc(0), Buffer.from('next')]);
  expect(events.map((event) => event.sequenceNumber)).toEqual([0, 1, 2]);
  expect(events[0]?.properties).toEqual({ ...properties, at: 0 });
  expect(Date.now() - Number(events[0]?.enqueuedTimeUtc)).toBeLessThan(10_000);
});

test('events of one key share a partition; without a key they go round', async () => {
  const producer = produce(await start());

  for (let i = 0; i < 4; i++) await producer.sendBatch(bodies('keyed'), { partitionKey: 'user-1' });
  const counts = async () => {
    const all = ['0', '1', '2', '3'].map((id) => producer.getPartitionProperties(id));
    return (await Promise.all(all)).map((each) => each.lastEnqueuedSequenceNumber + 1);
  };
  expect((await counts()).sort()).toEqual([0, 0, 0, 4]);

  for (let i = 0; i < 4; i++) await producer.sendBatch(bodies('loose'));
  expect((await counts()).sort()).toEqual([1, 1, 1, 5]);
});

test('a consumer starts where it asks to', async () => {
  const hub = await start();
  const producer = produce(hub);
  await producer.sendBatch(bodies('a', 'b', 'c'), { partitionId: '0' });
  const all = consume(hub, '0');
  await vi.waitFor(() => expect(all.events).toHaveLength(3), 5_000);
  const offset = all.events[1]?.offset ?? '';

  const after = consume(hub, '0', { startPosition: { offset } });
  const from = consume(hub, '0', { startPosition: { sequenceNumber: 1, isInclusive: true } });
  const since = consume(hub, '0', { startPosition: { enqueuedOn: Date.now() - 60_000 } });
  const latest = consume(hub, '0', { startPosition: latestEventPosition });
  await vi.waitFor(() => expect(since.texts()).toEqual(['a', 'b', 'c']), 5_000);
  await vi.waitFor(async () => {
    await producer.sendBatch(bodies('z'), { partitionId: '0' });
    expect(latest.events).not.toHaveLength(0);
  }, 5_000);

  expect(after.texts().slice(0, 2)).toEqual(['c', 'z']);
  expect(from.texts().slice(0, 3)).toEqual(['b', 'c', 'z']);
  expect(new Set(latest.texts())).toEqual(new Set(['z']));
});

test('a receiver with an owner level pushes out those below it and shuts out those after', async () => {
  const hub = await start();
  await produce(hub).sendBatch(bodies('a'), { partitionId: '0' });
  const low = consume(hub, '0', { ownerLevel: 1 });
  await vi.waitFor(() => expect(low.events).toHaveLength(1), 5_000);

  const high = consume(hub, '0', { ownerLevel: 2 });
  await vi.waitFor(() => expect(high.events).toHaveLength(1), 5_000);
  await vi.waitFor(() => expect(low.errors[0]?.code).toBe('ReceiverDisconnectedError'), 5_000);

  const late = consume(hub, '0', { ownerLevel: 1 });
  await vi.waitFor(() => expect(late.errors[0]?.code).toBe('ReceiverDisconnectedError'), 5_000);
});

test('an unknown hub or partition is an error', async () => {
  const hub = await start();
  const unknown = hub.connectionString('logs').replace('EntityPath=logs', 'EntityPath=other');
  const producer = new EventHubProducerClient(unknown, { retryOptions: { maxRetries: 0 } });
  closers.push(() => producer.close());
  const code = 'MessagingEntityNotFoundError';

  await expect(producer.sendBatch(bodies('a'))).rejects.toMatchObject({ code });
  await expect(producer.getEventHubProperties()).rejects.toMatchObject({ code });
  await expect(produce(hub).sendBatch(bodies('a'), { partitionId: '9' })).rejects.toMatchObject({
    code,
  });
  const { errors } = consume(hub, '9');
  await vi.waitFor(() => expect(errors[0]).toMatchObject({ code }), 5_000);
});

test('a batch holds one megabyte', async () => {
  const hub = await start();
  const producer = produce(hub);
  const batch = await producer.createBatch({ partitionId: '0' });

  expect(batch.tryAdd({ body: Buffer.alloc(1024 * 1024) })).toBe(false);
  expect(batch.tryAdd({ body: Buffer.alloc(1000 * 1000) })).toBe(true);
  expect(batch.tryAdd({ body: Buffer.alloc(100 * 1000) })).toBe(false);

  // Nothing is measured by the client when it is given plain events.
  const tooLarge = [{ body: Buffer.alloc(1024 * 1024) }];
  await expect(producer.sendBatch(tooLarge)).rejects.toMatchObject({
    code: 'MessageTooLargeError',
  });

  await producer.sendBatch(batch);
  const { events } = consume(hub, '0');
  await vi.waitFor(() => expect(events[0]?.body).toHaveLength(1_000_000), 5_000);
});

test('with a folder the events outlive a restart, and a torn tail is cut off', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'event-hub-'));
  closers.push(() => rm(folder, { recursive: true }));
  const first = await start({ folder });
  const producer = produce(first);
  await producer.sendBatch(bodies('a', 'b'), { partitionId: '3' });
  const before = await producer.getPartitionProperties('3');
  await producer.close();
  await first.close();
  expect(await readdir(join(folder, 'logs'))).toHaveLength(4);
  // What a killed process may leave: the head of a record without its end.
  await appendFile(join(folder, 'logs', '3.log'), Buffer.from([0, 0, 4, 0, 1, 2, 3, 4, 5, 6, 7]));

  const second = await start({ folder });
  expect(await produce(second).getPartitionProperties('3')).toEqual(before);
  await produce(second).sendBatch(bodies('c'), { partitionId: '3' });
  const { texts, events } = consume(second, '3');
  await vi.waitFor(() => expect(texts()).toEqual(['a', 'b', 'c']), 5_000);
  expect(events.map(({ sequenceNumber }) => sequenceNumber)).toEqual([0, 1, 2]);

  await second.close();
  const third = await start({ folder });
  expect(await produce(third).getPartitionProperties('3')).toMatchObject({
    lastEnqueuedSequenceNumber: 2,
  });
});

test('what is refused beside what is taken is said to be refused', async () => {
  const hub = await start();
  const producer = produce(hub);
  await producer.sendBatch(bodies('opens the link'));
  hub.failAtRandom(1, 0.5, ['busy', 'internal']);

  const sent = await Promise.allSettled(
    Array.from({ length: 200 }, (_, at) => producer.sendBatch(bodies(String(at)))),
  );

  const parts = await Promise.all(
    hubPartitions.map((partition) => producer.getPartitionProperties(partition)),
  );
  const stored = parts.reduce((sum, { lastEnqueuedSequenceNumber: last }) => sum + last + 1, 0);
  const taken = sent.filter(({ status }) => status === 'fulfilled').length;
  expect(taken).toBeLessThan(200);
  expect(stored).toBe(taken + 1);
});
