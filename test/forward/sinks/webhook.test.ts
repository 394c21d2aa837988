import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { outgoingOf } from '../../../shared/forward/siem-format.ts';
import webhook from '../../../shared/forward/sinks/webhook.ts';
import { formatData } from '../format-data.ts';
import {
  became,
  expectPrivateOnlyIfSaid,
  expectSecretsKept,
  failureOf,
  formatOf,
  openSink,
  outgoings,
  receiver,
  sendTo,
} from './http-sink.ts';

const vectors = formatData('standard-webhooks.vectors');
const secret: string = vectors.v1Valid[0].secret;

const open = (url: string, key = secret) =>
  openSink(
    webhook,
    { url: { env: 'HOOK_URL' }, secret: { env: 'HOOK_SECRET' } },
    { HOOK_URL: url, HOOK_SECRET: key },
  );

const [outgoing] = outgoings(1, 'native') as [ReturnType<typeof outgoings>[number]];

test('an event is one signed request that the reference library takes', async () => {
  const { url, got } = await receiver(() => ({ status: 204 }));
  expect(await sendTo(open(`${url}/hook?a=1`), [outgoing])).toEqual([{ became: 'taken' }]);
  const [{ headers, body, url: path } = { headers: {}, body: '', url: '' }] = got;
  expect(path).toBe('/hook?a=1');
  expect(headers['webhook-id']).toBe('fnd-0-1');
  expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toEqual({
    type: 'finding.created',
    timestamp: '2026-11-20T02:03:07.412Z',
    data: outgoing.event,
  });
});

test('two secrets sign while one replaces the other', async () => {
  const { url, got } = await receiver(() => ({ status: 200 }));
  const { secrets } = vectors.rotation;
  await sendTo(open(url, secrets.join(' ')), [outgoing]);
  const { headers, body } = got[0] ?? { headers: {}, body: '' };
  for (const one of secrets) {
    new Webhook(one).verify(body, headers as Record<string, string>);
  }
});

test('a repeat is the same body under the same id', async () => {
  const { url, got } = await receiver((_, count) => ({ status: count === 1 ? 500 : 200 }));
  const sink = open(url);
  await sendTo(sink, [outgoing]);
  await sendTo(sink, [outgoing]);
  expect(got[1]?.body).toBe(got[0]?.body);
  expect(got[1]?.headers['webhook-id']).toBe(got[0]?.headers['webhook-id']);
});

test.each([
  ['native', 'finding.created', 'incident.resolved', 'heartbeat'],
  ['ocsf', 'finding.created', 'incident.closed', 'heartbeat'],
])('%s: what kind of event it is', async (format, finding, incident, heartbeat) => {
  const { url, got } = await receiver(() => ({ status: 200 }));
  const told = { at: '2026-11-20T02:10:00.000Z', tenantId: 'ten-1' };
  const answer = { status: 'resolved', owner: null, claim: null, verdict: 'true', isDrill: false };
  const about = { id: 'inc-1', revision: 4, matter: 'break-glass', severity: 'critical' };
  const events = [
    ...outgoings(1, format),
    outgoingOf(
      {
        ...told,
        kind: 'incident',
        uid: 'inc-1.4',
        change: 'resolved',
        incident: {
          ...about,
          title: 'Break-glass',
          firstAt: told.at,
          lastAt: told.at,
          subject: { type: 'user', id: 'bg-1', name: 'bg' },
          findings: ['fnd-1'],
        },
        gravest: 'high',
        by: { id: 'p-1', name: 'Jo' },
        text: 'Closed.',
        answer,
      } as Parameters<typeof outgoingOf>[0],
      formatOf(format),
    ),
    outgoingOf(
      {
        ...told,
        kind: 'heartbeat',
        uid: 'heartbeat.ten-1.5',
        sequence: 5,
        intervalSeconds: 300,
        lastRecordAt: null,
        waiting: 0,
      },
      formatOf(format),
    ),
  ];
  const sink = open(url);
  for (const event of events) await sendTo(sink, [event]);
  expect(got.map(({ body }) => JSON.parse(body).type)).toEqual([finding, incident, heartbeat]);
});

