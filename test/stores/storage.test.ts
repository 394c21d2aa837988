import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { startAzurite } from '../../local/azurite.ts';
import { blobDeadLetters } from '../../shared/azure/blob-dead-letters.ts';
import { blobDirectory } from '../../shared/azure/blob-directory.ts';
import { notifyQueue } from '../../shared/azure/queues.ts';
import { openStorage, type Storage } from '../../shared/azure/storage.ts';
import { tableCases } from '../../shared/azure/table-cases.ts';
import { tableMarks } from '../../shared/azure/table-outbox.ts';
import { tableWatch } from '../../shared/azure/table-watch.ts';
import { newCase } from './sample-findings.ts';
import { sampleAccount, sampleState } from './watch.contract.ts';

const secret = 'c2VjcmV0LWtleS1vZi10aGUtYWNjb3VudA==';
const impatient = { tries: 2, pauseMs: 10, timeoutMs: 500 };

/** A storage account that answers as told, whatever it is asked. */
async function accountThat(answers: RequestListener): Promise<Storage> {
  const server = createServer(answers).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return openStorage(
    { connectionString: connection((server.address() as AddressInfo).port) },
    impatient,
  );
}

function connection(port: number): string {
  const endpoints = ['Blob', 'Queue', 'Table'].map(
    (service) => `${service}Endpoint=http://127.0.0.1:${port}/account`,
  );
  return [
    'DefaultEndpointsProtocol=http;AccountName=account',
    `AccountKey=${secret}`,
    ...endpoints,
  ].join(';');
}

/** A call of every kind. */
const calls: [string, (storage: Storage) => Promise<unknown>][] = [
  ['save a case', ({ cases }) => tableCases(cases).save(newCase('1f'))],
  ['read a case', ({ cases }) => tableCases(cases).read('1f', ['2a'])],
  ['load a case', ({ cases }) => tableCases(cases).load('1f')],
  ['list incidents', ({ cases }) => tableCases(cases).incidents({ limit: 1 })],
  ['mark', ({ outbox }) => tableMarks(outbox).mark('1f')],
  ['unmark', ({ outbox }) => tableMarks(outbox).unmark('1f', 'W/"1"')],
  ['list marks', ({ outbox }) => tableMarks(outbox).marked({ olderThanMs: 0, now: 0 })],
  ['send a message', ({ notify }) => notifyQueue(notify).send('1f')],
  ['load a watchlist', ({ watchlist }) => tableWatch(watchlist).load('t')],
  ['ask for its version', ({ watchlist }) => tableWatch(watchlist).versionOf('t')],
  [
    'save a watchlist',
    ({ watchlist }) =>
      tableWatch(watchlist).save('t', sampleState([sampleAccount('a')]), new Set(['a'])),
  ],
  [
    'save letters',
    ({ deadLetters }) => blobDeadLetters(deadLetters).save([{ reason: 'r', body: 'b' }]),
  ],
  ['list letters', ({ deadLetters }) => blobDeadLetters(deadLetters).list({ limit: 1 })],
  ['read a snapshot', ({ directory }) => blobDirectory(directory).read('t')],
  ['ensure all', (storage) => storage.ensure()],
];

async function failureOf(call: Promise<unknown>): Promise<Error & { code: string }> {
  return await call.then(
    () => expect.unreachable('the call succeeded'),
    (error) => error,
  );
}

describe('a storage account that is not there', () => {
  test.each(calls)('fails to %s as unavailable, in time and without secrets', async (_, call) => {
    const storage = openStorage({ connectionString: connection(1) }, impatient);
    const started = performance.now();
    const error = await failureOf(call(storage));

    expect(error).toMatchObject({ name: 'WatchError', code: 'STORE_UNAVAILABLE', retryable: true });
    expect(error.message).toContain('ECONNREFUSED');
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(inspect(error, { depth: 9 })).not.toContain(secret);
  });
});

describe('a storage account that refuses', () => {
  test.each(calls)('fails to %s with its status and code', async (_, call) => {
    const storage = await accountThat((_request, response) => {
      response.writeHead(403, {
        'x-ms-error-code': 'AuthorizationFailure',
        'x-ms-request-id': '6b9ad6d5',
        'content-type': 'application/json',
      });
      response.end('{"odata.error":{"code":"AuthorizationFailure","message":{"value":"no"}}}');
    });
    const error = await failureOf(call(storage));
    expect(error.code).toBe('STORE_UNAVAILABLE');
    expect(error.message).toMatch(/: answered 403, AuthorizationFailure(, request 6b9ad6d5)?$/);
  });
});

test('a storage account that never answers is given up on', async () => {
  const storage = await accountThat(() => {});
  const error = await failureOf(tableCases(storage.cases).save(newCase('1f')));
  expect(error.message).toBe('STORE_UNAVAILABLE: saving incident 1f: no answer in time');
});

test('a storage account that asks for an hour of patience does not hold up a batch for it', async () => {
  const storage = await accountThat((_request, response) => {
    response.writeHead(503, { 'retry-after': '3600' }).end();
  });
  const error = await failureOf(tableCases(storage.cases).load('1f'));
  expect(error.code).toBe('STORE_UNAVAILABLE');
});

test('a preparation that failed is tried again', async () => {
  const local = await startAzurite();
  onTestFinished(() => local.stop());
  const storage = openStorage({ connectionString: local.connectionString }, impatient);
  const create = vi.spyOn(storage.cases, 'createTable');
  create.mockRejectedValueOnce(Object.assign(new Error('down'), { statusCode: 503 }));

  await expect(storage.ensure()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  await storage.ensure();
  await storage.ensure();
  expect(create).toHaveBeenCalledTimes(2);
  await tableCases(storage.cases).save(newCase('1f'));
});

test('storage that goes away fails what is asked of it, and no signature is told', async () => {
  const local = await startAzurite();
  const { tableEndpoint: table, blobEndpoint: blob, queueEndpoint: queue } = local;
  const endpoints = `TableEndpoint=${table};BlobEndpoint=${blob};QueueEndpoint=${queue}`;
  const signature = 'sv=2026-01-01&ss=bqt&sig=c2lnbmF0dXJl';
  const settings = { connectionString: `${endpoints};SharedAccessSignature=${signature}` };
  await local.stop();

  const storage = openStorage(settings, impatient);
  for (const [, call] of calls) {
    const error = await failureOf(call(storage));
    expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(inspect(error, { depth: 9 })).not.toContain('c2lnbmF0dXJl');
  }
});

test('an identity that may not create is fine where everything is there', async () => {
  const storage = await accountThat((request, response) => {
    if (request.method === 'GET' || request.method === 'HEAD') {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"value":[]}');
    } else response.writeHead(403, { 'x-ms-error-code': 'AuthorizationPermissionMismatch' }).end();
  });
  await storage.ensure();
});

test('an account by name is spoken to over https', () => {
  const accounts = { account: 'watch', evidenceAccount: 'proof' };
  const storage = openStorage({ ...accounts, isManaged: true, clientId: 'an-id' });
  expect(storage.cases.url).toBe('https://watch.table.core.windows.net');
  expect(storage.directory.url).toBe('https://watch.blob.core.windows.net/directory');
  expect(storage.notify.url).toBe('https://watch.queue.core.windows.net/notify');
  expect(storage.evidence.url).toBe('https://proof.blob.core.windows.net/evidence');
  expect(storage.anchors.url).toBe('https://proof.blob.core.windows.net/ledger');
});
