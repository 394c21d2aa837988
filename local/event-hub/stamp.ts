import rhea from 'rhea';

// rhea exports the codec at run time but leaves it out of its types.
interface Section {
  descriptor?: { value: unknown };
}
interface Codec {
  Reader: new (buffer: Buffer) => { position: number; read(): Section; remaining(): number };
  Writer: new () => { write(value: unknown): void; toBuffer(): Buffer };
}
const { Reader, Writer } = rhea.types as unknown as Codec;

// Section descriptors of the AMQP 1.0 message format, section 3.2.
const header = 0x70;
const deliveryAnnotations = 0x71;
const messageAnnotations = 0x72;
const symbolicNames: Record<string, number> = {
  'amqp:header:list': header,
  'amqp:delivery-annotations:map': deliveryAnnotations,
  'amqp:message-annotations:map': messageAnnotations,
};

/** What an Event Hub stamps on every event that it takes in. */
export interface BrokerStamp {
  sequenceNumber: number;
  offset: string;
  enqueuedAt: Date;
  partitionKey?: string | undefined;
}

/**
 * Lays the broker's annotations over a message as its sender encoded it.
 *
 * All other sections are copied byte for byte: decoding and encoding them again would lose what
 * JavaScript numbers can not tell apart (a long from an int, a double from an integer).
 *
 * @param encoded - One AMQP 1.0 message. It is copied, so a batch it was cut from can be freed.
 * @throws TypeError when the bytes are not an AMQP message.
 */
export function stamp(encoded: Buffer, broker: BrokerStamp): Buffer {
  const before: Buffer[] = [];
  const after: Buffer[] = [];
  let annotations: Record<string, unknown> = {};

  const reader = new Reader(encoded);
  while (reader.remaining() > 0) {
    const start = reader.position;
    const section = reader.read();
    const kind = descriptorOf(section);
    if (kind === undefined) throw new TypeError('A message holds bytes outside of any section.');
    const bytes = encoded.subarray(start, reader.position);
    if (kind === messageAnnotations) annotations = rhea.types.unwrap_map_simple(section);
    else if (kind === header || kind === deliveryAnnotations) before.push(bytes);
    else after.push(bytes);
  }

  const { types } = rhea;
  const stamped = types.wrap_symbolic_map({
    ...annotations,
    'x-opt-sequence-number': types.wrap_long(broker.sequenceNumber),
    'x-opt-offset': types.wrap_string(broker.offset),
    'x-opt-enqueued-time': types.wrap_timestamp(broker.enqueuedAt.getTime()),
    ...(broker.partitionKey === undefined ? {} : { 'x-opt-partition-key': broker.partitionKey }),
  });
  const writer = new Writer();
  writer.write(types.described_nc(types.wrap_ulong(messageAnnotations), stamped));
  return Buffer.concat([...before, writer.toBuffer(), ...after]);
}

function descriptorOf(section: Section): number | undefined {
  const value = section.descriptor?.value;
  if (typeof value === 'string') return symbolicNames[value] ?? 0;
  return value === undefined ? undefined : Number(value);
}
