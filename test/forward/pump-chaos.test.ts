import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Outcome, Packed } from '../../shared/forward/sink.ts';
import {
  firstArrivals,
  later,
  ofIncident,
  type PumpWorld,
  pumpWorld,
  refused,
  rejected,
  second,
  tenantId,
  unavailable,
} from './pump-world.ts';

/** What receivers and networks do instead of taking a request. */
const failures: Record<string, (batch: readonly Packed[], world: PumpWorld) => Outcome[]> = {
  throttles: () => {
    throw unavailable('answered 429', 40 * second);
  },
  'is away': () => {
    throw unavailable('answered 503');
  },
  'gives no answer': () => {
    throw Object.assign(new Error('timeout'), { name: 'TimeoutError' });
  },
  'takes it and gives no answer': (batch, world) => {
    world.take(batch);
    throw Object.assign(new Error('timeout'), { name: 'TimeoutError' });
  },
  'resets in the middle': (batch, world) => {
    world.take(batch.slice(0, Math.ceil(batch.length / 2)));
    throw Object.assign(new Error('reset'), { code: 'ECONNRESET' });
  },
  'takes a half': (batch, world) => {
    const middle = Math.ceil(batch.length / 2);
    return [...world.take(batch.slice(0, middle)), ...batch.slice(middle).map(() => later('429'))];
  },
  'takes none': (batch) => batch.map(() => later('answered 429')),
  'was set up wrong': (batch) => batch.map(() => refused('no such index')),
  'refuses every request': () => {
    throw rejected('answered 400');
  },
};

const takes = new Set(['takes it and gives no answer', 'resets in the middle', 'takes a half']);
const lasting = new Set(['was set up wrong', 'refuses every request']);

type Scene = {
  counts: readonly number[];
  poison: ReadonlySet<string>;
  isWhole: boolean;
  troubles: readonly string[];
  hasHeartbeat: boolean;
};

const scenes: fc.Arbitrary<Scene> = fc
  .record({
    counts: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 9 }),
    poisonous: fc.array(fc.tuple(fc.nat(8), fc.integer({ min: 1, max: 5 })), { maxLength: 3 }),
    isWhole: fc.boolean(),
    troubles: fc.array(fc.constantFrom('', '', ...Object.keys(failures)), { maxLength: 25 }),
    hasHeartbeat: fc.boolean(),
  })
  .map(({ poisonous, ...scene }) => ({
    ...scene,
    poison: new Set(poisonous.map(([incident, seq]) => `i${incident}-${seq}`)),
  }));

/** Fails as the scene says, then works; what is poison it refuses, by itself or with its batch. */
function receiver(world: PumpWorld, { poison, isWhole, troubles }: Scene): PumpWorld['receive'] {
  const script = [...troubles];
  let wrong: { at: number; name: string } | undefined;
  return (batch) => {
    // Nobody mends a receiver between two requests of one moment.
    const name = wrong?.at === world.now() ? wrong.name : (script.shift() ?? '');
    if (lasting.has(name)) wrong = { at: world.now(), name };
    const isPoison = ({ outgoing }: Packed) => poison.has(outgoing.uid);
    // Poison is never taken, not even in half a batch.
    const trouble = failures[takes.has(name) && batch.some(isPoison) ? 'is away' : name];
    if (trouble) return trouble(batch, world);
    if (isWhole && batch.some(isPoison)) throw rejected(`answered 400 to ${poison.size}`);
    return batch.map((one) =>
      isPoison(one) ? refused('bad mapping') : (world.take([one])[0] ?? later('')),
    );
  };
}

test('whatever a receiver does, each event arrives, in order, or is a dead letter for being one', async () => {
  let [repeats, letters] = [0, 0];
  await fc.assert(
    fc.asyncProperty(scenes, async (scene) => {
      const world = pumpWorld({ heartbeatTenants: scene.hasHeartbeat ? [tenantId] : [] });
      world.receive = receiver(world, scene);
      const all: string[] = [];
      for (const [index, count] of scene.counts.entries()) {
        const seqs = Array.from({ length: count }, (_, n) => n + 1);
        all.push(...(await world.record(`i${index}`, seqs)));
      }
      await world.drain();

      const good = all.filter((uid) => !scene.poison.has(uid));
      const arrived = firstArrivals(world);
      expect(arrived.toSorted()).toEqual(good.toSorted());
      for (const index of scene.counts.keys()) {
        const ofThis = ofIncident(arrived, `i${index}`);
        expect(ofThis).toEqual(ofIncident(good, `i${index}`));
      }
      const dead = all.filter((uid) => scene.poison.has(uid));
      expect([...world.letters.keys()].sort()).toEqual(dead.toSorted());
      for (const { says } of world.letters.values()) {
        // Its own words, and not those that were said of all of them.
        expect(says).toMatch(/^bad mapping$|^answered 400 to \d$/);
      }
      for (const batch of world.batches) {
        expect(new Set(batch.map((uid) => uid.split('-')[0])).size).toBe(batch.length);
      }
      repeats += world.arrived.length - arrived.length;
      letters += dead.length;
    }),
    { numRuns: 250, seed: 20261120 },
  );
  // Else the scenes tell nothing.
  expect(Math.min(repeats, letters)).toBeGreaterThan(50);
});

test('nothing is sent twice that was not in doubt', async () => {
  await fc.assert(
    fc.asyncProperty(scenes, async (scene) => {
      const inDoubt = ['takes it and gives no answer', 'resets in the middle'];
      const troubles = scene.troubles.filter((one) => !inDoubt.includes(one));
      const world = pumpWorld({ heartbeatTenants: [tenantId] });
      world.receive = receiver(world, { ...scene, troubles });
      for (const [index, count] of scene.counts.entries()) {
        await world.record(
          `i${index}`,
          Array.from({ length: count }, (_, n) => n + 1),
        );
      }
      await world.drain();
      expect(world.arrived).toEqual(firstArrivals(world));
    }),
    { numRuns: 100, seed: 20261121 },
  );
});
