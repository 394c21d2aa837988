import { randomUUID } from 'node:crypto';
import {
  type AnswerFault,
  faultsToCome,
  faultyReceiver,
  type StandInAnswer,
  type StandInRequest,
  wayFaults,
} from './faults.ts';
import { type HecEvent, HecRefusal, hecEventOf } from './hec-event.ts';
import { splitObjects } from './json-objects.ts';
import { receivedEvents, startEventsServer } from './received-events.ts';

/**
 * `half`: it stops in the middle of a batch and is busy. `refusedOne`: it finds fault with the event in
 * the middle. `lost`: it says that it has them, and they never reach an index.
 */
const hecFaults = [...wayFaults, 'half', 'refusedOne', 'lost'] as const;
type HecFault = Exclude<(typeof hecFaults)[number], (typeof wayFaults)[number]>;

type HecOptions = {
  /** 0, as by default, takes a free one. */
  port?: number;
  /** Events are kept here, in `splunk.jsonl`, and are there again after a restart. */
  folder?: string;
  token?: string;
  /** The indexes that the token allows; the first one is taken where an event names none. */
  indexes?: readonly [string, ...string[]];
  /** The token wants a channel, and events are acknowledged so long after they came. */
  acknowledgeAfterMs?: number;
  /** Of a batch with an invalid event those before it are not indexed either: both has been seen. */
  isAllOrNothing?: boolean;
  /** Seconds, for who is told to slow down. */
  retryAfter?: number;
  onEvent?: (uid: string | null) => void;
};

/** What Splunk Cloud takes of one request. */
const maxBytes = 1_000_000;

/** The HTTP Event Collector of Splunk, and a page that shows what is indexed. */
export async function startHec(options: HecOptions = {}) {
  const { token = randomUUID(), indexes = ['main'], acknowledgeAfterMs, isAllOrNothing } = options;
  const events = receivedEvents<HecEvent>(options.folder, 'splunk');
  const faults = faultsToCome(hecFaults);
  const channels = new Map<string, Map<number, number>>();
  let [isEnabled, acknowledged] = [true, 0];

  const keep = (all: readonly HecEvent[]) => {
    for (const event of all) {
      const uid = event.fields?.event_uid;
      const received = events.keep(typeof uid === 'string' ? uid : null, event);
      options.onEvent?.(received.uid);
    }
    if (all.length > 0) server.changed();
  };

  /** @throws {HecRefusal} */
  function channelOf({ headers, query }: StandInRequest): Map<number, number> {
    const name = headers['x-splunk-request-channel'] ?? query.get('channel');
    if (!name) throw new HecRefusal(400, 10, 'Data channel is missing');
    if (!isGuid.test(String(name))) throw new HecRefusal(400, 11, 'Invalid data channel');
    const channel = channels.get(String(name)) ?? new Map<number, number>();
    channels.set(String(name), channel);
    return channel;
  }

  function collect(request: StandInRequest, way: HecFault | undefined): StandInAnswer {
    const acks = acknowledgeAfterMs === undefined ? undefined : channelOf(request);
    if (!request.body) return { status: 413, body: 'Content-Length is too large' };
    const taken: HecEvent[] = [];
    let refusal: HecRefusal | undefined;
    const texts = splitObjects(request.body.toString());
    if (texts.length === 0) throw new HecRefusal(400, 5, 'No data');
    const middle = Math.floor(texts.length / 2);
    try {
      for (const [number, text] of texts.entries()) {
        if (number === middle && way === 'half') throw new HecRefusal(503, 9, 'Server is busy');
        if (number === middle && way === 'refusedOne') {
          throw new HecRefusal(400, 6, 'Invalid data format', number);
        }
        taken.push(hecEventOf(text, number, indexes));
      }
    } catch (error) {
      if (!(error instanceof HecRefusal)) throw error;
      refusal = error;
    }
    if (way !== 'lost' && !(refusal && isAllOrNothing)) keep(taken);
    if (refusal) throw refusal;
    if (!acks) return success({});
    const ackId = acks.size;
    acks.set(
      ackId,
      way === 'lost' ? Number.POSITIVE_INFINITY : Date.now() + (acknowledgeAfterMs ?? 0),
    );
    return success({ ackId });
  }

  function tellAcks(request: StandInRequest): StandInAnswer {
    if (acknowledgeAfterMs === undefined) throw new HecRefusal(400, 14, 'ACK is disabled');
    const channel = channelOf(request);
    const { acks } = JSON.parse(String(request.body)) as { acks: number[] };
    const told = acks.map((id) => {
      const isIndexed = (channel.get(id) ?? Number.POSITIVE_INFINITY) <= Date.now();
      // What has been told as indexed is forgotten.
      if (isIndexed) channel.set(id, Number.POSITIVE_INFINITY);
      acknowledged += isIndexed ? 1 : 0;
      return [id, isIndexed];
    });
    return { status: 200, body: { acks: Object.fromEntries(told) } };
  }

  function checkToken({ headers }: StandInRequest): void {
    const { authorization } = headers;
    if (!authorization) throw new HecRefusal(401, 2, 'Token is required');
    const [, given] = /^Splunk (\S+)$/.exec(authorization) ?? [];
    if (given === undefined) throw new HecRefusal(401, 3, 'Invalid authorization');
    if (given !== token) throw new HecRefusal(403, 4, 'Invalid token');
    if (!isEnabled) throw new HecRefusal(403, 1, 'Token disabled');
  }

  const receive = faultyReceiver<HecFault>({
    maxBytes,
    faults,
    ...(options.retryAfter !== undefined && { retryAfter: options.retryAfter }),
    refusal: (way) => refusals[way],
    receive(request, way) {
      try {
        checkToken(request);
        return request.path.endsWith('/ack') ? tellAcks(request) : collect(request, way);
      } catch (error) {
        if (error instanceof HecRefusal) return { status: error.status, body: error.body() };
        throw error;
      }
    },
  });

  const server = await startEventsServer({
    port: options.port,
    title: 'Splunk',
    about: 'What the event collector has indexed, newest first. Splunk keeps repeats.',
    events: events.all,
    headline: (event) => headlineOf(event as HecEvent),
    takes: (url) => paths.test(url),
    receive,
  });

  return {
    url: server.url,
    token,
    /** What is indexed, in the order of arrival; Splunk keeps repeats. */
    received: events.all,
    /** How many batches it has said of that they are indexed. */
    acknowledged: () => acknowledged,
    disable: () => {
      isEnabled = false;
    },
    ...faults,
    close: server.close,
  };
}

const paths = /^\/services\/collector(?:\/event(?:\/1\.0)?|\/ack)?(?:\?|$)/;
const isGuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const success = (more: object): StandInAnswer => ({
  status: 200,
  body: { text: 'Success', code: 0, ...more },
});

const refusals: Record<AnswerFault, unknown> = {
  throttled: { text: 'HEC queue is at capacity', code: 26 },
  broken: { text: 'Internal server error', code: 8 },
  busy: { text: 'Server is busy', code: 9 },
  unauthorized: { text: 'Invalid authorization', code: 3 },
  forbidden: { text: 'Invalid token', code: 4 },
};

function headlineOf({ event, index, fields }: HecEvent): string {
  const { message, title, type } = (typeof event === 'object' ? event : {}) as Record<
    string,
    unknown
  >;
  const told = [message, title, type, event].find((one) => typeof one === 'string');
  return `${index} · ${fields?.severity ?? ''} · ${String(told ?? '').slice(0, 200)}`;
}
