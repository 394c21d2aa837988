import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { WatchError } from '../errors.ts';
import { codeOf, refusalOf, rejected, unavailable, unreachable } from './delivery-failure.ts';
import { isLoopbackHost, isPublicAddress } from './host-rules.ts';

export type PostOptions = {
  allowLoopback: boolean;
  timeoutMs: number;
  /** What stands in for a service on this computer, by the origin of the service. Only with `allowLoopback`. */
  standIns?: Readonly<Record<string, string>>;
  resolve?: (hostname: string) => Promise<readonly string[]>;
};

/** More of an answer is not read: we look for a code in it at most. */
const maxAnswerBytes = 64 * 1024;

/**
 * One POST; any 2xx will do. Nothing is followed, and nothing but public https hosts is spoken to.
 *
 * @throws {WatchError} `DELIVERY_UNAVAILABLE` on 408, 429, 5xx and network errors, with `retryAfterMs` if
 *   the answer has one; `DELIVERY_REJECTED` on any other answer and on a URL that is not allowed.
 */
export async function postJson(
  url: string,
  body: string,
  options: PostOptions,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  const target = await allowedTarget(standInFor(url, options), options);
  const signal = AbortSignal.timeout(options.timeoutMs);
  try {
    const answer = await fetch(target, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json; charset=utf-8' },
      body,
      redirect: 'manual',
      signal,
    });
    const text = await startOf(answer);
    if (!answer.ok) throw refusal(target, answer, text);
  } catch (error) {
    throw error instanceof WatchError
      ? error
      : unreachable(target.hostname, error, options.timeoutMs);
  }
}

/** The same path at the stand-in; a URL that holds a secret stays whole. */
function standInFor(url: string, { allowLoopback, standIns }: PostOptions): string {
  const target = URL.parse(url);
  const standIn = target && standIns?.[target.origin];
  if (!allowLoopback || !standIn || !isLoopbackHost(URL.parse(standIn)?.hostname ?? '')) return url;
  return `${standIn}${target.pathname}${target.search}`;
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
  return refusalOf({
    host: target.hostname,
    status,
    retryAfter: headers.get('retry-after'),
    // Own words only, but for a code; and not even that if it happens to be a part of the URL.
    ...(code && !target.href.includes(code) && { code }),
  });
}

/** Power Automate says `{"error":{"code":"DirectApiAuthorizationRequired","message":…}}`. */
function errorCodeIn(text: string): string | undefined {
  return /"code"\s*:\s*"([A-Za-z][A-Za-z0-9_.]{2,60})"/.exec(text)?.[1];
}
