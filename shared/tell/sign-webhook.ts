import { createHmac, createPrivateKey, sign } from 'node:crypto';
import { WatchError } from '../errors.ts';

/** Before the 32 bytes of an Ed25519 seed: what makes a PKCS #8 key of them (RFC 8410). */
const pkcs8Start = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * The headers of Standard Webhooks: who receives it can check who sent it, and that it is fresh.
 *
 * @param secrets - `whsec_…` and `whsk_…`, with blanks between; each of them signs.
 * @param id - the same on every retry.
 * @param body - exactly as it is sent.
 * @param now - epoch milliseconds.
 * @throws {WatchError} DELIVERY_MISCONFIGURED for a secret that is none, without a word of it.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signedHeaders(
  secrets: string,
  id: string,
  body: string,
  now: number,
): Record<string, string> {
  // A full stop would end the id within what is signed.
  const messageId = id.replace(/[^\w-]/g, '-');
  const timestamp = String(Math.floor(now / 1000));
  const signed = `${messageId}.${timestamp}.${body}`;
  const signatures = secrets
    .split(/\s+/)
    .filter((secret) => secret !== '')
    .map((secret) => signature(secret, signed));
  if (signatures.length === 0) throw noSecret();
  return {
    'webhook-id': messageId,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}

function signature(secret: string, signed: string): string {
  const [, kind, text = ''] = /^(whsec|whsk)_([A-Za-z0-9+/]+={0,2})$/.exec(secret) ?? [];
  const key = Buffer.from(text, 'base64');
  if (kind === 'whsec' && key.length >= 24 && key.length <= 64) {
    return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
  }
  // Some write the seed alone, some the public key behind it.
  if (kind === 'whsk' && (key.length === 32 || key.length === 64)) {
    const der = Buffer.concat([pkcs8Start, key.subarray(0, 32)]);
    const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    return `v1a,${sign(null, Buffer.from(signed), privateKey).toString('base64')}`;
  }
  throw noSecret();
}

const noSecret = () =>
  new WatchError(
    'DELIVERY_MISCONFIGURED',
    'the secret of the webhook must be whsec_ and 24 to 64 bytes, or whsk_ and an Ed25519 key, in base64',
  );
