import { mkdir, open } from 'node:fs/promises';
import { dirname, resolve as pathFrom } from 'node:path';
import { type PostLimits, post } from '../post.ts';
import { codeOf, refusalOf, unavailable } from '../tell/delivery-failure.ts';
import { misconfigured } from './http-answers.ts';
import type { SinkTransports } from './sink-transports.ts';
import { syslogTls } from './syslog-tls.ts';

/** The ways out that need a service of Azure; the wiring brings them. */
export type AzureSinks = Pick<SinkTransports, 'uploadLogs' | 'sendToHub' | 'close'>;

export type SinkTransportOptions = {
  azure?: AzureSinks;
  /** For the embedded stack and tests: plain http, and what else stands in on this computer. */
  allowLoopback?: boolean;
  /** For one request, or one connection, from looking up the host to the end of the answer. */
  timeoutMs?: number;
  /** The addresses of a host name; tests replace it. */
  resolve?: PostLimits['resolve'];
  /** Where the paths of files begin. */
  root?: string;
};

/**
 * The ways out to SIEMs. Their errors name the host and what happened, never a path, a query, a key or
 * what a library said in free words.
 */
export function openTransports(options: SinkTransportOptions = {}): SinkTransports {
  const { azure, allowLoopback = false, timeoutMs = 15_000, resolve, root = '.' } = options;
  const limits = { allowLoopback, timeoutMs, ...(resolve && { resolve }) };
  return {
    async post(url, { headers, body, isPrivate = false }) {
      const answer = await post(url, headers, body, {
        ...limits,
        allowPrivate: isPrivate,
        forbidden: misconfigured,
      });
      const { target, status, retryAfter, text } = answer;
      // What the header asks for, read and bounded as for channels.
      const { retryAfterMs } = refusalOf({ host: target.hostname, status: 429, retryAfter });
      return { status, retryAfterMs, text };
    },
    sendFrames: syslogTls(limits),
    uploadLogs: azure?.uploadLogs ?? (() => notConnected('the Logs Ingestion API')),
    sendToHub: azure?.sendToHub ?? (() => notConnected('Event Hubs')),
    append: (file, text) => append(pathFrom(root, file), file, text),
    close: async () => azure?.close(),
  };
}

const notConnected = (service: string) =>
  Promise.reject(misconfigured(`nothing goes through ${service} here`));

/** Returns once the text is on the disk. */
async function append(path: string, named: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(path, 'a+');
    try {
      await file.appendFile((await isLineOpen(file)) ? `\n${text}` : text);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    const detail = `the file ${named} can not be written (${codeOf(error)})`;
    throw isFull(error) ? unavailable(detail) : misconfigured(detail);
  }
}

/** What was killed while writing leaves half a line; what comes next shall not be a part of it. */
async function isLineOpen(file: Awaited<ReturnType<typeof open>>): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] !== 10;
}

const isFull = (error: unknown) => /^(?:ENOSPC|EDQUOT|EMFILE|ENFILE|EBUSY)$/.test(codeOf(error));
