import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type SinkPages = {
  port: number;
  page: (nonce: string) => string;
  messages: () => unknown;
  /** What is not a page: true if it has answered. */
  handle?: (request: IncomingMessage, response: ServerResponse) => boolean;
};

/** A page, its data at `/messages.json` and news of changes at `/changes`, on 127.0.0.1 only. */
export async function startSinkServer({ port, page, messages, handle }: SinkPages) {
  const watchers = new Set<ServerResponse>();
  const watch = (response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write('retry: 1000\n\n');
    watchers.add(response);
    response.on('close', () => watchers.delete(response));
  };

  const server = createServer((request, response) => {
    if (!isForUs(request)) return void response.writeHead(421).end();
    if (handle?.(request, response)) return;
    const path = request.url?.split('?')[0];
    if (request.method !== 'GET') return void response.writeHead(405).end();
    if (path === '/') return sendPage(response, page);
    if (path === '/changes') return watch(response);
    if (path === '/messages.json') return sendJson(response, messages());
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    changed() {
      for (const watcher of watchers) watcher.write('event: changed\ndata: 1\n\n');
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Another site's script could reach this address under a name of its own; it shall not read what is here. */
const isForUs = ({ headers }: IncomingMessage) =>
  /^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(headers.host ?? '');

function sendPage(response: ServerResponse, page: SinkPages['page']) {
  const nonce = randomBytes(16).toString('base64');
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-${nonce}'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
  response.end(page(nonce));
}

function sendJson(response: ServerResponse, value: unknown) {
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(value, null, 2));
}
