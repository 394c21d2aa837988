import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import {
  openTransports,
  type SinkTransportOptions,
} from '../../../shared/forward/open-transports.ts';
import type { PostRequest, SinkTransports } from '../../../shared/forward/sink-transports.ts';
import { isPrivateAddress } from '../../../shared/private-address.ts';
import { failureOf, later, receiver } from './http-sink.ts';

const secret = 'Zs3cretZ';
const request: PostRequest = { headers: { authorization: `Key ${secret}` }, body: '{}' };

const open = (options: SinkTransportOptions = {}) =>
  later(openTransports({ allowLoopback: true, timeoutMs: 3_000, ...options }));

describe('post', () => {
  test('sends the body and headers as they are, and hands back whatever is answered', async () => {
    const { url, got } = await receiver(() => ({
      status: 418,
      headers: { 'retry-after': '7' },
      body: 'Zoë',
    }));
    const bytes = Buffer.from('Zoë 界');
    const answered = await open().post(`${url}/in?a=1`, { ...request, body: bytes });
    expect(answered).toEqual({ status: 418, retryAfterMs: 7_000, text: 'Zoë' });
    expect(got).toMatchObject([
      { url: '/in?a=1', body: 'Zoë 界', headers: { authorization: `Key ${secret}` } },
    ]);
  });

  test('a body in a part of a buffer is that part alone', async () => {
    const { url, got } = await receiver(() => ({ status: 200 }));
    await open().post(url, { ...request, body: Buffer.from('xxabcxx').subarray(2, 5) });
    expect(got[0]?.body).toBe('abc');
  });

  test('follows no redirect', async () => {
    const { url, got } = await receiver(() => ({ status: 307, headers: { location: '/next' } }));
    expect(await open().post(url, request)).toMatchObject({ status: 307 });
    expect(got).toHaveLength(1);
  });

  test('reads 64 KiB of an answer and no more', async () => {
    const { url } = await receiver(() => ({ status: 200, body: 'x'.repeat(200_000) }));
    expect((await open().post(url, request)).text).toHaveLength(64 * 1024);
  });

  test.each([
    ['a receiver that says nothing', () => {}],
    ['an answer that never ends', (write: (text: string) => void) => write('HTTP/1.1 200 OK\r\n')],
  ])('%s is unavailable once the time is up', async (_, say) => {
    const ends: (() => unknown)[] = [];
    const server = createServer((socket) => {
      socket.on('error', () => {});
      say((text) => socket.write(text));
      ends.push(() => socket.destroy());
    }).listen(0, '127.0.0.1');
    ends.push(() => server.close());
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/in?sig=${secret}`;
    const failure = await failureOf(open({ timeoutMs: 100 }).post(url, request));
    for (const end of ends) end();
    expect(failure.message).toBe('DELIVERY_UNAVAILABLE: 127.0.0.1 gave no answer within 100 ms');
  });

  test('a host that the name servers never find is unavailable once the time is up', async () => {
    const resolve = () => new Promise<never>(() => {});
    const out = open({ resolve, timeoutMs: 50 });
    const failure = await failureOf(out.post(`https://siem.example/?sig=${secret}`, request));
    expect(failure.message).toBe('DELIVERY_UNAVAILABLE: siem.example gave no answer within 50 ms');
  });

  const host = `siem.example/${secret}?sig=${secret}`;
  test.each([
    ['no URL', `::${secret}`, 'what should be a URL is none'],
    ['plain http', `http://${host}`, 'the URL must begin with https://'],
    ['a user name', `https://user:${secret}@siem.example/`, 'the URL must not hold a user name'],
    ['a private address', `https://${host}`, 'siem.example leads to an address that is not public'],
    ['this computer', `https://127.0.0.1/${secret}`, '127.0.0.1 leads to'],
    ['the metadata service', `https://169.254.169.254/${secret}`, '169.254.169.254 leads to'],
  ])('%s is for somebody to mend', async (_, url, message) => {
    const resolve = async () => ['203.0.113.1', '10.0.0.1'];
    const failure = await failureOf(open({ resolve, allowLoopback: false }).post(url, request));
    expect(failure.message).toContain(`DELIVERY_MISCONFIGURED: ${message}`);
    expect(inspect(failure, { depth: 20, showHidden: true })).not.toContain(secret);
  });

  test('a host without any address is spoken to by nobody', async () => {
    const out = open({ resolve: async () => [] });
    expect((await failureOf(out.post('https://siem.example', request))).code).toBe(
      'DELIVERY_MISCONFIGURED',
    );
  });

  test('a key that no header can carry is told of without it', async () => {
    const { url, got } = await receiver(() => ({ status: 200 }));
    const headers = { authorization: `Key ${secret}\r\nx: 1` };
    const failure = await failureOf(open().post(url, { ...request, headers }));
    expect(failure.code).toBe('DELIVERY_MISCONFIGURED');
    expect(inspect(failure, { depth: 20, showHidden: true })).not.toContain(secret);
    expect(got).toEqual([]);
  });

  describe('to a receiver that the operator calls private', () => {
    const askOf = (...addresses: string[]) =>
      failureOf(
        open({ resolve: async () => addresses, allowLoopback: false, timeoutMs: 40 }).post(
          'https://siem.invalid:8088/',
          { ...request, isPrivate: true },
        ),
      );

    // Nobody is there: it is spoken to, and that is all that there is to see.
    test.each(['10.1.2.3', '192.168.0.9', 'fd12::9'])('%s is spoken to', async (address) => {
      expect((await askOf(address)).code).toBe('DELIVERY_UNAVAILABLE');
    });

    test.each([
      ['127.0.0.1'],
      ['::1'],
      ['169.254.169.254'],
      ['fe80::1'],
      ['168.63.129.16'],
      ['100.100.100.200'],
      ['fd00:ec2::254'],
      ['10.1.2.3', '169.254.169.254'],
    ])('%s is not', async (...addresses) => {
      const failure = await askOf(...addresses);
      expect(failure.message).toBe(
        'DELIVERY_MISCONFIGURED: siem.invalid leads to an address that is neither public nor private',
      );
    });
  });
});

