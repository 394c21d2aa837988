import * as z from 'zod';
import { ApiError, type ArmApi, type Bucket, type GraphApi } from './graph.ts';
import { callOf, type Request } from './request.ts';

/** A request that failed, and which one it was. */
export class ReadError extends Error {
  override readonly name = 'ReadError';
  readonly request: Request;
  readonly because: ApiError;
  constructor(request: Request, because: ApiError) {
    super(because.message, { cause: because });
    this.request = request;
    this.because = because;
  }
}

export type Outcome<T> = { value: T } | { error: ReadError };

/** Answers as what the request declares of them. */
export type Reader = {
  /** @throws {ReadError} */
  one<Row>(request: Request<Row>, ...ids: string[]): Promise<Row>;
  /**
   * All pages. What is on two pages is there once.
   *
   * @throws {ReadError}
   */
  list<Row>(request: Request<Row>, ...ids: string[]): Promise<Row[]>;
};

/** The same of many at once, each by its id. */
export type GraphReader = Reader & {
  /** @throws {ReadError} if the batch itself fails; what fails of it is an outcome. */
  ones<Row>(request: Request<Row>, ids: Iterable<string>): Promise<Map<string, Outcome<Row>>>;
  lists<Row>(request: Request<Row>, ids: Iterable<string>): Promise<Map<string, Outcome<Row[]>>>;
  /** @throws {ReadError} */
  firstPage<Row>(request: Request<Row>): Promise<Row[]>;
  /**
   * Page after page, as long as the caller wants more.
   *
   * @throws {ReadError}
   */
  pages<Row>(request: Request<Row>): AsyncGenerator<Row[], void>;
};

const notUnderstood = (cause?: unknown) =>
  new ApiError(200, 'NotUnderstood', cause === undefined ? {} : { cause });

export function readerOf(api: ArmApi): Reader {
  return {
    async one(request, ...ids) {
      return await named(request, async () =>
        understood(request, await api.get(callOf(request, ids))),
      );
    },
    async list(request, ...ids) {
      const call = callOf(request, ids);
      return await named(request, () => pagesFrom(api, request, () => api.get(call)));
    },
  };
}

export function graphReaderOf(graph: GraphApi): GraphReader {
  async function batch<Row, T>(
    request: Request<Row>,
    given: Iterable<string>,
    read: (answer: unknown, id: string) => T | Promise<T>,
  ): Promise<Map<string, Outcome<T>>> {
    const ids = [...new Set(given)];
    if (ids.length === 0) return new Map();
    const calls = ids.map((id) => callOf(request, [id]));
    const answers = await named(request, () => graph.batch(calls));
    const outcomes = ids.map(async (id, index): Promise<[string, Outcome<T>]> => {
      const answer = answers[index] ?? { error: notUnderstood() };
      if ('error' in answer) return [id, { error: new ReadError(request, answer.error) }];
      try {
        return [id, { value: await read(answer.value, id) }];
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        return [id, { error: new ReadError(request, error) }];
      }
    });
    return new Map(await Promise.all(outcomes));
  }

  return {
    ...readerOf(graph),
    async firstPage(request) {
      const page = await named(request, async () =>
        pageOf(request, await graph.get(callOf(request))),
      );
      return page.rows;
    },
    async *pages(request) {
      const seen = new Set<string>();
      let load = () => graph.get(callOf(request));
      for (;;) {
        const page = await named(request, async () => pageOf(request, await load()));
        yield page.rows;
        const { link } = page;
        if (link === undefined) return;
        if (seen.has(link)) throw new ReadError(request, new ApiError(200, 'EndlessPages'));
        seen.add(link);
        load = () => graph.follow(link, request.bucket);
      }
    },
    ones: (request, ids) => batch(request, ids, (answer) => understood(request, answer)),
    lists: (request, ids) =>
      batch(request, ids, (answer, id) => {
        // Only a list that has to begin anew asks for its first page once more.
        let first: unknown = answer;
        return pagesFrom(graph, request, async () => {
          const page = first ?? (await graph.get(callOf(request, [id])));
          first = undefined;
          return page;
        });
      }),
  };
}

async function named<T>(request: Request, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw error instanceof ApiError ? new ReadError(request, error) : error;
  }
}

function understood<Row>({ row }: Request<Row>, answer: unknown): Row {
  const result = row.safeParse(answer);
  if (!result.success) throw notUnderstood(result.error);
  return result.data;
}

const pageSchema = z.looseObject({
  value: z.array(z.unknown()),
  '@odata.nextLink': z.string().nullish(),
  nextLink: z.string().nullish(),
});

/** Codes by which a service says that a link to a page is good no longer. */
const isStale = ({ status }: ApiError) => status === 400 || status === 410;

async function pagesFrom<Row>(
  api: ArmApi,
  request: Request<Row>,
  first: () => Promise<unknown>,
): Promise<Row[]> {
  try {
    return await onePass(api, request, await first());
  } catch (error) {
    // Links grow old while a service throttles, and one that leads in circles hides what is behind it.
    const isMended = error instanceof PageError && (error.isLoop || isStale(error.because));
    if (!isMended) throw error instanceof PageError ? error.because : error;
  }
  try {
    return await onePass(api, request, await first());
  } catch (error) {
    throw error instanceof PageError ? error.because : error;
  }
}

/** It went wrong behind the first page. */
class PageError extends Error {
  readonly because: ApiError;
  readonly isLoop: boolean;
  constructor(because: ApiError, isLoop = false) {
    super('page');
    this.because = because;
    this.isLoop = isLoop;
  }
}

async function onePass<Row>(api: ArmApi, request: Request<Row>, first: unknown): Promise<Row[]> {
  const rows = new Map<string, Row>();
  const seen = new Set<string>();
  for (let answer = first; ; ) {
    const page = pageOf(request, answer);
    for (const [index, row] of page.rows.entries()) rows.set(page.identities[index] ?? '', row);
    const { link } = page;
    if (link === undefined) return [...rows.values()];
    if (seen.has(link)) throw new PageError(new ApiError(200, 'EndlessPages'), true);
    seen.add(link);
    answer = await follow(api, link, request.bucket);
  }
}

function pageOf<Row>(request: Request<Row>, answer: unknown) {
  const page = pageSchema.safeParse(answer);
  if (!page.success) throw notUnderstood(page.error);
  const { value } = page.data;
  return {
    rows: value.map((row) => understood(request, row)),
    identities: value.map(identityOf),
    link: page.data['@odata.nextLink'] || page.data.nextLink || undefined,
  };
}

async function follow(api: ArmApi, link: string, bucket: Bucket): Promise<unknown> {
  try {
    return await api.follow(link, bucket);
  } catch (error) {
    throw error instanceof ApiError ? new PageError(error) : error;
  }
}

/** Two rows with the same id are one, read twice; what has no id is told apart by all it says. */
const identityOf = (row: unknown): string =>
  typeof row === 'object' && row !== null && 'id' in row && typeof row.id === 'string'
    ? row.id.toLowerCase()
    : JSON.stringify(row);
