import { createServer } from 'node:net';
import { inspect } from 'node:util';
import {
  EventHubConsumerClient,
  earliestEventPosition,
  type ReceivedEventData,
} from '@azure/event-hubs';
import type { TokenCredential } from '@azure/identity';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { startEventHub } from '../../../local/event-hub.ts';
import { eventHubOut } from '../../../shared/azure/event-hub-out.ts';
import { hubAddressOf } from '../../../shared/azure/hub-address.ts';
import { openTransports } from '../../../shared/forward/open-transports.ts';
import { outgoingOf } from '../../../shared/forward/siem-format.ts';
import type { Outgoing, Packed } from '../../../shared/forward/sink.ts';
import eventHub, { formatVersions } from '../../../shared/forward/sinks/event-hub.ts';
import { sampleHeartbeat, sampleLife } from '../varied-events.ts';
import { became, failureOf, formatOf, outgoings, sendTo, settingsOf, uidsOf } from './http-sink.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const hub = 'findings';
const realToken = 'eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.R3JlZW5Hb2JsaW4.c2lnbmF0dXJl';
const credential: TokenCredential = {
  getToken: async () => ({ token: realToken, expiresOnTimestamp: Date.now() + 3_600_000 }),
};

async function start() {
  const server = await startEventHub({ hubs: [{ name: hub, partitions: 4 }] });
  cleanups.push(server.close);
  return server;
}

function sender(over: Partial<Parameters<typeof eventHubOut>[0]> = {}) {
  const out = eventHubOut({ credential, timeoutMs: 5_000, allowLoopback: true, ...over });
  cleanups.push(out.close);
  return out;
}

/** The sink as the policy opens it, at a stand-in. */
async function startSink() {
  const server = await start();
  const open = ({ timeoutMs = 5_000, format = 'ocsf' } = {}) => {
    const out = sender({ timeoutMs });
    const uploadLogs = () => Promise.reject(new Error('not of this test'));
    const transports = openTransports({
      azure: { uploadLogs, sendToHub: out.send, close: out.close },
    });
    const env = { HUB: server.connectionString(hub) };
    const settings: object = settingsOf(eventHub, { connection: { env: 'HUB' } }, env);
    return eventHub.open({ ...settings, format }, transports);
  };
  return { server, open, sink: open() };
}

/** All that lies in the hub, partition by partition. */
async function read(connectionString: string): Promise<ReceivedEventData[][]> {
  const consumer = new EventHubConsumerClient('$Default', connectionString, {
    retryOptions: { maxRetries: 0 },
  });
  const ids = await consumer.getPartitionIds();
  const ends = await Promise.all(ids.map((id) => consumer.getPartitionProperties(id)));
  const partitions = ids.map((): ReceivedEventData[] => []);
  const subscriptions = ids.map((id, index) =>
    consumer.subscribe(
      id,
      {
        async processEvents(events) {
          partitions[index]?.push(...events);
        },
        async processError(error) {
          throw error;
        },
      },
      { startPosition: earliestEventPosition, skipParsingBodyAsJson: true, maxBatchSize: 100 },
    ),
  );
  // All of them: closing while more are on their way is not answered.
  await vi.waitFor(
    () =>
      expect(partitions.map(({ length }) => length)).toEqual(
        ends.map(({ lastEnqueuedSequenceNumber }) => lastEnqueuedSequenceNumber + 1),
      ),
    { timeout: 5_000, interval: 20 },
  );
  await Promise.all(subscriptions.map((one) => one.close()));
  await consumer.close();
  return partitions;
}

const readAll = async (connectionString: string) => (await read(connectionString)).flat();

const idsOf = (events: readonly ReceivedEventData[]) => events.map(({ messageId }) => messageId);

/** So many events of one incident, in their order. */
const ofOne = (incident: string, count: number): Outgoing[] =>
  outgoings(count, 'ocsf').map((one, n) => ({ ...one, incident, uid: `${incident}.${n}` }));

const packed = (all: readonly Outgoing[]): Packed[] =>
  all.map((outgoing) => ({ outgoing, text: outgoing.line }));

/** Once more until it is taken: a machine that has much to do may be too late. */
const sentAtLast = (sink: ReturnType<typeof eventHub.open>, outgoing: Outgoing) =>
  vi.waitFor(async () => expect(became(await sendTo(sink, [outgoing]))).toEqual(['taken']), 5_000);

const plain = { contentType: 'application/json', properties: {} };

