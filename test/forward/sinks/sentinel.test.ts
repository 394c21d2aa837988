import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect, promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import type { TokenCredential } from '@azure/identity';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Certificates, makeCertificates } from '../../../local/siem/certificates.ts';
import { startLogsIngestion } from '../../../local/siem/logs-ingestion.ts';
import { logsIngestion, standInToken } from '../../../shared/azure/logs-ingestion.ts';
import { sentinelColumns, sentinelTable } from '../../../shared/forward/sentinel-table.ts';
import { outgoingOf } from '../../../shared/forward/siem-format.ts';
import type { Packed } from '../../../shared/forward/sink.ts';
import sentinel from '../../../shared/forward/sinks/sentinel.ts';
import { hostileNames } from '../../tell/sample-alerts.ts';
import { hostileEvents, variedEvents } from '../varied-events.ts';
import { became, failureOf, formatOf, openSink, outgoings, sendTo, uidsOf } from './http-sink.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

let certificates: Certificates;
beforeAll(async () => {
  certificates = await makeCertificates();
});

const realToken = 'eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.R3JlZW5Hb2JsaW4.c2lnbmF0dXJl';

/** A credential, and what it was asked for. */
function asked(give: () => Promise<string> = async () => realToken) {
  const scopes: unknown[] = [];
  const credential: TokenCredential = {
    async getToken(scope) {
      scopes.push(scope);
      return { token: await give(), expiresOnTimestamp: Date.now() + 3_600_000 };
    },
  };
  return { credential, scopes };
}

const stream = `Custom-${sentinelTable}`;

async function start(token = standInToken) {
  const server = await startLogsIngestion({
    certificates,
    streams: { [stream]: sentinelColumns },
    token,
  });
  cleanups.push(server.close);
  return { ...server, target: { endpoint: server.endpoint, ruleId: server.ruleId, stream } };
}

type Settings = Partial<Parameters<typeof logsIngestion>[0]>;

const uploader = (over: Settings = {}) =>
  logsIngestion({
    credential: asked().credential,
    timeoutMs: 5_000,
    allowLoopback: true,
    ca: certificates.ca,
    ...over,
  });

/** The sink as the policy opens it, at a stand-in. */
async function startSink(over: Settings = {}) {
  const server = await start();
  const notHere = () => Promise.reject(new Error('not of this test'));
  const azure = { uploadLogs: uploader(over), sendToHub: notHere, close: async () => {} };
  const { endpoint, ruleId } = server;
  return { server, sink: openSink(sentinel, { endpoint, ruleId }, {}, { azure }) };
}

const rowOf = (event: Parameters<typeof outgoingOf>[0]) => outgoingOf(event, formatOf('sentinel'));

const packed = (texts: readonly string[]): Packed[] => {
  const [outgoing] = outgoings(1, 'sentinel') as [Packed['outgoing']];
  return texts.map((text) => ({ outgoing, text }));
};

/** A row of about so many bytes. */
const rowOfBytes = (uid: string, bytes: number) =>
  JSON.stringify({ EventUid: uid, Details: ['x'.repeat(bytes)] });

