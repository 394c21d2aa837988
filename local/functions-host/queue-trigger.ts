import { setTimeout as delay } from 'node:timers/promises';
import { type DequeuedMessageItem, QueueClient } from '@azure/storage-queue';
import type { TypedData } from './core-types.ts';
import type { HostSettings } from './host-settings.ts';
import { describeError } from './invoke.ts';
import type { FunctionShell, Trigger } from './trigger.ts';

const shortestPollMs = 50;
const longestPollMs = 250;
const pollAfterErrorMs = 1_000;

export interface QueueTriggerOptions extends FunctionShell {
  connectionString: string;
  queueName: string;
  /** Whether the function asked for bytes. */
  isBinary: boolean;
  settings: HostSettings['queues'];
  /** How long a message stays hidden when its process dies; it is renewed while in work. */
  lockSeconds: number;
}

/**
 * Feeds a function the messages of a queue, several at a time. One that keeps failing ends in
 * `QUEUE-poison`.
 */
export function startQueueTrigger(options: QueueTriggerOptions): Trigger {
  const { settings, lockSeconds, log } = options;
  const queue = new QueueClient(options.connectionString, options.queueName);
  const stopping = new AbortController();
  const inWork = new Set<Promise<void>>();

  const receive = async () => {
    const { receivedMessageItems } = await queue.receiveMessages({
      numberOfMessages: settings.batchSize,
      visibilityTimeout: lockSeconds,
    });
    for (const message of receivedMessageItems) {
      const work = handle(message, queue, options)
        .catch((error: unknown) =>
          log(`error: message ${message.messageId}: ${describeError(error)}`),
        )
        .finally(() => inWork.delete(work));
      inWork.add(work);
    }
    return receivedMessageItems.length;
  };

  const poll = async () => {
    let pauseMs = shortestPollMs;
    while (!stopping.signal.aborted) {
      if (inWork.size > settings.newBatchThreshold) {
        await Promise.race(inWork);
        continue;
      }
      try {
        const received = await receive();
        if (received > 0) {
          pauseMs = shortestPollMs;
          continue;
        }
      } catch (error) {
        // A queue that nobody has written to yet is an empty one.
        if ((error as { statusCode?: number }).statusCode !== 404) {
          log(`error: queue ${options.queueName}: ${describeError(error)}`);
          pauseMs = pollAfterErrorMs;
        }
      }
      await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => {});
      pauseMs = Math.min(pauseMs * 2, longestPollMs);
    }
  };
  const polling = poll();

  return {
    async stop() {
      stopping.abort();
      await polling;
      await Promise.all(inWork);
    },
  };
}

async function handle(
  message: DequeuedMessageItem,
  queue: QueueClient,
  options: QueueTriggerOptions,
): Promise<void> {
  const { settings, log } = options;
  const body = decode(message.messageText, settings.messageEncoding);
  // Above the limit: its earlier runs ended with their process.
  if (body === undefined || message.dequeueCount > settings.maxDequeueCount) {
    await moveToPoison(message, message.popReceipt, queue, options);
    return;
  }
  const lock = keepHidden(message, queue, options);
  let isDone = true;
  try {
    const data = options.isBinary ? { bytes: body } : { string: body.toString('utf8') };
    await options.invoke({ data, metadata: describe(message, body) });
  } catch (error) {
    isDone = false;
    log(
      `error: message ${message.messageId}, try ${message.dequeueCount}: ${describeError(error)}`,
    );
  }
  const popReceipt = await lock.release();
  if (isDone) {
    await queue.deleteMessage(message.messageId, popReceipt);
  } else if (message.dequeueCount >= settings.maxDequeueCount) {
    await moveToPoison(message, popReceipt, queue, options);
  } else {
    const { visibilityTimeoutSeconds } = settings;
    await queue.updateMessage(message.messageId, popReceipt, undefined, visibilityTimeoutSeconds);
  }
}

/** Renews the lock of a message in work. Each renewal changes the receipt needed to delete it. */
function keepHidden(
  { messageId, popReceipt }: DequeuedMessageItem,
  queue: QueueClient,
  { lockSeconds, log }: QueueTriggerOptions,
) {
  let receipt = popReceipt;
  let renewal = Promise.resolve();
  const renew = async () => {
    try {
      const renewed = await queue.updateMessage(messageId, receipt, undefined, lockSeconds);
      receipt = renewed.popReceipt ?? receipt;
    } catch (error) {
      log(`warning: message ${messageId} could not be kept hidden: ${describeError(error)}`);
    }
  };
  const timer = setInterval(
    () => {
      renewal = renewal.then(renew);
    },
    (lockSeconds * 1000) / 2,
  );
  return {
    async release(): Promise<string> {
      clearInterval(timer);
      await renewal;
      return receipt;
    },
  };
}

async function moveToPoison(
  { messageId, messageText }: DequeuedMessageItem,
  popReceipt: string,
  queue: QueueClient,
  { connectionString, queueName, log }: QueueTriggerOptions,
): Promise<void> {
  const poison = new QueueClient(connectionString, `${queueName}-poison`);
  await poison.createIfNotExists();
  await poison.sendMessage(messageText);
  await queue.deleteMessage(messageId, popReceipt);
  log(`warning: message ${messageId} moved to ${queueName}-poison`);
}

/** @returns Undefined for what is not Base64 though it should be. */
function decode(text: string, encoding: 'base64' | 'none'): Buffer | undefined {
  if (encoding === 'none') return Buffer.from(text, 'utf8');
  const isBase64 = /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0;
  return isBase64 ? Buffer.from(text, 'base64') : undefined;
}

function describe(message: DequeuedMessageItem, body: Buffer): Record<string, TypedData> {
  const time = (at: Date) => ({ json: JSON.stringify(at) });
  return {
    QueueTrigger: { string: body.toString('utf8') },
    Id: { string: message.messageId },
    DequeueCount: { int: message.dequeueCount },
    InsertionTime: time(message.insertedOn),
    ExpirationTime: time(message.expiresOn),
    NextVisibleTime: time(message.nextVisibleOn),
    PopReceipt: { string: message.popReceipt },
    // Last, as on the platform: a property of the message can hide one of the above.
    ...ownProperties(body),
  };
}

function ownProperties(body: Buffer): Record<string, TypedData> {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
    return Object.fromEntries(
      Object.entries(value).map(([name, part]) => [name, { json: JSON.stringify(part) }]),
    );
  } catch {
    return {};
  }
}
