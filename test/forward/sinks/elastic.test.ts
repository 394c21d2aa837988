import { describe, expect, test } from 'vitest';
import { startElastic } from '../../../local/siem/elastic.ts';
import { newFindingEvent } from '../../../shared/forward/events-of.ts';
import { outgoingOf } from '../../../shared/forward/siem-format.ts';
import elastic from '../../../shared/forward/sinks/elastic.ts';
import { formatData } from '../format-data.ts';
import { variedFindings } from '../varied-findings.ts';
import {
  became,
  expectPrivateOnlyIfSaid,
  expectSecretsKept,
  failureOf,
  formatOf,
  later,
  openSink,
  outgoings,
  receiver,
  sendTo,
  uidsOf,
} from './http-sink.ts';

const vectors = formatData('elastic-bulk.vectors');
const apiKey = 'VnVhQ2ZHY0JDZGJrUW0tZTVhT3g6dWkybHAyYXhUTm1zeWFrdzl0dk5udw==';

const open = (url: string, more: object = {}, key = apiKey) =>
  openSink(
    elastic,
    { url: { env: 'ELASTIC_URL' }, apiKey: { env: 'ELASTIC_KEY' }, ...more },
    { ELASTIC_URL: url, ELASTIC_KEY: key },
  );

async function start(options: Parameters<typeof startElastic>[0] = {}) {
  const elasticsearch = later(await startElastic({ apiKey, ...options }));
  return { ...elasticsearch, sink: open(elasticsearch.url) };
}

test('a request is the one of the vector', async () => {
  const { url, got } = await receiver(() => ({
    status: 200,
    body: { items: [{ create: { status: 201 } }] },
  }));
  const [, line] = vectors.body.split('\n');
  const [outgoing] = outgoings(1, 'ecs');
  const uid = JSON.parse(line).event.id;
  const sink = open(`${url}/`, { dataset: 'example_watch.finding' });
  await sendTo(sink, outgoing ? [{ ...outgoing, uid, line }] : []);
  const { method: _, path, headers } = vectors.request;
  expect(got[0]?.body).toBe(vectors.body);
  expect(got[0]?.url.split('?')[0]).toBe(path);
  expect(got[0]?.headers).toMatchObject({
    'content-type': headers['Content-Type'],
    authorization: headers.Authorization.replace('{base64}', apiKey),
  });
});

test('the answer of the vector: each item for itself', async () => {
  const { response, expected } = vectors;
  const { url } = await receiver(() => ({ status: 200, body: response }));
  const outcomes = await sendTo(open(url), outgoings(4, 'ecs'));
  const of = (wanted: string) =>
    response.items.flatMap(({ create }: { create: { _id: string } }, n: number) =>
      outcomes[n]?.became === wanted ? create._id : [],
    );
  expect([of('taken'), of('later'), of('refused')]).toEqual([
    expected.delivered,
    expected.retry,
    expected.deadLetter,
  ]);
});

test.each(Object.entries<string>(vectors.wholeRequest))(
  'the answer %s for a whole request means: %s',
  async (status, what) => {
    const error = { type: 'some_exception', reason: 'of the receiver' };
    const { url } = await receiver(() => ({
      status: Number(status),
      headers: { 'retry-after': '3' },
      body: { error, status: Number(status) },
    }));
    const codes: Record<string, string> = {
      config: 'DELIVERY_MISCONFIGURED',
      split: 'DELIVERY_REJECTED',
      'retry all': 'DELIVERY_UNAVAILABLE',
    };
    const failure = await failureOf(sendTo(open(url), outgoings(2, 'ecs')));
    expect(failure.message).toBe(
      `${codes[what]}: 127.0.0.1 answered ${status}: "some_exception: of the receiver"`,
    );
    expect(failure.retryAfterMs).toBe(what === 'retry all' ? 3_000 : undefined);
  },
);

test('Elasticsearch takes whatever a finding can be, as ECS', async () => {
  const { sink, received } = await start();
  const all = variedFindings
    .slice(0, 400)
    .map((finding, n) =>
      outgoingOf(
        newFindingEvent({ ...finding, id: `fnd-${n}`, incident: `inc-${n}` }),
        formatOf('ecs'),
      ),
    );
  expect(new Set(became(await sendTo(sink, all)))).toEqual(new Set(['taken']));
  expect(uidsOf(received())).toEqual(all.map(({ uid }) => uid));
  expect(received()[0]?.event).toEqual(all[0]?.event);
});

test('a repeat adds nothing and is taken', async () => {
  const { sink, received, repeats } = await start();
  await sendTo(sink, outgoings(2, 'ecs'));
  expect(became(await sendTo(sink, outgoings(3, 'ecs')))).toEqual(['taken', 'taken', 'taken']);
  expect([received().length, repeats()]).toEqual([3, 2]);
});

