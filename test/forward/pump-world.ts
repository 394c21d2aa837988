import { WatchError } from '../../shared/errors.ts';
import type { Finding } from '../../shared/finding.ts';
import { newFindingEvent } from '../../shared/forward/events-of.ts';
import type { EventStore, FeedStore, Place } from '../../shared/forward/feed.ts';
import { memoryFeed } from '../../shared/forward/memory-feed.ts';
import type { ClaimRow } from '../../shared/forward/pump/claim.ts';
import { type PumpDeps, type PumpReport, pump } from '../../shared/forward/pump/pump.ts';
import type { SinkToSend } from '../../shared/forward/pump/send-wave.ts';
import type { SinkState } from '../../shared/forward/pump/sink-state.ts';
import type { SiemEvent } from '../../shared/forward/siem-event.ts';
import { outgoingOf } from '../../shared/forward/siem-format.ts';
import native from '../../shared/forward/siem-formats/native.ts';
import { type Outcome, type Packed, taken } from '../../shared/forward/sink.ts';
import { memoryShelf } from '../../shared/shelf.ts';
import { isoOf } from '../../shared/time.ts';
import { sampleFinding } from '../tell/sample-alerts.ts';

export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;
export const start = Date.parse('2026-11-20T02:05:00Z');
export const tenantId = sampleFinding().tenantId;

/** The process ends here: whatever it would do next does not happen. */
export class Killed extends Error {}

export const unavailable = (detail: string, retryAfterMs?: number) =>
  new WatchError(
    'DELIVERY_UNAVAILABLE',
    detail,
    retryAfterMs === undefined ? {} : { retryAfterMs },
  );
export const misconfigured = (detail: string) => new WatchError('DELIVERY_MISCONFIGURED', detail);
export const rejected = (detail: string) => new WatchError('DELIVERY_REJECTED', detail);
export const refused = (says: string): Outcome => ({ became: 'refused', says });
export const later = (says: string, retryAfterMs?: number): Outcome => ({
  ...{ became: 'later', says },
  ...(retryAfterMs !== undefined && { retryAfterMs }),
});
export const isHeartbeat = ({ outgoing }: Packed) => outgoing.kind === 'heartbeat';

type Receive = (batch: readonly Packed[]) => readonly Outcome[] | Promise<readonly Outcome[]>;

