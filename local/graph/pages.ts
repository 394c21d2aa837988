import { randomBytes } from 'node:crypto';
import { GraphError } from './errors.ts';
import { opaqueIdFor } from './identifiers.ts';

type Rest = {
  rows: readonly unknown[];
  size: number;
  isEmptyNext: boolean;
  /** What the last page brings along. */
  last: string | undefined;
  expiresAt: number;
};

export type Page = {
  value: readonly unknown[];
  skipToken: string | undefined;
  last: string | undefined;
};

type FirstPage = { size: number; now: number; isRepeated?: boolean; last?: string };

const tokenLifeMs = 10 * 60 * 1000;
/** Nobody keeps this many pages open; without it a long run would keep them all. */
const mostOpen = 500;

/** What of a list is still to be fetched, by opaque tokens that expire. */
export class Pages {
  readonly #open = new Map<string, Rest>();

  /**
   * The first page. A list of several pages has an empty one after it, as the service may answer.
   *
   * @param isRepeated - The link leads to the same page once more.
   */
  first(rows: readonly unknown[], { size, now, isRepeated = false, last }: FirstPage): Page {
    const isEmptyNext = rows.length > size;
    return this.#cut({ rows, size, isEmptyNext, last, expiresAt: 0 }, now, isRepeated);
  }

  /** @throws {GraphError} 400: expired, or none of ours. */
  next(token: string, now: number, isRepeated = false): Page {
    const rest = this.#open.get(token);
    if (!rest) {
      throw new GraphError(400, 'BadRequest', 'The skiptoken is invalid.');
    }
    if (rest.expiresAt <= now) {
      throw new GraphError(
        400,
        'Directory_ExpiredPageToken',
        'The specified page token value has expired and can no longer be included in your request.',
      );
    }
    if (rest.isEmptyNext) {
      const skipToken = this.#keep({ ...rest, isEmptyNext: false }, now);
      return { value: [], skipToken, last: undefined };
    }
    return this.#cut(rest, now, isRepeated);
  }

  clear(): void {
    this.#open.clear();
  }

  #cut(rest: Rest, now: number, isRepeated: boolean): Page {
    const value = rest.rows.slice(0, rest.size);
    if (isRepeated) {
      const skipToken = this.#keep({ ...rest, isEmptyNext: false }, now);
      return { value, skipToken, last: undefined };
    }
    const rows = rest.rows.slice(rest.size);
    if (rows.length === 0) return { value, skipToken: undefined, last: rest.last };
    return { value, skipToken: this.#keep({ ...rest, rows }, now), last: undefined };
  }

  #keep(rest: Rest, now: number): string {
    const token = `RFNwdAI${opaqueIdFor(randomBytes(16).toString('hex'))}`;
    this.#open.set(token, { ...rest, expiresAt: now + tokenLifeMs });
    const [oldest] = this.#open.keys();
    if (this.#open.size > mostOpen && oldest !== undefined) this.#open.delete(oldest);
    return token;
  }
}
