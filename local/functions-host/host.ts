import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import type { EasyAuthOptions } from '../easy-auth.ts';
import type { RegisteredFunction } from './core-types.ts';
import { startEventHubTrigger } from './event-hub-trigger.ts';
import { loadApp, setCoreLog } from './functions-core.ts';
import { type HostSettings, readHostSettings, resolveConnection } from './host-settings.ts';
import type { Route } from './http-routes.ts';
import { type HttpFunction, startHttpServer } from './http-server.ts';
import { type Log, prepareInvoke, runHooks } from './invoke.ts';
import { startQueueTrigger } from './queue-trigger.ts';
import { startTimerTrigger, type TimerTrigger } from './timer-trigger.ts';
import type { FunctionShell, Trigger } from './trigger.ts';
import { readTriggerBinding, type TriggerBinding } from './trigger-binding.ts';

export interface HostOptions {
  /** The folder with package.json and host.json. */
  appRoot: string;
  /** The app settings. As on the platform, the app also finds them in its environment. */
  settings: Readonly<Record<string, string>>;
  log?: Log;
  /** 0, the default, takes any free port. */
  httpPort?: number;
  /**
   * Names this instance. A restart under the same name takes over the partitions of its predecessor at
   * once, which must be dead by then; under another name it waits until their ownership expires.
   */
  instanceId?: string;
  /** How long a queue message in work stays hidden after its process was killed. Default: 30. */
  queueLockSeconds?: number;
  /** The stand-in for App Service authentication in front of the HTTP functions. Left out: nothing is. */
  easyAuth?: EasyAuthOptions;
}

/** A running host. */
export interface FunctionsHost {
  /** Where the HTTP functions are, without the route prefix. */
  httpUrl: string;
  functions: string[];
  /** Runs a timer function now; rejects when it fails. */
  runTimer(name: string): Promise<void>;
  /** Takes in nothing new, waits for what is in work and ends. */
  stop(): Promise<void>;
}

/**
 * Runs the functions of an app as the platform would: the same registrations, the same converters.
 *
 * An error that a handler lets escape from a promise ends the process, as it ends the real worker.
 *
 * @throws When the app does not load, a setting is missing or a binding is not supported here.
 */
export async function startHost(options: HostOptions): Promise<FunctionsHost> {
  const { settings, log = () => {}, httpPort = 0 } = options;
  const appRoot = resolve(options.appRoot);
  Object.assign(process.env, settings);
  setCoreLog((level, category, text) => log(`[${category}] ${level}: ${text}`));
  const app = await loadApp(appRoot);
  const hostSettings = readHostSettings(appRoot, settings);

  const timers = new Map<string, TimerTrigger>();
  const routes: Route<HttpFunction>[] = [];
  const starts: (() => Trigger | Promise<Trigger>)[] = [];
  for (const fn of app.functions.values()) {
    const { name, retryOptions: retry } = fn.metadata;
    const shell = {
      invoke: prepareInvoke(app, fn, log),
      log: (line: string) => log(`[${name}] ${line}`),
      retry,
    };
    const binding = readTriggerBinding(fn, settings);
    switch (binding.type) {
      case 'httptrigger':
        routes.push(planRoute(name, shell, binding));
        break;
      case 'timertrigger': {
        const schedule = binding.need('schedule');
        starts.push(() => {
          const timer = startTimerTrigger({ ...shell, schedule });
          timers.set(name, timer);
          return timer;
        });
        break;
      }
      case 'queuetrigger':
        starts.push(planQueue(shell, binding, hostSettings, options));
        break;
      case 'eventhubtrigger': {
        const keepsEmptyStrings = 'IncludeEmptyEntriesInMessagePayload' in app.capabilities;
        starts.push(planEventHub(fn, shell, binding, hostSettings, options, keepsEmptyStrings));
        break;
      }
      default:
        throw new Error(`Function "${name}": ${binding.type} is not supported locally.`);
    }
  }

  const hookData = {};
  await runHooks(app, 'appStart', { hookData });
  const { routePrefix } = hostSettings.http;
  const http = await startHttpServer({
    port: httpPort,
    routePrefix,
    routes,
    ...(options.easyAuth && { easyAuth: options.easyAuth }),
  });
  const triggers: Trigger[] = [http];
  const stop = async () => {
    await Promise.all(triggers.map((trigger) => trigger.stop()));
    await runHooks(app, 'appTerminate', { hookData });
  };
  const results = await Promise.allSettled(
    starts.map(async (start) => triggers.push(await start())),
  );
  const failure = results.find((result) => result.status === 'rejected');
  if (failure) {
    await stop();
    throw failure.reason;
  }
  return {
    httpUrl: http.url,
    functions: [...app.functions.keys()],
    async runTimer(name) {
      const timer = timers.get(name);
      if (timer === undefined) throw new Error(`No timer function "${name}".`);
      await timer.runNow();
    },
    stop,
  };
}

function planRoute(name: string, shell: FunctionShell, binding: TriggerBinding) {
  const methods = binding.list('methods') ?? ['GET', 'POST'];
  return {
    template: binding.text('route') ?? name,
    methods: methods.map((method) => method.toUpperCase()),
    target: shell,
  };
}

function planQueue(
  shell: FunctionShell,
  binding: TriggerBinding,
  { queues }: HostSettings,
  { settings, queueLockSeconds = 30 }: HostOptions,
) {
  const connection = binding.text('connection') || 'AzureWebJobsStorage';
  const plan = {
    ...shell,
    connectionString: resolveConnection(connection, settings),
    queueName: binding.need('queueName'),
    isBinary: binding.text('dataType') === 'binary',
    settings: queues,
    lockSeconds: queueLockSeconds,
  };
  return () => startQueueTrigger(plan);
}

function planEventHub(
  { metadata }: RegisteredFunction,
  shell: FunctionShell,
  binding: TriggerBinding,
  { eventHubs }: HostSettings,
  { settings, instanceId = randomUUID() }: HostOptions,
  keepsEmptyStrings: boolean,
) {
  if (binding.text('cardinality') !== 'many') {
    throw new Error(`Function "${metadata.name}": only cardinality "many" is supported locally.`);
  }
  const dataType = binding.text('dataType');
  const plan = {
    ...shell,
    connectionString: resolveConnection(binding.need('connection'), settings),
    eventHubName: binding.need('eventHubName'),
    consumerGroup: binding.text('consumerGroup') ?? '$Default',
    dataType: dataType === 'binary' || dataType === 'string' ? dataType : undefined,
    keepsEmptyStrings,
    storageConnectionString: resolveConnection('AzureWebJobsStorage', settings),
    settings: eventHubs,
    instanceId,
  } as const;
  return () => startEventHubTrigger(plan);
}
