import { WatchError } from '../errors.ts';
import { rejected, unavailable } from '../tell/delivery-failure.ts';
import type { Answered } from './sink-transports.ts';

/** Somebody has to mend it. */
export const misconfigured = (detail: string) => new WatchError('DELIVERY_MISCONFIGURED', detail);

/** What an answer says of itself, for an error or beside a refused event. */
export function answerLine(host: string, status: number, words: string): string {
  return `${host} answered ${status}${words && `: "${words}"`}`;
}

/** What an answer that takes nothing means for all that was sent. */
export function failureOf(line: string, { status, retryAfterMs }: Answered): WatchError {
  if (status === 400 || status === 413 || status === 422) return rejected(line);
  if (isForLater(status)) return unavailable(line, retryAfterMs);
  return misconfigured(line);
}

/** Too much, or broken: it may be otherwise in a while. */
export const isForLater = (status: number) => status === 408 || status === 429 || status >= 500;

/** The JSON of an answer; undefined if it is none. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Where a setting leads, without what may be secret of it. */
export function placeOf(address: string | { env: string }): string {
  if (typeof address !== 'string') return `the URL in ${address.env}`;
  return URL.parse(address)?.host ?? 'no URL';
}

/** The start of the URLs of a receiver: without a slash at its end, query or fragment. */
export function baseOf(url: string): string {
  const target = URL.parse(url);
  if (!target) throw misconfigured('what should be a URL is none');
  return `${target.origin}${target.pathname.replace(/\/+$/, '')}`;
}

/** The host of a URL, as errors name it. */
export const hostOf = (url: string) => URL.parse(url)?.hostname || 'the receiver';
