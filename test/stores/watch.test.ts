import { expect, test, vi } from 'vitest';
import { tableWatch } from '../../shared/azure/table-watch.ts';
import { globalAdministrator } from '../../shared/roles.ts';
import { memoryWatch } from '../../shared/watch/memory-watch.ts';
import { azuriteStorage } from './azurite-storage.ts';
import { sampleAccount, sampleState, watchContract } from './watch.contract.ts';

const inMemory = memoryWatch();
watchContract('memory', () => inMemory);

const { storage } = azuriteStorage();
const stored = () => tableWatch(storage().watchlist);
watchContract('Table Storage', stored);

const many = (count: number, takenAt: number) =>
  sampleState(
    Array.from({ length: count }, (_, n) =>
      sampleAccount(`account-${n}`, { enabled: [{ at: takenAt, held: true, isState: true }] }),
    ),
    { takenAt },
  );

test('a refresh of very many accounts takes few calls', async () => {
  const submit = vi.spyOn(storage().watchlist, 'submitTransaction');
  const state = many(1_500, 1);
  await stored().save('refreshed', state, new Set(state.accounts.keys()));
  expect(submit.mock.calls.length).toBeLessThanOrEqual(17);
  submit.mockRestore();

  const { state: loaded } = await stored().load('refreshed');
  expect(loaded).toEqual(state);
});

test('a refresh that breaks off does not claim to be done, and can be repeated', async () => {
  const before = many(200, 1);
  await stored().save('broken off', before, new Set(before.accounts.keys()));

  const after = many(200, 2);
  const { watchlist } = storage();
  const submit = watchlist.submitTransaction.bind(watchlist);
  const spy = vi.spyOn(watchlist, 'submitTransaction');
  spy.mockImplementationOnce((actions) => submit(actions));
  spy.mockRejectedValueOnce(Object.assign(new Error('down'), { statusCode: 503 }));
  const save = () => stored().save('broken off', after, new Set(after.accounts.keys()));
  await expect(save()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  expect((await stored().load('broken off')).state.takenAt).toBe(1);

  spy.mockClear();
  await save();
  expect((await stored().load('broken off')).state).toEqual(after);
  // The ninety-nine accounts that were written need not be written again.
  expect(spy).toHaveBeenCalledTimes(2);
  spy.mockRestore();
});

test('an account too large for a row is kept with less of its past', async () => {
  const turns = Array.from({ length: 24 }, (_, n) => ({ at: 1e12 + n, held: n % 2 === 0 }));
  const holdings = Array.from({ length: 1_000 }, (_, n) => ({
    role: { templateId: `role-${n}`, name: `Role ${n}`, scope: `/scope/${n}` },
    tier: 'active' as const,
    via: null,
    turns: [...turns],
  }));
  const state = sampleState([sampleAccount('large', { holdings })]);
  await stored().save('large', state, new Set(['large']));

  const { state: loaded } = await stored().load('large');
  const kept = loaded.accounts.get('large')?.holdings ?? [];
  expect(kept).toHaveLength(1_000);
  expect(kept[0]?.turns).toEqual(turns.slice(-2));
});

test('however many small roles an account has, the greatest is kept', async () => {
  const holding = (templateId: string, scope: string, held = true) => ({
    role: { templateId, name: 'Role', scope },
    tier: 'active' as const,
    via: null,
    turns: [{ at: 1e12, held }],
  });
  const small = Array.from({ length: 4_000 }, (_, n) =>
    holding('0526716b-113d-4c15-b2c8-68e3c22b9f80', `/administrativeUnits/${`${n}`.repeat(12)}`),
  );
  const great = holding(globalAdministrator, '/');
  const lost = holding(globalAdministrator, '/administrativeUnits/lost', false);
  const state = sampleState([sampleAccount('padded', { holdings: [...small, lost, great] })]);
  await stored().save('padded', state, new Set(['padded']));

  const { state: loaded } = await stored().load('padded');
  const kept = loaded.accounts.get('padded')?.holdings ?? [];
  expect(kept).toHaveLength(500);
  expect(kept).toContainEqual(great);
  expect(kept).not.toContainEqual(lost);
});

test('an account with very many credentials is kept with all else that is known of it', async () => {
  const credentials = Array.from({ length: 3_000 }, (_, n) => ({
    kind: 'secret' as const,
    id: `${n}`,
    name: 'secret'.repeat(20),
  }));
  const owners = [{ type: 'user' as const, id: 'ada' }];
  const known = { id: 'app', type: 'servicePrincipal' as const, enabled: true, owners };
  const state = sampleState([sampleAccount('app', { snapshot: { ...known, credentials } })]);
  await stored().save('credentials', state, new Set(['app']));

  const { state: loaded } = await stored().load('credentials');
  expect(loaded.accounts.get('app')?.snapshot).toEqual({ ...known, credentials: null });
});
