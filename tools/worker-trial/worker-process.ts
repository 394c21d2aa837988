import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { RpcLog } from './rpc-messages.ts';
import { startRpcServer } from './rpc-server.ts';
import { type WorkerChannel, workerChannel } from './worker-channel.ts';

export type WorkerOptions = {
  /** The folder of the worker: worker.config.json lies there. */
  workerFolder: string;
  /** With which Node it runs. */
  node: string;
  /** Where it is started: not in the folder of the app. */
  cwd: string;
  env: Readonly<Record<string, string>>;
};

/** A worker that has connected. */
export type WorkerProcess = {
  channel: WorkerChannel;
  logs: readonly RpcLog[];
  /** Lines of its stderr, but for those that Node and the worker write about themselves. */
  stderr: readonly string[];
  /** Resolves when it has ended: with its code, or the signal. */
  ended: Promise<number | string>;
  stop(): Promise<void>;
};

const startTimeoutMs = 30_000;
const maxMessageLength = 2 ** 31 - 1;

/** Starts a worker as the host does. @throws when it does not connect. */
export async function startWorker(options: WorkerOptions): Promise<WorkerProcess> {
  const logs: RpcLog[] = [];
  const stderr: string[] = [];
  const connected = Promise.withResolvers<WorkerChannel>();
  const server = await startRpcServer((stream) => {
    stream.once('data', ({ startStream }) => {
      const channel = workerChannel(stream, (log) => logs.push(log));
      if (startStream?.workerId === workerId) connected.resolve(channel);
      else connected.reject(new Error('The worker did not begin with its name.'));
    });
  });
  const workerId = randomUUID();
  const child = spawn(options.node, [entryOf(options.workerFolder), ...argsFor(server, workerId)], {
    cwd: options.cwd,
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  createInterface({ input: child.stderr }).on('line', (line) => stderr.push(line));
  child.stdout.resume();
  const ended = endOf(child);
  ended.then(
    (how) =>
      connected.reject(
        new Error(`The worker ended with ${how} before it connected:\n${stderr.join('\n')}`),
      ),
    // It was never started: there is no such Node.
    connected.reject,
  );
  const timer = setTimeout(
    () => connected.reject(new Error('The worker did not connect.')),
    startTimeoutMs,
  );
  const stop = async () => {
    child.kill('SIGKILL');
    await ended.catch(() => {});
    server.close();
  };
  try {
    const channel = await connected.promise;
    return { channel, logs, stderr, ended, stop };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function endOf(child: ChildProcess): Promise<number | string> {
  const [code, signal] = await once(child, 'exit');
  return code ?? signal;
}

/** What worker.config.json names; what the host starts. */
function entryOf(workerFolder: string): string {
  const file = join(workerFolder, 'worker.config.json');
  if (!existsSync(file)) {
    throw new Error(
      `There is no worker.config.json in ${workerFolder}. With Azure Functions Core Tools installed, the worker is their folder workers/node.`,
    );
  }
  const { description } = JSON.parse(readFileSync(file, 'utf8'));
  return join(workerFolder, description.defaultWorkerPath);
}

/** As the host writes them: once for workers of today, once for older ones. */
const argsFor = ({ uri, port }: { uri: string; port: number }, workerId: string): string[] => {
  const requestId = randomUUID();
  return [
    ...['--host', '127.0.0.1', '--port', `${port}`, '--workerId', workerId],
    ...['--requestId', requestId, '--grpcMaxMessageLength', `${maxMessageLength}`],
    ...['--functions-uri', uri, '--functions-worker-id', workerId],
    ...['--functions-request-id', requestId],
    ...['--functions-grpc-max-message-length', `${maxMessageLength}`],
  ];
};
