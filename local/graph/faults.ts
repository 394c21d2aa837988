import type { Bucket } from './contract.ts';
import { GraphError } from './errors.ts';
import type { Answer } from './world.ts';

/** Which requests a fault strikes. Without any of these it strikes all. */
type Where = {
  /** A path template of the contract, like `/users/{id}`; `/$batch` is the envelope itself. */
  path?: string;
  bucket?: Bucket | 'arm';
  /** Only the nth that fits, counted from 1 since the fault was added. */
  nth?: number;
  /** How often it strikes; for ever unless said. */
  times?: number;
};

/** What happens: one of these. */
export type Fault = Where & {
  status?: number;
  /** Of a status: seconds. */
  retryAfter?: number;
  code?: string;
  /** The status comes with a page of HTML, as from a gateway. */
  isHtml?: boolean;
  /** The connection is cut before an answer. */
  isReset?: boolean;
  /** The answer comes this much later, in real time. */
  stallMs?: number;
  /** The page says that itself comes next: a reader of all pages gets it twice. */
  isRepeatedPage?: boolean;
};

type Armed = { fault: Fault; seen: number; struck: number };

export class Faults {
  #armed: Armed[] = [];

  /** @returns Takes it away again. */
  add(fault: Fault): () => void {
    const armed = { fault, seen: 0, struck: 0 };
    this.#armed.push(armed);
    return () => {
      this.#armed = this.#armed.filter((other) => other !== armed);
    };
  }

  clear(): void {
    this.#armed = [];
  }

  /** The fault that strikes this request, which counts as struck. */
  strike(path: string, bucket: Fault['bucket'] | undefined): Fault | undefined {
    const hits = this.#armed.filter((armed) => {
      const { fault } = armed;
      if (fault.path !== undefined && fault.path !== path) return false;
      if (fault.bucket !== undefined && fault.bucket !== bucket) return false;
      armed.seen++;
      if (fault.nth !== undefined && fault.nth !== armed.seen) return false;
      return armed.struck < (fault.times ?? Number.POSITIVE_INFINITY);
    });
    const [first] = hits;
    if (first) first.struck++;
    return first?.fault;
  }
}

const codes: Record<number, string> = {
  429: 'TooManyRequests',
  500: 'InternalServerError',
  502: 'BadGateway',
  503: 'ServiceUnavailable',
  504: 'GatewayTimeout',
};

/**
 * What a fault answers instead of the service. Undefined: the service answers, however late.
 *
 * @throws {GraphError} The status that it is to have.
 */
export function answerOf(fault: Fault, { isInBatch }: { isInBatch: boolean }): Answer | undefined {
  // Within a batch there is no connection to cut: only the envelope has one.
  if (fault.isReset && !isInBatch) return { status: 0, headers: {}, isReset: true };
  const { status, retryAfter } = fault;
  if (status === undefined) return;
  if (fault.isHtml) {
    const body = `<html><head><title>${status}</title></head><body>${status}</body></html>`;
    return { status, headers: { 'content-type': 'text/html' }, body };
  }
  const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  throw new GraphError(
    status,
    fault.code ?? codes[status] ?? 'UnknownError',
    'Simulated.',
    headers,
  );
}
