import { setTimeout as pause } from 'node:timers/promises';
import type { EventData, EventHubProducerClient } from '@azure/event-hubs';
import type { TokenCredential } from '@azure/identity';
import type { WatchError } from '../errors.ts';
import { misconfigured } from '../forward/http-answers.ts';
import { type Words, wordsWithout } from '../forward/receiver-words.ts';
import { type Outcome, type Packed, taken } from '../forward/sink.ts';
import type { HubTarget, SinkTransports } from '../forward/sink-transports.ts';
import { rejected, unavailable, unreachable } from '../tell/delivery-failure.ts';
import { untilAborted } from '../until-aborted.ts';
import { type HubAddress, hubAddressOf } from './hub-address.ts';

type EventHubSettings = {
  /** Signs in where a hub is named by its namespace. */
  credential: TokenCredential;
  /** For signing in, opening and sending, together. */
  timeoutMs: number;
  allowLoopback?: boolean;
};

type Producer = { client: EventHubProducerClient; address: HubAddress; words: Words };

/**
 * Sends to event hubs. All events of an incident have its id as their partition key, so they stay in
 * one partition and in order.
 *
 * @see https://learn.microsoft.com/azure/event-hubs/event-hubs-features#mapping-of-events-to-partitions
 */
export function eventHubOut(settings: EventHubSettings): {
  send: SinkTransports['sendToHub'];
  close(): Promise<void>;
} {
  const { timeoutMs } = settings;
  const producers = new Map<string, Promise<Producer>>();
  const producerOf = (key: string, address: HubAddress) => {
    const producer = producers.get(key) ?? openProducer(address, settings);
    producers.set(key, producer);
    producer.catch(() => producers.delete(key));
    return producer;
  };
  /** What still is under way on it must not arrive behind its own repeat. */
  const drop = async (key: string) => {
    const producer = producers.get(key);
    producers.delete(key);
    const closing = producer?.then(({ client }) => client.close()).catch(() => {});
    // One that is not answered keeps nobody waiting.
    await Promise.race([closing, pause(2_000, undefined, { ref: false })]);
  };

  return {
    async send(target, batch) {
      const address = hubAddressOf(target, settings.allowLoopback === true);
      const key = JSON.stringify([address.connectionString ?? address.host, address.hub]);
      const signal = AbortSignal.timeout(timeoutMs);
      const late = untilAborted(signal);
      late.catch(() => {});
      const producer = await producerOf(key, address);
      const meaning = (error: unknown) => failure(producer, error, timeoutMs);
      const sending: Sending = { ...producer, target, signal, late, meaning };
      try {
        // One link for all of them, and one error if there is none.
        await Promise.race([producer.client.createBatch({ abortSignal: signal }), late]);
      } catch (error) {
        await drop(key);
        throw meaning(error);
      }
      const lanes = Map.groupBy(batch, ({ outgoing }) => outgoing.incident ?? outgoing.uid);
      const results = new Map<Packed, Result>();
      await Promise.all(
        [...lanes].map(([partitionKey, lane]) => sendLane(sending, partitionKey, lane, results)),
      );
      const all = batch.map((packed) => results.get(packed) ?? notSent);
      const failures = all.filter((one): one is WatchError => one instanceof Error);
      if (failures.length > 0) await drop(key);
      if (failures[0] && failures.length === all.length) throw failures[0];
      return all.map(outcomeOf);
    },

    async close() {
      await Promise.all([...producers.keys()].map(drop));
    },
  };
}

/** Loaded on first use: whoever has no such sink does not pay for it. */
async function openProducer(
  address: HubAddress,
  { credential, timeoutMs }: EventHubSettings,
): Promise<Producer> {
  const { host, hub, connectionString, secrets } = address;
  const { EventHubProducerClient } = await import('@azure/event-hubs');
  // The pump repeats.
  const options = { retryOptions: { maxRetries: 0, timeoutInMs: timeoutMs } };
  const client =
    connectionString === undefined
      ? new EventHubProducerClient(host, hub, credential, options)
      : new EventHubProducerClient(connectionString, options);
  return { client, address, words: wordsWithout(secrets) };
}

