import { describe, expect, test } from 'vitest';
import { startHec } from '../../../local/siem/hec.ts';
import { openTransports } from '../../../shared/forward/open-transports.ts';
import splunk, { hecEvent, openSplunk } from '../../../shared/forward/sinks/splunk.ts';
import { formatData } from '../format-data.ts';
import {
  became,
  expectPrivateOnlyIfSaid,
  expectSecretsKept,
  failureOf,
  later,
  openSink,
  outgoings,
  receiver,
  sendTo,
  settingsOf,
  uidsOf,
} from './http-sink.ts';

const vectors = formatData('splunk-hec.vectors');
const token = '11111111-2222-3333-4444-555555555555';
const env = { HEC_TOKEN: token, HEC_URL: '' };
const tokenRef = { env: 'HEC_TOKEN' };

const open = (url: string, more: object = {}) =>
  openSink(splunk, { url: { env: 'HEC_URL' }, token: tokenRef, ...more }, { ...env, HEC_URL: url });

const withPatience = (
  hec: { url: string; token: string },
  patience: Partial<Parameters<typeof openSplunk>[2]> = {},
) => {
  const settings = settingsOf(
    splunk,
    { url: { env: 'HEC_URL' }, token: tokenRef, acknowledge: true },
    { HEC_TOKEN: hec.token, HEC_URL: hec.url },
  );
  const transports = later(openTransports({ allowLoopback: true, timeoutMs: 2_000 }));
  return openSplunk(settings, transports, {
    ...{ pollMs: 10, waitMs: 200, mostMs: 5_000 },
    ...patience,
  });
};

async function startSplunk(options: Parameters<typeof startHec>[0] = {}) {
  const hec = later(await startHec({ token, ...options }));
  return { ...hec, sink: open(hec.url) };
}

test('an event has the form of the vector, its time in seconds with milliseconds', () => {
  const { singleEvent, batchBody } = vectors;
  const { time, host, source, sourcetype, index, event, fields } = singleEvent;
  const outgoing = {
    uid: `${fields.finding_id}.1`,
    kind: 'finding',
    incident: 'inc-1',
    tenantId: '',
    severity: fields.severity,
    time: time * 1000,
    event,
    line: JSON.stringify(event),
  } as const;
  const about = { host, source, sourcetype, index };
  expect(JSON.parse(hecEvent(outgoing, about))).toEqual({
    ...singleEvent,
    fields: { ...fields, event_uid: outgoing.uid, incident_id: 'inc-1' },
  });

  const written = [1_795_255_200_123, 1_795_255_201_000].map((time, at) => {
    const event = { n: at + 1 };
    const whole = { ...outgoing, time, event, line: JSON.stringify(event) };
    return hecEvent(whole, { ...about, sourcetype: 'example:finding' });
  });
  const brief = (text: string) =>
    text.replace(/"(?:host|source|index)":"[^"]*",|,"fields":{[^}]*}/g, '');
  expect(written.map(brief).join('\n')).toBe(batchBody);
});

test('a batch is objects behind each other, with the token and without a channel', async () => {
  const { url, got } = await receiver(() => ({ status: 200, body: vectors.responses[0].body }));
  await sendTo(open(url, { index: 'security', host: 'watch-01' }), outgoings(2, 'ocsf'));
  const [{ headers, body, url: path } = { headers: {}, body: '', url: '' }] = got;
  expect(path).toBe('/services/collector/event');
  expect(headers.authorization).toBe(vectors.headers.Authorization);
  expect(headers).not.toHaveProperty('x-splunk-request-channel');
  const events = body.split('\n').map((line) => JSON.parse(line));
  expect(events).toHaveLength(2);
  expect(events[0]).toMatchObject({
    time: 1795140187.412,
    host: 'watch-01',
    source: 'glasswatch',
    sourcetype: 'glasswatch:finding',
    index: 'security',
    event: { class_uid: 2004 },
    fields: {
      event_uid: 'fnd-0.1',
      finding_id: 'fnd-0',
      incident_id: 'inc-0',
      severity: 'critical',
    },
  });
});

test.each([
  '',
  '/',
  '/services/collector',
  '/services/collector/event',
  '/services/collector/event/1.0',
])('the address may end as %j', async (path) => {
  const { url, got } = await receiver(() => ({ status: 200, body: { text: 'Success', code: 0 } }));
  await sendTo(open(`${url}/behind/proxy${path}`), outgoings(1, 'ocsf'));
  expect(got[0]?.url).toBe('/behind/proxy/services/collector/event');
});

