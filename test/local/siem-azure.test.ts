import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { connect } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Certificates, makeCertificates } from '../../local/siem/certificates.ts';
import { startLogsIngestion } from '../../local/siem/logs-ingestion.ts';
import type { Column } from '../../local/siem/logs-table.ts';
import { readSyslogMessage } from '../../local/siem/syslog-message.ts';
import { startSyslogServer } from '../../local/siem/syslog-server.ts';
import { formatData } from '../forward/format-data.ts';

// What the stand-ins refuse: a sink that is tested with them is tested as strictly as by the real ones.

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

let certificates: Certificates;
beforeAll(async () => {
  certificates = await makeCertificates();
});

const columns: Column[] = [
  { name: 'TimeGenerated', type: 'datetime' },
  { name: 'EventUid', type: 'string' },
  { name: 'Revision', type: 'int' },
  { name: 'IsAlert', type: 'boolean' },
  { name: 'Details', type: 'dynamic' },
];
const stream = 'Custom-Findings_CL';

async function startLogs() {
  const server = await startLogsIngestion({ certificates, streams: { [stream]: columns } });
  cleanups.push(server.close);
  const path = `/dataCollectionRules/${server.ruleId}/streams/${stream}?api-version=2023-01-01`;
  return { ...server, path };
}

type Ask = { method?: string; path?: string; headers?: Record<string, string>; body?: unknown };

async function ask(
  { endpoint, path }: { endpoint: string; path: string },
  { method = 'POST', headers, body = [], ...over }: Ask = {},
): Promise<{ status: number | undefined; text: string }> {
  const bytes = Buffer.isBuffer(body) || typeof body === 'string' ? body : JSON.stringify(body);
  const sent = request(endpoint + (over.path ?? path), {
    method,
    ca: certificates.ca,
    headers: {
      authorization: 'Bearer stand-in',
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(bytes)),
      ...headers,
    },
  });
  sent.end(bytes);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const text = Buffer.concat(await answer.toArray()).toString();
  return { status: answer.statusCode, text };
}

const row = {
  TimeGenerated: new Date().toISOString(),
  EventUid: 'uid-1',
  Revision: 1,
  IsAlert: true,
  Details: { a: [1] },
};

