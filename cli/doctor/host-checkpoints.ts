import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { credentialOf } from '../../shared/azure/credential.ts';
import { reach } from '../../shared/azure/store-error.ts';
import type { Environment } from './check.ts';

/** How far the Functions host has read a partition. */
export type Checkpoint = {
  partition: string;
  /** Undefined: it is not told. */
  sequenceNumber: number | undefined;
};

/** Where the host keeps them, by its own choice. */
const container = 'azure-webjobs-eventhub';
const patienceMs = 8_000;
const options = { retryOptions: { maxTries: 1 } };

/**
 * @param of - what is read, by whom.
 * @returns undefined if no setting says where the storage of the host is.
 * @throws {WatchError} STORE_UNAVAILABLE
 */
export async function hostCheckpoints(
  env: Environment,
  of: { host: string; hub: string; consumerGroup: string },
): Promise<Checkpoint[] | undefined> {
  const storage = containerOf(env);
  if (!storage) return undefined;
  const prefix = `${of.host}/${of.hub}/${of.consumerGroup}/checkpoint/`.toLowerCase();
  return await reach('reading the checkpoints of the Functions host', async () => {
    const checkpoints: Checkpoint[] = [];
    const abortSignal = AbortSignal.timeout(patienceMs);
    const blobs = storage.listBlobsFlat({ prefix, includeMetadata: true, abortSignal });
    for await (const { name, metadata } of blobs) {
      const sequence = Number(metadata?.sequencenumber ?? Number.NaN);
      checkpoints.push({
        partition: name.slice(prefix.length),
        sequenceNumber: Number.isInteger(sequence) ? sequence : undefined,
      });
    }
    return checkpoints;
  });
}

function containerOf(env: Environment): ContainerClient | undefined {
  const text = env.AzureWebJobsStorage;
  if (text)
    return BlobServiceClient.fromConnectionString(text, options).getContainerClient(container);
  const account = env.AzureWebJobsStorage__accountName;
  const url =
    env.AzureWebJobsStorage__blobServiceUri ||
    (account && `https://${account}.blob.core.windows.net`);
  if (!url) return undefined;
  return new BlobServiceClient(url, credentialOf({}), options).getContainerClient(container);
}
