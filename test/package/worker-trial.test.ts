import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import type { Invoke } from '../../local/functions-host/invoke.ts';
import {
  type AppStart,
  startWorkerApp,
  type WorkerApp,
} from '../../tools/worker-trial/worker-app.ts';
import { startWorker, type WorkerProcess } from '../../tools/worker-trial/worker-process.ts';

const workerFolder = fileURLToPath(new URL('stand-in-worker', import.meta.url));
const folders = { appFolder: '/the/app', emptyFolder: '/the/empty', workerFolder };
const environment = { PATH: process.env.PATH ?? '' };
let running: WorkerProcess | undefined;
afterEach(() => running?.stop());

async function start(env: Readonly<Record<string, string>> = {}): Promise<WorkerProcess> {
  const options = { workerFolder, node: process.execPath, cwd: tmpdir() };
  running = await startWorker({ ...options, env: { ...environment, ...env } });
  return running;
}

const invokeOf = ({ functions }: WorkerApp, name: string): Invoke => {
  const found = functions.find(({ metadata }) => metadata.name === name);
  if (!found) throw new Error(`There is no ${name}.`);
  return found.invoke;
};

test.each<[AppStart, Record<string, string>]>([
  ['with the app', { SOME_SETTING: 'some' }],
  ['from a placeholder', {}],
])('the host that tries a worker has it load the app %s', async (how, atStart) => {
  const { channel } = await start(atStart);
  const app = await startWorkerApp(channel, folders, how, { SOME_SETTING: 'some' });
  const metadata = { Id: { string: '1' } };
  const { returnValue } = await invokeOf(app, 'queue')({ data: { string: 'text' }, metadata });
  expect(JSON.parse(returnValue?.json ?? '')).toMatchObject({
    appFolder: '/the/app',
    setting: 'some',
    loaded: ['q1', 't1'],
    name: 'given',
    data: { string: 'text' },
    metadata: ['Id'],
  });
});

test('it knows of retries what the worker says, and tells timers nothing beside their data', async () => {
  const { channel } = await start();
  const app = await startWorkerApp(channel, folders, 'with the app', {});
  expect(app.functions.map(({ metadata }) => metadata)).toEqual([
    { name: 'queue', bindings: { given: { type: 'queueTrigger', direction: 'in' } } },
    {
      name: 'timer',
      bindings: { given: { type: 'timerTrigger', direction: 'in' } },
      retryOptions: {
        retryStrategy: 'fixedDelay',
        maxRetryCount: -1,
        delayInterval: { seconds: 7 },
      },
    },
  ]);
  const input = { data: { json: '{}' }, metadata: { Id: { string: '1' } } };
  const { returnValue } = await invokeOf(app, 'timer')(input);
  expect(JSON.parse(returnValue?.json ?? '')).toMatchObject({ data: { json: '{}' }, metadata: [] });
});

test('what fails in the worker fails here, with its words and its stack', async () => {
  const { channel } = await start();
  const app = await startWorkerApp(channel, folders, 'with the app', {});
  const failing = invokeOf(app, 'queue')({ data: { string: '{"fails":true}' } });
  await expect(failing).rejects.toMatchObject({
    message: 'The worker refused to run queue: it was told to',
    stack: 'Error: it was told to\n    at it',
  });
});

test('a worker without a function, one that ends and one that does not start are told apart', async () => {
  const { channel, ended } = await start();
  const nothing = { ...folders, appFolder: folders.emptyFolder };
  await expect(startWorkerApp(channel, nothing, 'with the app', {})).rejects.toThrow(
    'The worker found no function.',
  );
  channel.terminate();
  expect(await ended).toBe(0);
  await expect(channel.ask('workerStatusRequest', {})).rejects.toThrow('The worker is gone.');
  await expect(start({ STAND_IN_FAILS: '1' })).rejects.toThrow(
    /ended with 3 before it connected:\nIt can not start here\./,
  );
});

test('a Node that is not there is said to be missing, at once', async () => {
  const options = { workerFolder, node: '/there/is/no/node', cwd: tmpdir(), env: environment };
  await expect(startWorker(options)).rejects.toMatchObject({ code: 'ENOENT' });
});
