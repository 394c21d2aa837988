import { expect, test } from 'vitest';
import {
  type BackfillDeps,
  type BackfillReport,
  backfill,
} from '../../shared/forward/pump/backfill.ts';
import type { Packed } from '../../shared/forward/sink.ts';
import {
  firstArrivals,
  isHeartbeat,
  later,
  ofIncident,
  pumpWorld,
  refused,
  rejected,
  start,
  unavailable,
} from './pump-world.ts';

const seqs = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const range = { from: start, to: start + 1 };

/** A world whose events were all written at its start, and a way to send them once more. */
async function written(counts: Record<string, number>) {
  const world = pumpWorld();
  for (const [incident, count] of Object.entries(counts)) {
    await world.record(incident, seqs(count));
  }
  const pauses: number[] = [];
  const reasons: string[] = [];
  const deps: BackfillDeps = {
    events: world.events,
    lastRecordAt: async () => null,
    now: world.now,
    pause: async (ms, says) => {
      pauses.push(ms);
      reasons.push(says);
      world.wait(ms);
    },
  };
  return {
    ...{ world, pauses, reasons },
    send: (over: Partial<BackfillDeps> = {}) => backfill(world.sink, range, { ...deps, ...over }),
  };
}

const answering =
  (
    world: ReturnType<typeof pumpWorld>,
    answer: (uid: string) => ReturnType<typeof later> | undefined,
  ) =>
  (batch: readonly Packed[]) =>
    batch.map((one) => answer(one.outgoing.uid) ?? world.take([one])[0] ?? later(''));

test('sends what was written then, in the order of each incident, and touches nothing that waits', async () => {
  const { world, pauses, send } = await written({ a: 5, b: 1, c: 3 });
  world.wait(1);
  await world.record('d', [1]);
  const waiting = await world.waiting();
  expect(await send()).toEqual({
    ...{ read: 9, filtered: 0, sent: 9, refused: 0, refusals: [], left: 0, stopped: null },
  });
  expect(pauses).toEqual([]);
  expect(world.arrived).toHaveLength(9);
  for (const incident of ['a', 'b', 'c']) {
    const uids = ofIncident(world.arrived, incident);
    expect(uids).toEqual(uids.toSorted());
  }
  for (const batch of world.batches) {
    expect(new Set(batch.map((uid) => uid[0])).size).toBe(batch.length);
  }
  expect(await world.waiting()).toEqual(waiting);
});

test('has the uids that the pump has, so that a receiver recognises what it got', async () => {
  const { world, send } = await written({ a: 2, b: 2 });
  await world.pump();
  const before = [...world.arrived];
  await send();
  expect(world.arrived.slice(before.length).sort()).toEqual(before.toSorted());
});

test('leaves out what the policy does not want there, and says how much that was', async () => {
  const { world, send } = await written({ a: 4 });
  world.sink.wants = ({ uid }) => uid !== 'a-2';
  expect(await send()).toMatchObject({ read: 4, filtered: 1, sent: 3 });
  expect(world.arrived).toEqual(['a-1', 'a-3', 'a-4']);
});

test('goes on behind what is refused, and says why it was', async () => {
  const { world, send } = await written({ a: 3, b: 1 });
  world.receive = answering(world, (uid) => (uid === 'a-2' ? refused('bad\nmapping') : undefined));
  expect(await send()).toMatchObject({
    ...{ sent: 3, refused: 1, stopped: null },
    refusals: [{ uid: 'a-2', says: 'bad mapping' }],
  });
  expect(world.letters.size).toBe(0);
});

test('finds what is refused in a batch that is refused as a whole', async () => {
  const { world, send } = await written({ a: 1, b: 1, c: 1, d: 1 });
  world.receive = (batch) => {
    if (batch.some(({ outgoing }) => outgoing.uid === 'c-1')) throw rejected('answered 400');
    return world.take(batch);
  };
  expect(await send()).toMatchObject({ sent: 3, refusals: [{ uid: 'c-1', says: 'answered 400' }] });
});

test('waits for a sink that is away or busy, as long as that asks for', async () => {
  const { world, pauses, reasons, send } = await written({ a: 2, b: 2 });
  const troubles = [unavailable('answered 429', 77_000), unavailable('answered 503')];
  world.receive = (batch) => {
    const trouble = troubles.shift();
    if (trouble) throw trouble;
    return world.take(batch);
  };
  expect(await send()).toMatchObject({ sent: 4, stopped: null });
  expect(pauses[0]).toBe(77_000);
  expect(reasons).toEqual(['answered 429', 'answered 503']);
  expect(firstArrivals(world)).toEqual(world.arrived);
});

