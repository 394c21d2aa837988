import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CallerName, callers } from './scene.ts';

/** Serves the console to a browser on this machine, as somebody who has signed in. */
export async function serve(app: { fetch(request: Request): Promise<Response> }) {
  let as: CallerName = 'ana';
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const headers = new Headers(callers[as] as Record<string, string>);
    for (const [name, values] of Object.entries(incoming.headersDistinct)) {
      for (const value of values ?? []) headers.append(name, value);
    }
    const method = incoming.method ?? 'GET';
    const body = chunks.length > 0 ? { body: Buffer.concat(chunks) } : {};
    const request = new Request(`${url}${incoming.url}`, { method, headers, ...body });
    const answer = await app.fetch(request);
    outgoing.writeHead(answer.status, Object.fromEntries(answer.headers));
    outgoing.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    signIn(name: CallerName) {
      as = name;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
