import { randomUUID } from 'node:crypto';
import { answerGraph, type Trace } from './answer-graph.ts';
import { badRequest } from './errors.ts';
import { guarded } from './guarded.ts';
import { record } from './record.ts';
import type { Answer, Ask, World } from './world.ts';

const mostItems = 20;

type Item = { id: string; method: string; url: string; headers: Ask['headers']; body: unknown };
type ItemAnswer = { id: string; status: number; headers: Record<string, string>; body: unknown };

/**
 * Answers a batch: each item by itself, in another order than asked.
 *
 * @throws {GraphError} 400: no batch, too many items, or an id twice.
 */
export function answerBatch(world: World, ask: Ask): Answer {
  const items = readItems(ask);
  const responses = items.map((item) => answerItem(world, ask, item)).toReversed();
  return { status: 200, headers: {}, body: { responses } };
}

function readItems({ body, headers }: Ask): Item[] {
  const requests =
    typeof body === 'object' && body !== null && 'requests' in body ? body.requests : undefined;
  if (!Array.isArray(requests)) throw badRequest('Invalid batch payload format.');
  if (requests.length > mostItems) {
    throw badRequest(`Number of batch request steps exceeds the maximum value of ${mostItems}.`);
  }
  const ids = new Set(requests.map(({ id }) => id));
  if (ids.size < requests.length || ids.has(undefined)) {
    throw badRequest('Each request of a batch needs an id of its own.');
  }
  return requests.map((request) => ({
    id: String(request.id),
    method: String(request.method).toUpperCase(),
    url: String(request.url),
    headers: { ...lowerCased(request.headers ?? {}), authorization: headers.authorization },
    body: request.body,
  }));
}

const lowerCased = (headers: Record<string, string>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

function answerItem(world: World, { version }: Ask, item: Item): ItemAnswer {
  const { id, method, url, headers, body } = item;
  const requestId = randomUUID();
  const trace: Trace = {};
  const answer = guarded(world, { requestId, clientRequestId: requestId }, () => {
    // Relative to the version: with the version in it, it leads nowhere.
    const split = new URL(url.startsWith('/') ? url : `/${url}`, 'https://graph.microsoft.com');
    const [path, query] = [split.pathname, split.searchParams];
    return answerGraph(
      world,
      { method, version, path, query, headers, body, isInBatch: true },
      trace,
    );
  });
  record(world, { method, version, url, status: answer.status, batch: true }, trace);
  const type = typeof answer.body === 'string' ? {} : { 'content-type': 'application/json' };
  const sent = { ...type, ...answer.headers };
  return {
    id,
    status: answer.status,
    headers: Object.fromEntries(Object.entries(sent).map(([name, value]) => [titled(name), value])),
    body: answer.body,
  };
}

/** Names in a batch are as the service writes them: `Retry-After`. */
const titled = (name: string) => name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
