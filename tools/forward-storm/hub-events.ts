import { setTimeout as pause } from 'node:timers/promises';
import { EventHubConsumerClient } from '@azure/event-hubs';

const longestMs = 120_000;

/**
 * The message ids of all that lies in an event hub, partition by partition, as the client reads them.
 *
 * @throws if not all of it could be read.
 */
export async function hubEvents(connectionString: string): Promise<(string | null)[]> {
  const consumer = new EventHubConsumerClient('$Default', connectionString);
  try {
    const ids = await consumer.getPartitionIds();
    const counts = await Promise.all(
      ids.map(async (id) => {
        const { isEmpty, lastEnqueuedSequenceNumber } = await consumer.getPartitionProperties(id);
        return isEmpty ? 0 : lastEnqueuedSequenceNumber + 1;
      }),
    );
    // By place: what is told twice on the way is one event all the same.
    const all = ids.map(() => new Map<number, string | null>());
    const subscription = consumer.subscribe(
      {
        async processEvents(events, { partitionId }) {
          const read = all[ids.indexOf(partitionId)];
          for (const { sequenceNumber, messageId } of events) {
            read?.set(sequenceNumber, messageId === undefined ? null : String(messageId));
          }
        },
        processError: async () => {},
      },
      { startPosition: { offset: '-1' }, skipParsingBodyAsJson: true, maxBatchSize: 500 },
    );
    const deadline = Date.now() + longestMs;
    const isAllRead = () => all.every(({ size }, at) => size >= (counts[at] ?? 0));
    while (!isAllRead() && Date.now() < deadline) await pause(10);
    await subscription.close();
    if (!isAllRead()) throw new Error('The event hub could not be read to its end.');
    return all.flatMap((part) => [...part].sort(([a], [b]) => a - b).map(([, uid]) => uid));
  } finally {
    await consumer.close();
  }
}