test.each(['native', 'ecs', 'ocsf', 'cef'])('Splunk indexes %s', async (format) => {
  const { sink, received } = await startSplunk();
  expect(became(await sendTo(sink, outgoings(3, format)))).toEqual(['taken', 'taken', 'taken']);
  expect(uidsOf(received())).toEqual(['fnd-0.1', 'fnd-1.1', 'fnd-2.1']);
  const { event } = received()[0]?.event ?? {};
  if (format === 'cef') expect(event).toMatch(/^CEF:0\|Glasswatch\|/);
  else expect(event).toEqual(outgoings(1, format)[0]?.event);
});

describe('each answer of the vectors', () => {
  type Case = { status: number; body: { text: string; code: number }; class: string };
  const expected: Record<string, string> = {
    ok: 'taken',
    'ok-pending-ack': 'taken',
    config: 'DELIVERY_MISCONFIGURED',
    retry: 'DELIVERY_UNAVAILABLE',
    permanent: 'DELIVERY_REJECTED',
    'permanent-split-out-event': 'refused',
  };
  const cases: Case[] = [
    ...vectors.responses,
    { status: 429, body: { text: 'HEC queue is at capacity', code: 26 }, class: 'retry' },
    ...[12, 13, 15].map((code) => ({
      status: 400,
      body: { text: `The event is bad`, code, 'invalid-event-number': 0 },
      class: 'permanent-split-out-event',
    })),
    { status: 400, body: { text: 'ACK is disabled', code: 14 }, class: 'config' },
    { status: 404, body: { text: 'Not found', code: 404 }, class: 'config' },
    { status: 413, body: { text: 'too large', code: 6 }, class: 'permanent' },
  ];

  test.each(cases)('$status $body.text is $class', async ({ status, body, class: kind }) => {
    const { url } = await receiver(() => ({ status, body }));
    const told = await sendTo(open(url), outgoings(1, 'ocsf')).catch((error) => error);
    const says = `127.0.0.1 answered ${status}: "${body.text} (code ${body.code})"`;
    const what = expected[kind];
    if (what === 'taken') return expect(told).toEqual([{ became: 'taken' }]);
    if (what === 'refused') return expect(told).toEqual([{ became: 'refused', says }]);
    expect(told).toMatchObject({ code: what, message: `${what}: ${says}` });
  });
});

test.each([
  [0, 'taken'],
  [24, 'taken'],
  [8, 'DELIVERY_MISCONFIGURED'],
])('200 with the code %i: %s', async (code, what) => {
  const { url } = await receiver(() => ({ status: 200, body: { text: 'x', code } }));
  const told = sendTo(open(url), outgoings(1, 'ocsf'));
  expect(await told.then(([one]) => one?.became).catch((error) => error.code)).toBe(what);
});

test('a page that says 200 where no collector is has taken nothing', async () => {
  const { url } = await receiver(() => ({ status: 200, body: '<html>Welcome' }));
  const failure = await failureOf(sendTo(open(url), outgoings(1, 'ocsf')));
  expect(failure.message).toBe('DELIVERY_MISCONFIGURED: 127.0.0.1 answered 200: "<html>Welcome"');
});

test('Retry-After is handed on', async () => {
  const hec = await startSplunk({ retryAfter: 9 });
  hec.failNext('throttled');
  const failure = await failureOf(sendTo(hec.sink, outgoings(1, 'ocsf')));
  expect(failure).toMatchObject({ code: 'DELIVERY_UNAVAILABLE', retryAfterMs: 9_000 });
});

