/**
 * Stands in for the Functions worker, to try the host that tries the real one. It has a queue function and
 * a timer, which answer with what they were given; `{"fails":true}` makes the first fail.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type ClientDuplexStream, credentials, makeClientConstructor } from '@grpc/grpc-js';
import { loadSync, type ServiceDefinition } from '@grpc/proto-loader';
import type { Message, Questions } from '../../../tools/worker-trial/rpc-messages.ts';

if (process.env.STAND_IN_FAILS) {
  console.error('It can not start here.');
  process.exit(3);
}
const options = {
  'functions-uri': { type: 'string' },
  'functions-worker-id': { type: 'string' },
} as const;
const { values } = parseArgs({ strict: false, options });
const proto = new URL('../../../tools/worker-trial/function-rpc.proto', import.meta.url);
const definitions = loadSync(fileURLToPath(proto), { longs: Number, enums: String, oneofs: true });
const Client = makeClientConstructor(
  definitions['AzureFunctionsRpcMessages.FunctionRpc'] as ServiceDefinition,
  'FunctionRpc',
);
const client = new Client(new URL(`${values['functions-uri']}`).host, credentials.createInsecure());
const stream = client.EventStream?.() as unknown as ClientDuplexStream<Message, Message>;
stream.write({ startStream: { workerId: `${values['functions-worker-id']}` } });

const well = { result: { status: 'Success' } };
const rawBindings = (type: string) => [JSON.stringify({ type, direction: 'in', name: 'given' })];
const retryOptions = {
  retryStrategy: 'fixed_delay',
  maxRetryCount: -1,
  delayInterval: { seconds: 7 },
};
const functions = [
  { functionId: 'q1', name: 'queue', rawBindings: rawBindings('queueTrigger') },
  { functionId: 't1', name: 'timer', rawBindings: rawBindings('timerTrigger'), retryOptions },
];
let appFolder = '';
const loaded: string[] = [];

const answers: Record<string, (question: never) => Partial<Message>> = {
  workerInitRequest({ functionAppDirectory }: Questions['workerInitRequest']) {
    appFolder = functionAppDirectory;
    return { workerInitResponse: well };
  },
  functionEnvironmentReloadRequest(given: Questions['functionEnvironmentReloadRequest']) {
    Object.assign(process.env, given.environmentVariables);
    appFolder = given.functionAppDirectory;
    return { functionEnvironmentReloadResponse: well };
  },
  functionsMetadataRequest: () => ({
    functionMetadataResponse: appFolder.endsWith('empty')
      ? { ...well, useDefaultMetadataIndexing: true }
      : { ...well, functionMetadataResults: functions },
  }),
  functionLoadRequest({ functionId }: Questions['functionLoadRequest']) {
    loaded.push(functionId);
    return { functionLoadResponse: { functionId, ...well } };
  },
  invocationRequest(given: Questions['invocationRequest']) {
    const [{ name = '', data = {} } = {}] = given.inputData ?? [];
    if (data.string?.includes('fails')) {
      const exception = {
        message: 'it was told to',
        stackTrace: 'Error: it was told to\n    at it',
      };
      return { invocationResponse: { result: { status: 'Failure', exception } } };
    }
    const seen = { ...{ name, data, appFolder, loaded, setting: process.env.SOME_SETTING } };
    const metadata = Object.keys(given.triggerMetadata ?? {});
    const returnValue = { json: JSON.stringify({ ...seen, metadata }) };
    return { invocationResponse: { ...well, returnValue } };
  },
};
stream.on('data', (message) => {
  const { requestId = '', content = '' } = message;
  if (content === 'workerTerminate') process.exit(0);
  const answer = answers[content];
  if (answer) stream.write({ requestId, ...answer(message[content] as never) });
});
