import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { acsMail } from '../../shared/azure/acs-mail.ts';
import { mailOf } from '../../shared/tell/alert-mail.ts';
import { personalAlert, sampleAlerts } from './sample-alerts.ts';

const secret = Buffer.from('Zs3cretZ').toString('base64');
const operationId = '5f0c0000-8243-8bff-86c7-2aa35ef4cbf5';
const from = 'alerts@contoso.example';
const to = ['a@x.example', 'b@x.example'];
const mail = mailOf(personalAlert, from, to);
const credential = {
  getToken: async () => ({ token: secret, expiresOnTimestamp: Date.now() + 1e6 }),
};

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

type Hit = { method: string; path: string; headers: IncomingMessage['headers']; body: string };

/** The service as far as it is asked: a send, and then its operation as often as it takes. */
async function serve(answer: (hit: Hit, response: ServerResponse, origin: string) => void) {
  const hits: Hit[] = [];
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    const { method = '', headers, url = '' } = request;
    const hit = { method, path: url.split('?')[0] ?? '', headers, body };
    hits.push(hit);
    answer(hit, response, origin);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { hits, resource: `endpoint=${origin}/;accesskey=${secret}` };
}

const json = (response: ServerResponse, status: number, body: unknown, headers = {}) =>
  response
    .writeHead(status, { 'content-type': 'application/json', ...headers })
    .end(JSON.stringify(body));

const sender = (timeoutMs = 5000, allowLoopback = true) =>
  acsMail({ credential, timeoutMs, allowLoopback });

/** Accepts, and then says the statuses one after the other; the last one for ever. */
const operation = (...statuses: string[]) =>
  serve((hit, response, origin) => {
    if (hit.method === 'POST') {
      const headers = { 'operation-location': `${origin}/emails/operations/${operationId}` };
      return json(response, 202, { id: operationId, status: 'Running' }, headers);
    }
    const status = statuses.length > 1 ? statuses.shift() : statuses[0];
    const error = { code: 'EmailDropped', message: `${secret} was in it` };
    json(response, 200, { id: operationId, status, ...(status === 'Failed' && { error }) });
  });

async function failureOf(work: Promise<unknown>) {
  const error = await work.then(
    () => new Error('it did not fail'),
    (reason) => reason,
  );
  expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(secret);
  return error;
}

test('sends the mail whole under its operation, and waits until it is sent', async () => {
  const { hits, resource } = await operation('Running', 'Succeeded');
  await sender()(resource, mail, operationId);
  expect(hits.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'POST /emails:send',
    `GET /emails/operations/${operationId}`,
    `GET /emails/operations/${operationId}`,
  ]);
  expect(hits[0]?.headers['operation-id']).toBe(operationId);
  expect(JSON.parse(hits[0]?.body ?? '')).toMatchObject({
    senderAddress: from,
    content: { subject: mail.subject, plainText: mail.text, html: mail.html },
    recipients: { to: [{ address: 'ana@example.org' }] },
    headers: {
      'Message-ID': mail.messageId,
      'In-Reply-To': mail.inReplyTo,
      References: mail.references,
      'Auto-Submitted': 'auto-generated',
    },
    userEngagementTrackingDisabled: true,
  });
});

test.each(['Failed', 'Canceled'])('%s after it was accepted is rejected', async (status) => {
  const { resource } = await operation('Running', status);
  const error = await failureOf(sender()(resource, mail, operationId));
  expect(error.message).toBe('DELIVERY_REJECTED: 127.0.0.1 has accepted the mail and not sent it');
});

test('one that is not sent in time is unavailable; the repeat asks under the same operation', async () => {
  const { hits, resource } = await operation('Running');
  const send = sender(300);
  expect((await failureOf(send(resource, mail, operationId))).code).toBe('DELIVERY_UNAVAILABLE');
  await failureOf(send(resource, mail, operationId));
  const ids = hits
    .filter(({ method }) => method === 'POST')
    .map(({ headers }) => headers['operation-id']);
  expect(ids).toEqual([operationId, operationId]);
});

test.each([
  [302, 'DELIVERY_MISCONFIGURED'],
  [307, 'DELIVERY_MISCONFIGURED'],
  [400, 'DELIVERY_REJECTED'],
  [401, 'DELIVERY_MISCONFIGURED'],
  [403, 'DELIVERY_MISCONFIGURED'],
  [404, 'DELIVERY_MISCONFIGURED'],
  [413, 'DELIVERY_REJECTED'],
  [429, 'DELIVERY_UNAVAILABLE'],
  [500, 'DELIVERY_UNAVAILABLE'],
  [503, 'DELIVERY_UNAVAILABLE'],
])('%i is %s: asked once, no words of the answer', async (status, code) => {
  const { hits, resource } = await serve((_, response) =>
    json(
      response,
      status,
      { error: { code: 'DomainNotLinked', message: secret } },
      { 'retry-after': '7', location: '/moved' },
    ),
  );
  const error = await failureOf(sender()(resource, mail, operationId));
  expect(error.message).toMatch(new RegExp(`^${code}: 127.0.0.1 answered ${status}`));
  expect(error.retryAfterMs).toBe(code === 'DELIVERY_UNAVAILABLE' ? 7000 : undefined);
  expect(hits).toHaveLength(1);
});

test('no server at all is unavailable', async () => {
  const { resource } = await serve(() => {});
  await cleanups.pop()?.();
  expect((await failureOf(sender()(resource, mail, operationId))).code).toBe(
    'DELIVERY_UNAVAILABLE',
  );
});

describe('a resource that is none is for somebody to mend', () => {
  test.each([
    ['nothing', ''],
    ['a key alone', `accesskey=${secret}`],
    ['an empty key', 'endpoint=https://x.communication.azure.com/;accesskey='],
    ['plain http', `endpoint=http://x.communication.azure.com/;accesskey=${secret}`],
    ['a user name', `https://user:${secret}@x.communication.azure.com`],
    ['an endpoint elsewhere, which would get a token', `https://${secret}.example`.toLowerCase()],
    ['this computer, in the product', `endpoint=http://127.0.0.1:1/;accesskey=${secret}`],
  ])('%s', async (_, resource) => {
    const error = await failureOf(sender(5000, false)(resource, mail, operationId));
    expect(error.code).toBe('DELIVERY_MISCONFIGURED');
  });
});

test('a mail of all goes to all', async () => {
  const { hits, resource } = await operation('Succeeded');
  await sender()(resource, mailOf(sampleAlerts.breakGlass, from, to), operationId);
  expect(JSON.parse(hits[0]?.body ?? '').recipients.to).toEqual(to.map((address) => ({ address })));
});
