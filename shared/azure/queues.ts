import type { QueueClient } from '@azure/storage-queue';
import { reach } from './store-error.ts';

export type NotifyQueue = {
  /** @throws {WatchError} STORE_UNAVAILABLE */
  send(incidentId: string, delayMs?: number): Promise<void>;
};

export type SinkQueue = {
  /** @throws {WatchError} STORE_UNAVAILABLE */
  send(sink: string, delayMs: number): Promise<void>;
};

/** A batch may wake many incidents: a queue that hangs must not hold up each of them for long. */
const sendTimeoutMs = 3_000;
/** The service hides a message for seven days at most. */
const longestDelaySeconds = 7 * 86_400 - 1;

/** Messages `{ "incident": id }`: look at this one now. */
export const notifyQueue = (queue: QueueClient): NotifyQueue => ({
  send: (incident, delayMs = 0) => send(queue, { incident }, delayMs, `incident ${incident}`),
});

/** Messages `{ "sink": name }`: something waits for this one. */
export const sinkQueue = (queue: QueueClient): SinkQueue => ({
  send: (sink, delayMs) => send(queue, { sink }, delayMs, `sink ${sink}`),
});

/** In base64, as the queue trigger of Azure Functions expects messages. */
const send = (queue: QueueClient, message: object, delayMs: number, whom: string) =>
  reach(`waking ${whom}`, async () => {
    const text = Buffer.from(JSON.stringify(message)).toString('base64');
    const delay = Math.min(Math.max(Math.ceil(delayMs / 1_000), 0), longestDelaySeconds);
    const abortSignal = AbortSignal.timeout(sendTimeoutMs);
    await queue.sendMessage(text, { visibilityTimeout: delay, abortSignal });
  });