/** A sink, its receiver, and whatever state a pump has; each pump is a process of its own. */
export function pumpWorld(given: Partial<SinkToSend> = {}) {
  let now = start;
  const feed: FeedStore = memoryFeed();
  const saved = new Map<string, Place & { event: SiemEvent }>();
  const events: EventStore = {
    event: async (place) => saved.get(keyOf(place))?.event,
    async *written({ from, to }) {
      for (const one of saved.values()) {
        const at = Date.parse(one.event.at);
        if (at >= from && at < to) yield one;
      }
    },
  };
  const states = memoryShelf<SinkState>();
  const claims = memoryShelf<ClaimRow>();
  const letters = new Map<string, { line: string; says: string }>();
  /** All that pumps did, in its order; what a heartbeat is made of is left out. */
  const calls: string[] = [];
  /** Which call is the last one of the process, and whether it still has its effect. */
  let kill: { at: number; isAfter: boolean } | undefined;

  const world = {
    feed,
    events,
    states,
    claims,
    letters,
    calls,
    /** What the receiver took, in its order, with every repeat. */
    arrived: [] as string[],
    /** The batches as they came, refused ones too. */
    batches: [] as string[][],
    beats: [] as string[],
    receive: ((batch) => world.take(batch)) as Receive,
    take(batch: readonly Packed[]): Outcome[] {
      for (const one of batch) {
        (isHeartbeat(one) ? world.beats : world.arrived).push(one.outgoing.uid);
      }
      return batch.map(() => taken);
    },
    now: () => now,
    wait(ms: number) {
      now += ms;
    },
    killAt(at: number | undefined, isAfter = false) {
      kill = at === undefined ? undefined : { at, isAfter };
    },

    /** As recording does it: noted first, then saved. */
    async note(places: readonly Place[]) {
      await feed.expect(['soc'], places, now);
    },
    put(place: Place, over: Partial<Finding> = {}, event: Partial<SiemEvent> = {}) {
      const id = `${place.incident}-${place.seq}`;
      const finding = sampleFinding({ id, incident: place.incident, ...over });
      const told = { ...newFindingEvent(finding), uid: id, at: isoOf(now), ...event };
      saved.set(keyOf(place), { ...place, event: told as SiemEvent });
      return id;
    },
    async record(incident: string, seqs: readonly number[], over: Partial<Finding> = {}) {
      const places = seqs.map((seq) => ({ incident, seq }));
      await world.note(places);
      return places.map((place) => world.put(place, over));
    },
    waiting: () => feed.waiting('soc', { limit: 100_000 }),
    state: async () => (await states.get('soc'))?.value,

    sink: {
      name: 'soc',
      limits: { maxEvents: 4, maxBytes: 20_000, baseBytes: 1, bytesEach: 1 },
      width: 2,
      heartbeatTenants: [],
      wants: () => true,
      outgoing: (event) => outgoingOf(event, native),
      open: () => ({ pack: ({ line }) => line, send, close: async () => {} }),
      ...given,
    } as SinkToSend,

    async pump(over: Partial<PumpDeps> = {}, sink: Partial<SinkToSend> = {}): Promise<PumpReport> {
      const { call } = life();
      const wrap = <T extends object>(what: string, store: T): T =>
        new Proxy(store, {
          get: (target, name) => {
            const method = target[name as keyof T];
            if (typeof method !== 'function') return method;
            return (...args: unknown[]) =>
              call(`${what}.${String(name)}`, () => method.apply(target, args) as Promise<unknown>);
          },
        });
      const open = world.sink.open();
      const killable: SinkToSend = {
        ...world.sink,
        open: () => ({ ...open, send: (batch) => call('send', () => open.send(batch)) }),
        ...sink,
      };
      return pump(killable, {
        feed: wrap('feed', feed),
        events: wrap('events', events),
        states: wrap('states', states),
        claims: wrap('claims', claims),
        deadLetter: (_sink, { uid, line, says }) =>
          call('deadLetter', async () => void letters.set(uid, { line, says })),
        lastRecordAt: async () => '2026-11-20T02:04:51.207Z',
        now: () => now,
        random: () => 1,
        ...over,
      });
    },

    /** Pumps twice an hour for so long. @returns the last report. */
    async lookFor(ms: number): Promise<PumpReport> {
      for (const until = now + ms; ; ) {
        now = Math.min(until, now + hour / 2);
        const report = await world.pump();
        if (now === until) return report;
      }
    },

    /** Pumps on, as the queue and the clock do, until nothing waits. @returns the reports. */
    async drain(most = 200): Promise<PumpReport[]> {
      const reports: PumpReport[] = [];
      for (let tries = 0; tries < most; tries += 1) {
        const report = await world.pump().catch((error) => {
          if (!(error instanceof Killed)) throw error;
        });
        if (report) reports.push(report);
        if ((await world.waiting()).length === 0) return reports;
        now = Math.max(now + second, report?.next ?? now + 61 * second);
      }
      throw new Error('it never ends');
    },
  };

  async function send(batch: readonly Packed[]): Promise<readonly Outcome[]> {
    if (!batch.every(isHeartbeat)) world.batches.push(batch.map(({ outgoing }) => outgoing.uid));
    return world.receive(batch);
  }

  /** One process: after it was killed nothing of it has any effect. */
  function life() {
    let isDead = false;
    return {
      async call<T>(name: string, run: () => Promise<T>): Promise<T> {
        // Others get their turn between any two calls.
        await new Promise((resolve) => setImmediate(resolve));
        if (isDead) throw new Killed();
        calls.push(name);
        if (kill?.at !== calls.length) return run();
        isDead = true;
        if (kill.isAfter) await run();
        throw new Killed();
      },
    };
  }

  return world;
}

export type PumpWorld = ReturnType<typeof pumpWorld>;

const keyOf = ({ incident, seq }: Place) => `${incident}|${seq}`;

/** Each once, as it came first. */
export const firstArrivals = ({ arrived }: Pick<PumpWorld, 'arrived'>): string[] => [
  ...new Set(arrived),
];

/** The events of an incident, of all that came. */
export const ofIncident = (uids: readonly string[], incident: string): string[] =>
  uids.filter((uid) => uid.startsWith(`${incident}-`));