describe('logs ingestion', () => {
  test('takes rows, packed or not, and shows them as the table holds them', async () => {
    const server = await startLogs();
    expect(await ask(server, { body: [row] })).toEqual({ status: 204, text: '' });
    const body = gzipSync(JSON.stringify([{ ...row, EventUid: 'uid-2' }]));
    expect((await ask(server, { body, headers: { 'content-encoding': 'gzip' } })).status).toBe(204);
    expect(server.received()).toMatchObject([
      { uid: 'uid-1', row },
      { uid: 'uid-2', row: { ...row, EventUid: 'uid-2' } },
    ]);
    expect([server.dropped(), server.misfits()]).toEqual([[], []]);
    expect(server.calls().map(({ isPacked }) => isPacked)).toEqual([false, true]);
  });

  test('what is not declared vanishes without a word, what does not fit is empty', async () => {
    const server = await startLogs();
    const odd = { ...row, Title: 'x', Revision: 'many', IsAlert: 'TRUE', EventUid: 7 };
    expect((await ask(server, { body: [odd, { Revision: 2 ** 31, Details: null }] })).status).toBe(
      204,
    );
    expect(server.received().map((one) => one.row)).toMatchObject([
      { ...row, Revision: null, EventUid: '7' },
      { EventUid: null, Revision: null, IsAlert: null, Details: null },
    ]);
    expect(server.received()[0]?.row).not.toHaveProperty('Title');
    expect(server.dropped()).toEqual(['Title']);
    expect(server.misfits()).toEqual(['Revision']);
  });

  test.each([
    ['missing', undefined],
    ['none', 'yesterday'],
    ['days old', '2020-01-01T00:00:00.000Z'],
    ['far ahead', '2999-01-01T00:00:00.000Z'],
  ])('a time that is %s gives way to that of arrival', async (_, TimeGenerated) => {
    const server = await startLogs();
    await ask(server, { body: [{ ...row, TimeGenerated }] });
    const [one] = server.received();
    expect(one?.row.TimeGenerated).toBe(one?.receivedAt);
  });

  test('a text of more than 64 KB is cut', async () => {
    const server = await startLogs();
    await ask(server, { body: [{ ...row, EventUid: 'x'.repeat(70_000) }] });
    expect(String(server.received()[0]?.row.EventUid)).toHaveLength(65_536);
  });

  const rule = '/dataCollectionRules/dcr-00000000000000000000000000000000/streams';
  const large = JSON.stringify([{ Details: ['x'.repeat(1024 * 1024)] }]);
  test.each<[string, number, Ask]>([
    ['without a token', 401, { headers: { authorization: '' } }],
    ['with another token', 401, { headers: { authorization: 'Bearer stand-in2' } }],
    [
      'of another rule',
      404,
      { path: `/dataCollectionRules/dcr-1/streams/${stream}?api-version=2023-01-01` },
    ],
    ['of another stream', 400, { path: `${rule}/Custom-Other_CL?api-version=2023-01-01` }],
    ['without a version', 400, { path: `${rule}/${stream}` }],
    ['to another place', 404, { path: '/logs?api-version=2023-01-01' }],
    ['by another method', 405, { method: 'PUT' }],
    ['with another type', 415, { headers: { 'content-type': 'text/plain' } }],
    ['in another packing', 415, { headers: { 'content-encoding': 'br' } }],
    ['that says it is packed', 400, { headers: { 'content-encoding': 'gzip' } }],
    ['with a row alone', 400, { body: row }],
    ['with a list of texts', 400, { body: ['x'] }],
    ['with a broken list', 400, { body: '[{' }],
    ['of more than 1 MB', 413, { body: large }],
    [
      'of more than 1 MB once unpacked',
      413,
      { body: gzipSync(large), headers: { 'content-encoding': 'gzip' } },
    ],
  ])('a request %s is answered %i', async (_, status, given) => {
    const server = await startLogs();
    const answer = await ask(server, given);
    expect(answer.status).toBe(status);
    if (status !== 405) expect(JSON.parse(answer.text).error.code).toMatch(/^\w+$/);
    expect(server.received()).toEqual([]);
    expect(server.calls()).toEqual([]);
  });
});

const plain = (uid: string) =>
  `<106>1 2026-11-21T10:00:00.123Z h a - m - CEF:0|v|p|1|r|n|10|cs2=${uid}`;
const framed = (text: string) => `${Buffer.byteLength(text)} ${text}`;

async function startSyslog() {
  const server = await startSyslogServer({ certificates });
  cleanups.push(server.close);
  return server;
}

/** Writes what it is given, piece by piece, until the server closes. */
async function write(port: number, pieces: readonly (string | Buffer)[]): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port, ca: certificates.ca });
  socket.on('error', () => {});
  socket.resume();
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await once(socket, 'secureConnect');
  for (const piece of pieces) {
    if (!socket.writable) break;
    socket.write(piece);
    await new Promise(setImmediate);
  }
  socket.end();
  await closed;
}

describe('the syslog server', () => {
  test('puts frames together, wherever they were cut', async () => {
    const server = await startSyslog();
    const all = Buffer.from(framed(plain('ü')) + framed(plain('b')));
    const octets = [...all].map((octet) => Buffer.of(octet));
    await write(server.port, octets);
    await write(server.port, [all]);
    expect(server.refused()).toEqual([]);
    expect(server.received().map(({ uid }) => uid)).toEqual(['ü', 'b', 'ü', 'b']);
  });

  test.each([
    ['a line without its count', `${plain('b')}\n`, 'no count of octets'],
    ['a count that begins with 0', `0${framed(plain('b'))}`, 'no count of octets'],
    ['a count in units of UTF-16', `${plain('ü').length} ${plain('ü')}`, 'not valid'],
    ['a count that is too small', `10 ${plain('b')}`, 'no header of RFC 5424'],
    [
      'a message that is not UTF-8',
      Buffer.from(framed(plain('b')).replace('cs2=b', 'cs2=\xff'), 'latin1'),
      'not valid',
    ],
    ['more than 8192 octets', framed(plain('x'.repeat(8_192))), 'a message of'],
    [
      'a line end within the header',
      framed(plain('b').replace(' h ', '\nh ')),
      'no header of RFC 5424',
    ],
  ])('breaks off at %s, and keeps what was before', async (_, bad, why) => {
    const server = await startSyslog();
    await write(server.port, [framed(plain('a')), bad, framed(plain('c'))]);
    expect(server.received().map(({ uid }) => uid)).toEqual(['a']);
    expect(server.refused()).toEqual([expect.stringContaining(why)]);
  });

  test('breaks off if the end comes within a frame', async () => {
    const server = await startSyslog();
    await write(server.port, [framed(plain('a')), '99 <106>1']);
    expect(server.received()).toHaveLength(1);
    expect(server.refused()).toEqual(['the end within a frame']);
  });
});

