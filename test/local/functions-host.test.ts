import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FunctionsHost, startHost } from '../../local/functions-host/host.ts';
import { type FixtureStack, fixtureApp, type Note, startFixtureStack } from './fixture-stack.ts';

let stack: FixtureStack;
let host: FunctionsHost;
const log: string[] = [];

const start = () =>
  startHost({ appRoot: fixtureApp, settings: stack.settings, log: (line) => log.push(line) });

beforeAll(async () => {
  stack = await startFixtureStack();
  await stack.queue('work').create();
  host = await start();
});
afterAll(async () => {
  await host?.stop();
  await stack?.stop();
});

const inHex = (...bodies: (string | Buffer)[]) =>
  bodies.map((body) => Buffer.from(body).toString('hex'));

test('it finds what the app registers', () => {
  expect(host.functions).toEqual(expect.arrayContaining(['stream', 'work', 'yearly', 'echo']));
});

test('bodies arrive as bytes, and the metadata lines up with them', async () => {
  const notText = Buffer.from([0xff, 0, 0xfe]);
  await stack.send('logs', ['{"a":1}', '', notText], '1');

  const batch = await stack.eventually(() => {
    const [found] = stack.batchesWith(notText);
    expect(found?.bodies).toEqual(inHex('{"a":1}', '', notText));
    return found as Note;
  });
  const { triggerMetadata, retryContext } = batch;
  expect(triggerMetadata.partitionContext).toMatchObject({
    eventHubName: 'logs',
    consumerGroup: '$Default',
    partitionId: '1',
  });
  const system: { sequenceNumber: number; offset: string }[] =
    triggerMetadata.systemPropertiesArray;
  expect(system.map(({ sequenceNumber }) => sequenceNumber)).toEqual([0, 1, 2]);
  expect(triggerMetadata.sequenceNumberArray[2]).toEqual({ low: 2, high: 0, unsigned: false });
  expect(triggerMetadata.offsetArray.map(String)).toEqual(system.map(({ offset }) => offset));
  expect(triggerMetadata.enqueuedTimeUtcArray[0]).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+$/);
  expect(retryContext).toEqual({ retryCount: 0, maxRetryCount: 2 });
});

test('a batch that fails comes again, with what went wrong', async () => {
  await stack.send('logs', ['fail once']);

  const [first, second] = await stack.eventually(() => {
    const tries = stack.batchesWith('fail once');
    expect(tries).toHaveLength(2);
    return tries;
  });
  expect(first?.retryContext).toEqual({ retryCount: 0, maxRetryCount: 2 });
  expect(second?.retryContext).toMatchObject({
    retryCount: 1,
    exception: { message: 'not yet' },
  });
});

test('after the last retry the stream goes on, and a restart does not go back', async () => {
  await stack.send('logs', ['fail always']);
  await stack.eventually(() => expect(stack.batchesWith('fail always')).toHaveLength(3));
  await stack.send('logs', ['afterwards']);
  await stack.eventually(() => expect(stack.batchesWith('afterwards')).toHaveLength(1));

  const before = stack.notes('stream').length;
  await host.stop();
  host = await start();
  await stack.send('logs', ['new 0'], '0');
  await stack.send('logs', ['new 1'], '1');
  await stack.eventually(() => {
    expect(stack.batchesWith('new 0')).toHaveLength(1);
    expect(stack.batchesWith('new 1')).toHaveLength(1);
  });
  expect(stack.notes('stream')).toHaveLength(before + 2);
});

test('a stop waits for the batch in work and counts it as done', async () => {
  await stack.hold();
  await stack.send('logs', ['hold']);
  await stack.eventually(() => expect(stack.batchesWith('hold')).toHaveLength(1));

  let isStopped = false;
  const stopped = host.stop().then(() => {
    isStopped = true;
  });
  await stack.eventually(() => expect(fetch(host.httpUrl)).rejects.toThrow());
  expect(isStopped).toBe(false);
  await stack.release();
  await stopped;

  host = await start();
  await stack.send('logs', ['after hold']);
  await stack.eventually(() => expect(stack.batchesWith('after hold')).toHaveLength(1));
  expect(stack.batchesWith('hold')).toHaveLength(1);
});

