import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { directRole } from '../../shared/detect/examples/records.ts';
import { exampleSnapshot, exampleTenant, people } from '../../shared/detect/examples/tenant.ts';
import type { LogEvent } from '../../shared/read/event.ts';
import { normalise } from '../../shared/read/normalise.ts';
import { globalAdministrator } from '../../shared/roles.ts';
import { memoryWatch } from '../../shared/watch/memory-watch.ts';
import type { Watchlist } from '../../shared/watch/watchlist.ts';
import { Watchlists, type WatchStore } from '../../shared/watch/watchlists.ts';

const tenantId = exampleTenant.id;
const start = Date.parse('2026-11-20T12:05:00Z');
const staleMs = 5_000;

const open = (store: WatchStore) =>
  new Watchlists((id) => (id === tenantId ? exampleTenant : undefined), [tenantId], store);

const person = (n: number) => ({
  id: `00000000-0000-4000-8000-1${String(n).padStart(11, '0')}`,
  upn: `person${n}@example.com`,
});

function grantTo(who: { id: string; upn: string }): LogEvent {
  const read = normalise(directRole(who, globalAdministrator));
  if (!('event' in read)) throw new Error('not read');
  return read.event;
}

const isAdmin = (watchlist: Watchlist | undefined, { id }: { id: string }) =>
  watchlist?.isGlobalAdministrator({ type: 'user', id, name: null }, start);

/** What ingest does with the records of a batch. */
async function batch(
  watchlists: Watchlists,
  now: number,
  ...granted: { id: string; upn: string }[]
) {
  const watchlist = await watchlists.of(tenantId, now);
  const changed = granted.flatMap((who) => watchlist?.apply(grantTo(who)) ?? []);
  watchlists.remember(new Map([[tenantId, new Set(changed)]]));
  await watchlists.saveRemembered();
}

