import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { WatchError } from '../errors.ts';
import { isLoopbackHost, isPublicAddress } from './host-rules.ts';

export type PostOptions = {
  allowLoopback: boolean;
  timeoutMs: number;
  resolve?: (hostname: string) => Promise<readonly string[]>;
};

/** More of an answer is not read: we look for a code in it at most. */
const maxAnswerBytes = 64 * 1024;
/** A server may ask for patience, but not for silence. */
const maxRetryAfterMs = 3_600_000;

/**
 * One POST; any 2xx will do. Nothing is followed, and nothing but public https hosts is spoken to.
 *
 * @throws {WatchError} `DELIVERY_UNAVAILABLE` on 408, 429, 5xx and network errors, with `retryAfterMs` if
 *   the answer has one; `DELIVERY_REJECTED` on any other answer and on a URL that is not allowed.
 */
export async function postJson(url: string, body: string, options: PostOptions): Promise<void> {
  const target = await allowedTarget(url, options);
  const signal = AbortSignal.timeout(options.timeoutMs);
  try {
    const answer = await fetch(target, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body,
      redirect: 'manual',
      signal,
    });
    const text = await startOf(answer);
    if (!answer.ok) throw refusal(target, answer, text);
  } catch (error) {
    throw error instanceof WatchError ? error : unreachable(target, error, options.timeoutMs);
  }
}

async function allowedTarget(text: string, options: PostOptions): Promise<URL> {
  // Not `new URL`: its error carries the whole text.
  const url = URL.parse(text);
  if (!url) throw rejected('the webhook URL is no URL');
  if (url.username || url.password) throw rejected('the webhook URL must not hold a user name');
  if (options.allowLoopback && isLoopbackHost(url.hostname)) return url;
  if (url.protocol !== 'https:') throw rejected('the webhook URL must begin with https://');
  const addresses = await addressesOf(url.hostname, options.resolve ?? resolveAll);
  if (!addresses.every(isPublicAddress)) {
    throw rejected(`${url.hostname} leads to an address that is not public`);
  }
  return url;
}

async function addressesOf(hostname: string, resolve: NonNullable<PostOptions['resolve']>) {
  const literal = hostname.replace(/^\[|\]$/g, '');
  if (isIP(literal)) return [literal];
  try {
    return await resolve(hostname);
  } catch (error) {
    throw unavailable(`${hostname} was not found (${codeOf(error)})`);
  }
}

const resolveAll = async (hostname: string) =>
  (await lookup(hostname, { all: true })).map(({ address }) => address);

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

function refusal(target: URL, { status, headers }: Response, text: string): WatchError {
  const code = errorCodeIn(text);
  // Own words only, but for a code; and not even that if it happens to be a part of the URL.
  const quoted = code && !target.href.includes(code) ? `, ${code}` : '';
  const detail = `${target.hostname} answered ${status}${quoted}`;
  if (status === 400 || status === 413 || status === 422) return rejected(detail);
  // Someone can mend these: a flow that moved or was deleted, a signature that was renewed.
  if (status !== 408 && status !== 429 && status < 500) {
    return new WatchError('DELIVERY_MISCONFIGURED', detail);
  }
  return unavailable(detail, retryAfterMs(headers.get('retry-after')));
}

/** Power Automate says `{"error":{"code":"DirectApiAuthorizationRequired","message":…}}`. */
function errorCodeIn(text: string): string | undefined {
  return /"code"\s*:\s*"([A-Za-z][A-Za-z0-9_.]{2,60})"/.exec(text)?.[1];
}

/** @param header - Seconds or an HTTP date, as RFC 9110 allows. */
function retryAfterMs(header: string | null): number | undefined {
  if (!header) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), maxRetryAfterMs) : undefined;
}

function unreachable(target: URL, error: unknown, timeoutMs: number): WatchError {
  const isTimeout = error instanceof Error && error.name === 'TimeoutError';
  const what = isTimeout ? `gave no answer within ${timeoutMs} ms` : `failed (${codeOf(error)})`;
  return unavailable(`${target.hostname} ${what}`);
}

/** The system's code of an error or of its cause (`ECONNREFUSED`), the one word of it that holds no secret. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const code = 'code' in error ? error.code : undefined;
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,40}$/.test(code)) return code;
  return error.cause ? codeOf(error.cause) : 'network error';
}

const rejected = (detail: string) => new WatchError('DELIVERY_REJECTED', detail);

const unavailable = (detail: string, retryAfterMs?: number) =>
  new WatchError(
    'DELIVERY_UNAVAILABLE',
    detail,
    retryAfterMs === undefined ? {} : { retryAfterMs },
  );