describe('an event that is invalid', () => {
  const at = (invalid: readonly number[]) =>
    outgoings(7, 'ocsf').map((one, n) =>
      invalid.includes(n) ? { ...one, line: '{"broken"' } : one,
    );

  test.each([
    ['first', [0], {}],
    ['in the middle', [3], {}],
    ['last', [6], {}],
    ['of a batch that is refused as a whole', [3], { isAllOrNothing: true }],
    ['one of three', [1, 2, 5], {}],
  ] as const)(
    '%s: it alone is refused, and all others are indexed',
    async (_, invalid, options) => {
      const { sink, received } = await startSplunk(options);
      const outcomes = await sendTo(sink, at(invalid));
      expect(became(outcomes)).toEqual(
        outcomes.map((_, n) => (invalid.some((one) => one === n) ? 'refused' : 'taken')),
      );
      expect(outcomes[invalid[0]]).toEqual({
        became: 'refused',
        says: '127.0.0.1 answered 400: "Invalid data format (code 6)"',
      });
      const indexed = new Set(uidsOf(received()));
      expect([...indexed].toSorted()).toEqual(
        at([]).flatMap(({ uid }, n) => (invalid.some((one) => one === n) ? [] : uid)),
      );
    },
  );

  test.each([
    [0, 3],
    [1, 0],
    [1, 3],
    // Counted from 1 it stands behind the end.
    [1, 6],
  ])('no other one is refused where a collector counts from %i: event %i', async (first, bad) => {
    const { url, got } = await receiver(({ body }) => {
      const at = body.split('\n').findIndex((line) => line.includes('{"broken"'));
      const answer = { text: 'Invalid data format', code: 6, 'invalid-event-number': at + first };
      return at < 0
        ? { status: 200, body: { text: 'Success', code: 0 } }
        : { status: 400, body: answer };
    });
    expect(became(await sendTo(open(url), at([bad])))).toEqual(
      Array(7).fill('taken').with(bad, 'refused'),
    );
    // All of them, the suspect, the rest; and a second suspect.
    expect(got.length).toBeLessThanOrEqual(3 + first);
  });

  test('is looked for by halves where the number leads nowhere', async () => {
    const { url, got } = await receiver(() => ({
      status: 400,
      body: { text: 'Invalid data format', code: 6, 'invalid-event-number': 0 },
    }));
    const failure = await failureOf(sendTo(open(url), outgoings(40, 'ocsf')));
    expect(failure.code).toBe('DELIVERY_REJECTED');
    expect(got.length).toBeLessThan(12);
  });
});

test('a batch that broke off in the middle is sent again as a whole', async () => {
  const hec = await startSplunk();
  hec.failNext('half');
  const all = outgoings(4, 'ocsf');
  expect((await failureOf(sendTo(hec.sink, all))).code).toBe('DELIVERY_UNAVAILABLE');
  await sendTo(hec.sink, all);
  expect(new Set(uidsOf(hec.received()))).toEqual(new Set(uidsOf(all)));
});

