import { describe, expect, test } from 'vitest';
import { refresh, signIn } from '../../shared/detect/examples/records.ts';
import { stream } from '../../shared/detect/examples/streams.ts';
import { exampleTenantId, people } from '../../shared/detect/examples/tenant.ts';
import { WatchError } from '../../shared/errors.ts';
import { ingest } from '../../shared/pipeline.ts';
import { streamOf } from '../../shared/read/stream-of.ts';
import {
  addHour,
  emptyHour,
  lagMinutes,
  uniteHistories,
  usualBetween,
} from '../../shared/streams/stream-history.ts';
import { memoryStreams, StreamWatch } from '../../shared/streams/stream-watch.ts';
import { dayMs, hourMs } from '../../shared/time.ts';
import { envelope, memoryStores, now, startProcess } from '../memory-stores.ts';

test('every record that arrives is counted once, whether it was read, passed over or broken', async () => {
  const store = memoryStreams();
  const deps = {
    ...(await startProcess(memoryStores())),
    streams: new StreamWatch(store, () => {}),
  };
  await ingest(
    [
      envelope(signIn(people.ada), signIn(people.dan, { id: 'b' }), refresh(people.dan)),
      envelope(signIn(people.dan, { id: 'c', status: { errorCode: 50126 } })),
      Buffer.from('{"records":[{"time":'),
    ],
    { ...deps, fallbackTenantId: exampleTenantId },
  );
  // Within a minute nothing is flushed again by itself.
  await deps.streams.flush();

  const streams = await store.read(exampleTenantId);
  const counts = streams.map(({ category, hours }) => {
    const [hour = emptyHour()] = hours.values();
    return [category, hour.count, hour.failures];
  });
  expect(counts.sort()).toEqual([
    ['NonInteractiveUserSignInLogs', 1, 0],
    ['SignInLogs', 3, 1],
    ['unreadable', 1, 0],
  ]);
  expect(streams.every(({ lastAt }) => lastAt === now)).toBe(true);
});

test('counts that can not be saved fail no batch', async () => {
  const warnings: string[] = [];
  const down = new WatchError('STORE_UNAVAILABLE', 'down');
  const broken = { read: async () => [], add: () => Promise.reject(down) };
  const watch = new StreamWatch(broken, (message) => warnings.push(message));
  watch.tally.count({ tenantId: 't', category: 'AuditLogs', arrivedAt: now });
  await watch.flushIfDue(now);
  expect(warnings).toEqual([expect.stringContaining('the counts of a minute are lost')]);
});

test.each([
  [signIn(people.dan), { tenantId: exampleTenantId, category: 'SignInLogs' }],
  [
    { ...signIn(people.dan), tenantId: undefined },
    { tenantId: 'only', category: 'SignInLogs' },
  ],
  [{ ...signIn(people.dan), category: 'x'.repeat(41) }, undefined],
])('a stream is told from the bytes of a record', (record, expected) => {
  expect(streamOf(Buffer.from(JSON.stringify(record)), 'only')).toEqual(expected);
});

describe('a history', () => {
  test('forgets what is older than five weeks', () => {
    const old = stream({ weeks: 6 });
    const united = uniteHistories(old, { ...old, hours: new Map() });
    expect(united.hours.size).toBe(5 * 7 * 24);
  });

  test('knows what is usual from the same hours of the weeks before, by their median', () => {
    const busy = stream({ weeks: 4, hours: { [7 * 24]: { count: 10_000 } } });
    expect(usualBetween(busy, busy.lastAt, busy.lastAt + hourMs)).toBe(100);
    expect(usualBetween(busy, busy.lastAt, busy.lastAt + hourMs / 2)).toBe(50);
  });

  test('knows nothing before there is a week to compare with', () => {
    const young = stream({ weeks: 0 });
    expect(usualBetween(young, young.lastAt, young.lastAt + hourMs)).toBeUndefined();
  });

  test('takes an hour without any record for what it is', () => {
    const { hours, ...rest } = stream({ weeks: 1 });
    const sparse = { ...rest, hours: new Map([...hours].slice(0, 1)) };
    const from = [...hours.keys()][0] ?? 0;
    expect(usualBetween(sparse, from + 7 * dayMs, from + 7 * dayMs + 2 * hourMs)).toBe(100);
  });
});

test('the lag is that of 95 in 100 events, rounded up to its bucket', () => {
  let hour = emptyHour();
  for (let n = 1; n <= 100; n += 1) {
    hour = addHour(hour, { count: 1, failures: 0, lagMs: n <= 95 ? 60_000 : 7 * hourMs });
  }
  expect(lagMinutes(hour)).toEqual({ minutes: 1, events: 100 });
  hour = addHour(hour, { count: 1, failures: 0, lagMs: 7 * hourMs });
  expect(lagMinutes(hour)).toEqual({ minutes: 480, events: 101 });
  expect(lagMinutes(emptyHour())).toEqual({ minutes: 0, events: 0 });
});
