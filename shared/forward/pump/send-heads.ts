import type { Waiting } from '../feed.ts';
import type { DrainDeps, Item, Run, Turn } from './pump-run.ts';
import { readEvents } from './read-events.ts';
import { faultOf } from './send-batch.ts';
import { type Sent, sendWave } from './send-wave.ts';
import { sideBySide } from './side-by-side.ts';
import { isGivenUp, pauseMs, wordsOf } from './sink-state.ts';

/** What waits, by incident and in the order of its events. */
export type Lanes = Map<string, Waiting[]>;

/** Events that are in memory at once: each may be as large as a request. */
const mostAtOnce = 500;
const letterWidth = 8;
/** A sink that puts off so many requests in a row is asked whether it takes anything. */
const mostPutOff = 8;
/** A place without an event is a save that failed, once no save can be under way any more. */
const unsavedMs = 10 * 60_000;

/** Sends the first event of each incident, and takes it off the lane once it is settled. */
export async function sendHeads(lanes: Lanes, run: Run, turn: Turn, deps: DrainDeps) {
  const { sink } = run;
  const heads = lanes
    .values()
    .take(mostAtOnce)
    .flatMap((lane) => lane.slice(0, 1))
    .toArray();
  const { events, unreadable } = await readEvents(heads, run, deps);
  const left: string[] = [];
  let settled = 0;
  const settle = async (places: readonly Waiting[]) => {
    if (places.length === 0) return;
    await deps.feed.settle(sink.name, places);
    settled += places.length;
    for (const { incident } of places) {
      run.held.delete(incident);
      advance(lanes, incident);
    }
  };
  const leave = (incident: string) => {
    left.push(incident);
    lanes.delete(incident);
  };

  for (const { incident } of unreadable) {
    leave(incident);
    run.unsaved.add(incident);
  }
  const missing = heads.filter((head) => !events.has(head) && !unreadable.has(head));
  const lost = missing.filter(({ since }) => deps.now() - since >= unsavedMs);
  await deps.feed.forget(sink.name, lost);
  settled += lost.length;
  for (const head of missing) {
    // Also behind one that was forgotten: it may have been noted and saved anew in this moment.
    leave(head.incident);
    run.unsaved.add(head.incident);
  }

  const items = [...events].map(([head, event]): Item => ({ head, event }));
  const unwanted = items.filter(({ event }) => !sink.wants(event));
  await settle(unwanted.map(({ head }) => head));
  run.counts.filtered += unwanted.length;

  const wanted = items.filter(({ event }) => sink.wants(event));
  if (wanted.length > 0) turn.book.tries();
  await sendWave(wanted, sink, {
    ...turn,
    async sent(answered, trouble) {
      run.trouble ??= trouble;
      const all = await judged(answered, run, turn, deps);
      const taken = all.filter(({ outcome }) => outcome?.became === 'taken');
      await settle(taken.map(({ item }) => item.head));
      run.counts.taken += taken.length;
      if (taken.length > 0) turn.book.worked();

      const refused = all.filter((one) => isRefused(one, turn, deps));
      await sideBySide(refused, letterWidth, (one) => setAside(one, run, turn, deps));
      await settle(refused.map(({ item }) => item.head));

      for (const { item, outcome } of all) {
        if (outcome?.became !== 'later' || refused.some((one) => one.item === item)) continue;
        hold(item.head.incident, outcome.retryAfterMs, run, deps);
        leave(item.head.incident);
      }
    },
  });
  await turn.book.save();
  return { settled, left };
}

/** Other events go on meanwhile, and each of them may start a pump: this one is not asked for each time. */
function hold(
  incident: string,
  retryAfterMs: number | undefined,
  run: Run,
  { now, random }: DrainDeps,
): void {
  const times = run.held.get(incident)?.times ?? 0;
  const pause = Math.max(pauseMs(times, (random ?? Math.random)()), retryAfterMs ?? 0);
  run.held.set(incident, { until: now() + pause, times: times + 1 });
}

function advance(lanes: Lanes, incident: string): void {
  const lane = lanes.get(incident);
  lane?.shift();
  if (lane?.length === 0) lanes.delete(incident);
}

/**
 * Where a sink puts off all of a request, it may be busy, or stumble over these events alone: if that
 * goes on, or one of them has had its time, a heartbeat tells.
 */
async function judged(
  all: readonly Sent<Item>[],
  run: Run,
  turn: Turn,
  { now }: DrainDeps,
): Promise<readonly Sent<Item>[]> {
  if (all.some(({ outcome }) => outcome?.became === 'taken')) run.putOff = undefined;
  if (all.some(({ outcome }) => outcome?.became !== 'later')) return all;
  const times = (run.putOff?.times ?? 0) + 1;
  run.putOff = { times, all };
  const isOld = all.some(({ item }) => isGivenUp(item.event.at, turn.book.state(), now()));
  if (!isOld && times < mostPutOff) return all;
  return (await isAtFault(all, run, turn)) ? all : all.map((one) => ({ ...one, isSinkFine: true }));
}

/** Whether the sink takes not even a heartbeat, which is noted. */
export async function isAtFault(
  all: readonly Sent<Item>[],
  run: Run,
  turn: Turn,
): Promise<boolean> {
  run.putOff = undefined;
  const tenantId = all[0]?.item.event.tenantId ?? '';
  const outcomes = all.map(({ outcome }) => outcome);
  const fault = await faultOf(outcomes, () => turn.probe(tenantId));
  run.trouble ??= fault;
  // It was none of them.
  if (fault) run.held.clear();
  return fault !== undefined;
}

/** For good, or for so long that it comes to the same. */
function isRefused(
  { item, outcome, isSinkFine }: Sent<Item>,
  { book }: Turn,
  { now }: DrainDeps,
): boolean {
  if (!outcome || outcome.became === 'taken') return false;
  if (outcome.became === 'refused' && isSinkFine) return true;
  const isOld = isGivenUp(item.event.at, book.state(), now());
  // A sink that puts all of them off is busy; one that refuses all of them will be asked no longer.
  return isOld && (isSinkFine || outcome.became === 'refused');
}

async function setAside(
  { item, outcome, line }: Sent<Item>,
  run: Run,
  { book }: Turn,
  { deadLetter }: DrainDeps,
): Promise<void> {
  const says = wordsOf(outcome && outcome.became !== 'taken' ? outcome.says : '');
  await deadLetter(run.sink.name, { uid: item.event.uid, line, says });
  run.counts.refused += 1;
  book.refused(item.event.uid, says);
}
