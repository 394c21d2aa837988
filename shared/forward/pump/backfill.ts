import { setTimeout as pauseFor } from 'node:timers/promises';
import type { EventStore } from '../feed.ts';
import type { SiemEvent } from '../siem-event.ts';
import type { Outcome } from '../sink.ts';
import { faultOf } from './send-batch.ts';
import { type BeatDeps, sendHeartbeat } from './send-heartbeat.ts';
import { type SinkToSend, sendWave } from './send-wave.ts';
import { pauseMs, type Trouble, wordsOf } from './sink-state.ts';

export type BackfillDeps = Omit<BeatDeps, 'waiting'> & {
  events: Pick<EventStore, 'written'>;
  /** Told now and then how far it is. */
  progress?(report: BackfillReport): void;
  /** Left out: the clock's. @param ms - milliseconds. @param says - why, in the receiver's words. */
  pause?(ms: number, says: string): Promise<unknown>;
};

export type BackfillReport = {
  /** Events of that time. */
  read: number;
  /** Those that the policy does not want there. */
  filtered: number;
  sent: number;
  /** Those that the receiver will never take. */
  refused: number;
  /** The first of these, with the receiver's words. */
  refusals: { uid: string; says: string }[];
  /** Those that it put off again and again, and what comes behind them in their incidents. */
  left: number;
  /** Why it ended before all was read, in the receiver's words; null: all was. */
  stopped: string | null;
};

type Item = { incident: string; event: SiemEvent };
type Lanes = Map<string, Item[]>;
type Run = { report: BackfillReport; skipped: Set<string>; sink: SinkToSend; deps: BackfillDeps };

/** Events that are in memory at once, and of these in the form of the sink. */
const mostAtOnce = 2_000;
const mostInWave = 500;
const mostListed = 100;
/** So often in a row a sink is asked again, over a quarter of an hour. */
const mostTries = 8;

/**
 * Sends a sink once more what was written in a range of time, in the order of each incident and under
 * the same uids, so that the receiver recognises what it has. What waits for the sink goes on by itself.
 *
 * @param range - epoch milliseconds; `to` is not in it.
 * @throws {WatchError} STORE_UNAVAILABLE, or DELIVERY_MISCONFIGURED for a sink that can't be opened:
 *   doing it again is safe.
 */
export async function backfill(
  sink: SinkToSend,
  range: { from: number; to: number },
  deps: BackfillDeps,
): Promise<BackfillReport> {
  const none = { read: 0, filtered: 0, sent: 0, refused: 0, left: 0 };
  const run: Run = {
    ...{ sink, deps, skipped: new Set() },
    report: { ...none, refusals: [], stopped: null },
  };
  const { report } = run;
  sink.open();
  let items: Item[] = [];
  for await (const { incident, event } of deps.events.written(range)) {
    report.read += 1;
    if (sink.wants(event)) items.push({ incident, event });
    else report.filtered += 1;
    if (items.length < mostAtOnce) continue;
    await sendAll(items, run);
    deps.progress?.({ ...report });
    items = [];
    if (report.stopped !== null) return report;
  }
  await sendAll(items, run);
  deps.progress?.({ ...report });
  return report;
}

/** Sends all of them, however often it takes, as long as some of it gets through. */
async function sendAll(items: readonly Item[], run: Run): Promise<void> {
  const { report, skipped, deps } = run;
  const going = items.filter(({ incident }) => !skipped.has(incident));
  report.left += items.length - going.length;
  const lanes: Lanes = Map.groupBy(going, ({ incident }) => incident);
  for (let tries = 0; lanes.size > 0; ) {
    const { settled, restMs, ...end } = await pass(lanes, run);
    if (lanes.size === 0) return;
    tries = settled > 0 ? 0 : tries + 1;
    if (tries >= mostTries) return giveUp(lanes, end, run);
    const pause = Math.max(pauseMs(tries, Math.random()), restMs);
    await (deps.pause ?? ((ms) => pauseFor(ms)))(pause, saidIn(end));
  }
}

/** Goes on until the sink is in trouble, or has put off the next event of each incident that is left. */
async function pass(lanes: Lanes, { sink, report, deps }: Run) {
  const putOff = new Map<string, Outcome | undefined>();
  let trouble: Trouble | undefined;
  let [settled, restMs] = [0, 0];
  const heads = () =>
    [...lanes]
      .flatMap(([incident, lane]) => (putOff.has(incident) ? [] : lane.slice(0, 1)))
      .slice(0, mostInWave);
  for (let wave = heads(); wave.length > 0 && !trouble; wave = heads()) {
    await sendWave(wave, sink, {
      mayGoOn: async () => !trouble,
      probe: (tenantId) => probe(sink, tenantId, deps),
      async sent(all, fault) {
        trouble ??= fault;
        restMs = Math.max(restMs, fault?.retryAfterMs ?? 0);
        for (const { item, outcome, isSinkFine } of all) {
          const isRefused = outcome?.became === 'refused' && isSinkFine;
          if (outcome?.became === 'taken') report.sent += 1;
          else if (isRefused) list(report, item, outcome.says);
          else {
            putOff.set(item.incident, outcome);
            if (outcome?.became === 'later') restMs = Math.max(restMs, outcome.retryAfterMs ?? 0);
            continue;
          }
          settled += 1;
          advance(lanes, item.incident);
        }
      },
    });
  }
  return { settled, restMs, trouble, putOff: [...putOff.values()] };
}

function advance(lanes: Lanes, incident: string): void {
  const lane = lanes.get(incident);
  lane?.shift();
  if (lane?.length === 0) lanes.delete(incident);
}

function list(report: BackfillReport, { event }: Item, says: string): void {
  report.refused += 1;
  if (report.refusals.length < mostListed) {
    report.refusals.push({ uid: event.uid, says: wordsOf(says) });
  }
}

type End = { trouble: Trouble | undefined; putOff: readonly (Outcome | undefined)[] };

function saidIn({ trouble, putOff }: End): string {
  if (trouble) return wordsOf(trouble.says);
  const said = putOff.find((one) => one !== undefined && one.became !== 'taken');
  return said ? wordsOf(said.says) : 'no answer';
}

/** What is put off again and again holds up its incident alone; a sink that takes nothing ends it all. */
async function giveUp(lanes: Lanes, { trouble, putOff }: End, run: Run): Promise<void> {
  const { report, skipped, sink, deps } = run;
  const tenantId = lanes.values().next().value?.[0]?.event.tenantId ?? '';
  const fault = trouble ?? (await faultOf(putOff, () => probe(sink, tenantId, deps)));
  for (const [incident, lane] of lanes) {
    skipped.add(incident);
    report.left += lane.length;
  }
  if (fault) report.stopped = wordsOf(fault.says);
}

const probe = (sink: SinkToSend, tenantId: string, deps: BackfillDeps): Promise<Outcome> =>
  sendHeartbeat(sink, tenantId, { ...deps, waiting: 0 });