describe('what arrives', () => {
  test('events of every kind, each in every column', async () => {
    const { server, sink } = await startSink();
    const all = [...variedEvents, ...Object.values(hostileNames).flatMap(hostileEvents)].map(rowOf);
    const batches = Array.from({ length: Math.ceil(all.length / 100) }, (_, n) =>
      all.slice(n * 100, n * 100 + 100),
    );
    for (const batch of batches) {
      expect(new Set(became(await sendTo(sink, batch)))).toEqual(new Set(['taken']));
    }
    expect(server.dropped()).toEqual([]);
    expect(server.misfits()).toEqual([]);
    expect(server.received().map(({ uid }) => uid)).toEqual(uidsOf(all));
    expect(server.received().map(({ row }) => ({ ...row, TimeGenerated: '' }))).toEqual(
      all.map(({ event }) => ({ ...(event as object), TimeGenerated: '' })),
    );
  });

  test('a batch as full as it may be in one call, packed', async () => {
    const { server, sink } = await startSink();
    const { maxBytes, baseBytes, bytesEach } = sentinel.limits;
    const each = 9_000;
    const texts: string[] = [];
    for (let bytes = baseBytes; ; ) {
      const text = rowOfBytes(`uid-${texts.length}`, each);
      bytes += Buffer.byteLength(text) + bytesEach;
      if (bytes > maxBytes) break;
      texts.push(text);
    }
    expect(texts.length).toBeGreaterThan(100);
    await sink.send(packed(texts));
    const calls = server.calls();
    expect(calls).toMatchObject([{ rows: texts.length, isPacked: true }]);
    expect(calls[0]?.bytes).toBeLessThanOrEqual(maxBytes);
    expect(calls[0]?.bytes).toBeGreaterThan(maxBytes - each - 100);
  });

  test('the sink uses the stream of the table unless told otherwise', () => {
    const { endpoint, ruleId } = {
      endpoint: 'https://watch-a1b2.westeurope-1.ingest.monitor.azure.com',
      ruleId: `dcr-${'0123456789abcdef'.repeat(2)}`,
    };
    const settings = sentinel.settings.parse({ endpoint, ruleId });
    expect(settings).toEqual({ endpoint, ruleId, stream: 'Custom-Glasswatch_CL' });
    expect(sentinel.describe(settings)).toBe(
      'Custom-Glasswatch_CL at watch-a1b2.westeurope-1.ingest.monitor.azure.com',
    );
  });

  test.each([
    ['without TLS', { endpoint: 'http://a.ingest.monitor.azure.com' }],
    ['with a path', { endpoint: 'https://a.ingest.monitor.azure.com/x' }],
    ['with a key in it', { endpoint: 'https://a.ingest.monitor.azure.com/?code=1' }],
    ['with the id of another thing', { ruleId: 'dce-1' }],
    ['with a stream of Azure', { stream: 'Microsoft-Event' }],
  ])('a policy %s is a mistake', (_, over) => {
    const good = {
      endpoint: 'https://a.ingest.monitor.azure.com',
      ruleId: `dcr-${'0'.repeat(32)}`,
    };
    expect(sentinel.settings.safeParse(good).success).toBe(true);
    expect(sentinel.settings.safeParse({ ...good, ...over }).success).toBe(false);
  });
});

