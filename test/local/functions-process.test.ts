import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FunctionsProcess, startFunctionsProcess } from '../../local/functions-process.ts';
import { type FixtureStack, fixtureApp, startFixtureStack } from './fixture-stack.ts';

let stack: FixtureStack;
let functions: FunctionsProcess;
const log: string[] = [];

beforeAll(async () => {
  stack = await startFixtureStack();
  functions = await startFunctionsProcess({
    appRoot: fixtureApp,
    settings: stack.settings,
    queueLockSeconds: 1,
    log: (line) => log.push(line),
  });
});
afterAll(async () => {
  await functions?.stop();
  await stack?.stop();
});

test('a batch in work when its process is killed comes again, soon', async () => {
  await stack.hold();
  await stack.send('logs', ['hold']);
  await stack.eventually(() => expect(stack.batchesWith('hold')).toHaveLength(1));

  const { pid } = functions;
  const killedAt = Date.now();
  await functions.kill();
  await stack.release();

  await stack.eventually(() => expect(stack.batchesWith('hold')).toHaveLength(2));
  // Ownership of a dead instance's partitions would expire after eight seconds.
  expect(Date.now() - killedAt).toBeLessThan(6_000);
  await functions.ready();
  expect(functions.restarts).toBe(1);
  expect(functions.pid).not.toBe(pid);
  expect((await fetch(`${functions.httpUrl}/api/nothing`)).status).toBe(204);
});

test('an error that escapes a handler ends the process, which is restarted', async () => {
  const { restarts } = functions;

  await fetch(`${functions.httpUrl}/api/escape`).catch(() => {});
  await stack.eventually(() => expect(functions.restarts).toBe(restarts + 1));
  await functions.ready();

  expect(log.join('\n')).toContain('Error: floating');
  await functions.runTimer('yearly');
  await expect(functions.runTimer('broken')).rejects.toThrow('out of order');
});

test('a queue message that ends its process is set aside after its last try', async () => {
  await stack.queue('work').create();
  await stack.queue('work').sendMessage('die');

  await stack.eventually(async () => {
    const { peekedMessageItems } = await stack.queue('work-poison').peekMessages();
    expect(peekedMessageItems.map(({ messageText }) => messageText)).toEqual(['die']);
  });
  expect(stack.notes('work').map(({ dequeueCount }) => dequeueCount)).toEqual([1, 2]);
});

test('a start that fails says why', async () => {
  const { Logs__hub: _, ...settings } = stack.settings;

  await expect(startFunctionsProcess({ appRoot: fixtureApp, settings })).rejects.toThrow(
    'The app setting "Logs__hub"',
  );
});

test('it ends with a parent that is killed', async () => {
  const script = fileURLToPath(new URL('functions-parent.ts', import.meta.url));
  const options = { appRoot: fixtureApp, settings: stack.settings };
  const parent = spawn(process.execPath, [script, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [url] = await once(parent.stdout, 'data');
  expect((await fetch(`${url}/api/nothing`)).status).toBe(204);

  parent.kill('SIGKILL');

  await stack.eventually(() => expect(fetch(`${url}/api/nothing`)).rejects.toThrow());
});