test('a stop ends the wait of a retry, and the batch comes again', async () => {
  await stack.hold();
  await stack.send('json', ['"wait"']);
  await stack.eventually(() => expect(stack.notes('patient')).toHaveLength(1));

  const stoppedAt = Date.now();
  await host.stop();
  expect(Date.now() - stoppedAt).toBeLessThan(5_000);
  await stack.release();
  host = await start();

  await stack.eventually(() => expect(stack.notes('patient')).toHaveLength(2));
  expect(stack.notes('patient')[1]).toEqual({ fn: 'patient', texts: ['"wait"'], tries: 0 });
});

test('without a data type one event that is not JSON costs its whole batch', async () => {
  await stack.send('json', ['{"a":1}', 'not JSON']);
  await stack.eventually(() => expect(log.join('\n')).toMatch(/\[parsed\] error: batch .*JSON/));
  await stack.send('json', ['{"b":2}', '']);

  await stack.eventually(() =>
    expect(stack.notes('parsed').at(-1)).toEqual({ fn: 'parsed', values: [{ b: 2 }, null] }),
  );
  expect(JSON.stringify(stack.notes('parsed'))).not.toContain('"a":1');
});

test('a queue message is parsed when it can be; one that keeps failing is set aside', async () => {
  const queue = stack.queue('work');
  await queue.sendMessage('{"id":7}');
  await queue.sendMessage('poison');

  const poison = await stack.eventually(async () => {
    const { peekedMessageItems } = await stack.queue('work-poison').peekMessages();
    expect(peekedMessageItems).toHaveLength(1);
    return peekedMessageItems[0];
  });
  expect(poison?.messageText).toBe('poison');
  const tries = stack.notes('work').filter(({ message }) => message === 'poison');
  expect(tries.map(({ dequeueCount }) => dequeueCount)).toEqual([1, 2]);
  expect(stack.notes('work')).toContainEqual({ fn: 'work', message: { id: 7 }, dequeueCount: 1 });
  await stack.eventually(async () =>
    expect((await queue.getProperties()).approximateMessagesCount).toBe(0),
  );
});

test('an HTTP request goes in and its answer comes out', async () => {
  const response = await fetch(`${host.httpUrl}/api/ECHO/7/a/b%20c?q=1&q=2`, {
    method: 'POST',
    body: 'grüße',
  });

  expect(response.status).toBe(201);
  expect(response.headers.get('x-path')).toBe('a/b c');
  expect(response.headers.getSetCookie()).toEqual(['seen=yes; HttpOnly; SameSite=Lax']);
  expect(await response.json()).toEqual({ id: '7', path: 'a/b c', q: '1,2', body: 'grüße' });
});

test('HTTP errors tell nothing of what is inside', async () => {
  const answer = async (path: string, method = 'GET') => {
    const response = await fetch(`${host.httpUrl}${path}`, { method });
    return [response.status, await response.text()];
  };

  expect(await answer('/api/broken-page')).toEqual([500, '']);
  expect(log.join('\n')).toContain('secret detail');
  expect(await answer('/api/nothing')).toEqual([204, '']);
  expect(await answer('/api/unknown')).toEqual([404, '']);
  expect(await answer('/api/echo/7', 'DELETE')).toEqual([405, '']);
  expect(await answer('/api/echo/%ff')).toEqual([400, '']);
});

test('a timer runs when asked to', async () => {
  await host.runTimer('yearly');

  expect(stack.notes('yearly')).toEqual([{ fn: 'yearly', isPastDue: false }]);
  await expect(host.runTimer('broken')).rejects.toThrow('out of order');
  await expect(host.runTimer('echo')).rejects.toThrow('No timer function "echo"');
});

test('a missing setting is named', async () => {
  const { Logs: connection, Logs__hub: _, ...rest } = stack.settings;

  await expect(
    startHost({ appRoot: fixtureApp, settings: { ...rest, Logs: connection } }),
  ).rejects.toThrow('The app setting "Logs__hub" in "%Logs__hub%" is missing.');
  await expect(
    startHost({
      appRoot: fixtureApp,
      settings: { ...rest, Logs__hub: 'logs', Logs__fullyQualifiedNamespace: 'x' },
    }),
  ).rejects.toThrow(/by identity.*set "Logs" to a connection string/);
});
