/**
 * Runs a functions host in a process of its own, told over IPC what to do.
 *
 * @see ../functions-process.ts which starts it
 */
import { type FunctionsHost, type HostOptions, startHost } from './host.ts';
import { describeError } from './invoke.ts';

/** What the parent sends. */
export type ToWorker =
  | { type: 'start'; options: Omit<HostOptions, 'log'> }
  | { type: 'runTimer'; id: number; name: string }
  | { type: 'stop' };

/** What the worker sends. */
export type FromWorker =
  | { type: 'ready'; httpUrl: string; functions: string[] }
  | { type: 'failed'; error: string }
  | { type: 'timerDone'; id: number; error?: string };

let host: FunctionsHost | undefined;
let isStopping = false;

process.on('message', (message: ToWorker) => {
  if (message.type === 'start') void start(message.options);
  else if (message.type === 'runTimer') void runTimer(message.id, message.name);
  else void stop();
});
process.on('SIGTERM', () => void stop());
// Ctrl-C reaches the whole process group; the parent decides when the worker ends.
process.on('SIGINT', () => {});
// The parent is gone, and with it the Event Hub: there is nothing to finish with.
process.on('disconnect', () => process.exit(1));

async function start(options: Omit<HostOptions, 'log'>): Promise<void> {
  try {
    host = await startHost({ ...options, log: (line) => process.stdout.write(`${line}\n`) });
    send({ type: 'ready', httpUrl: host.httpUrl, functions: host.functions });
    if (isStopping) await end(host);
  } catch (error) {
    // The message has to be out before the process is.
    process.send?.({ type: 'failed', error: describeError(error) } satisfies FromWorker, () =>
      process.exit(1),
    );
  }
}

async function runTimer(id: number, name: string): Promise<void> {
  try {
    if (host === undefined) throw new Error('The host is not up yet.');
    await host.runTimer(name);
    send({ type: 'timerDone', id });
  } catch (error) {
    send({ type: 'timerDone', id, error: describeError(error) });
  }
}

async function stop(): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  // While it still starts, `start` sees to it.
  if (host !== undefined) await end(host);
}

async function end(running: FunctionsHost): Promise<void> {
  await running.stop();
  // Whatever timer or socket an app left open must not keep it alive.
  process.exit(0);
}

function send(message: FromWorker): void {
  process.send?.(message);
}
