import rhea, { type EventContext, type Message, type Sender } from 'rhea';
import type { Hubs } from './hubs.ts';
import type { PartitionLog } from './partition-log.ts';

const arrayOfStrings = 0xb1;

interface Answer {
  status: number;
  description: string;
  body?: object;
}

/**
 * Answers a request to `$cbs` (every token is good) or `$management` (properties of a hub and of a
 * partition) on the link that the client opened for answers.
 *
 * @see https://learn.microsoft.com/azure/event-hubs/event-hubs-amqp-protocol-guide
 */
export function answerRequest({ session, receiver, message }: EventContext, hubs: Hubs): void {
  if (session === undefined || message === undefined) return;
  const replyTo = message.reply_to;
  // `$management` names the address it gave its receiver, `$cbs` the name of the link itself.
  const link = session.find_sender(
    (sender: Sender) => sender.target?.address === replyTo || sender.name === replyTo,
  );
  const isToken = receiver?.target?.address === '$cbs';
  const answer = isToken ? { status: 202, description: 'Accepted' } : read(message, hubs);
  link?.send({
    correlation_id: message.message_id,
    application_properties: {
      'status-code': rhea.types.wrap_int(answer.status),
      'status-description': answer.description,
    },
    body: rhea.types.wrap_map(answer.body ?? {}),
  } as unknown as Message);
}

function read({ application_properties: asked = {} }: Message, hubs: Hubs): Answer {
  const partitions = hubs.get(asked.name);
  if (partitions === undefined) {
    return { status: 404, description: `The messaging entity '${asked.name}' could not be found.` };
  }
  if (asked.type === 'com.microsoft:eventhub') {
    const body = describeHub(asked.name, partitions);
    return { status: 200, description: 'OK', body };
  }
  const log = partitions.find(({ id }) => id === asked.partition);
  if (asked.type === 'com.microsoft:partition' && log !== undefined) {
    return { status: 200, description: 'OK', body: describePartition(asked.name, log) };
  }
  return {
    status: 400,
    description: `Unknown type or partition: ${asked.type} ${asked.partition}`,
  };
}

function describeHub(name: string, partitions: readonly PartitionLog[]): object {
  const { types } = rhea;
  const ids = partitions.map(({ id }) => id);
  return {
    name,
    type: 'com.microsoft:eventhub',
    created_at: types.wrap_timestamp(0),
    partition_count: types.wrap_int(ids.length),
    partition_ids: types.wrap_array(ids, arrayOfStrings, undefined),
  };
}

function describePartition(name: string, log: PartitionLog): object {
  const { types } = rhea;
  return {
    name,
    type: 'com.microsoft:partition',
    partition: log.id,
    begin_sequence_number: types.wrap_long(0),
    last_enqueued_sequence_number: types.wrap_long(log.last?.sequenceNumber ?? -1),
    last_enqueued_offset: String(log.last?.offset ?? -1),
    last_enqueued_time_utc: types.wrap_timestamp(log.last?.enqueuedAt.getTime() ?? 0),
    is_partition_empty: log.last === undefined,
  };
}
