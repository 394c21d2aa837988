import { expect, test } from 'vitest';
import { exampleSnapshot, exampleTenant } from '../../shared/detect/examples/tenant.ts';
import { type RefreshDeps, refreshTenant } from '../../shared/directory/refresh-tenant.ts';
import { WatchError } from '../../shared/errors.ts';
import { memoryPosture } from '../../shared/posture/memory-posture.ts';
import type { Snapshot } from '../../shared/watch/directory.ts';

const noon = Date.parse('2026-11-20T12:00:00Z');

function scene() {
  const posture = memoryPosture();
  const kept: Snapshot[] = [];
  const refresh = (read: RefreshDeps['read'], hour = 0) =>
    refreshTenant(exampleTenant, {
      read,
      previous: kept.at(-1),
      keep: async (snapshot) => void kept.push(snapshot),
      posture,
      now: noon + hour * 3_600_000,
    });
  return { posture, kept, refresh };
}

const reads = async () => ({ snapshot: exampleSnapshot(), requests: 7 });
const fails = () => Promise.reject(new WatchError('DIRECTORY_UNAVAILABLE', 'no answer'));

test('a reading that succeeds is kept, and reported', async () => {
  const { posture, kept, refresh } = scene();
  const report = await refresh(reads);
  expect(kept).toHaveLength(1);
  expect(report).toEqual({
    triedAt: '2026-11-20T12:00:00.000Z',
    succeededAt: '2026-11-20T12:00:00.000Z',
    failure: null,
    requests: 7,
  });
  expect(await posture.lastRefresh(exampleTenant.id)).toEqual(report);
});

test('one that fails keeps nothing, and says when the last one succeeded', async () => {
  const { kept, refresh } = scene();
  expect(await refresh(fails)).toMatchObject({ succeededAt: null });
  await refresh(reads, 1);
  expect(await refresh(fails, 2)).toEqual({
    triedAt: '2026-11-20T14:00:00.000Z',
    succeededAt: '2026-11-20T13:00:00.000Z',
    failure: 'DIRECTORY_UNAVAILABLE: no answer',
    requests: 0,
  });
  expect(kept).toHaveLength(1);
});

test('the next reading is given what the last one left', async () => {
  const { kept, refresh } = scene();
  await refresh(reads);
  const given: (Snapshot | undefined)[] = [];
  await refresh((_tenant, previous) => {
    given.push(previous);
    return reads();
  }, 1);
  expect(given).toEqual([kept[0]]);
});

test('a store that is down fails the refresh: nobody would know what became of it', async () => {
  const { posture, refresh } = scene();
  posture.lastRefresh = () => Promise.reject(new WatchError('STORE_UNAVAILABLE', 'no storage'));
  await expect(refresh(reads)).rejects.toThrow('STORE_UNAVAILABLE');
});