describe('what arrives', () => {
  const all = [sampleLife.found[0], sampleLife.acknowledged, sampleHeartbeat].filter(
    (event) => event !== undefined,
  );

  test('events in every format, with what a consumer can tell them by', async () => {
    const { server, open } = await startSink();
    for (const format of eventHub.formats) {
      const sent = all.map((event) => outgoingOf(event, formatOf(format)));
      expect(became(await sendTo(open({ format }), sent))).toEqual(['taken', 'taken', 'taken']);
    }
    const got = await readAll(server.connectionString(hub));
    expect(got).toHaveLength(15);
    for (const format of eventHub.formats) {
      for (const event of all) {
        const { uid, kind, severity, tenantId, incident, line } = outgoingOf(
          event,
          formatOf(format),
        );
        const one = got.find(
          ({ messageId, properties }) => messageId === uid && properties?.format === format,
        );
        expect(Buffer.from(one?.body).toString()).toBe(line);
        expect(one?.contentType).toBe(
          format === 'cef' ? 'text/plain; charset=utf-8' : 'application/json',
        );
        const version = formatVersions[format];
        expect(one?.properties).toEqual({
          ...{ format, kind, severity, tenantId },
          ...(version && { formatVersion: version }),
          ...(incident && { incident }),
        });
        expect(one?.partitionKey).toBe(incident ?? uid);
      }
    }
  });

  test('the version that is told is the one of the format', () => {
    const [event] = all as [(typeof all)[0]];
    const told = (name: string) => outgoingOf(event, formatOf(name)).event as never;
    const { schema }: { schema: number } = told('native');
    const { metadata }: { metadata: { version: string } } = told('ocsf');
    const { ecs }: { ecs: { version: string } } = told('ecs');
    const [, cef] = /^CEF:(\d+)\|/.exec(told('cef')) ?? [];
    expect({ native: String(schema), ocsf: metadata.version, ecs: ecs.version, cef }).toEqual(
      formatVersions,
    );
    expect(eventHub.formats.toSorted()).toEqual(
      [...Object.keys(formatVersions), 'sentinel'].sort(),
    );
  });

  test('the events of an incident in one partition and in order, batch after batch', async () => {
    const { server, sink } = await startSink();
    const incidents = Array.from({ length: 8 }, (_, n) => ofOne(`inc-${n}`, 4));
    for (const turn of [0, 1, 2, 3]) {
      await sendTo(
        sink,
        incidents.map((events) => events[turn] as Outgoing),
      );
    }
    const partitions = await read(server.connectionString(hub));
    expect(partitions.filter(({ length }) => length > 0).length).toBeGreaterThan(1);
    for (const events of incidents) {
      const uids: unknown[] = uidsOf(events);
      const where = partitions.map((one) => idsOf(one).filter((id) => uids.includes(id)));
      expect(where.filter((ids) => ids.length > 0)).toEqual([uids]);
    }
  });

  test('an id that is longer than the service takes is in the body alone', async () => {
    const { server, sink } = await startSink();
    const [one] = outgoings(1, 'ocsf') as [Outgoing];
    const long = { ...one, uid: 'u'.repeat(200), incident: 'i'.repeat(200) };
    expect(became(await sendTo(sink, [long]))).toEqual(['taken']);
    const [event] = await readAll(server.connectionString(hub));
    expect([event?.messageId, event?.partitionKey]).toEqual([undefined, 'i'.repeat(128)]);
  });
});

