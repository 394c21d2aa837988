import type { IncomingMessage } from 'node:http';

/** More than Graph takes, and enough to keep the memory safe. */
const mostBytes = 4 * 1024 * 1024;

/**
 * The JSON of a request. Undefined: none, or it can not be read.
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
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return undefined;
  }
}
