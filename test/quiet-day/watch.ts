import { tenant } from '../../local/sample-day/people.ts';
import { byKind } from '../../shared/detect/detect.ts';
import { detections } from '../../shared/detect/detections/index.ts';
import type { KeptFinding } from '../../shared/finding.ts';
import { Memories, type MemoryStore } from '../../shared/memory/memories.ts';
import { type IngestDeps, ingest } from '../../shared/pipeline.ts';
import { settingsFrom } from '../../shared/policy/settings-of.ts';
import { tenantPolicy } from '../../shared/policy.ts';
import { Screener } from '../../shared/read/screen.ts';
import type { CaseChange } from '../../shared/record/case-store.ts';
import { unheard } from '../../shared/record/unheard.ts';
import { simpleRouting } from '../../shared/route/simple-routing.ts';
import { isAtLeast } from '../../shared/severity.ts';
import { type StreamStore, StreamWatch } from '../../shared/streams/stream-watch.ts';
import { Watchlists, type WatchStore } from '../../shared/watch/watchlists.ts';
import { quietDay, type Sent } from './day.ts';
import { dayStart } from './moment.ts';
import { policy, snapshot } from './tenant.ts';
import { weeksBefore } from './weeks-before.ts';

/** What the service stores, wherever that is. */
export type Stores = Pick<
  IngestDeps,
  'cases' | 'outbox' | 'deadLetters' | 'recordBlobs' | 'recordActs'
> & {
  watch: WatchStore;
  memory: MemoryStore;
  streams: StreamStore;
};

export type QuietDay = {
  records: number;
  /** How often each store was called, by its name and that of the call. */
  calls: ReadonlyMap<string, number>;
  /** As they stand at the end of the day. */
  findings: readonly KeptFinding[];
  /** What people were told, though it was no more than a quiet day. */
  told: readonly KeptFinding[];
  deadLetters: number;
};

/** Lets the service watch a quiet day, once the weeks before it have made it know its people. */
export async function watchQuietDay(count: number, stores: Stores, seed = 1): Promise<QuietDay> {
  const calls = new Map<string, number>();
  const saved: KeptFinding[] = [];
  const take = await startWatch(observed(stores, calls, saved));
  for (const sent of weeksBefore(seed)) await take(sent);
  calls.clear();
  saved.length = 0;

  let records = 0;
  let deadLetters = 0;
  for (const sent of quietDay(count, seed)) {
    const report = await take(sent);
    records += report.records;
    deadLetters += report.deadLetters;
  }
  const last = new Map(saved.map((kept) => [kept.finding.id, kept]));
  const isTold = ({ state, finding, settleMs }: KeptFinding) =>
    state === 'open' &&
    isAtLeast(finding.severity, 'medium') &&
    (!settleMs || last.get(finding.id)?.state === 'open');
  return { records, calls, findings: [...last.values()], told: saved.filter(isTold), deadLetters };
}

/** One process of the service, with the policy and the directory of the quiet day. */
async function startWatch({ watch, memory, streams, ...stores }: Stores) {
  const tenantOf = (id: string) => tenantPolicy(policy, id);
  const watchlists = new Watchlists(tenantOf, [tenant.id], watch);
  await watchlists.takeSnapshot(snapshot(), dayStart);
  const byEvent = byKind(detections);
  const deps = {
    ...stores,
    detections: byEvent,
    settingsOf: settingsFrom(policy),
    watchlists,
    memories: new Memories(memory),
    tenantOf,
    fallbackTenantId: tenant.id,
    screener: new Screener(byEvent),
    streams: new StreamWatch(streams, console.warn),
    routing: simpleRouting(policy.routes, () => 'contoso'),
    answering: unheard.answering,
    due: unheard.due,
    feed: unheard.feed,
  };
  /** A message is read a second after it was sent. */
  return ({ body, at }: Sent) => ingest([body], { ...deps, now: at + 1_000 });
}

/** The same stores, which also tell what was asked of them and which findings were saved. */
function observed(stores: Stores, calls: Map<string, number>, saved: KeptFinding[]): Stores {
  const watched = <T extends object>(name: string, store: T): T =>
    new Proxy(store, {
      get: (target, key) => {
        const value = Reflect.get(target, key) as unknown;
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          const call = `${name}.${String(key)}`;
          calls.set(call, (calls.get(call) ?? 0) + 1);
          if (call === 'cases.save') {
            for (const { value: kept } of (args[0] as CaseChange).findings) saved.push(kept);
          }
          return value.apply(target, args);
        };
      },
    });
  return {
    cases: watched('cases', stores.cases),
    outbox: watched('outbox', stores.outbox),
    deadLetters: watched('deadLetters', stores.deadLetters),
    recordBlobs: watched('recordBlobs', stores.recordBlobs),
    ...watched('acts', { recordActs: stores.recordActs }),
    watch: watched('watch', stores.watch),
    memory: watched('memory', stores.memory),
    streams: watched('streams', stores.streams),
  };
}
