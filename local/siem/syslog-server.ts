import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { type Certificates, makeCertificates } from './certificates.ts';
import { faultsToCome } from './faults.ts';
import { readSyslogMessage, type SyslogMessage } from './syslog-message.ts';

/**
 * How a coming connection fails. `refuse`: before TLS; `reset`: once the first message was read;
 * `silent`: never a word; `neverClose`: all is read, but our end is not answered; `expired`: with a
 * certificate that ran out.
 */
const ways = ['refuse', 'reset', 'silent', 'neverClose', 'expired'] as const;

export type ReceivedMessage = SyslogMessage & {
  /** The eventUid of its CEF. */
  uid: string | undefined;
  receivedAt: string;
  /** As it was framed, without the count. */
  text: string;
};

type SyslogServerOptions = {
  /** 0, as by default, takes a free one. */
  port?: number;
  certificates?: Certificates;
  onMessage?: (message: ReceivedMessage) => void;
};

/** What receivers should take, in octets; this one takes no more. */
const maxMessage = 8192;

/**
 * A syslog receiver over TLS on this machine: octet counting, RFC 5424, CEF. It keeps each message as
 * soon as it is whole, and at the first thing that is wrong it resets the connection.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5425
 */
export async function startSyslogServer(options: SyslogServerOptions = {}) {
  const certificates = options.certificates ?? (await makeCertificates());
  const contexts = {
    good: createSecureContext({ ...certificates.server, minVersion: 'TLSv1.2' }),
    expired: createSecureContext({ ...certificates.expired, minVersion: 'TLSv1.2' }),
  };
  const received: ReceivedMessage[] = [];
  const refused: string[] = [];
  const counts = { connections: 0, resumed: 0 };
  const sockets = new Set<Socket>();
  const faults = faultsToCome(ways);

  const keep = (text: string) => {
    const message = readSyslogMessage(text);
    const receivedAt = new Date().toISOString();
    const kept = { ...message, uid: message.cef.extension.cs2, receivedAt, text };
    received.push(kept);
    options.onMessage?.(kept);
  };

  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const fault = faults.next();
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    if (fault === 'refuse') return void socket.resetAndDestroy();
    if (fault === 'silent') return void socket.resume();
    const secureContext = fault === 'expired' ? contexts.expired : contexts.good;
    const secure = new TLSSocket(socket, { isServer: true, secureContext });
    counts.connections += 1;
    secure.once('secure', () => {
      if (secure.isSessionReused()) counts.resumed += 1;
    });
    secure.on('error', () => socket.destroy());
    const frames = frameReader();
    const breakOff = (why: string) => {
      refused.push(why);
      socket.resetAndDestroy();
    };
    secure.on('data', (chunk) => {
      // What it had unpacked before that.
      if (socket.destroyed) return;
      try {
        for (const text of frames.take(chunk)) {
          keep(text);
          if (fault === 'reset') return void socket.resetAndDestroy();
        }
      } catch (error) {
        breakOff(error instanceof Error ? error.message : String(error));
      }
    });
    secure.once('end', () => {
      if (frames.isInside()) breakOff('the end within a frame');
      else if (fault !== 'neverClose') secure.end();
    });
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');

  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    /** What its certificate rests on, PEM. */
    ca: certificates.ca,
    /** In the order of arrival, repeats too. */
    received: (): readonly ReceivedMessage[] => received,
    /** Why it broke off connections by itself. */
    refused: (): readonly string[] => refused,
    /** How many connections spoke TLS, and how many of them went on from an earlier one. */
    counts: () => ({ ...counts }),
    failNext: faults.failNext,
    failAtRandom: faults.failAtRandom,
    failNoMore: faults.failNoMore,
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Octet counting, without forgiveness. */
function frameReader() {
  let rest = Buffer.alloc(0);
  return {
    *take(chunk: Buffer): Generator<string> {
      rest = Buffer.concat([rest, chunk]);
      for (;;) {
        const [whole, digits] = /^([1-9]\d{0,4}) /.exec(rest.toString('latin1', 0, 6)) ?? [];
        if (whole === undefined) {
          if (/^(?:[1-9]\d{0,4})?$/.test(rest.toString('latin1', 0, 6))) return;
          throw new Error('no count of octets where a frame begins');
        }
        if (Number(digits) > maxMessage) throw new Error(`a message of ${digits} octets`);
        const end = whole.length + Number(digits);
        if (rest.length < end) return;
        const message = rest.subarray(whole.length, end);
        rest = rest.subarray(end);
        yield new TextDecoder('utf-8', { fatal: true }).decode(message);
      }
    },
    /** Whether something stands there that is no frame yet. */
    isInside: () => rest.length > 0,
  };
}