describe('what an answer means', () => {
  const { success, doNotFollow, disableEndpoint, slowDown } = vectors.statusHandling;
  const between = (range: string) => range.match(/\d{3}/g)?.map(Number) ?? [];

  test.each([200, 202, ...between(success)])('%i: taken', async (status) => {
    const { url } = await receiver(() => ({ status }));
    expect(became(await sendTo(open(url), [outgoing]))).toEqual(['taken']);
  });

  test.each([...between(doNotFollow), ...disableEndpoint, 401, 403, 404])(
    '%i: for somebody to mend',
    async (status) => {
      const { url, got } = await receiver(() => ({ status, headers: { location: '/other' } }));
      const failure = await failureOf(sendTo(open(url), [outgoing]));
      expect(failure.message).toBe(`DELIVERY_MISCONFIGURED: 127.0.0.1 answered ${status}`);
      expect(got).toHaveLength(1);
    },
  );

  test.each([...slowDown, 503, 408])('%i: nothing gets through for now', async (status) => {
    const { url } = await receiver(() => ({ status, headers: { 'retry-after': '8' } }));
    expect(await failureOf(sendTo(open(url), [outgoing]))).toMatchObject({
      code: 'DELIVERY_UNAVAILABLE',
      retryAfterMs: 8_000,
    });
  });

  test('500: it may be this event alone', async () => {
    const { url } = await receiver(() => ({
      status: 500,
      headers: { 'retry-after': '8' },
      body: 'Oops',
    }));
    expect(await sendTo(open(url), [outgoing])).toEqual([
      { became: 'later', says: '127.0.0.1 answered 500: "Oops"', retryAfterMs: 8_000 },
    ]);
  });

  test.each([400, 413, 422])('%i: it never takes this event', async (status) => {
    const { url } = await receiver(() => ({ status, body: '{"error":"no\u202e such\nfield"}' }));
    expect(await sendTo(open(url), [outgoing])).toEqual([
      { became: 'refused', says: `127.0.0.1 answered ${status}: "{"error":"no such field"}"` },
    ]);
  });

  test('no answer: nothing is known', async () => {
    const { url } = await receiver(() => undefined);
    expect((await failureOf(sendTo(open(url), [outgoing]))).code).toBe('DELIVERY_UNAVAILABLE');
  });
});

test.each([
  ...vectors.senderMustRefuse.flatMap(({ secret: bad }: { secret?: string }) => bad ?? []),
  'whsec_%%%',
  ' ',
])('the secret %s is refused before anything is sent', async (bad) => {
  expect(() => open('https://hook.example', bad)).toThrow(/^DELIVERY_MISCONFIGURED: the secret/);
});

test('stands in a private network only if the policy says so', () =>
  expectPrivateOnlyIfSaid(
    webhook,
    { url: { env: 'HOOK_URL' }, secret: { env: 'HOOK_SECRET' } },
    { HOOK_URL: 'https://hook.invalid/in', HOOK_SECRET: secret },
    [outgoing],
  ));

test('no answer brings the address or the secret to light', async () => {
  const path = 'T0A1B2C3D4/B9X8Y7Z6/qWeRtYuIoPaSdFgH';
  const query = 'api-version=1&sig=Zs3cretZs3cretZ';
  const key = `whsec_${Buffer.alloc(32, 'glasswatch').toString('base64')}`;
  await expectSecretsKept(
    (url) => open(`${url}/${path}?${query}`, key),
    [outgoing],
    [path, query, 'qWeRtYuIoPaSdFgH', 'Zs3cretZs3cretZ', key],
    (words) => ({ error: words }),
  );
});

test('says in a few words where it leads', () => {
  const settings = webhook.settings.parse({ url: { env: 'HOOK' }, secret: { env: 'S' } });
  expect(webhook.describe(settings as never)).toBe('a signed webhook at the URL in HOOK');
});
