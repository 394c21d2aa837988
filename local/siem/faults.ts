import type { IncomingMessage, ServerResponse } from 'node:http';
import { seededRandom } from '../seeded-random.ts';

/** How the requests to come fail, as the stand-ins are told. */
export type Faults<Way extends string> = {
  /** The next requests fail in these ways, one each; calls add up, and these go first. */
  failNext(...ways: readonly Way[]): void;
  /**
   * From now on this share of all requests fails, in any of the ways; the same seed is the same fate.
   *
   * @param share - from 0, none, to 1, all.
   */
  failAtRandom(seed: number, share: number, ways?: readonly Way[]): void;
  /** Nothing fails any more. */
  failNoMore(): void;
  /** How this request fails; undefined: it does not. */
  next(): Way | undefined;
};

/** @param all - what happens at random, unless a call says otherwise. */
export function faultsToCome<const Way extends string>(all: readonly Way[]): Faults<Way> {
  const told: Way[] = [];
  let atRandom: (() => Way | undefined) | undefined;
  return {
    failNext: (...ways) => void told.push(...ways),
    failAtRandom(seed, share, ways = all) {
      const random = seededRandom(seed);
      atRandom = () => (random() < share ? ways[Math.floor(random() * ways.length)] : undefined);
    },
    failNoMore() {
      told.length = 0;
      atRandom = undefined;
    },
    next: () => told.shift() ?? atRandom?.(),
  };
}

/**
 * What can happen to a request on its way. `silent` and `reset`: nothing of it was taken; `silentAfter`
 * and `resetAfter`: all of it was, and nobody says so. The others are answers.
 */
export const wayFaults = [
  'throttled',
  'broken',
  'busy',
  'unauthorized',
  'forbidden',
  'silent',
  'silentAfter',
  'reset',
  'resetAfter',
] as const;
export type WayFault = (typeof wayFaults)[number];

/** What of the faults is an answer, by its status. */
export const faultStatus = {
  throttled: 429,
  broken: 500,
  busy: 503,
  unauthorized: 401,
  forbidden: 403,
} as const;
export type AnswerFault = keyof typeof faultStatus;

const isAnswerFault = (way: string): way is AnswerFault => Object.hasOwn(faultStatus, way);

export type StandInRequest = {
  /** As it was addressed, without the query. */
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  /** Undefined: it was more than is kept. */
  body: Buffer | undefined;
};

export type StandInAnswer = { status: number; headers?: Record<string, string>; body: unknown };

type FaultyReceiver<Way extends string> = {
  /** More than that is not kept. */
  maxBytes: number;
  faults: Faults<Way | WayFault>;
  /** Seconds, for who is told to slow down. */
  retryAfter?: number;
  /** What the service says where it refuses whatever comes. */
  refusal(way: AnswerFault): unknown;
  /** @param way - how it is to fail in what it does itself. */
  receive(request: StandInRequest, way: Way | undefined): StandInAnswer;
};

/** Takes a request as its service would, or fails on the way as it was told to. */
export function faultyReceiver<Way extends string>(receiver: FaultyReceiver<Way>) {
  const { faults, maxBytes, retryAfter = 1 } = receiver;

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const way = faults.next();
    if (way === 'reset') return void request.socket.resetAndDestroy();
    const body = await bodyOf(request, maxBytes);
    if (way === 'silent') return;
    if (way !== undefined && isAnswerFault(way)) {
      const headers = way === 'throttled' ? { 'retry-after': String(retryAfter) } : {};
      const told = { status: faultStatus[way], headers, body: receiver.refusal(way) };
      return answer(response, told);
    }
    const isLost = way === 'resetAfter' || way === 'silentAfter';
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stand-in');
    const taken = { path: pathname, query: searchParams, headers: request.headers, body };
    const told = receiver.receive(taken, isLost ? undefined : (way as Way | undefined));
    if (way === 'resetAfter') return void request.socket.resetAndDestroy();
    if (!isLost) answer(response, told);
  }

  return (request: IncomingMessage, response: ServerResponse) => {
    take(request, response).catch(() => response.destroy());
  };
}

async function bodyOf(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= maxBytes) chunks.push(chunk);
  }
  return size <= maxBytes ? Buffer.concat(chunks) : undefined;
}

/** @param told.body - a text stays one, undefined is nothing, all else becomes JSON. */
function answer(response: ServerResponse, { status, headers, body }: StandInAnswer): void {
  const isText = typeof body === 'string' || body === undefined;
  response.writeHead(status, {
    'content-type': isText ? 'text/plain' : 'application/json',
    ...headers,
  });
  response.end(isText ? body : JSON.stringify(body));
}
