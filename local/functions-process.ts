import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { HostOptions } from './functions-host/host.ts';
import type { FromWorker, ToWorker } from './functions-host/worker-process.ts';

export interface FunctionsProcessOptions extends HostOptions {
  /** How long `stop` waits for work to end before it kills the process. Default: 10 s. */
  stopTimeoutMs?: number;
  /** Of the process, beside what this one has; what the app reads are `settings`. */
  env?: Readonly<Record<string, string>>;
}

/** A functions host in a process of its own, restarted when it dies. */
export interface FunctionsProcess {
  /** The same after every restart. */
  httpUrl: string;
  functions: string[];
  /** Of the process that runs now; undefined between two. */
  readonly pid: number | undefined;
  /** How often it died and was started again. */
  readonly restarts: number;
  /** Resolves when a host is up: at once, or after a restart under way. */
  ready(): Promise<void>;
  /** Runs a timer function now; rejects when it fails or its process dies. */
  runTimer(name: string): Promise<void>;
  /** Kills the process without warning, as a crash would. It is started again. */
  kill(): Promise<void>;
  /** Ends it for good, after what is in work. */
  stop(): Promise<void>;
}

interface Worker {
  child: ChildProcess;
  httpUrl: string;
  functions: string[];
}

const firstBackOffMs = 100;
const longestBackOffMs = 5_000;
/** A worker that lived this long was well: its death starts the back-off anew. */
const healthyAfterMs = 10_000;
const script = fileURLToPath(new URL('functions-host/worker-process.ts', import.meta.url));

/**
 * Starts the functions host in a child process and keeps it running.
 *
 * @throws When the first start fails; the message is the worker's.
 */
export async function startFunctionsProcess(
  options: FunctionsProcessOptions,
): Promise<FunctionsProcess> {
  const { log = () => {}, stopTimeoutMs = 10_000, env = {}, ...hostOptions } = options;
  // Named, so that a restart takes over the partitions of its killed predecessor at once.
  hostOptions.instanceId ??= randomUUID();

  const first = await startWorker(hostOptions, env, log);
  // A page that is open in a browser, and links in messages, outlive a restart.
  hostOptions.httpPort = Number(new URL(first.httpUrl).port);

  let worker: Worker | undefined = first;
  let restarting: Promise<void> | undefined;
  let restarts = 0;
  let isStopping = false;
  let backOffMs = firstBackOffMs;
  let timerId = 0;

  const restart = async () => {
    for (;;) {
      await delay(backOffMs);
      backOffMs = Math.min(2 * backOffMs, longestBackOffMs);
      if (isStopping) return;
      restarts++;
      try {
        watch(await startWorker(hostOptions, env, log));
        return;
      } catch (error) {
        log(`[host] error: restart ${restarts} failed: ${String(error)}`);
      }
    }
  };
  const watch = (started: Worker) => {
    const startedAt = Date.now();
    worker = started;
    started.child.once('exit', (code, signal) => {
      worker = undefined;
      if (isStopping) return;
      if (Date.now() - startedAt > healthyAfterMs) backOffMs = firstBackOffMs;
      log(`[host] error: the process ended with ${signal ?? `code ${code}`}; it is restarted`);
      restarting = restart().finally(() => {
        restarting = undefined;
      });
    });
  };
  watch(first);

  const ready = async () => {
    while (worker === undefined && restarting !== undefined) await restarting;
    if (worker === undefined) throw new Error('The functions host is stopped.');
    return worker;
  };

  return {
    httpUrl: first.httpUrl,
    functions: first.functions,
    get pid() {
      return worker?.child.pid;
    },
    get restarts() {
      return restarts;
    },
    async ready() {
      await ready();
    },
    async runTimer(name) {
      const { child } = await ready();
      await runTimer(child, timerId++, name);
    },
    async kill() {
      if (worker === undefined) return;
      // Asked for, so it tells nothing about the worker's health.
      backOffMs = firstBackOffMs;
      const exited = once(worker.child, 'exit');
      worker.child.kill('SIGKILL');
      await exited;
    },
    async stop() {
      isStopping = true;
      await restarting;
      if (worker === undefined) return;
      const { child } = worker;
      const exited = once(child, 'exit');
      send(child, { type: 'stop' });
      const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
      await exited;
      clearTimeout(timer);
    },
  };
}

async function startWorker(
  options: Omit<HostOptions, 'log'>,
  env: Readonly<Record<string, string>>,
  log: (line: string) => void,
): Promise<Worker> {
  const child = fork(script, [], {
    execArgv: [],
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream }).on('line', log);
  }
  send(child, { type: 'start', options });
  return await new Promise((resolve, reject) => {
    const onExit = (code: number | null, signal: string | null) =>
      reject(new Error(`The functions host ended at its start with ${signal ?? `code ${code}`}.`));
    child.once('exit', onExit);
    child.once('error', reject);
    child.on('message', (message: FromWorker) => {
      if (message.type === 'failed') reject(new Error(message.error));
      if (message.type !== 'ready') return;
      child.off('exit', onExit);
      resolve({ child, httpUrl: message.httpUrl, functions: message.functions });
    });
  });
}

function runTimer(child: ChildProcess, id: number, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (error?: string) => {
      child.off('message', onMessage);
      child.off('exit', onExit);
      if (error === undefined) resolve();
      else reject(new Error(error));
    };
    const onExit = () => end('The functions host died while the timer ran.');
    const onMessage = (message: FromWorker) => {
      if (message.type === 'timerDone' && message.id === id) end(message.error);
    };
    child.on('message', onMessage);
    child.once('exit', onExit);
    send(child, { type: 'runTimer', id, name });
  });
}

function send(child: ChildProcess, message: ToWorker): void {
  child.send(message);
}
