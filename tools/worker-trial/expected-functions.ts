import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FunctionMetadata } from '../../local/functions-host/core-types.ts';

const functionsFolder = fileURLToPath(new URL('../../functions', import.meta.url));

/** What a host is to know of a function: its one trigger, when to repeat it, what it answers with. */
export type KnownFunction = { trigger: object; retry?: object; answers?: string };

const timer = (schedule: string): KnownFunction => ({
  trigger: { type: 'timerTrigger', schedule },
});
const queue = (queueName: string): KnownFunction => ({
  trigger: { type: 'queueTrigger', connection: 'GLASSWATCH_STORAGE', queueName },
});

/** Each function of the app, in full; what is not said here must not be there. */
export const expectedFunctions: Readonly<Record<string, KnownFunction>> = {
  checkPosture: timer('0 */15 * * * *'),
  console: {
    trigger: {
      type: 'httpTrigger',
      route: '{*path}',
      methods: ['GET', 'HEAD', 'POST'],
      authLevel: 'anonymous',
    },
    answers: 'http',
  },
  escalate: timer('*/20 * * * * *'),
  forward: queue('forward'),
  ingest: {
    trigger: {
      type: 'eventHubTrigger',
      connection: 'ENTRA_LOGS',
      eventHubName: '%ENTRA_LOGS_HUB%',
      consumerGroup: '%ENTRA_LOGS_CONSUMER_GROUP%',
      cardinality: 'many',
      dataType: 'binary',
    },
    retry: {
      retryStrategy: 'exponentialBackoff',
      maxRetryCount: -1,
      minimumInterval: { seconds: 2 },
      maximumInterval: { seconds: 300 },
    },
  },
  notify: queue('notify'),
  refreshDirectory: timer('0 */10 * * * *'),
  sweepOutbox: timer('*/15 * * * * *'),
  watchStreams: timer('30 */5 * * * *'),
};

/** The names under which the files of functions/ register something, sorted. */
export const writtenFunctions = (): string[] =>
  globSync('**/*.ts', { cwd: functionsFolder })
    .map((file) => readFileSync(join(functionsFolder, file), 'utf8'))
    .flatMap((text) => [...text.matchAll(/\bapp\.\w+\('(\w+)'/g)])
    .map(([, name = '']) => name)
    .sort();

/** By name. @throws for a function that has not exactly one input. */
export function describeFunctions(
  functions: readonly FunctionMetadata[],
): Record<string, KnownFunction> {
  return Object.fromEntries(functions.map((one) => [one.name, describe(one)]));
}

function describe({ name, bindings, retryOptions }: FunctionMetadata): KnownFunction {
  const all = Object.values(bindings);
  const [trigger, ...others] = all.filter(({ direction }) => direction === 'in');
  if (!trigger || others.length > 0) throw new Error(`"${name}" has not exactly one input.`);
  const answers = all.filter(({ direction }) => direction === 'out').map(({ type }) => type);
  // What the library adds by itself.
  const { name: _, direction: __, properties: ___, ...options } = trigger;
  const { strategy: ____, ...retry } = { strategy: undefined, ...retryOptions };
  return {
    trigger: options,
    ...(retryOptions && { retry }),
    ...(answers.length > 0 && { answers: answers.join() }),
  };
}
