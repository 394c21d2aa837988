import type { EventHubConsumerClient, ReceivedEventData } from '@azure/event-hubs';

const patienceSeconds = 4;
/** To connect as well; whoever does not answer keeps no other line waiting. */
const longestMs = 8_000;

/**
 * When the first event came that nobody has read yet.
 *
 * @param reader - of a consumer group that is not the one of the app: whoever reads beside it there is refused.
 * @param lastRead - sequence number; undefined: nothing was read.
 * @returns epoch milliseconds; undefined if that can't be told.
 */
export async function oldestUnread(
  reader: EventHubConsumerClient,
  partitionId: string,
  lastRead: number | undefined,
): Promise<number | undefined> {
  const { promise, resolve } = Promise.withResolvers<number | undefined>();
  const subscription = reader.subscribe(
    partitionId,
    {
      // Without an event after that time it is called with none.
      processEvents: async ([first]: ReceivedEventData[]) =>
        resolve(first?.enqueuedTimeUtc.getTime()),
      processError: async () => resolve(undefined),
    },
    {
      startPosition:
        lastRead === undefined
          ? { offset: '-1' }
          : { sequenceNumber: lastRead, isInclusive: false },
      maxBatchSize: 1,
      maxWaitTimeInSeconds: patienceSeconds,
    },
  );
  const timer = setTimeout(() => resolve(undefined), longestMs);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    await subscription.close().catch(() => {});
  }
}
