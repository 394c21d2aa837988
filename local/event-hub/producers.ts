import type { Socket } from 'node:net';
import { crc32 } from 'node:zlib';
import rhea, { type Container, type Delivery, type EventContext, type Message } from 'rhea';
import { findAddress, type Hubs, refuseUnknown } from './hubs.ts';
import { answerRequest } from './management.ts';
import type { PartitionLog } from './partition-log.ts';

/** What the real service allows in one transfer, and so in one batch. */
export const maxMessageBytes = 1024 * 1024;
/** The message format with which Event Hubs clients mark several messages in one transfer. */
const batchFormat = 0x80013700;
const partitionKeyAnnotation = 'x-opt-partition-key';

/**
 * How a transfer of events fails. `silent` and `reset`: nothing of it was taken; `silentAfter` and
 * `resetAfter`: all of it was, and nobody says so. The others are answers.
 */
export const hubFaults = [
  'busy',
  'unauthorized',
  'internal',
  'detach',
  'silent',
  'silentAfter',
  'reset',
  'resetAfter',
] as const;
export type HubFault = (typeof hubFaults)[number];

const refusals = {
  busy: {
    condition: 'com.microsoft:server-busy',
    description:
      'The request was terminated because the entity is being throttled. Error code : 50002. Please wait 4 seconds and try again.',
  },
  unauthorized: {
    condition: 'amqp:unauthorized-access',
    description: "Unauthorized access. 'Send' claim(s) are required to perform this operation.",
  },
  internal: {
    condition: 'amqp:internal-error',
    description: 'The server was unable to process the request.',
  },
} as const;

/**
 * Takes in what clients send: events, and requests to `$cbs` and `$management`.
 *
 * @param nextFault - how the transfer fails that has just come; undefined: it does not.
 */
export function serveProducers(
  container: Container,
  hubs: Hubs,
  nextFault: () => HubFault | undefined,
): void {
  let roundRobin = 0;

  container.on('receiver_open', ({ receiver }: EventContext) => {
    const address = receiver?.target?.address;
    if (receiver === undefined || address === undefined) return;
    receiver.set_target({ address });
    if (!address.startsWith('$') && !findAddress(hubs, address)) refuseUnknown(receiver, address);
  });

  container.on('message', (context: EventContext) => {
    const { receiver, delivery, message } = context;
    const address = receiver?.target?.address;
    if (address === undefined || delivery === undefined || message === undefined) return;
    if (address.startsWith('$')) {
      delivery.accept();
      answerRequest(context, hubs);
      return;
    }
    const target = findAddress(hubs, address);
    if (target === undefined) return;
    const fault = nextFault();
    if (fault !== undefined && fault in refusals) {
      return refuse(delivery, refusals[fault as keyof typeof refusals]);
    }
    if (fault === 'silent') return;
    if (fault === 'reset') return cut(context);
    if (fault === 'detach') {
      const description = 'The link is force detached by the broker.';
      return void receiver?.close({ condition: 'amqp:link:detach-forced', description });
    }
    try {
      const { messages, partitionKey, bytes } = unpack(message, delivery.format);
      if (bytes > maxMessageBytes) {
        const description = `The message is ${bytes} bytes; the limit is ${maxMessageBytes}.`;
        return refuse(delivery, { condition: 'amqp:link:message-size-exceeded', description });
      }
      // The same key always lands in the same partition, also after a restart.
      const turn = partitionKey === undefined ? roundRobin++ : crc32(partitionKey);
      const log = target.partition ?? target.partitions[turn % target.partitions.length];
      (log as PartitionLog).append(messages, partitionKey);
      if (fault === 'silentAfter') return;
      if (fault === 'resetAfter') return cut(context);
      delivery.accept();
    } catch (error) {
      refuse(delivery, { condition: 'amqp:internal-error', description: String(error) });
    }
  });
}

/**
 * In a turn of its own: rhea tells two outcomes of one turn as a single range, and the second as if it
 * were the first. So what was refused would be told to have been taken.
 */
function refuse(delivery: Delivery, error: { condition: string; description: string }): void {
  setImmediate(() => delivery.reject(error));
}

function cut({ connection }: EventContext): void {
  // Of the connection's type rhea tells nothing of its socket.
  (connection as unknown as { socket: Socket }).socket.resetAndDestroy();
}

interface Transfer {
  messages: Buffer[];
  partitionKey: string | undefined;
  bytes: number;
}

/** Cuts a transfer into the messages it carries, each as its sender encoded it. */
function unpack(transfer: Message | Buffer, format: number): Transfer {
  // rhea decodes only the standard format and hands over the bytes of all others.
  if (!Buffer.isBuffer(transfer)) {
    const encoded = rhea.message.encode(transfer);
    const partitionKey = transfer.message_annotations?.[partitionKeyAnnotation];
    return { messages: [encoded], partitionKey, bytes: encoded.length };
  }
  if (format !== batchFormat) throw new TypeError(`Unknown message format ${format}.`);
  const envelope = rhea.message.decode(transfer);
  const { content, multiple } = envelope.body;
  const partitionKey = envelope.message_annotations?.[partitionKeyAnnotation];
  return { messages: multiple ? content : [content], partitionKey, bytes: transfer.length };
}