describe('a syslog message', () => {
  type Vector = { name: string; rfc5424: string; header: string[]; extension: object };
  const { messages } = formatData('cef-syslog.vectors') as { messages: Vector[] };

  test.each(messages)('$name is read as it was meant', ({ rfc5424, header, extension }) => {
    const read = readSyslogMessage(rfc5424);
    expect(read).toMatchObject({ facility: 13, app: 'example-watch', processId: null });
    const { vendor, product, version, ruleId, name, severity, ...rest } = read.cef;
    expect([vendor, product, version, ruleId, name, severity]).toEqual(header);
    expect(rest.extension).toEqual(extension);
  });

  test('may have structured data', () => {
    const data = '[a@1 b="c \\" \\] \\\\" d=""][e]';
    expect(readSyslogMessage(plain('x').replace('m - CEF', `m ${data} CEF`)).cef.extension).toEqual(
      {
        cs2: 'x',
      },
    );
  });

  const cef = (extension: string, head = 'v|p|1|r|n|10') =>
    `<106>1 - - - - - - CEF:0|${head}|${extension}`;
  test.each([
    ['a priority that is too high', plain('x').replace('<106>', '<192>')],
    ['a priority with a zero before it', plain('x').replace('<106>', '<0106>')],
    ['another version', plain('x').replace('>1 ', '>2 ')],
    ['a time without its zone', plain('x').replace('.123Z', '')],
    ['a day that is none', plain('x').replace('11-21', '13-41')],
    ['structured data that does not end', plain('x').replace('m - CEF', 'm [a b="c CEF')],
    ['no CEF', plain('x').replace('CEF:0', 'LEEF:1')],
    ['a header that is too short', cef('cs2=x', 'v|p|1|r|n')],
    ['a backslash alone in the header', cef('cs2=x', 'v|p\\q|1|r|n|10')],
    ['a severity that is none', cef('cs2=x', 'v|p|1|r|n|11')],
    ['an equals sign of a value', cef('msg=a=b')],
    ['a backslash alone in a value', cef('msg=a\\b')],
    ['a line end in a value', cef('msg=a\nb')],
    ['a field twice', cef('msg=a msg=b')],
    ['no key', cef('=b')],
  ])('with %s is none', (_, text) => {
    expect(() => readSyslogMessage(cef('a=b c=d'))).not.toThrow();
    expect(() => readSyslogMessage(text)).toThrow();
  });
});

test('the certificates are for this machine, one of them of yesterday', async () => {
  const server = await startSyslog();
  const authorized = async (ca: string, servername?: string) => {
    const socket = connect({
      host: '127.0.0.1',
      port: server.port,
      ca,
      ...(servername && { servername }),
    });
    cleanups.push(() => socket.destroy());
    return once(socket, 'secureConnect').then(
      () => 'yes',
      (error: { code: string }) => error.code,
    );
  };
  expect(await authorized(certificates.ca)).toBe('yes');
  expect(await authorized(certificates.ca, 'localhost')).toBe('yes');
  expect(await authorized(certificates.ca, 'other.example')).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  server.failNext('expired');
  expect(await authorized(certificates.ca)).toBe('CERT_HAS_EXPIRED');
});
