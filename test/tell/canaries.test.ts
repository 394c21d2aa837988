import { expect, test } from 'vitest';
import { WatchError } from '../../shared/errors.ts';
import type { LedgerItem } from '../../shared/ledger/ledger.ts';
import type { Person } from '../../shared/respond/response.ts';
import { simpleRouting } from '../../shared/route/simple-routing.ts';
import { canaries } from '../../shared/tell/canaries.ts';
import { channelNamed, deliveryWorld } from '../delivery-world.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
// A Friday; the test messages are due on Mondays at ten.
const start = Date.parse('2026-11-20T12:00:00Z');
const weekly = { every: 'week', on: 'mon', at: '10:00', timezone: 'UTC' } as const;
const ana: Person = { id: 'ana', name: 'Ana Ruiz', identifiedBy: 'sign-in' };

function scene(fails: (channel: string, at: number) => boolean = () => false) {
  const channels = [channelNamed('teams'), channelNamed('pager', { provenBy: 'answer' })];
  const world = deliveryWorld({
    channels,
    routing: simpleRouting([{ minSeverity: 'low', channels: ['teams', 'pager'] }]),
    start,
    instances: 2,
    canary: weekly,
    tickMs: 5 * minute,
    answer: ({ channel, at }) => {
      if (fails(channel, at)) throw new WatchError('DELIVERY_UNAVAILABLE', 'away');
    },
  });
  return {
    ...world,
    channels,
    sent: () =>
      world.taken.map(
        ({ kind, channel, at }) => `${kind} ${channel} ${Math.floor((at - start) / hour)}`,
      ),
    states: async () => {
      const states = await world.instance().canaries.states(world.now());
      return states.map(({ name, state, why, since }) => [name, state, why, since]);
    },
    latest: async (channel: string) =>
      (await world.instance().health.of(channel, world.now(), { isFresh: true })).canary,
  };
}

test('each channel gets one at the first look, and one each week', async () => {
  const { runUntil, sent, kept } = scene();
  await runUntil(start + 2 * hour);
  expect(sent().sort()).toEqual(['canary pager 0', 'canary teams 0']);
  await runUntil(start + 4 * day);
  // Monday at ten.
  expect(sent().slice(2).sort()).toEqual(['canary pager 70', 'canary teams 70']);
  expect(
    new Set((await kept()).map(({ incident }) => [incident.matter, incident.status].join())),
  ).toEqual(new Set(['canary,resolved']));
});

test('proves a channel by its answer, or by somebody who says that it arrived', async () => {
  const { runUntil, states, latest, instance } = scene();
  expect(await states()).toEqual([
    ['teams', 'unproven', 'No test message has been sent yet.', null],
    ['pager', 'unproven', 'No test message has been sent yet.', null],
  ]);
  await runUntil(start + hour);
  const at = '2026-11-20T12:05:00.000Z';
  expect(await states()).toEqual([
    ['teams', 'unproven', 'Nobody has confirmed the test message yet.', null],
    ['pager', 'proven', null, at],
  ]);

  const { id = '' } = (await latest('teams')) ?? {};
  expect(await instance().canaries.confirm('teams', id, ana)).toEqual({ done: true });
  const confirmed = '2026-11-20T13:00:00.000Z';
  expect(await latest('teams')).toEqual({
    id,
    sentAt: at,
    acceptedAt: at,
    confirmedAt: confirmed,
    confirmedBy: 'Ana Ruiz',
  });
  expect((await states())[0]).toEqual(['teams', 'proven', null, confirmed]);
  // The next one is not confirmed: for two weeks the last proof still counts.
  await runUntil(start + hour + 14 * day);
  expect((await states())[0]?.[1]).toBe('proven');
  await runUntil(start + hour + 14 * day + 1);
  expect((await states())[0]).toEqual([
    'teams',
    'unproven',
    'What proved it is more than 14 days old.',
    confirmed,
  ]);
});

test('one that a newer one has replaced, or that nobody sent, proves nothing', async () => {
  const { runUntil, latest, instance } = scene();
  await runUntil(start + hour);
  const { id = '' } = (await latest('teams')) ?? {};
  expect(await instance().canaries.canary('teams', id)).toMatchObject({ id });
  await runUntil(start + 4 * day);
  for (const old of [id, 'invented']) {
    expect(await instance().canaries.canary('teams', old)).toBeUndefined();
    expect(await instance().canaries.confirm('teams', old, ana)).toMatchObject({ done: false });
  }
  expect((await latest('teams'))?.confirmedAt).toBeNull();
});

test('a confirmation is written down for good before it counts, once', async () => {
  const { runUntil, latest, instance, cases, channels, now } = scene();
  await runUntil(start + hour);
  const items: LedgerItem[] = [];
  let isDown = true;
  const desk = canaries({
    channels,
    canary: weekly,
    health: instance().health,
    cases,
    outbox: { mark: async () => {}, wake: async () => {} },
    tenantId: 'tenant-1',
    now,
    written: async (item) => {
      if (isDown) throw new WatchError('STORE_UNAVAILABLE', 'ledger');
      items.push(item);
    },
  });
  const { id = '' } = (await latest('teams')) ?? {};
  await expect(desk.confirm('teams', id, ana)).rejects.toThrow('ledger');
  expect((await latest('teams'))?.confirmedAt).toBeNull();
  isDown = false;
  await desk.confirm('teams', id, ana);
  await desk.confirm('teams', id, { ...ana, name: 'Ben' });
  expect(items).toMatchObject([
    { kind: 'channel', subject: 'teams', payload: { canary: id, by: ana } },
  ]);
  expect((await latest('teams'))?.confirmedBy).toBe('Ana Ruiz');
});

test('one that does not get through is tried again, taken over by nobody, and shows that the channel fails', async () => {
  const { runUntil, sent, states } = scene(
    (channel, at) => channel === 'pager' && at < start + 20 * minute,
  );
  await runUntil(start + 15 * minute);
  expect(sent().filter((one) => one.startsWith('canary'))).toEqual(['canary teams 0']);
  expect((await states())[1]).toEqual([
    'pager',
    'failing',
    'DELIVERY_UNAVAILABLE: away',
    '2026-11-20T12:05:00.000Z',
  ]);
  // The other channel tells that.
  expect(sent()).toContain('new teams 0');
  await runUntil(start + hour);
  expect(sent()).toContain('canary pager 0');
  expect((await states())[1]?.[1]).toBe('proven');
});

test('the policy may do without', async () => {
  const { channels, cases, instance, now } = scene();
  const desk = canaries({
    channels,
    canary: { ...weekly, every: 'never' },
    health: instance().health,
    cases,
    outbox: { mark: async () => {}, wake: async () => {} },
    tenantId: 'tenant-1',
    now,
  });
  expect(await desk.send(start)).toBe(0);
  expect((await desk.states(start)).map(({ why }) => why)).toEqual(
    Array(2).fill('The policy has no test messages sent (canary.every).'),
  );
});
