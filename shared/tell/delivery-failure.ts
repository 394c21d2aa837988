import { WatchError } from '../errors.ts';

/** A server may ask for patience, but not for silence. */
const maxRetryAfterMs = 3_600_000;

type Answered = { host: string; status: number; retryAfter: string | null; code?: string };

/**
 * What an answer that is not 2xx means for a delivery.
 *
 * @param answered.code - a word of the answer that holds no secret.
 */
export function refusalOf({ host, status, retryAfter, code }: Answered): WatchError {
  const detail = `${host} answered ${status}${code ? `, ${code}` : ''}`;
  if (status === 400 || status === 413 || status === 422) return rejected(detail);
  // Someone can mend these: a flow that moved or was deleted, a signature that was renewed.
  if (status !== 408 && status !== 429 && status < 500) {
    return new WatchError('DELIVERY_MISCONFIGURED', detail);
  }
  return unavailable(detail, retryAfterMs(retryAfter));
}

/** A request that found no answer, or not in time. */
export function unreachable(host: string, error: unknown, timeoutMs: number): WatchError {
  const isTimeout = error instanceof Error && /^(?:TimeoutError|AbortError)$/.test(error.name);
  const what = isTimeout ? `gave no answer within ${timeoutMs} ms` : `failed (${codeOf(error)})`;
  return unavailable(`${host} ${what}`);
}

/** The system's code of an error or of its cause (`ECONNREFUSED`), the one word of it that holds no secret. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const code = 'code' in error ? error.code : undefined;
  if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,40}$/.test(code)) return code;
  return error.cause ? codeOf(error.cause) : 'network error';
}

export const rejected = (detail: string) => new WatchError('DELIVERY_REJECTED', detail);

export const unavailable = (detail: string, retryAfterMs?: number) =>
  new WatchError(
    'DELIVERY_UNAVAILABLE',
    detail,
    retryAfterMs === undefined ? {} : { retryAfterMs },
  );

/** @param header - Seconds or an HTTP date, as RFC 9110 allows. */
function retryAfterMs(header: string | null): number | undefined {
  if (!header) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), maxRetryAfterMs) : undefined;
}