/** A store whose calls are noted, and wait until they are let go. */
function gated() {
  const store = memoryWatch();
  const calls: { name: string; go(): void; fail(): void }[] = [];
  const gate =
    <Args extends unknown[], T>(name: string, call: (...args: Args) => Promise<T>) =>
    (...args: Args) =>
      new Promise<T>((resolve, reject) => {
        const fail = () => reject(new Error('down'));
        calls.push({ name, go: () => resolve(call(...args)), fail });
      });
  const nth = async (index: number) => {
    await settled();
    const call = calls[index];
    if (!call) throw new Error(`only ${calls.length} calls`);
    return call;
  };
  return {
    store,
    calls,
    go: async (index: number) => (await nth(index)).go(),
    fail: async (index: number) => (await nth(index)).fail(),
    slow: {
      load: gate('load', store.load),
      versionOf: gate('versionOf', store.versionOf),
      save: gate('save', store.save),
    },
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('batches that come together load a watchlist once', async () => {
  const { slow, calls, go } = gated();
  const watchlists = open(slow);
  const asked = Promise.all([1, 2, 3].map(() => watchlists.of(tenantId, start)));
  expect(calls.map(({ name }) => name)).toEqual(['load']);
  await go(0);
  expect(new Set(await asked).size).toBe(1);
});

test('a load that failed fails those who waited for it, and is tried again by the next', async () => {
  const { slow, go, fail } = gated();
  const watchlists = open(slow);
  const asked = Promise.allSettled([1, 2].map(() => watchlists.of(tenantId, start)));
  await fail(0);
  expect((await asked).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const again = watchlists.of(tenantId, start);
  await go(1);
  expect(await again).toBeDefined();
});

test('a tenant that is not watched has no watchlist, and costs no call', async () => {
  const { slow, calls } = gated();
  expect(await open(slow).of('another', start)).toBeUndefined();
  expect(calls).toEqual([]);
});

test('what another instance learnt is known after five seconds, and asked for once', async () => {
  const { store, slow, calls, go } = gated();
  const here = open(slow);
  const first = here.of(tenantId, start);
  await go(0);
  await first;
  await batch(open(store), start, people.dan);

  expect(isAdmin(await here.of(tenantId, start + staleMs - 1), people.dan)).toBe(false);
  const later = Promise.all([1, 2].map(() => here.of(tenantId, start + staleMs)));
  await go(1);
  await go(2);
  expect((await later).map((one) => isAdmin(one, people.dan))).toEqual([true, true]);
  expect(calls.map(({ name }) => name)).toEqual(['load', 'versionOf', 'load']);

  // Nothing is new: the version is all that is asked for.
  const idle = here.of(tenantId, start + 2 * staleMs);
  await go(3);
  await idle;
  expect(calls.slice(3).map(({ name }) => name)).toEqual(['versionOf']);
});

test('a change made between another batch asking for the store and its answer is not lost', async () => {
  const { store, slow, go } = gated();
  const here = open(slow);
  const first = here.of(tenantId, start);
  await go(0);
  const watchlist = await first;
  await batch(open(store), start, people.eve);

  const second = here.of(tenantId, start + staleMs);
  await go(1);
  await settled();
  // While the second batch loads what the other instance saved, the first one applies its grant.
  const changed = new Set(watchlist?.apply(grantTo(people.dan)));
  await go(2);
  const reloaded = await second;
  expect([isAdmin(reloaded, people.dan), isAdmin(reloaded, people.eve)]).toEqual([true, true]);
  here.remember(new Map([[tenantId, changed]]));
  const saved = here.saveRemembered();
  await go(3);
  await saved;
  expect([...(await store.load(tenantId)).state.accounts.keys()].sort()).toEqual(
    [people.dan.id, people.eve.id].sort(),
  );
});

describe('a batch', () => {
  test('is done only once what it changed is saved, also if another batch saves it', async () => {
    const { store, slow, go, fail } = gated();
    const here = open(slow);
    const first = here.of(tenantId, start);
    await go(0);
    const changed = (await first)?.apply(grantTo(people.dan));
    here.remember(new Map([[tenantId, new Set(changed)]]));
    const another = here.saveRemembered();
    let isDone = false;
    const own = here.saveRemembered().then(() => {
      isDone = true;
    });
    await settled();
    expect(isDone).toBe(false);
    await fail(1);
    await expect(another).rejects.toThrow('down');
    await settled();
    expect(isDone).toBe(false);
    await go(2);
    await own;
    expect((await store.load(tenantId)).state.accounts.has(people.dan.id)).toBe(true);
  });

  test('that comes again after a save that failed saves what it had changed', async () => {
    const { store, slow, go, fail } = gated();
    const here = open(slow);
    const failing = batch(here, start, people.dan);
    await go(0);
    await fail(1);
    await expect(failing).rejects.toThrow('down');
    const again = here.saveRemembered();
    await go(2);
    await again;
    const stored = open(store);
    expect(isAdmin(await stored.of(tenantId, start), people.dan)).toBe(true);
  });
});

test('in whatever order the store answers, no change of any batch is lost', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.tuple(fc.nat({ max: 1 }), fc.nat({ max: 3 })), { minLength: 2, maxLength: 8 }),
      async (scheduler, plan) => {
        const store = memoryWatch();
        const scheduled: WatchStore = {
          load: scheduler.scheduleFunction(store.load),
          versionOf: scheduler.scheduleFunction(store.versionOf),
          save: scheduler.scheduleFunction(store.save),
        };
        const instances = [open(scheduled), open(scheduled)] as const;
        const batches = plan.map(([instance, time], n) =>
          batch(instances[instance === 0 ? 0 : 1], start + time * staleMs, person(n)),
        );
        await scheduler.waitFor(Promise.all(batches));

        const late = open(store);
        const known = plan.map((_, n) => person(n));
        const final = await late.of(tenantId, start);
        expect(known.filter((who) => !isAdmin(final, who))).toEqual([]);
        const refreshed = instances[0].of(tenantId, start + 100 * staleMs);
        const watchlist = await scheduler.waitFor(refreshed);
        expect(known.filter((who) => !isAdmin(watchlist, who))).toEqual([]);
      },
    ),
    { numRuns: 300 },
  );
});

test('a snapshot that is known already is not taken over, nor saved, again', async () => {
  const { store, slow, calls, go } = gated();
  await open(store).takeSnapshot(exampleSnapshot(), start);
  const taken = open(slow).takeSnapshot(exampleSnapshot(), start);
  await go(0);
  await taken;
  expect(calls.map(({ name }) => name)).toEqual(['load']);
});

test('a snapshot of a clock that was ahead does not keep out those of today', async () => {
  const watchlists = open(memoryWatch());
  const aYear = 365 * 86_400_000;
  const ahead = { ...exampleSnapshot(), takenAt: new Date(start + aYear).toISOString() };
  await watchlists.takeSnapshot(ahead, start);
  const { ada } = people;
  const today = { ...exampleSnapshot(), takenAt: new Date(start).toISOString() };
  const without = today.accounts.filter(({ id }) => id !== ada.id);
  await watchlists.takeSnapshot({ ...today, accounts: without }, start);
  const watchlist = await watchlists.of(tenantId, start);
  expect(watchlist?.state.takenAt).toBe(start);
  expect(isAdmin(watchlist, ada)).toBe(false);
});