type Sending = Producer & {
  target: HubTarget;
  signal: AbortSignal;
  /** Rejects when the time is up. */
  late: Promise<never>;
  meaning(error: unknown): WatchError;
};

/** An error: it is not known to have arrived. */
type Result = Outcome | WatchError;

const notSent: Outcome = { became: 'later', says: 'it was not sent' };

/** One after the other; behind one that failed nothing is sent, so that it can't overtake. */
async function sendLane(
  sending: Sending,
  partitionKey: string,
  lane: readonly Packed[],
  results: Map<Packed, Result>,
): Promise<void> {
  let result: Result = taken;
  for (const packed of lane) {
    if (!(result instanceof Error)) result = await sendOne(sending, partitionKey, packed);
    results.set(packed, result);
  }
}

async function sendOne(sending: Sending, key: string, packed: Packed): Promise<Result> {
  const { client, address, target, signal: abortSignal, late, meaning } = sending;
  try {
    const partitionKey = key.slice(0, maxId);
    const batch = await client.createBatch({ partitionKey, abortSignal });
    if (!batch.tryAdd(eventOf(packed, target))) {
      const says = `larger than the ${batch.maxSizeInBytes} bytes that ${address.host} takes`;
      return { became: 'refused', says };
    }
    // Not its signal alone: what is lost on the way would be waited for.
    await Promise.race([client.sendBatch(batch, { abortSignal }), late]);
    return taken;
  } catch (error) {
    const failure = meaning(error);
    if (failure.code !== 'DELIVERY_REJECTED') return failure;
    return { became: 'refused', says: failure.message };
  }
}

/** The longest message id and partition key that the service takes. */
const maxId = 128;

function eventOf({ outgoing, text }: Packed, { contentType, properties }: HubTarget): EventData {
  const { uid, kind, severity, tenantId, incident } = outgoing;
  return {
    // Bytes: the library would make JSON of a text once more.
    body: Buffer.from(text),
    contentType,
    ...(uid.length <= maxId && { messageId: uid }),
    properties: { ...properties, kind, severity, tenantId, ...(incident !== null && { incident }) },
  };
}

function outcomeOf(result: Result): Outcome {
  if (!(result instanceof Error)) return result;
  const { message: says, retryAfterMs } = result;
  return { became: 'later', says, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

/** Somebody has to mend it: who may send, or what is sent to. */
const settingsAtFault = new Set([
  'UnauthorizedError',
  'PublisherRevokedError',
  'MessagingEntityNotFoundError',
  'MessagingEntityDisabledError',
  'InvalidOperationError',
]);
const eventAtFault = new Set(['MessageTooLargeError', 'ArgumentError', 'ArgumentOutOfRangeError']);

function failure({ address, words }: Producer, error: unknown, timeoutMs: number): WatchError {
  const { host } = address;
  const { code, name, message } = (error ?? {}) as Record<string, unknown>;
  if (code === 'OperationTimeoutError' || /^(?:Abort|Timeout)Error$/.test(String(name))) {
    return unreachable(host, new DOMException('', 'TimeoutError'), timeoutMs);
  }
  if (/Credential|Authentication/.test(String(name))) return unavailable(`no token for ${host}`);
  const said = words(typeof message === 'string' ? message : '');
  const line = `${host} answered ${typeof code === 'string' ? code : 'an error'}${said && `: "${said}"`}`;
  if (settingsAtFault.has(String(code))) return misconfigured(line);
  if (eventAtFault.has(String(code))) return rejected(line);
  // ServerBusyError says it in words alone.
  const [, seconds] = /Please wait (\d{1,4}) seconds/.exec(said) ?? [];
  return unavailable(line, seconds === undefined ? undefined : Number(seconds) * 1_000);
}
