import type { WatchError } from '../errors.ts';
import { type PostAnswer, type PostLimits, post } from '../post.ts';
import { refusalOf, rejected } from './delivery-failure.ts';

export type PostOptions = Omit<PostLimits, 'forbidden' | 'allowPrivate'>;

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
  const sent = { ...headers, 'content-type': 'application/json; charset=utf-8' };
  const answer = await post(url, sent, body, { ...options, forbidden: rejected });
  if (answer.status < 200 || answer.status > 299) throw refusal(answer);
}

function refusal({ target, status, retryAfter, text }: PostAnswer): WatchError {
  const code = errorCodeIn(text);
  return refusalOf({
    host: target.hostname,
    status,
    retryAfter,
    // Own words only, but for a code; and not even that if it happens to be a part of the URL.
    ...(code && !target.href.includes(code) && { code }),
  });
}

/** Power Automate says `{"error":{"code":"DirectApiAuthorizationRequired","message":…}}`. */
function errorCodeIn(text: string): string | undefined {
  return /"code"\s*:\s*"([A-Za-z][A-Za-z0-9_.]{2,60})"/.exec(text)?.[1];
}
