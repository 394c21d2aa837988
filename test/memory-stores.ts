import { setImmediate as immediate } from 'node:timers/promises';
import { byKind } from '../shared/detect/detect.ts';
import { detections } from '../shared/detect/detections/index.ts';
import { exampleSnapshot, exampleTenant } from '../shared/detect/examples/tenant.ts';
import { WatchError } from '../shared/errors.ts';
import type { Place } from '../shared/forward/feed.ts';
import { Memories } from '../shared/memory/memories.ts';
import { memoryMemory } from '../shared/memory/memory-memory.ts';
import type { IngestDeps } from '../shared/pipeline.ts';
import type { DeadLetter } from '../shared/read/envelope.ts';
import { Screener } from '../shared/read/screen.ts';
import { memoryCases } from '../shared/record/memory-cases.ts';
import { unheard } from '../shared/record/unheard.ts';
import type { Act } from '../shared/respond/journal.ts';
import { memoryDue } from '../shared/respond/memory-due.ts';
import { simpleRouting } from '../shared/route/simple-routing.ts';
import { memoryStreams, StreamWatch } from '../shared/streams/stream-watch.ts';
import { memoryWatch } from '../shared/watch/memory-watch.ts';
import { Watchlists } from '../shared/watch/watchlists.ts';
import { noSettings } from './run-records.ts';

export const now = Date.parse('2026-11-20T12:05:00Z');

/**
 * All the state that ingest writes, in memory; each call of it is noted and may be made to fail.
 *
 * @param options.isRemote - each call takes a turn of the event loop, as one over a network would: else
 * two hosts go in step, call by call.
 */
export function memoryStores({ isRemote = false } = {}) {
  const calls: string[] = [];
  const letters = new Map<string, DeadLetter>();
  const marks = new Set<string>();
  const places = new Set<string>();
  const blobs = new Map<string, Buffer>();
  const acts = new Map<string, Act>();
  let failsAt: number | undefined;
  const noted = <T extends object>(name: string, store: T): T =>
    new Proxy(store, {
      get: (target, key) => {
        const value = Reflect.get(target, key) as unknown;
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          if (isRemote) await immediate();
          if (calls.push(`${name}.${String(key)}`) === failsAt)
            throw new WatchError('STORE_UNAVAILABLE', `call ${failsAt}`);
          return value.apply(target, args);
        };
      },
    });
  const cases = memoryCases();
  const watch = memoryWatch();
  const memory = memoryMemory();
  return {
    calls,
    letters: () => [...letters.values()],
    marks,
    watch: noted('watch', watch),
    memory: noted('memory', memory),
    cases: noted('cases', cases),
    outbox: {
      ...noted('outbox', { mark: async (incident: string) => void marks.add(incident) }),
      wake: async () => {},
    },
    places,
    feed: {
      ...noted('feed', {
        expect: async (all: readonly Place[]) => {
          for (const { incident, seq } of all) places.add(`${incident} ${seq}`);
        },
      }),
      wake: async () => {},
    },
    deadLetters: noted('deadLetters', {
      save: async (saved: readonly DeadLetter[]) => {
        for (const letter of saved) letters.set(JSON.stringify(letter), letter);
      },
    }),
    recordBlobs: noted('recordBlobs', {
      save: async (name: string, content: Buffer) => void blobs.set(name, content),
    }),
    ...noted('acts', {
      recordActs: async (some: readonly Act[]) => {
        for (const act of some) acts.set(act.id, act);
      },
    }),
    blobs,
    acts,
    due: noted('due', memoryDue()),
    findings: () => cases.findings(),
    /** What SIEMs are to be told, by its place. */
    async events() {
      const all = [];
      for await (const one of cases.written({ from: 0, to: Infinity })) all.push(one);
      return all.sort((a, b) => (a.incident < b.incident ? -1 : 1));
    },
    /** @param call - counted from 1, from now on; undefined for never. */
    failAt(call: number | undefined) {
      calls.length = 0;
      failsAt = call;
    },
    /** What a reader of the store sees, without versions. */
    async state() {
      const incidents = await cases.incidents({ limit: 1_000 });
      const kept = await Promise.all(incidents.map(({ id }) => cases.load(id)));
      const { state } = await watch.load(exampleTenant.id);
      return {
        cases: kept
          .map((one) => ({ ...one, deliveries: one?.deliveries.map(({ value }) => value) }))
          .sort((a, b) => ((a.incident?.id ?? '') < (b.incident?.id ?? '') ? -1 : 1)),
        letters: [...letters.keys()].sort(),
        blobs: [...blobs].sort(([a], [b]) => (a < b ? -1 : 1)),
        acts: [...acts].sort(([a], [b]) => (a < b ? -1 : 1)),
        watch: { ...state, accounts: [...state.accounts].sort(([a], [b]) => (a < b ? -1 : 1)) },
      };
    },
  };
}

export type MemoryStores = ReturnType<typeof memoryStores>;

/** A process of the service on these stores, which has read the directory. */
export async function startProcess(
  stores: MemoryStores,
  given: Partial<Pick<IngestDeps, 'settingsOf' | 'detections'>> = {},
): Promise<IngestDeps> {
  const tenantOf = (id: string) => (id === exampleTenant.id ? exampleTenant : undefined);
  const watchlists = new Watchlists(tenantOf, [exampleTenant.id], stores.watch);
  await watchlists.takeSnapshot(exampleSnapshot(), now);
  const byEvent = given.detections ?? byKind(detections);
  return {
    ...stores,
    settingsOf: noSettings,
    watchlists,
    memories: new Memories(stores.memory),
    streams: new StreamWatch(memoryStreams(), () => {}),
    tenantOf,
    now,
    screener: new Screener(byEvent),
    answering: unheard.answering,
    routing: simpleRouting([{ minSeverity: 'informational', channels: ['secops', 'mail'] }]),
    ...given,
    detections: byEvent,
  };
}

export const envelope = (...records: unknown[]) => Buffer.from(JSON.stringify({ records }));
