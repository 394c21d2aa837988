import { randomUUID } from 'node:crypto';
import type { EasyAuthOptions } from '../easy-auth.ts';
import type { FunctionMetadata } from './core-types.ts';
import { startEventHubTrigger } from './event-hub-trigger.ts';
import { type HostSettings, resolveConnection } from './host-settings.ts';
import type { Route } from './http-routes.ts';
import { type HttpFunction, startHttpServer } from './http-server.ts';
import type { Invoke, Log } from './invoke.ts';
import { startQueueTrigger } from './queue-trigger.ts';
import { startTimerTrigger, type TimerTrigger } from './timer-trigger.ts';
import type { FunctionShell, Trigger } from './trigger.ts';
import { readTriggerBinding, type TriggerBinding } from './trigger-binding.ts';

/** A function, wherever it runs. */
export interface InvocableFunction {
  metadata: FunctionMetadata;
  invoke: Invoke;
}

export interface TriggerOptions {
  functions: readonly InvocableFunction[];
  /** What the worker declared. */
  capabilities: Readonly<Record<string, string>>;
  hostSettings: HostSettings;
  /** The app settings. */
  settings: Readonly<Record<string, string>>;
  log: Log;
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

/** What starts the functions of an app. */
export interface Triggers extends Trigger {
  /** Where the HTTP functions are, without the route prefix. */
  httpUrl: string;
  /** Runs a timer function now; rejects when it fails. */
  runTimer(name: string): Promise<void>;
}

type Start = () => Trigger | Promise<Trigger>;

/**
 * Feeds functions what their bindings ask for.
 *
 * @throws When a setting is missing or a binding is not supported here; what was started is stopped again.
 */
export async function startTriggers(options: TriggerOptions): Promise<Triggers> {
  const { hostSettings, settings, log, httpPort = 0 } = options;
  const timers = new Map<string, TimerTrigger>();
  const routes: Route<HttpFunction>[] = [];
  const starts: Start[] = [];
  for (const { metadata, invoke } of options.functions) {
    const { name, retryOptions: retry } = metadata;
    const shell = { invoke, log: (line: string) => log(`[${name}] ${line}`), retry };
    const binding = readTriggerBinding(metadata, settings);
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
        starts.push(planQueue(shell, binding, options));
        break;
      case 'eventhubtrigger':
        starts.push(planEventHub(name, shell, binding, options));
        break;
      default:
        throw new Error(`Function "${name}": ${binding.type} is not supported locally.`);
    }
  }

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
  { hostSettings: { queues }, settings, queueLockSeconds = 30 }: TriggerOptions,
): Start {
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
  name: string,
  shell: FunctionShell,
  binding: TriggerBinding,
  options: TriggerOptions,
): Start {
  const { hostSettings, settings, instanceId = randomUUID() } = options;
  if (binding.text('cardinality') !== 'many') {
    throw new Error(`Function "${name}": only cardinality "many" is supported locally.`);
  }
  const dataType = binding.text('dataType');
  const plan = {
    ...shell,
    connectionString: resolveConnection(binding.need('connection'), settings),
    eventHubName: binding.need('eventHubName'),
    consumerGroup: binding.text('consumerGroup') ?? '$Default',
    dataType: dataType === 'binary' || dataType === 'string' ? dataType : undefined,
    keepsEmptyStrings: 'IncludeEmptyEntriesInMessagePayload' in options.capabilities,
    storageConnectionString: resolveConnection('AzureWebJobsStorage', settings),
    settings: hostSettings.eventHubs,
    instanceId,
  } as const;
  return () => startEventHubTrigger(plan);
}