describe('what the service says', () => {
  test.each([
    ['throttled', 'DELIVERY_UNAVAILABLE', '429'],
    ['broken', 'DELIVERY_UNAVAILABLE', '500'],
    ['busy', 'DELIVERY_UNAVAILABLE', '503'],
    ['unauthorized', 'DELIVERY_MISCONFIGURED', '401'],
    ['forbidden', 'DELIVERY_MISCONFIGURED', '403'],
    ['unknownRule', 'DELIVERY_MISCONFIGURED', '404'],
    ['badRequest', 'DELIVERY_REJECTED', '400'],
    ['tooLarge', 'DELIVERY_REJECTED', '413'],
  ] as const)('%s is %s, in its own words; then it goes on', async (way, code, status) => {
    const { server, sink } = await startSink();
    server.failNext(way);
    const all = outgoings(2, 'sentinel');
    const error = await failureOf(sendTo(sink, all));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(new RegExp(`127\\.0\\.0\\.1 answered ${status}: ".+"$`));
    expect(error.retryAfterMs).toBe(way === 'throttled' ? 1_000 : undefined);
    expect(server.received()).toEqual([]);

    expect(became(await sendTo(sink, all))).toEqual(['taken', 'taken']);
    expect(server.received()).toHaveLength(2);
  });

  test.each([
    ['reset', 0],
    ['resetAfter', 2],
    ['silent', 0],
    ['silentAfter', 2],
  ] as const)('%s: nothing is known to be taken', async (way, kept) => {
    const { server, sink } = await startSink({ timeoutMs: way.startsWith('silent') ? 700 : 5_000 });
    // The first connection takes its time.
    await sendTo(sink, outgoings(1, 'sentinel'));
    server.failNext(way);
    const error = await failureOf(sendTo(sink, outgoings(2, 'sentinel')));
    expect(error.code).toBe('DELIVERY_UNAVAILABLE');
    expect(server.received()).toHaveLength(1 + kept);
  });

  test('a rule or a stream that is not there is told', async () => {
    const server = await start();
    const rows = packed([rowOfBytes('a', 1)]);
    const noRule = await failureOf(uploader()({ ...server.target, ruleId: 'dcr-1' }, rows));
    expect(noRule.code).toBe('DELIVERY_MISCONFIGURED');
    expect(noRule.message).toContain('Data collection rule with immutable Id dcr-1 not found.');
    const noStream = await failureOf(uploader()({ ...server.target, stream: 'Custom-X' }, rows));
    expect(noStream.message).toContain('answered 400: "InvalidStream');
  });

  test('of several calls only the rows of the one that failed are sent again', async () => {
    const server = await start();
    // Twice as much as the sink ever sends: the library makes two calls of it.
    const rows = packed([rowOfBytes('a', 600_000), rowOfBytes('b', 600_000)]);
    server.failNext('throttled');
    const outcomes = await uploader()(server.target, rows);
    expect(became(outcomes).toSorted()).toEqual(['later', 'taken']);
    expect(outcomes.find((one) => one.became === 'later')).toMatchObject({ retryAfterMs: 1_000 });
    const taken = ['a', 'b'].filter((_, index) => outcomes[index]?.became === 'taken');
    expect(server.received().map(({ uid }) => uid)).toEqual(taken);
  });

  test.each([
    ['alone in its call: refused', [600_000, 600_000], ['refused', 'taken']],
    // Which of the two it was nobody knows.
    [
      'one of two: both again, for whoever halves',
      [10, 600_000, 600_000],
      ['later', 'later', 'taken'],
    ],
  ])('a row that is bad, %s', async (_, sizes, expected) => {
    const target = await serve((_, response, body) => {
      response.writeHead(body.includes('"bad-0"') ? 400 : 204).end();
    });
    const texts = sizes.map((bytes, n) => rowOfBytes(`bad-${n}`, bytes));
    expect(became(await uploader()(target, packed(texts)))).toEqual(expected);
  });

  test('what breaks at random loses nothing that was said to be taken', async () => {
    const { server, sink } = await startSink();
    server.failAtRandom(5, 0.4, ['throttled', 'busy', 'reset', 'resetAfter', 'unauthorized']);
    const all = outgoings(60, 'sentinel');
    let failures = 0;
    for (let from = 0; from < all.length; from += 3) {
      while (!(await sendTo(sink, all.slice(from, from + 3)).catch(() => undefined))) failures += 1;
    }
    expect(failures).toBeGreaterThan(5);
    expect([...new Set(server.received().map(({ uid }) => uid))]).toEqual(uidsOf(all));
  });
});

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** Something else that answers there. */
async function serve(answer: Answer) {
  const server = createServer(certificates.server, async (request, response) => {
    const body = gunzipSync(Buffer.concat(await request.toArray())).toString();
    answer(request, response, body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const endpoint = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { endpoint, ruleId: 'dcr-1', stream };
}

const anyRows = () => packed([rowOfBytes('a', 1)]);

describe('who gets a token', () => {
  test('a stand-in gets its own, and the credential is never asked', async () => {
    const server = await start();
    const { credential, scopes } = asked();
    await uploader({ credential })(server.target, anyRows());
    expect(server.received()).toHaveLength(1);
    expect(scopes).toEqual([]);
    const strict = await start('another');
    const error = await failureOf(uploader()(strict.target, anyRows()));
    expect(error.message).toContain('answered 401');
  });

  test.each([
    'http://a.ingest.monitor.azure.com',
    'https://a.ingest.monitor.azure.com.evil.example',
    'https://ingest.monitor.azure.com',
    'https://evilingest.monitor.azure.com',
    'https://a.ingest.monitor.azure.com:8443',
    'https://user:pass@a.ingest.monitor.azure.com',
    'https://a.ingest.monitor.azure.com/?sig=hunter2',
    'https://127.0.0.1:8443',
    'https://localhost',
    'not a URL',
  ])('%s never does', async (endpoint) => {
    const { credential, scopes } = asked();
    const upload = uploader({ credential, allowLoopback: false });
    const error = await failureOf(upload({ endpoint, ruleId: 'dcr-1', stream }, anyRows()));
    expect(error.code).toBe('DELIVERY_MISCONFIGURED');
    expect(error.message).not.toMatch(/hunter2|pass/);
    expect(scopes).toEqual([]);
  });

  test.each([
    ['com', 'https://monitor.azure.com/.default'],
    ['us', 'https://monitor.azure.us/.default'],
    ['cn', 'https://monitor.azure.cn/.default'],
  ])('the cloud of azure.%s gets one that is for it', async (end, scope) => {
    const { credential, scopes } = asked(async () => {
      throw Object.assign(new Error(`no ${realToken}`), { name: 'CredentialUnavailableError' });
    });
    const endpoint = `https://watch.westeurope-1.ingest.monitor.azure.${end}`;
    const error = await failureOf(
      uploader({ credential })({ endpoint, ruleId: 'dcr-1', stream }, anyRows()),
    );
    expect(scopes).toEqual([[scope]]);
    expect(error.code).toBe('DELIVERY_UNAVAILABLE');
    expect(error.message).toMatch(/no token for watch\.westeurope-1\.ingest\.monitor\.azure\.\w+$/);
  });

  test('a credential that never answers keeps nobody waiting', async () => {
    const { credential } = asked(() => new Promise(() => {}));
    const endpoint = 'https://watch.ingest.monitor.azure.com';
    const upload = uploader({ credential, timeoutMs: 200 });
    const error = await failureOf(upload({ endpoint, ruleId: 'dcr-1', stream }, anyRows()));
    expect(error.message).toMatch(/^DELIVERY_UNAVAILABLE: .* gave no answer within 200 ms$/);
  });

  test('a redirect is not followed', async () => {
    const other = await start();
    let hits = 0;
    const target = await serve((_, response) => {
      hits += 1;
      response.writeHead(307, { location: `${other.endpoint}/` }).end();
    });
    expect((await failureOf(uploader()(target, anyRows()))).code).toBe('DELIVERY_MISCONFIGURED');
    expect(hits).toBe(1);
    expect(other.received()).toEqual([]);
  });

  test('nobody whose certificate is not vouched for', async () => {
    const server = await start();
    const settings = { credential: asked().credential, timeoutMs: 5_000, allowLoopback: true };
    const { ca } = await makeCertificates();
    for (const trusted of [{}, { ca }]) {
      const upload = logsIngestion({ ...settings, ...trusted });
      const error = await failureOf(upload(server.target, anyRows()));
      expect(error.code).toBe('DELIVERY_UNAVAILABLE');
      expect(error.message).toMatch(/ failed \((?:CERT_|UNABLE_TO_|SELF_SIGNED)/);
    }
    expect(server.received()).toEqual([]);
  });

  test('a service that repeats the token is quoted without it', async () => {
    const says: Answer[] = [
      ({ headers }, response) => response.writeHead(400).end(`Got ${headers.authorization}`),
      ({ headers }, response) =>
        response
          .writeHead(401, { 'content-type': 'application/json' })
          .end(JSON.stringify({ error: { code: headers.authorization, message: headers } })),
      ({ headers }, response) =>
        response
          .writeHead(500, { 'content-type': 'application/json' })
          .end(JSON.stringify({ error: { code: 'X', message: `no ${headers.authorization}` } })),
    ];
    for (const answer of says) {
      const target = await serve(answer);
      const error = await failureOf(uploader()(target, anyRows()));
      expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(standInToken);
      expect(error.message).toMatch(/answered (?:400|401|500)/);
    }
  });
});

test('a process that is given the authority in NODE_EXTRA_CA_CERTS trusts the stand-in', async () => {
  const server = await start();
  const folder = await mkdtemp(join(tmpdir(), 'glasswatch-ca-'));
  cleanups.push(() => rm(folder, { recursive: true }));
  const file = join(folder, 'ca.pem');
  await writeFile(file, server.ca);
  const adapter = new URL('../../../shared/azure/logs-ingestion.ts', import.meta.url);
  const script = `
    const { logsIngestion } = await import(${JSON.stringify(adapter.href)});
    const upload = logsIngestion({ credential: {}, timeoutMs: 10_000, allowLoopback: true });
    const batch = [{ outgoing: {}, text: '{"EventUid":"of-another-process"}' }];
    await upload(${JSON.stringify(server.target)}, batch);`;
  const run = (env: object) =>
    promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...process.env, ...env },
    });
  await run({ NODE_EXTRA_CA_CERTS: file });
  expect(server.received().map(({ uid }) => uid)).toEqual(['of-another-process']);
});
