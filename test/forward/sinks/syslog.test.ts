import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Certificates, makeCertificates } from '../../../local/siem/certificates.ts';
import { startSyslogServer } from '../../../local/siem/syslog-server.ts';
import { outgoingOf } from '../../../shared/forward/siem-format.ts';
import type { Outgoing } from '../../../shared/forward/sink.ts';
import syslog from '../../../shared/forward/sinks/syslog.ts';
import {
  allowedAddresses,
  type SyslogOptions,
  syslogTls,
} from '../../../shared/forward/syslog-tls.ts';
import { severities } from '../../../shared/severity.ts';
import { hostileNames } from '../../tell/sample-alerts.ts';
import { formatData } from '../format-data.ts';
import { eventOf, hostileEvents, variedEvents } from '../varied-events.ts';
import { became, failureOf, formatOf, openSink, outgoings, sendTo, uidsOf } from './http-sink.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

let certificates: Certificates;
beforeAll(async () => {
  certificates = await makeCertificates();
});

async function start(options: Parameters<typeof startSyslogServer>[0] = {}) {
  const server = await startSyslogServer({ certificates, ...options });
  cleanups.push(server.close);
  const { host, port, ca } = server;
  return { ...server, target: { host, port, ca } };
}

async function port(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

const sender = (over: Partial<SyslogOptions> = {}) =>
  syslogTls({ timeoutMs: 5_000, allowLoopback: true, ...over });

const frames = (...texts: string[]) =>
  texts.map((text) => Buffer.from(`${Buffer.byteLength(text)} ${text}`));

const plain = (n: number) =>
  `<106>1 2026-11-21T10:00:00.123Z h a - m - CEF:0|v|p|1|r|n|10|cs2=uid-${n} msg=${'x'.repeat(50)}`;

/** The sink as the policy opens it, at a stand-in. */
async function startSink() {
  const server = await start();
  const written = { host: server.host, port: server.port, ca: { env: 'CA' } };
  const open = (timeoutMs: number) => openSink(syslog, written, { CA: server.ca }, { timeoutMs });
  return { server, open, sink: open(5_000) };
}

const cefOf = (event: Parameters<typeof outgoingOf>[0]) => outgoingOf(event, formatOf('cef'));

/** A receiver in a process of its own, whose moments come between any two steps of ours. */
async function startElsewhere(then: string) {
  const module = new URL('../../../local/siem/syslog-server.ts', import.meta.url);
  const script = `
    const { startSyslogServer } = await import(${JSON.stringify(module.href)});
    const { host, port, ca, failAtRandom } = await startSyslogServer();
    ${then}
    process.send({ host, port, ca });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  cleanups.push(() => child.kill());
  const [target] = await once(child, 'message');
  return target as { host: string; port: number; ca: string };
}

describe('what arrives', () => {
  type Vector = { name: string; octetCounted: string; rfc5424: string };
  const { messages } = formatData('cef-syslog.vectors') as { messages: Vector[] };

  test('the vectors, byte for byte, on one connection', async () => {
    const server = await start();
    await sender()(
      server.target,
      messages.map(({ octetCounted }) => Buffer.from(octetCounted)),
    );
    expect(server.received().map(({ text }) => text)).toEqual(
      messages.map(({ rfc5424 }) => rfc5424),
    );
    expect(server.counts().connections).toBe(1);
  });

  test('events of every kind in their order, each with the header that is meant', async () => {
    const { server, sink } = await startSink();
    const all = variedEvents.map(cefOf);
    const told: string[] = [];
    for (let from = 0; from < all.length; from += 200) {
      told.push(...became(await sendTo(sink, all.slice(from, from + 200))));
    }
    expect(new Set(told)).toEqual(new Set(['taken']));
    expect(server.refused()).toEqual([]);
    expect(uidsOf(server.received() as readonly { uid: string }[])).toEqual(uidsOf(all));
    expect(server.received().map(({ cef: _cef, text: _text, ...header }) => header)).toMatchObject(
      all.map(({ kind, time }) => ({
        facility: 13,
        time: new Date(time).toISOString(),
        host: 'glasswatch',
        app: 'glasswatch',
        processId: null,
        messageId: kind,
      })),
    );
    expect(new Set(server.received().map(({ messageId }) => messageId))).toEqual(
      new Set(['finding', 'incident', 'heartbeat']),
    );
  });

  test('the graver, the lower the severity', async () => {
    const { server, sink } = await startSink();
    await sendTo(
      sink,
      severities.map((severity) => cefOf(eventOf({ severity }))),
    );
    expect(server.received().map(({ severity }) => severity)).toEqual([6, 5, 4, 3, 2]);
  });

  test('whatever a log held, of at most 8192 octets', async () => {
    const { server, sink } = await startSink();
    const all = Object.values(hostileNames).flatMap(hostileEvents).map(cefOf);
    await sendTo(sink, all);
    expect(server.refused()).toEqual([]);
    expect(server.received().map(({ uid }) => uid)).toEqual(all.map(({ uid }) => uid));
    const octets = server.received().map(({ text }) => Buffer.byteLength(text));
    expect(Math.max(...octets)).toBeLessThanOrEqual(8192);
  });

  test('what is longer is refused by us, and takes nobody with it', async () => {
    const { server, sink } = await startSink();
    const [first, long, last] = outgoings(3, 'cef') as [Outgoing, Outgoing, Outgoing];
    const tooLong = { ...long, line: `${long.line} msg=${'ü'.repeat(4_100)}` };
    expect(await sendTo(sink, [first, tooLong, last])).toEqual([
      { became: 'taken' },
      { became: 'refused', says: 'longer than the 8192 octets that syslog receivers take' },
      { became: 'taken' },
    ]);
    expect(became(await sendTo(sink, [tooLong]))).toEqual(['refused']);
    expect(server.received().map(({ uid }) => uid)).toEqual([first.uid, last.uid]);
    expect(server.counts().connections).toBe(1);
  });

  test('without its time, if nobody can write that down', async () => {
    const { server, sink } = await startSink();
    const [one] = outgoings(1, 'cef') as [Outgoing];
    await sendTo(sink, [
      { ...one, time: Number.NaN },
      { ...one, time: 1e17 },
    ]);
    expect(server.received().map(({ time }) => time)).toEqual([null, null]);
  });
});

describe('nothing is taken for granted', () => {
  test.each([
    ['refuse', 'DELIVERY_UNAVAILABLE', 0],
    ['reset', 'DELIVERY_UNAVAILABLE', 1],
    ['silent', 'DELIVERY_UNAVAILABLE', 0],
    ['neverClose', 'DELIVERY_UNAVAILABLE', 3],
    ['expired', 'DELIVERY_MISCONFIGURED', 0],
  ] as const)('%s: the whole batch is sent again', async (way, code, kept) => {
    const { server, open, sink } = await startSink();
    const isSilent = way === 'silent' || way === 'neverClose';
    server.failNext(way);
    const all = outgoings(3, 'cef');
    const error = await failureOf(sendTo(isSilent ? open(400) : sink, all));
    expect(error.code).toBe(code);
    expect(error.message).toContain(`127.0.0.1:${server.port}`);
    expect(server.received()).toHaveLength(kept);

    expect(became(await sendTo(sink, all))).toEqual(['taken', 'taken', 'taken']);
    expect(uidsOf(server.received().slice(kept) as { uid: string }[])).toEqual(uidsOf(all));
  });

  test('a receiver that ends before it can have read all has not read all', async () => {
    const server = createTlsServer(
      { ...certificates.server, allowHalfOpen: true, pauseOnConnect: true },
      (socket) => {
        socket.on('error', () => {});
        socket.end();
      },
    );
    const target = { host: '127.0.0.1', port: await port(server), ca: certificates.ca };
    const much = [Buffer.alloc(32 * 1024 * 1024)];
    const error = await failureOf(sender()(target, much));
    expect(error.code).toBe('DELIVERY_UNAVAILABLE');
  });

  test('what breaks at random loses nothing that was said to be taken', async () => {
    const { server, sink } = await startSink();
    server.failAtRandom(11, 0.5, ['refuse', 'reset', 'expired']);
    const all = outgoings(60, 'cef');
    let failures = 0;
    for (let from = 0; from < all.length; from += 3) {
      const batch = all.slice(from, from + 3);
      for (;;) {
        const sent = await sendTo(sink, batch).catch(() => undefined);
        if (sent) break;
        failures += 1;
      }
    }
    expect(failures).toBeGreaterThan(5);
    const uids = server.received().map(({ uid }) => uid);
    expect([...new Set(uids)]).toEqual(uidsOf(all));
  });

  test('a reset is one at whatever moment it comes', async () => {
    const target = await startElsewhere("failAtRandom(1, 1, ['reset']);");
    const send = sender();
    for (let n = 0; n < 60; n += 1) {
      const batch = frames(plain(n), ...(n % 2 ? Array(100).fill(plain(n)) : []));
      const error = await failureOf(send(target, batch));
      expect(error.code).toBe('DELIVERY_UNAVAILABLE');
    }
  });

  test('who is busy does not take a good end for one that came too soon', async () => {
    const send = sender();
    const target = await startElsewhere('');
    let isBusy = true;
    const work = (async () => {
      while (isBusy) {
        await pause(Math.random() * 2);
        for (const until = performance.now() + 8; performance.now() < until; );
      }
    })();
    for (let n = 0; n < 50; n += 1) await send(target, frames(plain(n), plain(n)));
    isBusy = false;
    await work;
  });

  test('a refused connection is told with its code', async () => {
    const { target, close } = await startSyslogServer({ certificates }).then(async (server) => ({
      target: { host: server.host, port: server.port, ca: server.ca },
      close: server.close,
    }));
    await close();
    const error = await failureOf(sender()(target, frames(plain(1))));
    expect(error.code).toBe('DELIVERY_UNAVAILABLE');
    expect(error.message).toContain('ECONNREFUSED');
  });
});

describe('who is at the other end', () => {
  test('a certificate that nobody vouches for gets no word', async () => {
    const { target, ...server } = await start();
    const { ca: _ca, ...unknown } = target;
    const error = await failureOf(sender()(unknown, frames(plain(1))));
    expect(error.code).toBe('DELIVERY_MISCONFIGURED');
    expect(error.message).toContain('certificate');
    expect(server.received()).toEqual([]);
  });

  test('not even if the environment says that it does not matter', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    const { target, ...server } = await start();
    const other = await makeCertificates();
    const error = await failureOf(sender()({ ...target, ca: other.ca }, frames(plain(1))));
    expect(error.code).toBe('DELIVERY_MISCONFIGURED');
    expect(server.received()).toEqual([]);
  });

  test('a certificate of another name is none', async () => {
    const named = await makeCertificates(['127.0.0.1']);
    const { target, ...server } = await start({ certificates: named });
    const send = sender({ resolve: async () => ['127.0.0.1'] });
    const error = await failureOf(send({ ...target, host: 'localhost' }, frames(plain(1))));
    expect(error.code).toBe('DELIVERY_MISCONFIGURED');
    expect(error.message).toContain('ERR_TLS_CERT_ALTNAME_INVALID');
    expect(server.received()).toEqual([]);
    await send(target, frames(plain(1)));
    expect(server.received()).toHaveLength(1);
  });

  test('a session is gone on with, but only with the same authorities', async () => {
    const { target, ...server } = await start();
    const send = sender();
    for (const n of [1, 2, 3]) await send(target, frames(plain(n)));
    expect(server.counts()).toEqual({ connections: 3, resumed: 2 });

    const other = await makeCertificates();
    await failureOf(send({ ...target, ca: other.ca }, frames(plain(4))));
    expect(server.received()).toHaveLength(3);
  });

  test('nothing goes to one that speaks no TLS, or too old a one', async () => {
    let heard = '';
    const deaf = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', (chunk) => {
        heard += chunk.toString('latin1');
        socket.end('220 hello\r\n');
      });
    });
    const host = '127.0.0.1';
    const { ca } = certificates;
    await failureOf(sender()({ host, port: await port(deaf), ca }, frames(plain(1))));
    expect(heard).not.toBe('');
    expect(heard).not.toContain('CEF');

    const old = createTlsServer({
      ...certificates.server,
      minVersion: 'TLSv1.1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    old.on('tlsClientError', () => {});
    const error = await failureOf(sender()({ host, port: await port(old), ca }, frames(plain(1))));
    expect(error.code).toBe('DELIVERY_MISCONFIGURED');
    expect(error.message).toContain('PROTOCOL_VERSION');
  });

  test('what should be authorities and is none is not repeated', async () => {
    const { target } = await start();
    const ca = 'hunter2';
    const error = await failureOf(sender()({ ...target, ca }, frames(plain(1))));
    expect(error.code).toBe('DELIVERY_MISCONFIGURED');
    expect(error.message).not.toContain(ca);
    const broken = target.ca.replace(/[A-Za-z]{20}/, 'A'.repeat(20));
    expect((await failureOf(sender()({ ...target, ca: broken }, frames(plain(1))))).code).toBe(
      'DELIVERY_MISCONFIGURED',
    );
  });

  test('authorities whose line ends an app setting has lost are read', async () => {
    const { target, ...server } = await start();
    const ca = target.ca.trim().replaceAll(/\r?\n/g, '\\n');
    await sender()({ ...target, ca }, frames(plain(1)));
    expect(server.received()).toHaveLength(1);
  });
});

describe('where it goes', () => {
  const host = 'syslog.contoso.example';
  const ask = (addresses: readonly string[], isPrivate: boolean) =>
    allowedAddresses({ host, port: 6514, isPrivate }, { resolve: async () => addresses });

  test.each(['10.1.2.3', '192.168.0.1', '172.16.0.1', '100.64.0.1', 'fd00::7', '::ffff:10.0.0.1'])(
    '%s only if the operator says that it is private',
    async (address) => {
      const error = await failureOf(ask([address], false));
      expect(error.code).toBe('DELIVERY_MISCONFIGURED');
      expect(error.message).toContain('private: true');
      expect(await ask([address, '198.51.100.7'], true)).toEqual([address, '198.51.100.7']);
    },
  );

  test.each(['169.254.169.254', '127.0.0.1', '::1', 'fe80::1', '0.0.0.0', '168.63.129.16'])(
    '%s never, by whatever name',
    async (address) => {
      for (const isPrivate of [false, true]) {
        for (const addresses of [[address], ['198.51.100.7', address]]) {
          const error = await failureOf(ask(addresses, isPrivate));
          expect(error.code).toBe('DELIVERY_MISCONFIGURED');
        }
      }
    },
  );

  test('a public one at once, and a name without any not at all', async () => {
    expect(await ask(['198.51.100.7', '2001:db8::1'], false)).toHaveLength(2);
    expect((await failureOf(ask([], true))).code).toBe('DELIVERY_MISCONFIGURED');
  });

  test('what is not allowed is not connected to', async () => {
    const { target, ...server } = await start();
    const send = sender({ resolve: async () => ['127.0.0.1'] });
    const error = await failureOf(send({ ...target, host, isPrivate: true }, frames(plain(1))));
    expect(error.code).toBe('DELIVERY_MISCONFIGURED');
    expect(server.counts().connections).toBe(0);
  });

  test('this machine only for the embedded stack', async () => {
    const { target, ...server } = await start();
    const closed = sender({ allowLoopback: false });
    for (const name of ['127.0.0.1', 'localhost']) {
      const error = await failureOf(closed({ ...target, host: name }, frames(plain(1))));
      expect(error.code).toBe('DELIVERY_MISCONFIGURED');
    }
    expect(server.counts().connections).toBe(0);
  });

  test('to the address that was checked, whatever the name leads to by then', async () => {
    const { target, ...server } = await start();
    // localhost leads to the server; the address that was looked up has nobody.
    const send = sender({ resolve: async () => ['127.0.0.9'], timeoutMs: 1_000 });
    const error = await failureOf(send({ ...target, host: 'localhost' }, frames(plain(1))));
    expect(error.code).toBe('DELIVERY_UNAVAILABLE');
    expect(server.counts().connections).toBe(0);
  });

  test('a name that nobody knows, or that is not answered, is for later', async () => {
    const sendWith = (resolve: SyslogOptions['resolve'] & {}) =>
      failureOf(sender({ resolve, timeoutMs: 200 })({ host, port: 6514 }, frames(plain(1))));
    const unknown = await sendWith(() =>
      Promise.reject(Object.assign(new Error('x'), { code: 'ENOTFOUND' })),
    );
    expect(unknown.message).toBe(`DELIVERY_UNAVAILABLE: ${host} was not found (ENOTFOUND)`);
    const silent = await sendWith(() => new Promise(() => {}));
    expect(silent.message).toMatch(/^DELIVERY_UNAVAILABLE: .*within 200 ms/);
  });
});

describe('the settings', () => {
  test('have the usual port, and no private network', () => {
    expect(syslog.settings.parse({ host: 'syslog.contoso.example' })).toEqual({
      host: 'syslog.contoso.example',
      port: 6514,
      private: false,
      hostname: 'glasswatch',
    });
  });

  test.each([
    ['a URL for a host', { host: 'tls://syslog.contoso.example' }],
    ['a host with its port', { host: 'a b' }],
    ['no host', {}],
    ['a port that is none', { host: 'a.example', port: 70_000 }],
    ['authorities written out', { host: 'a.example', ca: '-----BEGIN CERTIFICATE-----' }],
    ['a blank in the name of the sender', { host: 'a.example', hostname: 'a b' }],
  ])('%s is a mistake', (_, written) => {
    expect(syslog.settings.safeParse(written).success).toBe(false);
  });
});
