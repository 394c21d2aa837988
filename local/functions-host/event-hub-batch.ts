import type { PartitionContext, ReceivedEventData } from '@azure/event-hubs';
import type { TypedData } from './core-types.ts';

/**
 * A batch as the host sends it to the worker.
 *
 * @param keepsEmptyStrings - The host drops empty strings from a list, and with them the match between
 *   bodies and metadata, unless the worker declares `IncludeEmptyEntriesInMessagePayload`.
 * @throws SyntaxError for the whole batch when no data type is set and one body is not JSON.
 */
export function toBatchData(
  events: readonly ReceivedEventData[],
  dataType: 'binary' | 'string' | undefined,
  keepsEmptyStrings: boolean,
): TypedData {
  const bodies = events.map(({ body }) => toBytes(body));
  if (dataType === 'binary') return { collectionBytes: { bytes: bodies } };
  const texts = bodies.map((bytes) => bytes.toString('utf8'));
  if (dataType === 'string') {
    const kept = keepsEmptyStrings ? texts : texts.filter((text) => text !== '');
    return { collectionString: { string: kept } };
  }
  const values = texts.map((text) => (text === '' ? null : JSON.parse(text)));
  return { json: JSON.stringify(values) };
}

function toBytes(body: unknown): Buffer {
  if (Buffer.isBuffer(body)) return body;
  if (body === null || body === undefined) return Buffer.alloc(0);
  // Several data sections are one body.
  if (Array.isArray(body) && body.every((part) => Buffer.isBuffer(part)))
    return Buffer.concat(body);
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

/** The trigger metadata of a batch, in the shapes and with the quirks of the platform. */
export function describeBatch(
  events: readonly ReceivedEventData[],
  partition: PartitionContext,
): Record<string, TypedData> {
  const { fullyQualifiedNamespace, eventHubName, consumerGroup, partitionId } = partition;
  return {
    PartitionContext: json({
      FullyQualifiedNamespace: fullyQualifiedNamespace,
      EventHubName: eventHubName,
      ConsumerGroup: consumerGroup,
      PartitionId: partitionId,
      IsCheckpointingAfterInvocation: true,
    }),
    SequenceNumberArray: {
      collectionSint64: { sint64: events.map((event) => toInt64(event.sequenceNumber)) },
    },
    OffsetArray: { collectionString: { string: events.map((event) => String(event.offset)) } },
    // Events without a key are left out, so this array does not align with the others.
    PartitionKeyArray: {
      collectionString: { string: events.flatMap(({ partitionKey }) => partitionKey ?? []) },
    },
    EnqueuedTimeUtcArray: {
      collectionString: { string: events.map((event) => withoutZone(event.enqueuedTimeUtc)) },
    },
    PropertiesArray: json(events.map((event) => event.properties ?? {})),
    SystemPropertiesArray: json(
      events.map((event) => ({
        ...event.systemProperties,
        SequenceNumber: event.sequenceNumber,
        Offset: String(event.offset),
        EnqueuedTimeUtc: withoutZone(event.enqueuedTimeUtc),
        PartitionKey: event.partitionKey ?? null,
      })),
    ),
  };
}

function json(value: unknown): TypedData {
  return { json: JSON.stringify(value) };
}

function toInt64(value: number) {
  return { low: value | 0, high: Math.floor(value / 2 ** 32), unsigned: false };
}

function withoutZone(time: Date): string {
  return time.toISOString().slice(0, -1);
}
