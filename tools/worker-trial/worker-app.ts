import { randomUUID } from 'node:crypto';
import type {
  Binding,
  FunctionMetadata,
  RetryOptions,
} from '../../local/functions-host/core-types.ts';
import { type Invoke, triggerOf } from '../../local/functions-host/invoke.ts';
import type { InvocableFunction } from '../../local/functions-host/start-triggers.ts';
import type { Answers, RpcFunctionMetadata } from './rpc-messages.ts';
import type { WorkerChannel } from './worker-channel.ts';

/**
 * How a worker comes to its app. `placeholder`: it has started without one, and is given app and settings
 * when somebody needs it, as on Flex Consumption.
 */
export type AppStart = 'with the app' | 'from a placeholder';

export type WorkerApp = {
  functions: InvocableFunction[];
  /** As the worker has told of them. */
  indexed: readonly RpcFunctionMetadata[];
  capabilities: Record<string, string>;
  /** For example `node 24.21.0, worker 3.12.0, @azure/functions 4.16.5`. */
  about: string;
};

type Folders = { appFolder: string; emptyFolder: string; workerFolder: string };

const hostVersion = '4.1037.0';
const hostCapabilities = {
  TypedDataCollection: 'true',
  RpcHttpTriggerMetadataRemoved: 'true',
  RpcHttpBodyOnly: 'true',
  FunctionDataCache: 'false',
};

/**
 * Has the worker load an app, and every function of it.
 *
 * @throws with what the worker says against it.
 */
export async function startWorkerApp(
  channel: WorkerChannel,
  { appFolder, emptyFolder, workerFolder }: Folders,
  start: AppStart,
  environment: Readonly<Record<string, string>>,
): Promise<WorkerApp> {
  const isPlaceholder = start === 'from a placeholder';
  let hello: Answers['workerInitRequest'] = await channel.ask('workerInitRequest', {
    ...{ hostVersion, capabilities: hostCapabilities, workerDirectory: workerFolder },
    functionAppDirectory: isPlaceholder ? emptyFolder : appFolder,
  });
  checkResult(hello, 'to start');
  if (isPlaceholder) {
    hello = await channel.ask('functionEnvironmentReloadRequest', {
      environmentVariables: environment,
      functionAppDirectory: appFolder,
    });
    checkResult(hello, 'to take the app');
  }

  const index = await channel.ask('functionsMetadataRequest', { functionAppDirectory: appFolder });
  checkResult(index, 'to name the functions');
  if (index.useDefaultMetadataIndexing) throw new Error('The worker found no function.');
  const indexed = index.functionMetadataResults ?? [];
  const functions = indexed.map((found) => {
    const metadata = toMetadata(found);
    return { metadata, invoke: invokeOver(channel, metadata, found.functionId ?? '') };
  });
  for (const metadata of indexed) {
    const { functionId = '' } = metadata;
    checkResult(
      await channel.ask('functionLoadRequest', { functionId, metadata }),
      `to load ${functionId}`,
    );
  }
  const { workerMetadata = {}, capabilities = {} } = hello;
  const { runtimeVersion, workerVersion, customProperties: model = {} } = workerMetadata;
  const about = `Node ${runtimeVersion}, worker ${workerVersion}, ${model.modelName} ${model.modelVersion}`;
  return { functions, indexed, capabilities, about };
}

/** @throws with the stack that the worker has sent. */
function checkResult({ result }: Answers['functionLoadRequest'], what: string): void {
  if (result?.status === 'Success') return;
  const { message = 'without a word', stackTrace } = result?.exception ?? {};
  const error = new Error(`The worker refused ${what}: ${message}`);
  if (stackTrace) error.stack = stackTrace;
  throw error;
}

/** As the host reads it: from the raw bindings. */
function toMetadata({ name = '', rawBindings = [], retryOptions }: RpcFunctionMetadata) {
  const bindings = rawBindings.map((text) => {
    const { name: bindingName, ...binding } = JSON.parse(text) as Binding & { name: string };
    return [bindingName, binding];
  });
  const metadata: FunctionMetadata = { name, bindings: Object.fromEntries(bindings) };
  if (retryOptions) metadata.retryOptions = toRetryOptions(retryOptions);
  return metadata;
}

const toRetryOptions = ({
  retryStrategy,
  maxRetryCount = 0,
  ...intervals
}: NonNullable<RpcFunctionMetadata['retryOptions']>): RetryOptions => ({
  retryStrategy: retryStrategy === 'fixed_delay' ? 'fixedDelay' : 'exponentialBackoff',
  maxRetryCount,
  ...intervals,
});

function invokeOver(
  channel: WorkerChannel,
  metadata: FunctionMetadata,
  functionId: string,
): Invoke {
  const [triggerName, type] = triggerOf(metadata);
  // Those two are told nothing beside their data.
  const hasMetadata = !/^(http|timer)trigger$/i.test(type);
  return async ({ data, metadata: triggerMetadata = {}, retryContext }) => {
    const answer = await channel.ask('invocationRequest', {
      invocationId: randomUUID(),
      functionId,
      inputData: [{ name: triggerName, data }],
      triggerMetadata: hasMetadata ? triggerMetadata : {},
      ...(retryContext && { retryContext }),
    });
    checkResult(answer, `to run ${metadata.name}`);
    const { outputData = [], returnValue = null } = answer;
    return { outputData, returnValue };
  };
}
