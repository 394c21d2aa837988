import {
  EventHubConsumerClient,
  earliestEventPosition,
  type PartitionContext,
  type ReceivedEventData,
} from '@azure/event-hubs';
import { BlobCheckpointStore } from '@azure/eventhubs-checkpointstore-blob';
import { ContainerClient } from '@azure/storage-blob';
import { describeBatch, toBatchData } from './event-hub-batch.ts';
import type { HostSettings } from './host-settings.ts';
import { describeError } from './invoke.ts';
import { runWithRetries } from './retry.ts';
import type { FunctionShell, Trigger } from './trigger.ts';

/** The container in which the platform keeps checkpoints and ownership. */
const checkpointContainer = 'azure-webjobs-eventhub';

// A dead instance's partitions are free sooner than in the cloud (a minute): here the "instances" are
// processes that somebody restarts and waits for. Blob times have whole seconds, so not much shorter.
const loadBalancingOptions = {
  strategy: 'greedy',
  updateIntervalInMs: 2_000,
  partitionOwnershipExpirationIntervalInMs: 8_000,
} as const;
// The client's own pause between two tries is 30 s.
const retryOptions = { retryDelayInMs: 200, maxRetryDelayInMs: 2_000, maxRetries: 3 };
const storageRetryOptions = { maxTries: 4, retryDelayInMs: 100, maxRetryDelayInMs: 1_000 };

export interface EventHubTriggerOptions extends FunctionShell {
  connectionString: string;
  eventHubName: string;
  consumerGroup: string;
  dataType: 'binary' | 'string' | undefined;
  storageConnectionString: string;
  settings: HostSettings['eventHubs'];
  /** Whether empty strings stay in a batch of strings. */
  keepsEmptyStrings: boolean;
  /** The same for all incarnations of one instance; see `releaseOwnPartitions`. */
  instanceId: string;
}

/**
 * Feeds a function the batches of an Event Hub: one at a time per partition, the partitions side by
 * side, the checkpoint after the last retry whether it succeeded or not.
 */
export async function startEventHubTrigger(options: EventHubTriggerOptions): Promise<Trigger> {
  const container = new ContainerClient(options.storageConnectionString, checkpointContainer, {
    retryOptions: storageRetryOptions,
  });
  await container.createIfNotExists();
  const store = new BlobCheckpointStore(container);
  const client = new EventHubConsumerClient(
    options.consumerGroup,
    options.connectionString,
    options.eventHubName,
    store,
    { identifier: options.instanceId, loadBalancingOptions, retryOptions },
  );
  await releaseOwnPartitions(client, store, options);

  const stopping = new AbortController();
  const inWork = new Set<Promise<void>>();

  const run = async (events: ReceivedEventData[], partition: PartitionContext) => {
    const outcome = await runWithRetries(
      options.retry,
      stopping.signal,
      async (retryContext) => {
        // Inside the attempt: a body that does not convert fails the batch as the function would.
        const data = toBatchData(events, options.dataType, options.keepsEmptyStrings);
        await options.invoke({ data, metadata: describeBatch(events, partition), retryContext });
      },
      (error) =>
        options.log(
          `error: batch of partition ${partition.partitionId} failed: ${describeError(error)}`,
        ),
    );
    // Unfinished: the batch comes again, here or elsewhere.
    if (outcome === 'stopped') return;
    const last = events.at(-1) as ReceivedEventData;
    // The next checkpoint covers this one.
    await partition
      .updateCheckpoint(last)
      .catch((error: unknown) => options.log(`error: no checkpoint: ${describeError(error)}`));
  };

  const subscription = client.subscribe(
    {
      async processEvents(events, partition) {
        if (events.length === 0) return;
        const work = run(events, partition).finally(() => inWork.delete(work));
        inWork.add(work);
        await work;
      },
      async processError(error, { partitionId }) {
        if (!stopping.signal.aborted)
          options.log(`warning: partition ${partitionId || 'any'}: ${error.message}`);
      },
    },
    {
      startPosition: earliestEventPosition,
      skipParsingBodyAsJson: true,
      maxBatchSize: options.settings.maxEventBatchSize,
      prefetchCount: Math.max(options.settings.prefetchCount, options.settings.maxEventBatchSize),
      // No matter for latency: the client hands over what it has 20 ms after the first event. But it
      // sees a lost connection only when this time is over.
      maxWaitTimeInSeconds: 2,
    },
  );

  return {
    async stop() {
      stopping.abort();
      await subscription.close();
      await Promise.all(inWork);
      await client.close();
    },
  };
}

/**
 * Frees the partitions that a killed predecessor of this instance still seems to own, so that a restart
 * does not wait for the ownership to expire.
 */
async function releaseOwnPartitions(
  { fullyQualifiedNamespace, eventHubName }: EventHubConsumerClient,
  store: BlobCheckpointStore,
  { consumerGroup, instanceId }: EventHubTriggerOptions,
): Promise<void> {
  const owned = await store.listOwnership(fullyQualifiedNamespace, eventHubName, consumerGroup);
  const ours = owned.filter(({ ownerId }) => ownerId === instanceId);
  await store.claimOwnership(ours.map((ownership) => ({ ...ownership, ownerId: '' })));
}
