import {
  createDefaultHttpClient,
  type HttpClient,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import type { BlobServiceClient } from '@azure/storage-blob';
import type { QueueServiceClient } from '@azure/storage-queue';
import type { Measure, measures } from '../telemetry/measures.ts';

type About = (typeof measures)['glasswatch.storage.requests']['about'];
type Service = About['service'][number];
type Operation = About['operation'][number];
type Outcome = About['outcome'][number];

/** Sends as the SDK does, and counts: below its retries, so each try by itself. */
export function countingClient(service: Service, measure: Measure): HttpClient {
  return {
    async sendRequest(request) {
      const operation = operationOf(request.method);
      const count = (outcome: Outcome) =>
        measure('glasswatch.storage.requests', 1, { service, operation, outcome });
      try {
        const response = await httpClient().sendRequest(request);
        count(outcomeOf(statusOf(response)));
        return response;
      } catch (error) {
        count('failed');
        throw error;
      }
    },
  };
}

let shared: HttpClient | undefined;

/** It keeps the connections. */
function httpClient(): HttpClient {
  shared ??= createDefaultHttpClient();
  return shared;
}

/**
 * The same blobs or queues, as far as clients of theirs are asked for from now on. Their own option
 * `httpClient` takes clients of an older kind, through which each request would be copied twice; this is
 * where they keep the one that they use. Should that change, `test/telemetry/storage.test.ts` counts none.
 */
export function counted<Account extends BlobServiceClient | QueueServiceClient>(
  account: Account,
  service: Service,
  measure: Measure,
): Account {
  const { pipeline } = account as unknown as { pipeline: { _coreHttpClient?: HttpClient } };
  pipeline._coreHttpClient = countingClient(service, measure);
  return account;
}

function operationOf(method: string): Operation {
  if (method === 'GET' || method === 'HEAD') return 'read';
  return method === 'DELETE' ? 'delete' : 'write';
}

/** A batch of a table is answered by 202 whatever came of it; within stands one status if it was refused. */
function statusOf({ status, request, bodyAsText }: PipelineResponse): number {
  if (!request.url.split('?')[0]?.endsWith('/$batch')) return status;
  const [, within] = /^HTTP\/1\.1 (\d{3})/m.exec(bodyAsText ?? '') ?? [];
  return within === undefined ? status : Number(within);
}

function outcomeOf(status: number): Outcome {
  // 304: what was read before is still so.
  if (status < 400) return 'done';
  if (status === 404) return 'missing';
  if (status === 409 || status === 412) return 'conflict';
  return status === 429 || status === 503 ? 'throttled' : 'failed';
}