test.each([
  ['10.0.0.1', true],
  ['::ffff:10.0.0.1', true],
  ['::ffff:100.100.100.200', false],
  ['172.15.0.1', false],
  ['172.16.0.1', true],
  ['100.64.0.1', true],
  ['fd00::1', true],
  ['203.0.113.1', false],
  ['not an address', false],
])('%s is private: %s', (address, isPrivate) => expect(isPrivateAddress(address)).toBe(isPrivate));

describe('append', () => {
  const root = mkdtempSync(join(tmpdir(), 'glasswatch-append-'));
  afterAll(() => rmSync(root, { recursive: true }));

  test('adds to a file, in a folder that it makes', async () => {
    const out = open({ root });
    await out.append('siem/events.ndjson', 'a\n');
    await out.append('siem/events.ndjson', 'b\nc\n');
    expect(readFileSync(join(root, 'siem/events.ndjson'), 'utf8')).toBe('a\nb\nc\n');
  });

  test('what a killed process left in the middle of a line spoils no other', async () => {
    writeFileSync(join(root, 'cut.ndjson'), 'a\n{"half":');
    await open({ root }).append('cut.ndjson', 'b\n');
    expect(readFileSync(join(root, 'cut.ndjson'), 'utf8')).toBe('a\n{"half":\nb\n');
  });

  test('a place where no file can be is for somebody to mend', async () => {
    writeFileSync(join(root, 'file'), '');
    const failure = await failureOf(open({ root }).append('file/events.ndjson', 'a\n'));
    expect(failure.message).toMatch(
      /^DELIVERY_MISCONFIGURED: the file file\/events.ndjson can not be written \((?:ENOTDIR|EEXIST)\)$/,
    );
  });
});

const hub: Parameters<SinkTransports['sendToHub']>[0] = {
  connectionString: 'x',
  contentType: 'application/json',
  properties: {},
};

test.each(['uploadLogs', 'sendToHub'] as const)(
  '%s, where nothing brings it, is for somebody to mend',
  async (name) => {
    const target = { endpoint: 'https://x.example', ruleId: 'dcr-1', stream: 'Custom-X' };
    const out = open();
    const work = name === 'uploadLogs' ? out.uploadLogs(target, []) : out.sendToHub(hub, []);
    expect((await failureOf(work)).code).toBe('DELIVERY_MISCONFIGURED');
  },
);

test('what Azure brings is used, and closed', async () => {
  let closed = 0;
  const azure = {
    uploadLogs: async () => [],
    sendToHub: async () => [{ became: 'taken' as const }],
    close: async () => void closed++,
  };
  const out = openTransports({ azure });
  expect(await out.sendToHub(hub, [])).toEqual([{ became: 'taken' }]);
  await out.close();
  expect(closed).toBe(1);
});
