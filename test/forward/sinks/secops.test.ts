import { expect, test } from 'vitest';
import { startSecops } from '../../../local/siem/secops.ts';
import secops from '../../../shared/forward/sinks/secops.ts';
import {
  became,
  expectSecretsKept,
  failureOf,
  later,
  openSink,
  outgoings,
  receiver,
  sendTo,
  uidsOf,
} from './http-sink.ts';

const open = (url: string, apiKey: string, accessKey: string) =>
  openSink(
    secops,
    { url: { env: 'FEED' }, apiKey: { env: 'API_KEY' }, accessKey: { env: 'ACCESS_KEY' } },
    { FEED: url, API_KEY: apiKey, ACCESS_KEY: accessKey },
  );

async function start(options: Parameters<typeof startSecops>[0] = {}) {
  const feed = later(await startSecops(options));
  return { ...feed, sink: open(feed.feedUrl, feed.apiKey, feed.accessKey) };
}

test('the feed takes OCSF events, one in a line', async () => {
  const { sink, received } = await start();
  const all = outgoings(3, 'ocsf');
  expect(became(await sendTo(sink, all))).toEqual(['taken', 'taken', 'taken']);
  expect(received().map(({ event }) => event)).toEqual(all.map(({ event }) => event));
  expect(uidsOf(received())).toEqual(uidsOf(all));
});

test('the keys go in the headers that Google names, and nowhere else', async () => {
  const { url, got } = await receiver(() => ({ status: 200, body: {} }));
  await sendTo(open(`${url}/feed`, 'key-of-google', 'key-of-the-feed'), outgoings(2, 'ocsf'));
  expect(got[0]).toMatchObject({
    url: '/feed',
    headers: {
      'x-goog-api-key': 'key-of-google',
      'x-webhook-access-key': 'key-of-the-feed',
      'content-type': 'application/json',
    },
  });
  expect(got[0]?.body.split('\n').map((line) => JSON.parse(line).class_uid)).toEqual([2004, 2004]);
});

test('a wrong API key has the status of a bad request, and is for somebody to mend', async () => {
  const { feedUrl, accessKey } = await start();
  const failure = await failureOf(sendTo(open(feedUrl, 'wrong', accessKey), outgoings(1, 'ocsf')));
  expect(failure.message).toBe(
    'DELIVERY_MISCONFIGURED: 127.0.0.1 answered 400: "INVALID_ARGUMENT: API key not valid. Please pass a valid API key."',
  );
});

test('a wrong key of the feed is for somebody to mend', async () => {
  const { feedUrl, apiKey } = await start();
  const failure = await failureOf(sendTo(open(feedUrl, apiKey, 'wrong'), outgoings(1, 'ocsf')));
  expect(failure.code).toBe('DELIVERY_MISCONFIGURED');
});

test('a line that it does not take costs the request, which is to be sent in parts', async () => {
  const { sink, received } = await start();
  const all = outgoings(2, 'ocsf').map((one, n) => (n === 1 ? { ...one, line: '{"a":1}' } : one));
  const failure = await failureOf(sendTo(sink, all));
  expect(failure.message).toContain('DELIVERY_REJECTED: 127.0.0.1 answered 400: "INVALID_ARG');
  expect(received()).toEqual([]);
});

test.each([
  ['throttled', 'DELIVERY_UNAVAILABLE', 4_000],
  ['busy', 'DELIVERY_UNAVAILABLE', undefined],
  ['broken', 'DELIVERY_UNAVAILABLE', undefined],
  ['forbidden', 'DELIVERY_MISCONFIGURED', undefined],
] as const)('%s: %s', async (way, code, retryAfterMs) => {
  const { sink, failNext } = await start({ retryAfter: 4 });
  failNext(way);
  const failure = await failureOf(sendTo(sink, outgoings(1, 'ocsf')));
  expect(failure).toMatchObject({ code });
  expect(failure.retryAfterMs).toBe(retryAfterMs);
});

test('no answer brings a key to light', async () => {
  const [apiKey, accessKey] = ['AIzaSyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY', 'b64keyOfTheFeed_9dK2'];
  await expectSecretsKept(
    (url) => open(url, apiKey, accessKey),
    outgoings(1, 'ocsf'),
    [apiKey, accessKey],
    (message) => ({ error: { status: message, message, details: [{ reason: message }] } }),
  );
});

test('says in a few words where it leads', () => {
  const keys = { apiKey: { env: 'A' }, accessKey: { env: 'B' } };
  const settings = secops.settings.parse({ url: 'https://feeds.example/x', ...keys });
  expect(secops.describe(settings as never)).toBe('Google SecOps at feeds.example');
});
