import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import PostalMime from 'postal-mime';
import { afterEach, describe, expect, test } from 'vitest';
import { contosoTest } from '../../local/graph/contoso-test.ts';
import { startGraphSimulator } from '../../local/graph/simulator.ts';
import { standInCredential } from '../../shared/azure/api-credential.ts';
import { graphMail } from '../../shared/azure/graph-mail.ts';
import { mailOf } from '../../shared/tell/alert-mail.ts';
import { hostileAlert, hostileNames, personalAlert, sampleAlerts } from './sample-alerts.ts';

const secret = 'Zs3cretZ';
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const from = 'ord1@contoso-test.example';
const to = ['oncall@contoso.example', 'outside@example.org'];

describe('against the simulated tenant', () => {
  async function simulate(permissions = ['Mail.Send']) {
    const simulator = await startGraphSimulator({ tenant: contosoTest(Date.now()), permissions });
    cleanups.push(simulator.close);
    const credential = standInCredential(() => simulator.token());
    return { simulator, send: graphMail({ credential, origin: simulator.url, timeoutMs: 5000 }) };
  }

  test('the mail arrives whole: its thread, both parts, and the headers against automatic answers', async () => {
    const { simulator, send } = await simulate();
    const mail = mailOf(personalAlert, from, to);
    await send(mail);
    const [sent] = simulator.outbox;
    expect(sent?.sender).toBe(from);
    const got = await PostalMime.parse(sent?.mime ?? '');
    expect(got).toMatchObject({
      from: { name: 'Glasswatch CRITICAL', address: from },
      to: [{ address: 'ana@example.org' }],
      subject: mail.subject,
      messageId: mail.messageId,
      inReplyTo: mail.inReplyTo,
      references: mail.references,
    });
    expect(got.text?.trim()).toBe(mail.text.trim());
    expect(got.html).toContain('Answer without signing in');
    const headers = new Map(got.headers.map(({ key, value }) => [key, value]));
    expect(headers.get('auto-submitted')).toBe('auto-generated');
    expect(headers.get('importance')).toBe('High');
  });

  test.each(Object.entries(hostileNames))('a hostile name (%s) adds no header', async (_, name) => {
    const { simulator, send } = await simulate();
    await send(mailOf({ ...hostileAlert(name), detection: 'd' }, from, to));
    const got = await PostalMime.parse(simulator.outbox[0]?.mime ?? '');
    expect(got.headers.map(({ key }) => key)).not.toContain('bcc');
    expect(got.to).toHaveLength(2);
  });

  test.each([
    ['without the permission', from, ['User.Read.All'], 'DELIVERY_MISCONFIGURED'],
    ['from nobody', 'nobody@contoso-test.example', ['Mail.Send'], 'DELIVERY_MISCONFIGURED'],
  ])('%s', async (_, sender, permissions, code) => {
    const { simulator, send } = await simulate(permissions);
    await expect(send(mailOf(sampleAlerts.noMfa, sender, to))).rejects.toMatchObject({ code });
    expect(simulator.outbox).toEqual([]);
  });
});

describe('what Graph answers', () => {
  async function failureOf(listener: RequestListener, token = () => secret, timeoutMs = 5000) {
    const server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanups.push(() => {
      server.closeAllConnections();
      server.close();
    });
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const send = graphMail({ credential: standInCredential(token), origin, timeoutMs });
    const error = await send(mailOf(sampleAlerts.noMfa, from, to)).then(
      () => new Error('it did not fail'),
      (reason) => reason,
    );
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(secret);
    return error;
  }

  test.each([
    [200, 'DELIVERY_MISCONFIGURED'],
    [302, 'DELIVERY_MISCONFIGURED'],
    [400, 'DELIVERY_REJECTED'],
    [401, 'DELIVERY_MISCONFIGURED'],
    [403, 'DELIVERY_MISCONFIGURED'],
    [404, 'DELIVERY_MISCONFIGURED'],
    [413, 'DELIVERY_REJECTED'],
    [429, 'DELIVERY_UNAVAILABLE'],
    [500, 'DELIVERY_UNAVAILABLE'],
    [503, 'DELIVERY_UNAVAILABLE'],
  ])('%i is %s, and its words stay out', async (status, code) => {
    const hits: unknown[] = [];
    const error = await failureOf((request, response) => {
      hits.push(request.url);
      const headers = { 'retry-after': '7', location: '/moved' };
      const body = { error: { code: 'ErrorSaysNo', message: request.headers.authorization } };
      response.writeHead(status, headers).end(JSON.stringify(body));
    });
    expect(error).toMatchObject({ code });
    expect(error.message).toBe(`${code}: Microsoft Graph answered ${status}, ErrorSaysNo`);
    expect(error.retryAfterMs).toBe(code === 'DELIVERY_UNAVAILABLE' ? 7000 : undefined);
    expect(hits).toHaveLength(1);
  });

  test('no answer in time is unavailable', async () => {
    const error = await failureOf(() => {}, undefined, 100);
    expect(error.message).toMatch(/DELIVERY_UNAVAILABLE: Microsoft Graph gave no answer/);
  });

  test('no token is unavailable, and what the credential said stays out', async () => {
    const error = await failureOf(
      () => {},
      () => {
        throw new Error(secret);
      },
    );
    expect(error.message).toBe('DELIVERY_UNAVAILABLE: no token for Microsoft Graph');
  });
});

test('a real credential never goes to a stand-in', () => {
  const credential = { getToken: async () => ({ token: secret }) };
  expect(() => graphMail({ credential, origin: 'http://127.0.0.1:1', timeoutMs: 1 })).toThrow(
    /CONFIG_INVALID/,
  );
});