test('ends when the sink takes nothing for a quarter of an hour', async () => {
  const { world, pauses, reasons, send } = await written({ a: 2 });
  world.receive = (batch) => batch.map(() => refused('no such index'));
  expect(await send()).toMatchObject({ sent: 0, refused: 0, left: 2, stopped: 'no such index' });
  expect(new Set(reasons)).toEqual(new Set(['no such index']));
  const minutes = pauses.reduce((sum, ms) => sum + ms, 0) / 60_000;
  expect(minutes).toBeGreaterThan(5);
  expect(minutes).toBeLessThan(20);
});

test('goes on with a sink that is away again and again, as long as it takes some', async () => {
  const { world, pauses, send } = await written({ a: 20 });
  let requests = 0;
  world.receive = (batch) => {
    requests += 1;
    if (requests % 2 === 1) throw unavailable('answered 503');
    return world.take(batch);
  };
  expect(await send()).toMatchObject({ sent: 20, left: 0, stopped: null });
  expect(pauses).toHaveLength(20);
});

test('waits with an event as long as the receiver wants it to', async () => {
  const { world, pauses, send } = await written({ a: 1, b: 1 });
  let times = 0;
  world.receive = answering(world, (uid) => {
    if (uid === 'a-1') times += 1;
    return uid === 'a-1' && times === 1 ? later('busy', 123_000) : undefined;
  });
  expect(await send()).toMatchObject({ sent: 2 });
  expect(pauses).toEqual([123_000]);
});

test('lists the first hundred of what is refused, and counts them all', async () => {
  const { world, send } = await written({ a: 150, b: 1 });
  const answer = answering(world, (uid) => (uid === 'b-1' ? undefined : refused('bad mapping')));
  world.receive = (batch) => (batch.every(isHeartbeat) ? world.take(batch) : answer(batch));
  const report = await send();
  expect(report).toMatchObject({ sent: 1, refused: 150 });
  expect(report.refusals).toHaveLength(100);
});

test('reads no more once it has ended', async () => {
  const { world, send } = await written(Object.fromEntries(seqs(2_100).map((n) => [`i${n}`, 1])));
  world.receive = () => {
    throw unavailable('answered 503');
  };
  expect(await send()).toMatchObject({ read: 2_000, left: 2_000, stopped: 'answered 503' });
});

test('ends when the sink puts off all of it for a quarter of an hour', async () => {
  const { world, send } = await written({ a: 2, b: 1 });
  world.receive = (batch) => batch.map(() => later('answered 429'));
  expect(await send()).toMatchObject({ sent: 0, left: 3, stopped: 'answered 429' });
});

test('leaves behind the incident whose event is put off for ever, and sends the others', async () => {
  const { world, send } = await written({ a: 3, b: 2 });
  world.receive = answering(world, (uid) => (uid === 'a-2' ? later('busy') : undefined));
  expect(await send()).toMatchObject({ read: 5, sent: 3, left: 2, stopped: null });
  expect(firstArrivals(world).toSorted()).toEqual(['a-1', 'b-1', 'b-2']);
  expect(world.beats.length).toBeGreaterThan(0);
  expect(world.batches.every((batch) => !batch.includes('a-3'))).toBe(true);
});

test('keeps no more than a part of it in memory, and tells how far it is', async () => {
  const { world, send } = await written({
    a: 1,
    ...Object.fromEntries(seqs(2_100).map((n) => [`i${n}`, 2])),
  });
  world.sink.limits = { ...world.sink.limits, maxEvents: 500, maxBytes: 1e7 };
  const told: BackfillReport[] = [];
  const report = await send({ progress: (one) => told.push(one) });
  expect(report).toMatchObject({ read: 4_201, sent: 4_201 });
  expect(told.map(({ sent }) => sent)).toEqual([2_000, 4_000, 4_201]);
  for (const n of [1, 1_000, 2_100]) {
    expect(ofIncident(world.arrived, `i${n}`)).toEqual([`i${n}-1`, `i${n}-2`]);
  }
});
