import { expect, test } from 'vitest';
import { WatchError } from '../../shared/errors.ts';
import { derivedId } from '../../shared/finding.ts';
import { simpleRouting } from '../../shared/route/simple-routing.ts';
import { channelNamed, deliveryWorld } from '../delivery-world.ts';
import { sampleFound } from '../stores/sample-findings.ts';

const start = Date.parse('2026-11-20T07:58:00Z');
const second = 1_000;
const minute = 60 * second;

const critical = ['a', 'd', 'more of a'];
const others = ['b', 'c', 'e', 'f'];
/** Each is a matter of its own, so that a digest names it; only what is critical comes in two parts. */
const found = [...critical, ...others].sort().map((name) =>
  sampleFound(derivedId('crash', name.replace('more of ', '')), name, {
    finding: { severity: critical.includes(name) ? 'critical' : 'high', title: name },
  }),
);
const idOf = new Map(found.map(({ kept: { finding } }) => [finding.title, finding.id]));

/**
 * A small storm: two criticals and more than the channel takes singly, a mail server that is away for
 * a minute, a test message on each channel, and a digest at eight.
 */
function scene() {
  const world = deliveryWorld({
    channels: [
      channelNamed('teams', { pace: { mostPerMinute: 6, foldAbove: 2 } }),
      channelNamed('mail'),
      channelNamed('daily-mail'),
    ],
    routing: simpleRouting([
      { minSeverity: 'low', channels: ['teams', 'mail'] },
      {
        minSeverity: 'low',
        channels: ['daily-mail'],
        detections: ['privileged-role-assigned-active'],
        digest: 'daily',
      },
    ]),
    canary: { every: 'day', on: 'mon', at: '07:00', timezone: 'UTC' },
    start,
    answer: ({ channel, at }) => {
      if (channel === 'mail' && at < start + minute)
        throw new WatchError('DELIVERY_UNAVAILABLE', 'away');
    },
  });
  /** As ingest does it: a batch that fails comes again. */
  const record = async (...some: typeof found) => {
    await world.record(some).catch(() => world.record(some));
    await world.runUntil(world.now() + second);
  };
  return {
    ...world,
    async play() {
      await record(...found.slice(0, 3));
      await record(...found.slice(3));
      await world.runUntil(start + 2.5 * minute);
      const eventful = world.calls.length;
      await world.runUntil(start + 6 * minute);
      return eventful;
    },
  };
}

async function expectNothingLost(world: ReturnType<typeof scene>, longestWait: number) {
  for (const channel of ['teams', 'mail', 'daily-mail']) {
    const taken = world.taken.filter((one) => one.channel === channel);
    const told = new Set(taken.flatMap(({ findings }) => findings));
    for (const [name, id] of idOf) expect(told.has(id), `${name} on ${channel}`).toBe(true);
    expect(taken.some(({ kind }) => kind === 'canary')).toBe(true);
  }
  for (const name of critical) {
    const id = idOf.get(name) ?? '';
    const first = world.taken.find(
      ({ kind, findings }) => kind !== 'digest' && findings.includes(id),
    );
    expect((first?.at ?? Number.NaN) - start, name).toBeLessThanOrEqual(longestWait);
  }
  const kept = await world.kept();
  const states = kept.flatMap(({ deliveries }) => deliveries.map(({ value }) => value.state));
  expect(states.filter((state) => state === 'pending' || state === 'dead')).toEqual([]);
  for (const lines of Object.values(world.shelves.lines)) {
    expect((await lines.all()).size).toBe(0);
  }
}

/** How often each delivery was taken. */
const mostRepeats = ({ taken }: ReturnType<typeof scene>) =>
  Math.max(
    ...Map.groupBy(taken, ({ delivery }) => delivery)
      .values()
      .map((all) => all.length),
  );

test('undisturbed, each is told once', async () => {
  const world = scene();
  await world.play();
  await expectNothingLost(world, second);
  expect(mostRepeats(world)).toBe(1);
  expect(world.taken.filter(({ kind }) => kind === 'digest').length).toBe(2);
});

test.each([
  ['before it has done anything', false],
  ['after it has', true],
])(
  'whichever call of a store fails, %s: nothing is lost, nothing comes a third time',
  async (_, isAfter) => {
    let failed = 0;
    for (let call = 1; ; call += 1) {
      const world = scene();
      world.failAt(call, isAfter);
      await world.play();
      if (world.calls.length < call) break;
      failed += 1;
      world.failAt(undefined);
      await expectNothingLost(world, 2 * minute);
      expect(mostRepeats(world)).toBeLessThanOrEqual(2);
    }
    expect(failed).toBeGreaterThan(200);
  },
  60_000,
);
