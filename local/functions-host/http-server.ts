import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type EasyAuthOptions, easyAuth } from '../easy-auth.ts';
import type { HttpCookie, HttpData, TypedData } from './core-types.ts';
import { createRouter, type Route } from './http-routes.ts';
import { describeError } from './invoke.ts';
import type { FunctionShell, Trigger } from './trigger.ts';

/** One HTTP function. The platform has no retry policy for them. */
export type HttpFunction = Pick<FunctionShell, 'invoke' | 'log'>;

export interface HttpServerOptions {
  /** 0 takes any free port. */
  port: number;
  routePrefix: string;
  routes: readonly Route<HttpFunction>[];
  /** The stand-in for App Service authentication; without it nobody checks who calls. */
  easyAuth?: EasyAuthOptions;
}

export interface HttpTrigger extends Trigger {
  /** `http://127.0.0.1:PORT` */
  url: string;
}

/** Serves the HTTP functions on this machine. As with `func start`, no function key is asked for. */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpTrigger> {
  const route = createRouter(options.routePrefix, options.routes);
  const front = options.easyAuth && easyAuth(options.easyAuth);
  const server = createServer((request, response) => {
    respond(request, response).catch(() => response.destroy());
  });

  const respond = async (request: IncomingMessage, response: ServerResponse) => {
    if (await front?.handle(request, response)) return;
    const method = request.method ?? 'GET';
    const [path = '/'] = (request.url ?? '/').split('?', 1);
    const found = route(method, path);
    if (found.status !== 200) {
      response.writeHead(found.status).end();
      return;
    }
    const http = await readRequest(request, method, found.params, front?.headersFor);
    if (http === undefined) {
      response.writeHead(400).end();
      return;
    }
    try {
      const { returnValue } = await found.target.invoke({ data: { http } });
      writeResponse(response, returnValue?.http);
    } catch (error) {
      found.target.log(`error: ${method} ${path} failed: ${describeError(error)}`);
      response.writeHead(500).end();
    }
  };

  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      await closed;
    },
  };
}

/** @returns Undefined for a request without a usable URL. */
async function readRequest(
  request: IncomingMessage,
  method: string,
  params: Record<string, string>,
  headersFor = (headers: Record<string, string>) => headers,
): Promise<HttpData | undefined> {
  const url = `http://${request.headers.host ?? '127.0.0.1'}${request.url}`;
  if (!URL.canParse(url)) return undefined;
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const query: Record<string, string> = {};
  for (const [name, value] of new URL(url).searchParams) {
    // As the platform does: what is repeated is joined.
    query[name] = name in query ? `${query[name]},${value}` : value;
  }
  const headers = Object.entries(request.headersDistinct).map(
    ([name, values]) => [name, (values ?? []).join(name === 'cookie' ? '; ' : ', ')] as const,
  );
  return {
    url,
    method,
    nullableHeaders: toNullable(headersFor(Object.fromEntries(headers))),
    nullableQuery: toNullable(query),
    nullableParams: toNullable(params),
    ...(chunks.length > 0 && { body: { bytes: Buffer.concat(chunks) } }),
  };
}

function toNullable(values: Record<string, string>): Record<string, { value: string }> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));
}

function writeResponse(response: ServerResponse, http: HttpData | undefined): void {
  if (http === undefined) {
    response.writeHead(204).end();
    return;
  }
  const cookies = http.cookies?.map(toSetCookie) ?? [];
  for (const [name, value] of Object.entries(http.headers ?? {})) {
    if (name.toLowerCase() === 'set-cookie') cookies.push(value);
    else response.setHeader(name, value);
  }
  if (cookies.length > 0) response.setHeader('set-cookie', cookies);
  response.writeHead(Number(http.statusCode ?? 200)).end(toBytes(http.body));
}

function toBytes(body: TypedData | null | undefined): Uint8Array | string {
  return body?.bytes ?? body?.string ?? body?.json ?? '';
}

function toSetCookie(cookie: HttpCookie): string {
  const parts = [`${cookie.name}=${encodeURIComponent(cookie.value)}`];
  if (cookie.maxAge) parts.push(`Max-Age=${cookie.maxAge.value}`);
  if (cookie.domain) parts.push(`Domain=${cookie.domain.value}`);
  if (cookie.path) parts.push(`Path=${cookie.path.value}`);
  if (cookie.expires) {
    parts.push(`Expires=${new Date(cookie.expires.value.seconds * 1000).toUTCString()}`);
  }
  if (cookie.httpOnly?.value) parts.push('HttpOnly');
  if (cookie.secure?.value) parts.push('Secure');
  const sameSite = { lax: 'Lax', strict: 'Strict', explicitNone: 'None', none: undefined };
  const policy = sameSite[cookie.sameSite ?? 'none'];
  if (policy) parts.push(`SameSite=${policy}`);
  return parts.join('; ');
}
