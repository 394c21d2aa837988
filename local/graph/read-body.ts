import type { IncomingMessage } from 'node:http';

/** More than Graph takes, and enough to keep the memory safe. */
const mostBytes = 4 * 1024 * 1024;

/**
 * The JSON of a request, or its text if it says that it is that. Undefined: none, or it can not be read.
 *
 * @throws When the connection breaks.
 */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= mostBytes) chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    const isText = /^text\/plain\b/.test(request.headers['content-type'] ?? '');
    return isText && text !== '' ? text : undefined;
  }
}
