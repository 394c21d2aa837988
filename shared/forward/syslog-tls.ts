import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { createConnection, isIP, type LookupFunction, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { setImmediate as immediate } from 'node:timers/promises';
import { connect, createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { WatchError } from '../errors.ts';
import { isPrivateAddress } from '../private-address.ts';
import { codeOf, unavailable } from '../tell/delivery-failure.ts';
import { isLoopbackHost, isPublicAddress } from '../tell/host-rules.ts';
import { untilAborted } from '../until-aborted.ts';
import type { SinkTransports, SyslogTarget } from './sink-transports.ts';

export type SyslogOptions = {
  /** For looking up the host, connecting, writing, and until the receiver has closed; together. */
  timeoutMs: number;
  allowLoopback?: boolean;
  /** The addresses of a host name; tests replace it. */
  resolve?: (hostname: string) => Promise<readonly string[]>;
};

/** What is kept of a receiver between two connections. */
type Known = { context: SecureContext; session: Buffer | undefined };

/**
 * Syslog over TLS. The protocol has no answer, so each batch has a connection of its own: we end our
 * side behind the last frame, and the receiver, which must answer that by ending its own, has then read
 * all before it. Anything else, such as a reset or silence, tells nothing.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5425#section-4.4
 */
export function syslogTls(options: SyslogOptions): SinkTransports['sendFrames'] {
  const receivers = new Map<string, Known>();
  const knownOf = (target: SyslogTarget) => {
    // A session stands for a certificate that was checked, against these authorities.
    const key = JSON.stringify([target.host, target.port, target.ca]);
    const known = receivers.get(key) ?? { context: contextOf(target), session: undefined };
    receivers.set(key, known);
    return known;
  };

  return async (target, frames) => {
    const known = knownOf(target);
    const signal = AbortSignal.timeout(options.timeoutMs);
    const late = () =>
      unavailable(
        `${nameOf(target)} has not shown within ${options.timeoutMs} ms that it read all`,
      );
    const addresses = await Promise.race([
      allowedAddresses(target, options),
      untilAborted(signal, late),
    ]);
    await send(target, addresses, known, frames, signal, late);
  };
}

const nameOf = ({ host, port }: SyslogTarget) => `${host}:${port}`;

const misconfigured = (detail: string) => new WatchError('DELIVERY_MISCONFIGURED', detail);

function contextOf({ ca, ...target }: SyslogTarget): SecureContext {
  const minVersion = 'TLSv1.2';
  if (ca === undefined) return createSecureContext({ minVersion });
  // An app setting often has the two characters \n in the place of a line's end.
  const pem = ca.replaceAll('\\n', '\n');
  const own = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
  try {
    if (own) return createSecureContext({ minVersion, ca: [...getCACertificates(), ...own] });
  } catch {}
  throw misconfigured(`the ca of ${nameOf(target)} must be certificates in PEM`);
}

/**
 * Where the host may be connected to.
 *
 * @throws {WatchError} DELIVERY_MISCONFIGURED if a single one of its addresses is not allowed.
 */
export async function allowedAddresses(
  { host, isPrivate }: SyslogTarget,
  { allowLoopback, resolve = resolveAll }: Omit<SyslogOptions, 'timeoutMs'>,
): Promise<readonly string[]> {
  const literal = isIP(host) ? [host] : undefined;
  const addresses =
    literal ??
    (await resolve(host).catch((error: unknown) => {
      throw unavailable(`${host} was not found (${codeOf(error)})`);
    }));
  if (allowLoopback && isLoopbackHost(host)) return addresses;
  const isAllowed = (address: string) =>
    isPublicAddress(address) || (isPrivate === true && isPrivateAddress(address));
  if (addresses.length > 0 && addresses.every(isAllowed)) return addresses;
  throw misconfigured(
    isPrivate
      ? `${host} leads to an address that is neither public nor of a private network`
      : `${host} leads to an address that is not public; a receiver in a private network needs private: true`,
  );
}

const resolveAll = async (hostname: string) =>
  (await lookup(hostname, { all: true })).map(({ address }) => address);

async function send(
  target: SyslogTarget,
  addresses: readonly string[],
  known: Known,
  frames: readonly Uint8Array[],
  signal: AbortSignal,
  late: () => WatchError,
): Promise<void> {
  const { host, port } = target;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // Its own question to the name servers could be answered with another address than was allowed.
  const tcp = createConnection({ host, port, lookup: answering(addresses) });
  const tls = connect({
    socket: streamOf(tcp),
    host,
    ...(isIP(host) === 0 && { servername: host }),
    secureContext: known.context,
    // Said here, so that no environment variable can say otherwise.
    rejectUnauthorized: true,
    ...(known.session && { session: known.session }),
  });
  const fail = (error: unknown) => reject(failureOf(target, error));
  const onLate = () => reject(late());
  if (signal.aborted) onLate();
  signal.addEventListener('abort', onLate, { once: true });
  tcp.on('error', fail);
  tls.on('error', fail);
  tls.on('session', (session) => {
    known.session = session;
  });
  // Not before: until then nobody knows who is at the other end.
  tls.once('secureConnect', () => tls.end(Buffer.concat(frames)));
  // It has nothing to say, but its end would not be seen behind unread words.
  tls.resume();
  const hasEnded = once(tls, 'end').then(async () => {
    // What was written and what is read are told in one turn, and in any order.
    for (let turn = 0; turn < 2; turn += 1) await immediate();
    if (!tls.writableFinished) throw closedEarly(target);
  });
  Promise.all([hasEnded, once(tcp, 'close')]).then(() => resolve(), fail);
  try {
    await promise;
  } catch (error) {
    // It may be the session that the receiver does not like.
    known.session = undefined;
    throw error;
  } finally {
    signal.removeEventListener('abort', onLate);
    tls.destroy();
    tcp.destroy();
  }
}

/**
 * The connection as a stream that TLS is spoken over. Handed the connection itself, Node takes it over
 * whole: a reset that arrives while TLS says goodbye is dropped, and what is read next is an end that
 * looks like one in peace. This way TCP tells us of every reset, and of its own end.
 */
function streamOf(tcp: Socket): Duplex {
  const stream = new Duplex({
    read: () => void tcp.resume(),
    // What fails is told by the connection itself, once.
    write: (chunk, _, done) => void tcp.write(chunk, () => done()),
    final: (done) => void tcp.end(() => done()),
    destroy(_, done) {
      // The other end may still have to say that it read nothing.
      tcp.off('data', forward).resume();
      done(null);
    },
  });
  const forward = (chunk: Buffer) => {
    if (!stream.push(chunk)) tcp.pause();
  };
  tcp.on('data', forward);
  tcp.once('end', () => stream.push(null));
  return stream;
}

const answering =
  (addresses: readonly string[]): LookupFunction =>
  (_host, { all }, callback) => {
    const found = addresses.map((address) => ({ address, family: isIP(address) }));
    const [first] = found;
    if (all) callback(null, found);
    else if (first) callback(null, first.address, first.family);
  };

const closedEarly = (target: SyslogTarget) =>
  unavailable(`${nameOf(target)} closed the connection before it can have read all`);

function failureOf(target: SyslogTarget, error: unknown): WatchError {
  if (error instanceof WatchError) return error;
  const name = nameOf(target);
  const code = codeOf(error);
  if (code.startsWith('ERR_SSL_')) return misconfigured(`${name} speaks no TLS with us (${code})`);
  if (/CERT|^UNABLE_TO_|^INVALID_|^HOSTNAME_|^PATH_LENGTH_/.test(code)) {
    return misconfigured(`the certificate of ${name} is not trusted (${code})`);
  }
  return unavailable(`${name} failed (${code}); nothing is known to be read`);
}
