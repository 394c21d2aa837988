import type { Container, EventContext, Sender } from 'rhea';
import { findAddress, type Hubs, refuseUnknown } from './hubs.ts';
import type { PartitionLog, StartPosition } from './partition-log.ts';

const epochProperty = 'com.microsoft:epoch';
const selectorFilter = 'apache.org:selector-filter:string';

/** One receiver of a client. `epoch` is its owner level. */
interface Consumer {
  link: Sender;
  log: PartitionLog;
  group: string;
  epoch: number | undefined;
  next: number;
  stopListening(): void;
}

/** Sends events to clients that read a partition, each from where it asked to start. */
export function serveConsumers(container: Container, hubs: Hubs): void {
  const consumers = new Map<Sender, Consumer>();

  const end = (link: Sender) => {
    consumers.get(link)?.stopListening();
    consumers.delete(link);
  };

  container.on('sender_open', ({ sender: link }: EventContext) => {
    const address = link?.source?.address;
    if (link === undefined || address === undefined) return;
    link.set_source({ address });
    if (address.startsWith('$')) return;
    const source = findAddress(hubs, address);
    if (source?.partition === undefined) {
      refuseUnknown(link, address);
      return;
    }
    const log = source.partition;
    const group = source.consumerGroup ?? '$Default';
    const epoch: number | undefined = link.properties?.[epochProperty];
    const rivals = [...consumers.values()].filter((c) => c.log === log && c.group === group);
    if (isOutranked(epoch, rivals)) {
      disconnect(link, 'A receiver with a higher epoch already exists.');
      return;
    }
    if (epoch !== undefined) {
      for (const rival of rivals) {
        end(rival.link);
        disconnect(rival.link, `A new receiver with epoch ${epoch} was created.`);
      }
    }
    const next = log.indexOf(readPosition(link.source.filter?.[selectorFilter]));
    const consumer = { link, log, group, epoch, next, stopListening: () => {} };
    consumer.stopListening = log.onAppend(() => pump(consumer));
    consumers.set(link, consumer);
  });

  const pumpLink = ({ sender }: EventContext) => {
    const consumer = sender && consumers.get(sender);
    if (consumer) pump(consumer);
  };
  container.on('sendable', pumpLink);
  // Credit may be left while the buffer of the session was full: each settled delivery makes room.
  container.on('settled', pumpLink);

  container.on('sender_close', ({ sender }: EventContext) => {
    if (sender !== undefined) end(sender);
  });
  container.on('session_close', ({ session }: EventContext) => {
    for (const link of consumers.keys()) if (link.session === session) end(link);
  });
  container.on('disconnected', ({ connection }: EventContext) => {
    for (const link of consumers.keys()) if (link.connection === connection) end(link);
  });
}

function pump(consumer: Consumer): void {
  const { link, log } = consumer;
  while (link.sendable()) {
    const event = log.events[consumer.next];
    if (event === undefined) return;
    consumer.next++;
    link.send(event.encoded, undefined, 0);
  }
}

/** A receiver without an epoch, or with a lower one, gives way to one that has it. */
function isOutranked(epoch: number | undefined, rivals: readonly Consumer[]): boolean {
  const highest = Math.max(...rivals.map((rival) => rival.epoch ?? -1));
  return highest > (epoch ?? -1);
}

function disconnect(link: Sender, description: string): void {
  link.close({ condition: 'amqp:link:stolen', description });
}

/** Reads `amqp.annotation.x-opt-offset > '12'` and its kin. */
function readPosition(filter: unknown): StartPosition {
  const text = String((filter as { value?: unknown } | undefined)?.value ?? filter ?? '');
  const [, name, operator, value = ''] = /x-opt-([a-z-]+) (>=?) '([^']*)'/.exec(text) ?? [];
  const isInclusive = operator === '>=';
  if (value === '@latest') return 'end';
  if (name === 'sequence-number')
    return { by: 'sequenceNumber', value: Number(value), isInclusive };
  if (name === 'enqueued-time') return { by: 'enqueuedAt', value: Number(value), isInclusive };
  if (name === 'offset') return { by: 'offset', value: Number(value), isInclusive };
  return 'end';
}
