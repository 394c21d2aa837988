import { fileURLToPath } from 'node:url';
import { Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js';
import { loadSync, type ServiceDefinition } from '@grpc/proto-loader';
import type { Message } from './rpc-messages.ts';

export type WorkerStream = ServerDuplexStream<Message, Message>;

const protoFile = fileURLToPath(new URL('function-rpc.proto', import.meta.url));
const serviceName = 'AzureFunctionsRpcMessages.FunctionRpc';

/**
 * Serves the side of the host: a worker connects and keeps one stream open, for all messages.
 *
 * @param onWorker - is given the stream of each worker that connects.
 */
export async function startRpcServer(onWorker: (stream: WorkerStream) => void) {
  const definitions = loadSync(protoFile, { longs: Number, enums: String, oneofs: true });
  // As the real host: the size of a message is for the triggers to bound.
  const server = new Server({
    'grpc.max_receive_message_length': -1,
    'grpc.max_send_message_length': -1,
  });
  server.addService(definitions[serviceName] as ServiceDefinition, { EventStream: onWorker });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return {
    uri: `http://127.0.0.1:${port}/`,
    port,
    close: () => server.forceShutdown(),
  };
}
