import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { answerArm } from './answer-arm.ts';
import { answerGraph, type Trace } from './answer-graph.ts';
import { answerBatch } from './batch.ts';
import { badRequest, type RequestIds } from './errors.ts';
import { answerOf } from './faults.ts';
import { guarded } from './guarded.ts';
import { readBody } from './read-body.ts';
import { record } from './record.ts';
import type { Answer, Ask, RecordedRequest, World } from './world.ts';

/** What is known of a request by the time it is answered. */
type Noted = Trace & { path?: string; version?: RecordedRequest['version'] };

/** Answers one HTTP request, and notes it. */
export async function answerRequest(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const requestId = randomUUID();
  const said = request.headers['client-request-id'];
  const ids = { requestId, clientRequestId: typeof said === 'string' ? said : requestId };
  const { method = 'GET', url = '/' } = request;
  const noted: Noted = {};
  const answer = await answered(world, request, ids, noted);
  const { status, isReset, stallMs } = answer;
  record(world, { method, version: noted.version, url, status }, noted, noted.path);
  if (isReset) return void request.socket.resetAndDestroy();
  if (stallMs !== undefined) await wait(stallMs, undefined, { ref: false });
  if (!response.destroyed) send(response, answer, ids, world.now());
}

async function answered(
  world: World,
  request: IncomingMessage,
  ids: RequestIds,
  noted: Noted,
): Promise<Answer> {
  try {
    const body = await readBody(request);
    return guarded(world, ids, () => dispatch(world, request, body, noted));
  } catch (error) {
    // A fault of the simulator itself. It shall be seen, and not look like one of the service.
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { status: 500, headers: {}, body: { error: { code: 'SimulatorFault', message } } };
  }
}

function dispatch(world: World, request: IncomingMessage, body: unknown, noted: Noted): Answer {
  const { method = 'GET', url = '/', headers } = request;
  const { pathname, searchParams: query } = new URL(url, 'https://graph.microsoft.com');
  const [, first = '', ...rest] = pathname.split('/');
  const path = `/${rest.join('/')}`;
  if (first === 'arm') {
    noted.version = 'arm';
    return answerArm(world, { method, path, query, authorization: headers.authorization }, noted);
  }
  if (first !== 'v1.0' && first !== 'beta') throw badRequest(`Invalid version '${first}'.`);
  noted.version = first;
  const plain = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')]),
  );
  const ask: Ask = {
    method,
    version: first,
    path,
    query,
    headers: plain,
    body,
    isInBatch: false,
  };
  if (path.toLowerCase() !== '/$batch') return answerGraph(world, ask, noted);
  noted.path = '/$batch';
  const fault = world.faults.strike('/$batch', undefined);
  const struck = fault && answerOf(fault, ask);
  const answer = struck ?? answerBatch(world, ask);
  return fault?.stallMs === undefined ? answer : { ...answer, stallMs: fault.stallMs };
}

function send(
  response: ServerResponse,
  { status, headers, body }: Answer,
  { requestId, clientRequestId }: RequestIds,
  now: number,
): void {
  const type = body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' };
  response.writeHead(status, {
    ...type,
    'request-id': requestId,
    'client-request-id': clientRequestId,
    date: new Date(now).toUTCString(),
    ...headers,
  });
  response.end(body === undefined || typeof body === 'string' ? body : JSON.stringify(body));
}
