import { expect, test } from 'vitest';
import {
  firstArrivals,
  later,
  minute,
  ofIncident,
  type PumpWorld,
  pumpWorld,
  refused,
  second,
  start,
  tenantId,
  unavailable,
} from './pump-world.ts';

const counts = { a: 3, b: 1, c: 2, d: 1, e: 1 };
const poison = 'c-1';

/**
 * A few incidents with an event that is refused, one that the policy does not want, one that never came,
 * and a receiver that is away for half a minute.
 */
async function scene(): Promise<PumpWorld> {
  const world = pumpWorld({
    heartbeatTenants: [tenantId],
    wants: (event) => event.uid !== 'a-2',
  });
  for (const [incident, count] of Object.entries(counts)) {
    await world.record(
      incident,
      Array.from({ length: count }, (_, n) => n + 1),
    );
  }
  await world.note([{ incident: 'f', seq: 1 }]);
  world.receive = (batch) => {
    if (world.now() > start + second && world.now() < start + minute / 2) {
      throw unavailable('answered 503');
    }
    return batch.map((one) =>
      one.outgoing.uid === poison ? refused('bad mapping') : (world.take([one])[0] ?? later('')),
    );
  };
  return world;
}

/** Starts, and once it was away for a while comes to an end. */
async function play(world: PumpWorld): Promise<void> {
  await world.pump().catch(() => {});
  world.wait(2 * second);
  await world.record('b', [2]);
  await world.pump().catch(() => {});
  world.wait(10 * minute);
  await world.drain();
}

const wanted = ['a-1', 'a-3', 'b-1', 'b-2', 'c-2', 'd-1', 'e-1'];

function expectNothingLost(world: PumpWorld) {
  const arrived = firstArrivals(world);
  expect(arrived.toSorted()).toEqual(wanted);
  for (const incident of Object.keys(counts)) {
    expect(ofIncident(arrived, incident)).toEqual(ofIncident(wanted, incident));
  }
  expect([...world.letters]).toMatchObject([[poison, { says: 'bad mapping' }]]);
}

/** How often the one that came most often came. */
const mostRepeats = ({ arrived }: PumpWorld) =>
  Math.max(
    ...Map.groupBy(arrived, (uid) => uid)
      .values()
      .map((all) => all.length),
  );

test('undisturbed, each event arrives once', async () => {
  const world = await scene();
  await play(world);
  expectNothingLost(world);
  expect(mostRepeats(world)).toBe(1);
});

test.each([
  ['before it has done anything', false],
  ['after it has', true],
])(
  'wherever a pump is killed, %s: nothing is lost, nothing comes a third time',
  async (_, isAfter) => {
    let killed = 0;
    const kinds = new Set<string>();
    for (let at = 1; ; at += 1) {
      const world = await scene();
      world.killAt(at, isAfter);
      await play(world);
      if (world.calls.length < at) break;
      killed += 1;
      kinds.add(world.calls[at - 1] ?? '');
      expectNothingLost(world);
      expect(mostRepeats(world)).toBeLessThanOrEqual(2);
    }
    expect(killed).toBeGreaterThan(60);
    expect([...kinds].sort()).toEqual([
      'claims.get',
      'claims.put',
      'claims.remove',
      'deadLetter',
      'events.event',
      'feed.forget',
      'feed.settle',
      'feed.waiting',
      'send',
      'states.get',
      'states.put',
    ]);
  },
);

/** The same numbers each time: a scene that fails can be looked at. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * below);
  };
}

test('killed again and again, nothing is lost', async () => {
  const random = dice(20_261_120);
  let repeats = 0;
  for (let run = 0; run < 50; run += 1) {
    const world = await scene();
    for (let kills = 0; kills < 8; kills += 1) {
      world.killAt(world.calls.length + 1 + random(40), random(2) === 1);
      await world.pump().catch(() => {});
      world.wait(61 * second);
    }
    world.killAt(undefined);
    await play(world);
    expectNothingLost(world);
    repeats += world.arrived.length - wanted.length;
  }
  expect(repeats).toBeGreaterThan(0);
});

test('nor while several pumps run at once, claims run out, and more is found', async () => {
  let [repeats, deaths] = [0, 0];
  for (let seed = 1; seed <= 40; seed += 1) {
    const random = dice(seed);
    const turns = (count: number) =>
      Array.from({ length: count }).reduce<Promise<void>>(
        (before) => before.then(() => new Promise((resolve) => setImmediate(resolve))),
        Promise.resolve(),
      );
    const world = pumpWorld({ heartbeatTenants: [tenantId] });
    world.receive = async (batch) => {
      await turns(random(30));
      return world.take(batch);
    };
    const next = new Map<string, number>();
    const told: string[] = [];
    async function find() {
      for (let steps = 0; steps < 20; steps += 1) {
        const incident = `i${random(5)}`;
        const first = (next.get(incident) ?? 0) + 1;
        const seqs = random(3) === 0 ? [first, first + 1] : [first];
        // A save that fails leaves places behind, and the next one has the same numbers.
        await world.note(seqs.map((seq) => ({ incident, seq })));
        await turns(random(20));
        if (random(4) > 0) {
          for (const seq of seqs) told.push(world.put({ incident, seq }));
          next.set(incident, seqs.at(-1) ?? first);
        }
        if (random(5) === 0) world.killAt(world.calls.length + 1 + random(20), random(2) === 1);
        world.wait(random(random(6) === 0 ? 12 * minute : 15 * second));
      }
    }
    async function process() {
      for (let pumps = 0; pumps < 12; pumps += 1) {
        await world.pump().catch(() => {
          deaths += 1;
        });
        await turns(random(10));
      }
    }
    await Promise.all([find(), process(), process(), process()]);
    world.killAt(undefined);
    world.wait(10 * minute);
    await world.drain();

    const arrived = firstArrivals(world);
    expect(arrived.toSorted(), `seed ${seed}`).toEqual(told.toSorted());
    for (const incident of next.keys()) {
      expect(ofIncident(arrived, incident)).toEqual(ofIncident(told, incident));
    }
    repeats += world.arrived.length - arrived.length;
  }
  expect(Math.min(repeats, deaths)).toBeGreaterThan(5);
});
