import { setTimeout as pause } from 'node:timers/promises';
import { EventHubConsumerClient } from '@azure/event-hubs';

const longestMs = 120_000;

/** The message ids of all that lies in an event hub, partition by partition, as the client reads them. */
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
    const all = ids.map((): (string | null)[] => []);
    const subscription = consumer.subscribe(
      {
        async processEvents(events, { partitionId }) {
          all[ids.indexOf(partitionId)]?.push(
            ...events.map(({ messageId }) => (messageId === undefined ? null : String(messageId))),
          );
        },
        processError: async () => {},
      },
      { startPosition: { offset: '-1' }, skipParsingBodyAsJson: true, maxBatchSize: 500 },
    );
    const deadline = Date.now() + longestMs;
    while (all.some((part, at) => part.length < (counts[at] ?? 0)) && Date.now() < deadline) {
      await pause(10);
    }
    await subscription.close();
    return all.flat();
  } finally {
    await consumer.close();
  }
}