describe('what goes wrong', () => {
  test('of several events only the one that was refused for now is sent again', async () => {
    const { server, sink } = await startSink();
    const all = outgoings(3, 'ocsf');
    server.failNext('busy');
    const outcomes = await sendTo(sink, all);
    expect(became(outcomes).toSorted()).toEqual(['later', 'taken', 'taken']);
    expect(outcomes.find((one) => one.became === 'later')).toEqual({
      became: 'later',
      retryAfterMs: 4_000,
      says: expect.stringMatching(
        /localhost answered ServerBusyError: "The request was terminated .*50002/,
      ),
    });
    const takenUids = all.filter((_, n) => outcomes[n]?.became === 'taken').map(({ uid }) => uid);
    const got = await readAll(server.connectionString(hub));
    expect(idsOf(got).toSorted()).toEqual(takenUids.toSorted());
  });

  test('behind one that failed, nothing of its incident is sent', async () => {
    const server = await start();
    server.failNext('internal');
    const target = { connectionString: server.connectionString(hub), ...plain };
    const mine = packed(ofOne('inc-1', 3));
    const outcomes = await sender()
      .send(target, mine)
      .catch((error) => error);
    expect(outcomes).toMatchObject({ code: 'DELIVERY_UNAVAILABLE' });
    await sender().send(target, packed(ofOne('inc-2', 1)));
    expect(idsOf(await readAll(target.connectionString))).toEqual(['inc-2.0']);
  });

  test('whatever way it fails, it is sent again until it is taken', async () => {
    const { server, open } = await startSink();
    const ways = {
      busy: ['DELIVERY_UNAVAILABLE', 1],
      internal: ['DELIVERY_UNAVAILABLE', 1],
      unauthorized: ['DELIVERY_MISCONFIGURED', 1],
      detach: ['DELIVERY_UNAVAILABLE', 1],
      reset: ['DELIVERY_UNAVAILABLE', 1],
      resetAfter: ['DELIVERY_UNAVAILABLE', 2],
      silent: ['DELIVERY_UNAVAILABLE', 1],
      silentAfter: ['DELIVERY_UNAVAILABLE', 2],
    } as const;
    // Whatever breaks a connection is noticed by nothing but the time limit.
    const sink = open({ timeoutMs: 300 });
    const [one] = outgoings(1, 'ocsf') as [Outgoing];
    for (const [way, [code]] of Object.entries(ways)) {
      // The first connection takes its time.
      await sentAtLast(sink, { ...one, uid: `before ${way}` });
      server.failNext(way as keyof typeof ways);
      const outgoing = { ...one, uid: way };
      const error = await failureOf(sendTo(sink, [outgoing]));
      expect([way, error.code]).toEqual([way, code]);
      expect(error.message).toContain('localhost');
      await sentAtLast(sink, outgoing);
    }
    const got = await readAll(server.connectionString(hub));
    for (const [way, [, count]] of Object.entries(ways)) {
      expect([way, idsOf(got).filter((id) => id === way).length]).toEqual([way, count]);
    }
  });

  test('what is larger than the hub takes is refused, and the others go', async () => {
    const { sink } = await startSink();
    const [first, large, last] = outgoings(3, 'ocsf') as [Outgoing, Outgoing, Outgoing];
    const outcomes = await sendTo(sink, [first, { ...large, line: 'x'.repeat(1024 * 1024) }, last]);
    expect(outcomes).toEqual([
      { became: 'taken' },
      { became: 'refused', says: 'larger than the 1048576 bytes that localhost takes' },
      { became: 'taken' },
    ]);
  });

  test('a hub that is not there is a mistake of the settings', async () => {
    const server = await start();
    const connectionString = server.connectionString(hub).replace(/EntityPath=.*$/, '');
    const send = sender().send;
    const error = await failureOf(
      send({ connectionString, hub: 'other', ...plain }, packed(outgoings(2, 'ocsf'))),
    );
    expect(error.code).toBe('DELIVERY_MISCONFIGURED');
    expect(error.message).toContain("The messaging entity 'other' could not be found.");
    const target = { connectionString, hub, ...plain };
    expect(became(await send(target, packed(outgoings(1, 'ocsf'))))).toEqual(['taken']);
  });

  test('nobody there, or somebody who says nothing, is for later', async () => {
    const closed = await startEventHub({ hubs: [{ name: hub, partitions: 1 }] });
    const connectionString = closed.connectionString(hub);
    await closed.close();
    const events = packed(outgoings(2, 'ocsf'));
    const refused = await failureOf(sender().send({ connectionString, ...plain }, events));
    expect(refused.code).toBe('DELIVERY_UNAVAILABLE');

    const silent = createServer((socket) => socket.resume());
    const sockets = new Set<{ destroy(): void }>();
    silent.on('connection', (socket) => sockets.add(socket));
    await new Promise<void>((resolve) => silent.listen(closed.port, '127.0.0.1', resolve));
    cleanups.push(() => {
      for (const socket of sockets) socket.destroy();
      silent.close();
    });
    const late = sender({ timeoutMs: 300 });
    const error = await failureOf(late.send({ connectionString, ...plain }, events));
    expect(error.message).toMatch(/^DELIVERY_UNAVAILABLE: localhost gave no answer within 300 ms$/);
  });

  test('what breaks at random loses nothing, and keeps the order of each incident', async () => {
    const { server, open } = await startSink();
    const sink = open({ timeoutMs: 300 });
    server.failAtRandom(3, 0.15, ['busy', 'internal', 'resetAfter']);
    const incidents = Array.from({ length: 5 }, (_, n) => ofOne(`inc-${n}`, 4));
    const left = incidents.map((events) => [...events]);
    let failures = 0;
    while (left.some((events) => events.length > 0)) {
      const waiting = left.filter((events) => events.length > 0);
      const outcomes = await sendTo(
        sink,
        waiting.map(([next]) => next as Outgoing),
      ).catch(() => []);
      waiting.forEach((events, n) => {
        if (outcomes[n]?.became === 'taken') events.shift();
        else failures += 1;
      });
    }
    expect(failures).toBeGreaterThan(2);
    server.failNoMore();
    const got = await readAll(server.connectionString(hub));
    for (const events of incidents) {
      const uids: unknown[] = uidsOf(events);
      const ids = idsOf(got).filter((id) => uids.includes(id));
      // Repeats may come; the first of each is where it belongs.
      expect([...new Set(ids)]).toEqual(uids);
    }
  });
});