describe('with acknowledgement', () => {
  test('an event is taken once the indexers have it, by one channel', async () => {
    const hec = later(await startHec({ token, acknowledgeAfterMs: 60 }));
    const sink = withPatience(hec);
    const began = performance.now();
    expect(became(await sendTo(sink, outgoings(3, 'ocsf')))).toEqual(['taken', 'taken', 'taken']);
    expect(performance.now() - began).toBeGreaterThan(55);
    expect(became(await sendTo(sink, outgoings(1, 'ocsf')))).toEqual(['taken']);
    expect(hec.acknowledged()).toBe(2);
  });

  test('the channel is a GUID, the same in each request, and asked about as in the vector', async () => {
    const { url, got } = await receiver(({ url: path }) => ({
      status: 200,
      body: path.includes('/ack') ? { acks: { 7: true } } : vectors.responses[1].body,
    }));
    await sendTo(withPatience({ url, token }), outgoings(1, 'ocsf'));
    const channel = String(got[0]?.headers['x-splunk-request-channel']);
    expect(channel).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(got[1]).toMatchObject({
      url: `/services/collector/ack?channel=${channel}`,
      headers: { 'x-splunk-request-channel': channel },
      body: JSON.stringify({ acks: [vectors.ackPoll.request.acks[0]] }),
    });
  });

  test('what is not indexed yet is asked about again, and not sent again', async () => {
    const hec = later(await startHec({ token, acknowledgeAfterMs: 300 }));
    const sink = withPatience(hec, { waitMs: 30 });
    const all = outgoings(2, 'ocsf');
    expect(await sendTo(sink, all)).toEqual(
      all.map(() => ({ became: 'later', says: '127.0.0.1 has not acknowledged it yet' })),
    );
    const patient = () => sendTo(sink, all);
    await expect
      .poll(async () => became(await patient()), { interval: 10 })
      .toEqual(['taken', 'taken']);
    expect(hec.received()).toHaveLength(2);
  });

  test('what never gets to an index is sent again in the end', async () => {
    const hec = later(await startHec({ token, acknowledgeAfterMs: 0 }));
    const sink = withPatience(hec, { waitMs: 20, mostMs: 60 });
    hec.failNext('lost');
    expect(became(await sendTo(sink, outgoings(1, 'ocsf')))).toEqual(['later']);
    expect(hec.received()).toEqual([]);
    await expect
      .poll(async () => became(await sendTo(sink, outgoings(1, 'ocsf'))), { interval: 10 })
      .toEqual(['taken']);
    expect(hec.received()).toHaveLength(1);
  });

  test('a question that fails is asked again', async () => {
    const hec = later(await startHec({ token, acknowledgeAfterMs: 0 }));
    const [first] = outgoings(1, 'ocsf');
    const sink = withPatience(hec);
    const send = sendTo(sink, first ? [first] : []);
    await expect.poll(() => hec.received().length, { interval: 1 }).toBe(1);
    hec.failNext('busy', 'reset');
    expect(became(await send)).toEqual(['taken']);
    expect(hec.received()).toHaveLength(1);
  });

  test('the event that is invalid is refused at once, and does not wait', async () => {
    const hec = later(await startHec({ token, acknowledgeAfterMs: 0 }));
    const all = outgoings(3, 'ocsf');
    const broken = all.map((one, n) => (n === 1 ? { ...one, line: '{' } : one));
    expect(became(await sendTo(withPatience(hec), broken))).toEqual(['taken', 'refused', 'taken']);
  });

  test('a token without it is for somebody to mend', async () => {
    const hec = later(await startHec({ token }));
    const failure = await failureOf(sendTo(withPatience(hec), outgoings(1, 'ocsf')));
    expect(failure.message).toContain('the token must have indexer acknowledgment');
    expect(failure.code).toBe('DELIVERY_MISCONFIGURED');
  });

  test('a token that wants it, and was not asked for it, is for somebody to mend', async () => {
    const hec = later(await startHec({ token, acknowledgeAfterMs: 0 }));
    const failure = await failureOf(sendTo(open(hec.url), outgoings(1, 'ocsf')));
    expect(failure.message).toContain('Data channel is missing (code 10)');
    expect(failure.code).toBe('DELIVERY_MISCONFIGURED');
  });
});

test('stands in a private network only if the policy says so', () =>
  expectPrivateOnlyIfSaid(
    splunk,
    { url: 'https://splunk.invalid:8088', token: tokenRef },
    env,
    outgoings(1, 'ocsf'),
  ));

test('no answer brings the token to light', async () => {
  const secret = 'b5f1d9a2-0c77-4e1d-9f55-1f2e3d4c5b6a';
  await expectSecretsKept(
    (url) =>
      openSink(
        splunk,
        { url: { env: 'HEC_URL' }, token: tokenRef },
        { HEC_TOKEN: secret, HEC_URL: url },
      ),
    outgoings(2, 'ocsf'),
    [secret],
    (text) => ({ text, code: 6, 'invalid-event-number': 0 }),
  );
});

describe('in the policy', () => {
  const parse = (written: object) => splunk.settings.safeParse({ token: tokenRef, ...written });

  test('the address is an https URL, or a secret; one that looks like a secret must be one', () => {
    expect(parse({ url: 'https://splunk.contoso.com:8088' }).success).toBe(true);
    expect(parse({ url: { env: 'HEC_URL' } }).success).toBe(true);
    const messageOf = (url: unknown) => parse({ url }).error?.issues[0]?.message;
    expect(messageOf('http://splunk.contoso.com')).toMatch(/^a URL that begins with https/);
    for (const url of ['https://x.example/?token=1', 'https://a:b@x.example', { evn: 'A' }]) {
      expect(messageOf(url)).toMatch(/^secrets are never in the policy/);
    }
  });

  test('says in a few words where it leads', () => {
    const describe = (written: object) => splunk.describe(parse(written).data as never);
    expect(describe({ url: 'https://splunk.contoso.com:8088', index: 'soc' })).toBe(
      'Splunk at splunk.contoso.com:8088, index soc',
    );
    expect(describe({ url: { env: 'HEC_URL' } })).toBe('Splunk at the URL in HEC_URL');
  });
});
