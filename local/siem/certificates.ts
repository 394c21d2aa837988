import { isIP } from 'node:net';
import { generate } from 'selfsigned';

/** A certificate and its key, PEM. */
export type Certificate = { cert: string; key: string };

export type Certificates = {
  /** What a client has to trust, PEM: by an option, or by a file in NODE_EXTRA_CA_CERTS. */
  ca: string;
  server: Certificate;
  /** The same, but it ran out yesterday. */
  expired: Certificate;
};

const dayMs = 86_400_000;

/**
 * An authority of this one run, and what it signs. Its key is gone with this call.
 *
 * @param names - of the server: host names and IPv4 addresses.
 */
export async function makeCertificates(
  names: readonly string[] = ['localhost', '127.0.0.1'],
): Promise<Certificates> {
  const now = Date.now();
  const authority = await made('Glasswatch stand-ins', now - dayMs, now + 365 * dayMs, [
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
  ]);
  const signed = (from: number, to: number) =>
    made(
      // No name of it: where a certificate lists no host, that would count as one.
      'Glasswatch stand-in',
      from,
      to,
      [
        { name: 'basicConstraints', cA: false },
        { name: 'keyUsage', digitalSignature: true, critical: true },
        { name: 'extKeyUsage', serverAuth: true },
        {
          name: 'subjectAltName',
          altNames: names.map((name) =>
            isIP(name) ? { type: 7, ip: name } : { type: 2, value: name },
          ),
        },
      ],
      authority,
    );
  const [server, expired] = await Promise.all([
    signed(now - dayMs, now + 365 * dayMs),
    signed(now - 3 * dayMs, now - dayMs),
  ]);
  return { ca: authority.cert, server, expired };
}

type Extensions = NonNullable<NonNullable<Parameters<typeof generate>[1]>['extensions']>;

async function made(
  name: string,
  from: number,
  to: number,
  extensions: Extensions,
  ca?: Certificate,
): Promise<Certificate> {
  const pems = await generate([{ name: 'commonName', value: name }], {
    // Made in milliseconds, where RSA takes a second.
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(from),
    notAfterDate: new Date(to),
    extensions,
    ...(ca && { ca }),
  });
  return { cert: pems.cert, key: pems.private };
}
