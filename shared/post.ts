import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { isIP } from 'node:net';
import type { WatchError } from './errors.ts';
import { isPrivateAddress } from './private-address.ts';
import { codeOf, unavailable, unreachable } from './tell/delivery-failure.ts';
import { isLoopbackHost, isPublicAddress } from './tell/host-rules.ts';

export type PostLimits = {
  /** For the embedded stack and tests: plain http to this computer, and to it only. */
  allowLoopback: boolean;
  /** The operator says that the receiver stands in a private network. */
  allowPrivate?: boolean;
  /** For finding the host, sending, and reading the answer; together. */
  timeoutMs: number;
  /** What stands in for a service on this computer, by the origin of the service. Only with `allowLoopback`. */
  standIns?: Readonly<Record<string, string>>;
  /** The addresses of a host name; tests replace it. */
  resolve?: (hostname: string) => Promise<readonly string[]>;
  /** The error for a URL that nothing may be posted to. */
  forbidden(detail: string): WatchError;
};

export type PostAnswer = {
  /** Where it was posted to. */
  target: URL;
  status: number;
  /** The header as it came. */
  retryAfter: string | null;
  /** The first 64 KiB of the body. */
  text: string;
};

/** More of an answer is not read. */
export const maxAnswerBytes = 64 * 1024;

/**
 * One POST, and whatever is answered. No redirect is followed, and nothing but https hosts is spoken to
 * that are public, or private where that is allowed.
 *
 * @throws {WatchError} `DELIVERY_UNAVAILABLE` without an answer in time, else what `forbidden` makes. No
 *   error repeats a path, a query, a header or what a library said.
 */
export async function post(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string | Uint8Array,
  limits: PostLimits,
): Promise<PostAnswer> {
  const signal = AbortSignal.timeout(limits.timeoutMs);
  const target = await allowedTarget(standInFor(url, limits), limits, signal);
  const sent = headersOf(headers, limits);
  try {
    const answer = await fetch(target, {
      method: 'POST',
      headers: sent,
      // A view of bytes is a body, which the type says of some views only.
      body: typeof body === 'string' ? body : new Uint8Array(body),
      redirect: 'manual',
      signal,
    });
    const { status } = answer;
    const retryAfter = answer.headers.get('retry-after');
    return { target, status, retryAfter, text: await startOf(answer) };
  } catch (error) {
    throw unreachable(target.hostname, error, limits.timeoutMs);
  }
}

/** The same path at the stand-in; a URL that holds a secret stays whole. */
function standInFor(url: string, { allowLoopback, standIns }: PostLimits): string {
  const target = URL.parse(url);
  const standIn = target && standIns?.[target.origin];
  if (!allowLoopback || !standIn || !isLoopbackHost(URL.parse(standIn)?.hostname ?? '')) return url;
  return `${standIn}${target.pathname}${target.search}`;
}

async function allowedTarget(text: string, limits: PostLimits, signal: AbortSignal): Promise<URL> {
  const { allowLoopback, allowPrivate = false, forbidden, resolve = resolveAll } = limits;
  // Not `new URL`: its error carries the whole text.
  const url = URL.parse(text);
  if (!url) throw forbidden('what should be a URL is none');
  if (url.username || url.password) throw forbidden('the URL must not hold a user name');
  if (allowLoopback && isLoopbackHost(url.hostname)) return url;
  if (url.protocol !== 'https:') throw forbidden('the URL must begin with https://');
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(literal)
    ? [literal]
    : await Promise.race([resolve(literal), aborted(signal)]).catch((error: unknown) => {
        if (signal.aborted) throw unreachable(url.hostname, signal.reason, limits.timeoutMs);
        throw unavailable(`${url.hostname} was not found (${codeOf(error)})`);
      });
  const isAllowed = (address: string) =>
    isPublicAddress(address) || (allowPrivate && isPrivateAddress(address));
  if (addresses.length > 0 && addresses.every(isAllowed)) return url;
  throw forbidden(
    `${url.hostname} leads to an address that is ${allowPrivate ? 'neither public nor private' : 'not public'}`,
  );
}

const resolveAll = async (hostname: string) =>
  (await lookup(hostname, { all: true })).map(({ address }) => address);

async function aborted(signal: AbortSignal): Promise<never> {
  await once(signal, 'abort');
  throw signal.reason;
}

/** The error that it would have in `fetch` repeats the value. */
function headersOf(headers: Readonly<Record<string, string>>, { forbidden }: PostLimits): Headers {
  try {
    return new Headers(headers);
  } catch {
    throw forbidden('a key or token holds characters that a header can not carry');
  }
}

async function startOf(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop cancels the rest of the stream.
  for await (const chunk of answer.body ?? []) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= maxAnswerBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, maxAnswerBytes).toString();
}