describe('where it goes, and as whom', () => {
  const key = 'aHVudGVyMmh1bnRlcjJodW50ZXIy';
  const signed = `SharedAccessKeyName=send;SharedAccessKey=${key}`;
  const real = 'contoso.servicebus.windows.net';

  test.each([
    ['another host', `Endpoint=sb://evil.example/;${signed};EntityPath=h`],
    ['a host that begins like one', `Endpoint=sb://${real}.evil.example/;${signed};EntityPath=h`],
    ['a port of its own', `Endpoint=sb://${real}:5672/;${signed};EntityPath=h`],
    ['this machine', `Endpoint=sb://localhost:5672/;${signed};EntityPath=h`],
    ['no hub', `Endpoint=sb://${real}/;${signed}`],
    ['no key', `Endpoint=sb://${real}/;SharedAccessKeyName=send;EntityPath=h`],
    ['no endpoint', `${signed};EntityPath=h`],
    ['another thing altogether', key],
  ])('a connection string with %s is refused, and not repeated', async (_, connectionString) => {
    const { send } = sender({ allowLoopback: false });
    const error = await failureOf(send({ connectionString, ...plain }, packed([])));
    expect(error.code).toBe('DELIVERY_MISCONFIGURED');
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(key);
  });

  test('TLS is left out for this machine alone', () => {
    const asked = `Endpoint=sb://${real}/;${signed};EntityPath=h;UseDevelopmentEmulator=true`;
    for (const allowLoopback of [false, true]) {
      const address = hubAddressOf({ connectionString: asked, ...plain }, allowLoopback);
      expect(address.connectionString).toBe(`Endpoint=sb://${real}/;${signed};EntityPath=h`);
      expect(address.secrets).toEqual([key]);
    }
  });

  test('a shared access signature will do', () => {
    const signature = `SharedAccessSignature sr=sb%3A%2F%2F${real}&sig=${key}%3D&se=1&skn=send`;
    const connectionString = `Endpoint=sb://${real}/;SharedAccessSignature=${signature}`;
    const address = hubAddressOf({ connectionString, hub: 'h', ...plain }, false);
    expect(address).toEqual({
      host: real,
      hub: 'h',
      connectionString: `Endpoint=sb://${real}/;SharedAccessSignature=${signature};EntityPath=h`,
      secrets: [signature],
    });
  });

  test('a namespace is signed in to, and only one of Event Hubs', async () => {
    const scopes: unknown[] = [];
    const failing: TokenCredential = {
      async getToken(scope) {
        scopes.push(scope);
        const error = new Error(`no ${realToken}`);
        throw Object.assign(error, { name: 'CredentialUnavailableError' });
      },
    };
    const { send } = sender({ credential: failing });
    const events = packed(outgoings(1, 'ocsf'));
    const foreign = await failureOf(send({ namespace: 'evil.example', hub, ...plain }, events));
    expect([foreign.code, scopes]).toEqual(['DELIVERY_MISCONFIGURED', []]);
    const error = await failureOf(send({ namespace: real, hub, ...plain }, events));
    expect(error.message).toBe(`DELIVERY_UNAVAILABLE: no token for ${real}`);
    expect(scopes).toEqual(['https://eventhubs.azure.net//.default']);
  });

  test('a credential that never answers keeps nobody waiting', async () => {
    const silent: TokenCredential = { getToken: () => new Promise(() => {}) };
    const { send } = sender({ credential: silent, timeoutMs: 200 });
    const error = await failureOf(
      send({ namespace: real, hub, ...plain }, packed(outgoings(1, 'ocsf'))),
    );
    expect(error.message).toBe(`DELIVERY_UNAVAILABLE: ${real} gave no answer within 200 ms`);
  });

  test.each([
    ['neither', {}, false],
    ['a namespace without a hub', { namespace: real }, false],
    ['both', { namespace: real, hub, connection: { env: 'HUB' } }, false],
    ['a connection string written out', { connection: `Endpoint=sb://${real}/` }, false],
    ['a namespace and a hub', { namespace: real, hub }, true],
    ['a connection string', { connection: { env: 'HUB' } }, true],
    ['a connection string without a hub, and a hub', { hub, connection: { env: 'HUB' } }, true],
  ])('the policy may say %s: %s', (_, written, isGood) => {
    expect(eventHub.settings.safeParse(written).success).toBe(isGood);
  });

  test('what it is called names no secret', () => {
    const called = (written: object) => eventHub.describe(eventHub.settings.parse(written));
    expect(called({ namespace: real, hub })).toBe(`the event hub findings at ${real}`);
    expect(called({ connection: { env: 'HUB' } })).toBe('the event hub of the connection in HUB');
  });
});
