import { seededRandom } from '../../local/seeded-random.ts';
import type { Forwarder } from '../../shared/forward/forwarder.ts';
import { memoryFeed } from '../../shared/forward/memory-feed.ts';
import type { ClaimRow } from '../../shared/forward/pump/claim.ts';
import type { SinkState } from '../../shared/forward/pump/sink-state.ts';
import { memoryCases } from '../../shared/record/memory-cases.ts';
import { memoryShelf } from '../../shared/shelf.ts';
import { type JumpingClock, jumpingClock } from './jumping-clock.ts';
import { lifeOf } from './life.ts';
import { openForwarder, type Stores, sinkName } from './open-forwarder.ts';
import { receivers, type StormKind } from './receivers.ts';
import { type StoryEvent, storyOf } from './story.ts';
import { type Letter, verdictOf } from './verdict.ts';
import { type Seen, writingWitness } from './witness.ts';

export type StormOptions = {
  events: number;
  seed: number;
  /** So many times as many faults: few requests would meet none. Left out: 1. */
  fierceness?: number;
  /** How often the forwarder ends in the middle and a new one goes on; in this process. */
  ends?: number;
};

export type StormReport = Pick<Seen, 'requests' | 'faults'> & {
  sink: StormKind;
  events: number;
  incidents: number;
  kills: number;
  repeats: number;
  deadLetters: number;
  seconds: number;
  /** What was lost, came out of order, or was set aside without a reason. */
  problems: string[];
};

/** What share of its requests fails; where a request is a single event, most would be none but failures. */
const shares: Record<StormKind, number> = {
  ...{ splunk: 0.15, elastic: 0.15, sentinel: 0.15, syslog: 0.15, secops: 0.15, file: 0.15 },
  ...{ eventHub: 0.001, webhook: 0.02 },
};
export const shareOf = (kind: StormKind) => shares[kind];

/** Kinds with receivers that find fault with events; the others take whatever fits. */
const picky: readonly StormKind[] = ['splunk', 'elastic', 'sentinel', 'webhook', 'secops'];
export const isPicky = (kind: StormKind) => picky.includes(kind);

/** So many are recorded together. */
const chunk = 10_000;
/** And the next ones while so many still wait. */
const fewWaiting = 2_000;
/** Pumps in a row that come to nothing: then it never ends. */
const mostIdle = 500;
/** A claim whose holder has died has run out by then. */
const claimMs = 61_000;

/** A forwarder of the service, a receiver that fails again and again, and whether all arrived. */
export async function storm(kind: StormKind, options: StormOptions): Promise<StormReport> {
  const { events, seed, fierceness = 1, ends = 0 } = options;
  // There all messages of a batch have it together.
  const timeoutMs = kind === 'eventHub' ? 1_000 : 300;
  const started = performance.now();
  const clock = jumpingClock();
  const story = storyOf(seed, events, clock.now());
  const receiver = await receivers[kind]();
  receiver.failAtRandom(seed, shares[kind] * fierceness);
  const witness = writingWitness();
  const letters: Letter[] = [];
  const opened: Forwarder[] = [];
  const { stores, record } = storage(letters, clock);
  const life = lives(stores, ends, events, seed);

  const open = () => {
    const forwarder = openForwarder({ ...receiver, timeoutMs }, life.next(), witness);
    opened.push(forwarder);
    return forwarder;
  };
  try {
    await play({ story, open, record, stores, clock, life, witness });
    const arrived = await receiver.arrived();
    const evidence = { story, arrived, letters, seen: witness.seen, isPicky: isPicky(kind) };
    const { repeats, problems } = verdictOf(evidence);
    return {
      ...{ sink: kind, events, incidents: new Set(story.map((one) => one.incident)).size },
      ...{ requests: witness.seen.requests, faults: witness.seen.faults, kills: life.ended() },
      ...{ repeats: repeats + (receiver.repeatsNotKept?.() ?? 0), deadLetters: letters.length },
      ...{ seconds: (performance.now() - started) / 1_000, problems },
    };
  } finally {
    receiver.failNoMore();
    await Promise.all(opened.map((one) => one.close()));
    await receiver.close();
  }
}

/** What outlives a forwarder, in memory. */
function storage(letters: Letter[], clock: JumpingClock) {
  const feed = memoryFeed();
  const cases = memoryCases();
  const stores: Stores = {
    ...{ feed, events: cases, now: clock.now },
    states: memoryShelf<SinkState>(),
    claims: memoryShelf<ClaimRow>(),
    async deadLetter(_sink, { uid, says }) {
      letters.push({ uid, says });
    },
  };
  /** As recording does it: noted first, then saved. */
  async function record(events: readonly StoryEvent[]): Promise<void> {
    await feed.expect([sinkName], events, clock.now());
    const byIncident = Map.groupBy(events, ({ incident }) => incident);
    for (const [incidentId, told] of byIncident) {
      const none = { incident: null, findings: [], deliveries: [] };
      await cases.save({ incidentId, ...none, events: told });
    }
  }
  return { stores, record };
}

/** The lives of forwarders: each but the last ends in the middle of its work. */
function lives(stores: Stores, ends: number, events: number, seed: number) {
  const random = seededRandom(seed);
  const settledAt = Array.from({ length: ends }, () => (0.05 + random() * 0.85) * events).sort(
    (a, b) => a - b,
  );
  let [settled, ended, calls] = [0, 0, 0];
  let hasEnded = () => false;
  const counted: Stores = {
    ...stores,
    feed: {
      ...stores.feed,
      async settle(sink, places) {
        await stores.feed.settle(sink, places);
        settled += places.length;
      },
    },
  };
  return {
    next(): Stores {
      calls = Math.floor(random() * 12);
      const life = lifeOf(counted, () => {
        const isTime = settled >= (settledAt[ended] ?? Number.POSITIVE_INFINITY);
        // Not always with the same call.
        if (!isTime || calls-- > 0) return false;
        ended += 1;
        return true;
      });
      hasEnded = life.hasEnded;
      return life.stores;
    },
    hasEnded: () => hasEnded(),
    ended: () => ended,
  };
}

type Play = {
  story: readonly StoryEvent[];
  open(): Forwarder;
  record(events: readonly StoryEvent[]): Promise<void>;
  stores: Stores;
  clock: JumpingClock;
  life: { hasEnded(): boolean };
  witness: ReturnType<typeof writingWitness>;
};

async function play({ story, open, record, stores, clock, life, witness }: Play): Promise<void> {
  let forwarder = open();
  let [recorded, idle] = [0, 0];
  for (;;) {
    const waiting = await stores.feed.waiting(sinkName, { limit: fewWaiting });
    if (waiting.length < fewWaiting && recorded < story.length) {
      await record(story.slice(recorded, recorded + chunk));
      recorded += chunk;
      continue;
    }
    if (waiting.length === 0) return;
    const report = await forwarder.pump(sinkName).catch((error: unknown) => {
      if (!life.hasEnded()) throw error;
    });
    if (life.hasEnded()) {
      forwarder = open();
      continue;
    }
    idle = report && report.taken + report.refused > 0 ? 0 : idle + 1;
    if (idle > mostIdle) {
      witness.problem(`it came to nothing ${idle} times in a row`);
      return;
    }
    if (report?.ended === 'busy') clock.jump(claimMs);
    else if (report?.next) clock.jump(report.next - clock.now());
  }
}
