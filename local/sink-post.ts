import type { IncomingMessage, ServerResponse } from 'node:http';

/** How a coming request fails. `slowMs` answers well, but late. */
export type SinkFault =
  | { status: number; retryAfter?: string | number }
  | { reset: true }
  | { slowMs: number };

type PostSink = {
  /** More than that is not kept. */
  maxBytes: number;
  /** @param body - undefined if it was more. */
  receive(body: string | undefined, request: IncomingMessage, response: ServerResponse): void;
};

/** Takes posts, or fails as it was told to. */
export function postSink({ maxBytes, receive }: PostSink) {
  const faults: SinkFault[] = [];

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const fault = faults.shift();
    if (fault && 'reset' in fault) return void request.socket.resetAndDestroy();
    const body = await bodyOf(request, maxBytes);
    if (fault && 'status' in fault) return sendFault(response, fault);
    if (fault) await new Promise((resolve) => setTimeout(resolve, fault.slowMs).unref());
    receive(body, request, response);
  }

  return {
    take(request: IncomingMessage, response: ServerResponse) {
      take(request, response).catch(() => response.destroy());
    },
    /** The next `times` requests fail in this way; calls add up. */
    failNext(times: number, fault: SinkFault) {
      faults.push(...Array.from({ length: times }, () => fault));
    },
  };
}

async function bodyOf(request: IncomingMessage, maxBytes: number): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= maxBytes) chunks.push(chunk);
  }
  return size <= maxBytes ? Buffer.concat(chunks).toString() : undefined;
}

function sendFault(
  response: ServerResponse,
  { status, retryAfter }: { status: number; retryAfter?: string | number },
): void {
  const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  response.writeHead(status, headers).end();
}

export function answerJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
