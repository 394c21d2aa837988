import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { startElastic } from '../../local/siem/elastic.ts';
import { faultsToCome, wayFaults } from '../../local/siem/faults.ts';
import { startHec } from '../../local/siem/hec.ts';
import { splitObjects } from '../../local/siem/json-objects.ts';
import { startSecops } from '../../local/siem/secops.ts';
import type { OpenSink, Outgoing } from '../../shared/forward/sink.ts';
import elastic from '../../shared/forward/sinks/elastic.ts';
import secops from '../../shared/forward/sinks/secops.ts';
import splunk from '../../shared/forward/sinks/splunk.ts';
import { later, openSink, outgoings, sendTo, uidsOf } from '../forward/sinks/http-sink.ts';

const folder = mkdtempSync(join(tmpdir(), 'glasswatch-siem-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** For a receiver that never answers: as long as one that does may take on a busy machine. */
const short = { timeoutMs: 500 };
const long = { timeoutMs: 10_000 };

const standIns = {
  async splunk(limits = long, options = {}) {
    const hec = later(await startHec(options));
    const env = { URL: hec.url, TOKEN: hec.token };
    const settings = { url: { env: 'URL' }, token: { env: 'TOKEN' } };
    return { ...hec, format: 'ocsf', sink: openSink(splunk, settings, env, limits) };
  },
  async elastic(limits = long, options = {}) {
    const elasticsearch = later(await startElastic(options));
    const env = { URL: elasticsearch.url, KEY: elasticsearch.apiKey };
    const settings = { url: { env: 'URL' }, apiKey: { env: 'KEY' } };
    return { ...elasticsearch, format: 'ecs', sink: openSink(elastic, settings, env, limits) };
  },
  async secops(limits = long, options = {}) {
    const feed = later(await startSecops(options));
    const env = { URL: feed.feedUrl, KEY: feed.apiKey, ACCESS: feed.accessKey };
    const settings = { url: { env: 'URL' }, apiKey: { env: 'KEY' }, accessKey: { env: 'ACCESS' } };
    return { ...feed, format: 'ocsf', sink: openSink(secops, settings, env, limits) };
  },
};
const names = ['splunk', 'elastic', 'secops'] as const;

/** What came of sending: what went wrong, or the outcomes. */
const sent = (sink: OpenSink, all: readonly Outgoing[]): Promise<string> =>
  sendTo(sink, all).then(
    (outcomes) => outcomes.map(({ became }) => became).join(' '),
    (error: Error) => error.message,
  );

describe.each(names)('%s fails as it is told', (name) => {
  const [all, none] = [3, 0];
  test.each([
    ['throttled', /^DELIVERY_UNAVAILABLE: 127.0.0.1 answered 429/, none],
    ['broken', /^DELIVERY_UNAVAILABLE: 127.0.0.1 answered 500/, none],
    ['busy', /^DELIVERY_UNAVAILABLE: 127.0.0.1 answered 503/, none],
    ['unauthorized', /^DELIVERY_MISCONFIGURED: 127.0.0.1 answered 401/, none],
    ['forbidden', /^DELIVERY_MISCONFIGURED: 127.0.0.1 answered 403/, none],
    ['silent', /^DELIVERY_UNAVAILABLE: 127.0.0.1 gave no answer/, none],
    ['silentAfter', /^DELIVERY_UNAVAILABLE: 127.0.0.1 gave no answer/, all],
    ['reset', /^DELIVERY_UNAVAILABLE: 127.0.0.1 failed/, none],
    ['resetAfter', /^DELIVERY_UNAVAILABLE: 127.0.0.1 failed/, all],
  ] as const)('%s, once', async (way, says, kept) => {
    const limits = way.startsWith('silent') ? short : long;
    const { sink, format, received, failNext } = await standIns[name](limits);
    failNext(way);
    expect(await sent(sink, outgoings(3, format))).toMatch(says);
    expect(received()).toHaveLength(kept);
    expect(await sent(sink, outgoings(3, format))).toBe('taken taken taken');
    expect(new Set(uidsOf(received()))).toEqual(new Set(['fnd-0.1', 'fnd-1.1', 'fnd-2.1']));
  });

  test('at random, and yet all that is sent until it is taken arrives', async () => {
    const { sink, format, received, failAtRandom, failNoMore } = await standIns[name](short);
    failAtRandom(7, 0.5);
    const ways = new Set<string>();
    const all = outgoings(24, format);
    for (let from = 0; from < all.length; from += 6) {
      const batch = all.slice(from, from + 6);
      for (let tries = 0; tries < 40; tries += 1) {
        const became = await sent(sink, batch);
        ways.add(became);
        if (/^taken( taken)*$/.test(became)) break;
      }
    }
    failNoMore();
    expect(ways.size).toBeGreaterThan(1);
    expect(new Set(uidsOf(received()))).toEqual(new Set(uidsOf(all)));
  });

  test('shows what came, as text, and knows a repeat', async () => {
    const { sink, format, url, received } = await standIns[name]();
    const [one] = outgoings(1, format) as [Outgoing];
    const script = '<script>alert(1)</script>';
    const event = { ...(one.event as object), message: script };
    const hostile = { ...one, event, line: JSON.stringify(event) };
    await sendTo(sink, [hostile]);
    await sendTo(sink, [hostile]);
    expect(received().map(({ repeatOf }) => repeatOf)).toEqual(
      name === 'elastic' ? [null] : [null, 1],
    );
    const page = await (await fetch(url)).text();
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page).not.toContain(script);
    expect(await (await fetch(`${url}/messages.json`)).json()).toEqual(received());
  });

  test('has what came again after a restart', async () => {
    const first = await standIns[name](long, { folder });
    await sendTo(first.sink, outgoings(2, first.format));
    const second = await standIns[name](long, { folder });
    expect(second.received()).toEqual(first.received());
    await sendTo(second.sink, outgoings(1, second.format));
    expect(second.received()).toHaveLength(name === 'elastic' ? 2 : 3);
  });
});

test('the same seed is the same fate, a share of all', () => {
  const fate = (seed: number, share: number) => {
    const faults = faultsToCome(wayFaults);
    faults.failAtRandom(seed, share);
    return Array.from({ length: 1000 }, () => faults.next());
  };
  expect(fate(1, 0.3)).toEqual(fate(1, 0.3));
  expect(fate(1, 0.3)).not.toEqual(fate(2, 0.3));
  const struck = fate(1, 0.3).filter((way) => way !== undefined);
  expect(struck.length).toBeGreaterThan(250);
  expect(struck.length).toBeLessThan(350);
  expect(new Set(struck)).toEqual(new Set(wayFaults));
  expect(new Set(fate(1, 0))).toEqual(new Set([undefined]));
});

test('what is told for the next ones goes first, in order', () => {
  const faults = faultsToCome(wayFaults);
  faults.failAtRandom(1, 1, ['busy']);
  faults.failNext('reset', 'broken');
  expect([faults.next(), faults.next(), faults.next()]).toEqual(['reset', 'broken', 'busy']);
  faults.failNoMore();
  expect(faults.next()).toBeUndefined();
});

describe('the event collector', () => {
  type Hec = Awaited<ReturnType<typeof startHec>>;
  const channel = '0f6f4a1c-2b11-4f2c-9a77-5d1c9a0e3b58';

  async function post(
    hec: Hec,
    body: string,
    headers: Record<string, string> = {},
    path = '/event',
  ) {
    const answer = await fetch(`${hec.url}/services/collector${path}`, {
      method: 'POST',
      body,
      headers: { authorization: `Splunk ${hec.token}`, ...headers },
    });
    const text = await answer.text();
    return [answer.status, text.startsWith('{') ? JSON.parse(text) : text];
  }
  const refused = (status: number, code: number, text: string, number?: number) => [
    status,
    { text, code, ...(number !== undefined && { 'invalid-event-number': number }) },
  ];

  test.each([
    [{ authorization: '' }, refused(401, 2, 'Token is required')],
    [{ authorization: 'Bearer x' }, refused(401, 3, 'Invalid authorization')],
    [{ authorization: 'Splunk x' }, refused(403, 4, 'Invalid token')],
  ])('%j', async (headers, answer) => {
    expect(await post(later(await startHec()), '{"event":1}', headers)).toEqual(answer);
  });

  test('a token that is disabled', async () => {
    const hec = later(await startHec());
    hec.disable();
    expect(await post(hec, '{"event":1}')).toEqual(refused(403, 1, 'Token disabled'));
  });

  test.each([
    ['', refused(400, 5, 'No data')],
    [' \n', refused(400, 5, 'No data')],
    ['[{"event":1}]', refused(400, 6, 'Invalid data format', 0)],
    ['{"event":1} {"event":', refused(400, 6, 'Invalid data format', 1)],
    ['{"event":1,"time":"soon"}', refused(400, 6, 'Invalid data format', 0)],
    ['{"event":1},{"event":2}', refused(400, 6, 'Invalid data format', 1)],
    ['{"event":1}{"time":1}', refused(400, 12, 'Event field is required', 1)],
    ['{"event":""}', refused(400, 13, 'Event field cannot be blank', 0)],
    ['{"event":1,"fields":{"a":{"b":1}}}', refused(400, 15, 'Error in handling indexed fields', 0)],
    ['{"event":1,"index":"other"}', refused(400, 7, 'Incorrect index', 0)],
    [`{"event":"${'x'.repeat(1_000_000)}"}`, [413, 'Content-Length is too large']],
  ])('%.40s', async (body, answer) => {
    expect(await post(later(await startHec()), body)).toEqual(answer);
  });

  test('objects may follow each other in any way, with brackets in their texts', async () => {
    const hec = later(await startHec({ indexes: ['main', 'soc'] }));
    const events = [{ event: '}{"\\' }, { event: { a: ['{'] }, index: 'soc' }, { event: 3 }];
    const body = `${JSON.stringify(events[0])}${JSON.stringify(events[1])}\r\n ${JSON.stringify(events[2])}\n`;
    expect(await post(hec, body)).toEqual([200, { text: 'Success', code: 0 }]);
    expect(hec.received().map(({ event }) => [event.event, event.index])).toEqual([
      ['}{"\\', 'main'],
      [{ a: ['{'] }, 'soc'],
      [3, 'main'],
    ]);
  });

  test('of an invalid batch what stands before the event is indexed, unless told otherwise', async () => {
    const body = '{"event":1}{"event":2}{"time":3}{"event":4}';
    const [usual, other] = [
      later(await startHec()),
      later(await startHec({ isAllOrNothing: true })),
    ];
    await post(usual, body);
    await post(other, body);
    expect([usual.received().length, other.received().length]).toEqual([2, 0]);
  });

  test('an acknowledgement wants a channel, comes later, and is told once', async () => {
    const hec = later(await startHec({ acknowledgeAfterMs: 1_000 }));
    expect(await post(hec, '{"event":1}')).toEqual(refused(400, 10, 'Data channel is missing'));
    const named = (name: string) => ({ 'x-splunk-request-channel': name });
    expect(await post(hec, '{"event":1}', named('mine'))).toEqual(
      refused(400, 11, 'Invalid data channel'),
    );
    const body = '{"event":1}';
    expect(await post(hec, body, named(channel))).toMatchObject([200, { ackId: 0 }]);
    expect(await post(hec, body, named(channel))).toMatchObject([200, { ackId: 1 }]);
    const ask = async () =>
      (await post(hec, '{"acks":[0,7]}', {}, `/ack?channel=${channel}`))[1].acks;
    expect(await ask()).toEqual({ 0: false, 7: false });
    await expect.poll(ask, { interval: 20, timeout: 10_000 }).toEqual({ 0: true, 7: false });
    expect(await ask()).toEqual({ 0: false, 7: false });
  });

  test('a token without acknowledgement has none to tell', async () => {
    const hec = later(await startHec());
    expect(await post(hec, '{"acks":[0]}', {}, `/ack?channel=${channel}`)).toEqual(
      refused(400, 14, 'ACK is disabled'),
    );
  });

  test('knows its own addresses alone', async () => {
    const hec = later(await startHec());
    expect((await post(hec, '{"event":1}', {}, '/other'))[0]).toBe(405);
    expect((await post(hec, '{"event":1}', {}, ''))[0]).toBe(200);
  });
});

test.each([
  ['', []],
  ['{}{}', ['{}', '{}']],
  ['{"a":"\\"}"} {"b":[{}]}', ['{"a":"\\"}"}', '{"b":[{}]}']],
  ['{} 7 {}', ['{}', '7 {}']],
  ['{"a":', ['{"a":']],
])('the objects of %s', (text, objects) => expect(splitObjects(text)).toEqual(objects));

describe('Elasticsearch', () => {
  type Elastic = Awaited<ReturnType<typeof startElastic>>;
  const at = '2026-11-20T02:03:07.412Z';
  const lines = (...all: unknown[]) => all.map((one) => `${JSON.stringify(one)}\n`).join('');
  const create = (id: string, more: object) =>
    lines({ create: { _id: id } }, { '@timestamp': at, ...more });

  async function bulk(
    { url, apiKey }: Elastic,
    body: string,
    { path = '/logs-x.y-default/_bulk', ...headers }: Record<string, string> = {},
  ) {
    const answer = await fetch(`${url}${path}`, {
      method: 'POST',
      body,
      headers: {
        authorization: `ApiKey ${apiKey}`,
        'content-type': 'application/x-ndjson',
        ...headers,
      },
    });
    const text = await answer.text();
    const told = text ? JSON.parse(text) : {};
    const items = told.items?.map(
      ({ create: item }: { create: { status: number } }) => item.status,
    );
    return { status: answer.status, type: told.error?.type, items, told };
  }

  test.each([
    ['no key', { authorization: '' }, 401, 'security_exception'],
    ['another kind of body', { 'content-type': 'text/plain' }, 406, 'media_type_header_exception'],
    ['no data stream', { path: '/other/_bulk' }, 404, 'index_not_found_exception'],
  ])('%s', async (_, headers, status, type) => {
    const elasticsearch = later(await startElastic());
    expect(await bulk(elasticsearch, create('a', {}), headers as never)).toMatchObject({
      status,
      type,
    });
  });

  test.each([
    ['no line feed at the end', create('a', {}).trimEnd()],
    ['a line without its other', `${create('a', {})}{"create":{"_id":"b"}}\n`],
    ['no action', lines({}, { '@timestamp': at })],
    ['anything but create', lines({ index: { _id: 'a' } }, { '@timestamp': at })],
    ['no id', lines({ create: {} }, { '@timestamp': at })],
    ['an id that is too long', create('x'.repeat(513), {})],
  ])('%s costs the whole request', async (_, body) => {
    const elasticsearch = later(await startElastic());
    expect(await bulk(elasticsearch, body)).toMatchObject({
      status: 400,
      type: 'illegal_argument_exception',
    });
    expect(elasticsearch.received()).toEqual([]);
  });

  test('more than it takes', async () => {
    const elasticsearch = later(await startElastic({ maxBytes: 100 }));
    expect((await bulk(elasticsearch, create('a', { m: 'x'.repeat(100) }))).status).toBe(413);
  });

  test.each([
    ['no time', { '@timestamp': null }],
    ['a time that is none', { '@timestamp': 'yesterday' }],
    ['a time as people write it', { '@timestamp': '20 Nov 2026' }],
    ['an address that is none', { source: { ip: 'fe80::1%eth0' } }],
    ['an address that is none, with a dot in its name', { 'source.ip': 'unknown' }],
    ['a number that is none', { event: { severity: 'high' } }],
    ['a text that is an object now', { title: { text: 'x' } }],
    ['an object that is a text now', { user: 'jo' }],
    ['an object that is a text in a list', { user: [{ name: 'a' }, 'jo'] }],
    ['a name without a name', { '': 1 }],
  ])('%s is refused, and what fits after it is not', async (_, document) => {
    const elasticsearch = later(await startElastic());
    const good = { title: 'x', user: { name: 'jo' }, source: { ip: '203.0.113.9' } };
    const body = [create('a', good), create('b', document), create('c', good)].join('');
    const { items, told } = await bulk(elasticsearch, body);
    expect(items).toEqual([201, 400, 201]);
    expect(told).toMatchObject({ errors: true });
    expect(told.items[1].create.error.type).toBe('document_parsing_exception');
    expect(uidsOf(elasticsearch.received())).toEqual(['a', 'c']);
  });

  test('a document that was refused leaves no trace in the mapping', async () => {
    const elasticsearch = later(await startElastic());
    const { items } = await bulk(
      elasticsearch,
      create('a', { own: 'text', source: { ip: 'x' } }) + create('b', { own: { deep: 1 } }),
    );
    expect(items).toEqual([400, 201]);
  });

  test('each data stream has a mapping of its own, and an id is there once', async () => {
    const elasticsearch = later(await startElastic());
    const other = { path: '/logs-z-default/_bulk' };
    expect((await bulk(elasticsearch, create('a', { own: 'text' }))).items).toEqual([201]);
    expect((await bulk(elasticsearch, create('b', { own: { deep: 1 } }), other)).items).toEqual([
      201,
    ]);
    const { items, told } = await bulk(elasticsearch, create('a', {}));
    expect(items).toEqual([409]);
    expect(told.items[0].create.error.type).toBe('version_conflict_engine_exception');
  });

  test('an answer is cut to what is asked for; an error is not', async () => {
    const elasticsearch = later(await startElastic());
    const path = '/logs-x-default/_bulk?filter_path=items.*.status,items.*.error.type';
    const { told } = await bulk(
      elasticsearch,
      create('a', {}) + create('b', { '@timestamp': 'x' }),
      {
        path,
      },
    );
    expect(told).toEqual({
      items: [
        { create: { status: 201 } },
        { create: { status: 400, error: { type: 'document_parsing_exception' } } },
      ],
    });
    const refused = await bulk(elasticsearch, 'x', { path });
    expect(refused).toMatchObject({ status: 400, type: 'illegal_argument_exception' });
  });
});

describe('the feed of SecOps', () => {
  const event = outgoings(1, 'ocsf')[0]?.line ?? '';

  test.each([
    ['no API key', { 'x-goog-api-key': undefined }, event, 403],
    ['another API key', { 'x-goog-api-key': 'x' }, event, 400],
    ['another key of the feed', { 'x-webhook-access-key': 'x' }, event, 401],
    ['no JSON', {}, 'x', 400],
    ['no OCSF', {}, '{"a":1}', 400],
    ['a time in seconds', {}, event.replace(/"time":(\d+)\d{3}/, '"time":$1'), 400],
    ['an empty line', {}, `${event}\n`, 400],
    ['too much', {}, event.padEnd(4_000_001), 413],
  ])('refuses: %s', async (_, more, body, status) => {
    const feed = later(await startSecops());
    const keys = { 'x-goog-api-key': feed.apiKey, 'x-webhook-access-key': feed.accessKey, ...more };
    const headers = Object.entries(keys).filter(([, value]) => value !== undefined);
    const answer = await fetch(feed.feedUrl, {
      method: 'POST',
      body,
      headers: headers as [string, string][],
    });
    expect(answer.status).toBe(status);
    expect(await answer.json()).toMatchObject({ error: { code: status } });
    expect(feed.received()).toEqual([]);
  });
});