test('what does not fit the mapping is refused, with type and reason', async () => {
  const { sink, received } = await start();
  const all = outgoings(3, 'ecs').map((one, n) => {
    const event = { ...(one.event as object), message: n === 1 ? { text: 'x' } : 'x' };
    return { ...one, event, line: JSON.stringify(event) };
  });
  const outcomes = await sendTo(sink, all);
  expect(outcomes[1]).toEqual({
    became: 'refused',
    says: `127.0.0.1 answered 400: "document_parsing_exception: failed to parse field [message] of type [keyword] in document with id 'fnd-1.1'"`,
  });
  expect(uidsOf(received())).toEqual(['fnd-0.1', 'fnd-2.1']);
});

test('what did not fit into the queue comes later, the rest is in', async () => {
  const { sink, failNext, received } = await start();
  failNext('half');
  const outcomes = await sendTo(sink, outgoings(4, 'ecs'));
  expect(became(outcomes)).toEqual(['taken', 'taken', 'later', 'later']);
  expect(received()).toHaveLength(2);
});

test('a key that may not write there is for somebody to mend, though the request succeeds', async () => {
  const { sink, failNext } = await start();
  failNext('forbiddenItems');
  const failure = await failureOf(sendTo(sink, outgoings(2, 'ecs')));
  expect(failure.message).toMatch(
    /^DELIVERY_MISCONFIGURED: 127.0.0.1 answered 403: "security_exception: action .* unauthorized/,
  );
});

test('a document in the failure store is in no search, and so not taken', async () => {
  const { sink, failNext } = await start();
  failNext('failureStore');
  const outcomes = await sendTo(sink, outgoings(3, 'ecs'));
  expect(outcomes[1]).toEqual({
    became: 'refused',
    says: '127.0.0.1 answered 201, and put it into the failure store',
  });
});

describe('an answer without a result for each event', () => {
  test.each([
    ['another service', '<html>Welcome', 'DELIVERY_MISCONFIGURED'],
    ['too few', { items: [{ create: { status: 201 } }] }, 'DELIVERY_MISCONFIGURED'],
    // Half of the batch has an answer of half the length.
    ['longer than is read', { items: [], padding: 'ø'.repeat(40_000) }, 'DELIVERY_REJECTED'],
  ])('%s', async (_, body, code) => {
    const { url } = await receiver(() => ({ status: 200, body }));
    const failure = await failureOf(sendTo(open(url), outgoings(2, 'ecs')));
    expect(failure.code).toBe(code);
    expect(failure.message).toContain('127.0.0.1 answered 200 without a result for each event');
  });

  test('the longest batch has an answer that is read whole', async () => {
    const { sink } = await start();
    const [one] = outgoings(1, 'ecs');
    const line = JSON.stringify({ '@timestamp': '2026-11-20T02:03:07.412Z' });
    const all = Array.from({ length: elastic.limits.maxEvents }, (_, n) => ({
      ...(one as NonNullable<typeof one>),
      uid: `${'u'.repeat(200)}.${n}`,
      line,
    }));
    expect(new Set(became(await sendTo(sink, all)))).toEqual(new Set(['taken']));
  });
});

test('a request that is too large is to be sent in parts', async () => {
  const { sink } = await start({ maxBytes: 1_000 });
  expect((await failureOf(sendTo(sink, outgoings(2, 'ecs')))).code).toBe('DELIVERY_REJECTED');
});

test('stands in a private network only if the policy says so', () =>
  expectPrivateOnlyIfSaid(
    elastic,
    { url: 'https://elastic.invalid', apiKey: { env: 'KEY' } },
    { KEY: apiKey },
    outgoings(1, 'ecs'),
  ));

test('no answer brings the key to light, nor what it stands for', async () => {
  const plain = Buffer.from(apiKey, 'base64').toString();
  await expectSecretsKept(
    (url) => open(url),
    outgoings(1, 'ecs'),
    [apiKey, plain],
    (reason) => ({
      error: { type: reason, reason },
      items: [{ create: { status: 400, error: { reason } } }],
    }),
  );
});

describe('in the policy', () => {
  const parse = (more: object) =>
    elastic.settings.safeParse({ url: 'https://x.example', apiKey: { env: 'KEY' }, ...more });

  test.each(['', 'a-b', 'A', '.a', 'a/b', 'a*', 'x'.repeat(81)])(
    'no dataset or namespace is %j',
    (name) => {
      expect(parse({ dataset: name }).success).toBe(false);
      expect(parse({ namespace: name }).success).toBe(false);
    },
  );

  test('says in a few words where it leads', () => {
    expect(elastic.describe(parse({ namespace: 'soc' }).data as never)).toBe(
      'logs-glasswatch.finding-soc of Elasticsearch at x.example',
    );
  });
});
