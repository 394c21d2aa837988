import { describe, expect, test } from 'vitest';
import type { Turn } from '../../shared/watch/turns.ts';
import {
  emptyWatchState,
  type WatchedAccount,
  type WatchState,
} from '../../shared/watch/watch-state.ts';
import type { WatchStore } from '../../shared/watch/watchlists.ts';

let tenants = 0;
/** A tenant of its own for each test, so that tests may share a store. */
function newTenantId(): string {
  tenants += 1;
  return `00000000-0000-4000-8000-${String(tenants).padStart(12, '0')}`;
}

const admin = { templateId: 'global', name: 'Global Administrator', scope: '/' };

export function sampleAccount(id: string, given: Partial<WatchedAccount> = {}): WatchedAccount {
  return {
    id,
    type: 'user',
    name: `${id}@example.com`,
    holdings: [],
    memberships: [],
    enabled: [],
    passwordChangedAt: null,
    snapshot: null,
    ...given,
  };
}

const turn = (at: number): Turn => ({ at, held: true });
const holding = (turns: Turn[]) => ({ role: admin, tier: 'active' as const, via: null, turns });

export function sampleState(accounts: WatchedAccount[], given: Partial<WatchState> = {}) {
  const byId = new Map(accounts.map((account) => [account.id, account]));
  return { ...emptyWatchState(), accounts: byId, ...given };
}

const idsOf = ({ accounts }: WatchState) => new Set(accounts.keys());

/** What every store of watchlists does, real or in memory. */
export function watchContract(name: string, store: () => WatchStore): void {
  async function save(tenantId: string, state: WatchState): Promise<void> {
    await store().save(tenantId, state, idsOf(state));
  }

  describe(`watchlists in ${name}`, () => {
    test('a tenant that nobody saved is empty, and has a version', async () => {
      const tenant = newTenantId();
      const { state, version } = await store().load(tenant);
      expect(state).toEqual(emptyWatchState());
      expect(await store().versionOf(tenant)).toBe(version);
    });

    test('what was saved is loaded, and tenants are apart', async () => {
      const [tenant, other] = [newTenantId(), newTenantId()];
      const snapshot = { id: 'ada', type: 'user', displayName: "Ada 'A' \u{1f600}" } as const;
      const ada = sampleAccount('ada', {
        holdings: [holding([{ at: 1, held: true, until: 5 }])],
        memberships: [{ group: 'operators', turns: [{ at: 2, held: true, isState: true }] }],
        enabled: [{ at: 3, held: false }],
        passwordChangedAt: 4,
        snapshot,
      });
      const state = sampleState([ada], { losses: [{ at: 6, who: 'ben' }], takenAt: 7 });
      await save(tenant, state);

      expect((await store().load(tenant)).state).toEqual(state);
      expect((await store().load(other)).state).toEqual(emptyWatchState());
    });

    test('only the named accounts are saved', async () => {
      const tenant = newTenantId();
      const state = sampleState([sampleAccount('ada'), sampleAccount('ben')]);
      await store().save(tenant, state, new Set(['ben', 'unheard of']));
      expect([...(await store().load(tenant)).state.accounts.keys()]).toEqual(['ben']);
    });

    test('the version changes with what is saved, and only then', async () => {
      const tenant = newTenantId();
      await save(tenant, sampleState([sampleAccount('ada', { enabled: [turn(1)] })]));
      const { version } = await store().load(tenant);
      expect(await store().versionOf(tenant)).toBe(version);

      await save(tenant, sampleState([sampleAccount('ada', { enabled: [turn(1)] })]));
      expect(await store().versionOf(tenant)).toBe(version);
      await save(tenant, sampleState([sampleAccount('ada', { enabled: [turn(2)] })]));
      expect(await store().versionOf(tenant)).not.toBe(version);
    });

    test('what two instances learnt is united, and each learns of the other', async () => {
      const tenant = newTenantId();
      const grant = { at: 1, held: true };
      const loss = { at: 2, held: false };
      const mine = sampleState([sampleAccount('ada', { holdings: [holding([grant])] })]);
      const theirs = sampleState([sampleAccount('ada', { holdings: [holding([loss])] })], {
        losses: [{ at: 2, who: 'ada' }],
      });
      await save(tenant, mine);
      await save(tenant, theirs);

      const { state } = await store().load(tenant);
      expect(state.accounts.get('ada')?.holdings[0]?.turns).toEqual([grant, loss]);
      expect(state.losses).toEqual([{ at: 2, who: 'ada' }]);
      expect(theirs.accounts.get('ada')).toEqual(state.accounts.get('ada'));
    });

    test('twenty instances at once lose nothing of one account', async () => {
      const tenant = newTenantId();
      const times = Array.from({ length: 20 }, (_, n) => n + 1);
      await Promise.all(
        times.map((at) => {
          const losses = [{ at, who: 'ada' }];
          return save(
            tenant,
            sampleState([sampleAccount('ada', { enabled: [turn(at)] })], { losses }),
          );
        }),
      );
      const { state } = await store().load(tenant);
      expect(state.accounts.get('ada')?.enabled).toEqual(times.map(turn));
      expect(state.losses.map(({ at }) => at)).toEqual(times);
    });

    test('the later snapshot stays, whoever saves last', async () => {
      const tenant = newTenantId();
      const seen = (displayName: string) =>
        sampleAccount('ada', { snapshot: { id: 'ada', type: 'user', displayName } });
      await save(tenant, sampleState([seen('new')], { takenAt: 20 }));
      await save(tenant, sampleState([seen('old')], { takenAt: 10 }));

      const { state } = await store().load(tenant);
      expect(state.takenAt).toBe(20);
      expect(state.accounts.get('ada')?.snapshot?.displayName).toBe('new');
    });

    test('a change made while it is saved is not lost from memory', async () => {
      const tenant = newTenantId();
      const state = sampleState([sampleAccount('ada', { enabled: [turn(1)] })]);
      const saving = save(tenant, state);
      state.accounts.get('ada')?.enabled.push(turn(2));
      await saving;
      expect(state.accounts.get('ada')?.enabled).toEqual([turn(1), turn(2)]);
    });

    test('an id may hold anything', async () => {
      const tenant = newTenantId();
      const ids = ['a/b\\c#d?e', "it's %41 =41 \u2028\u0000 é", '!head', 'x'.repeat(3_000)];
      await save(tenant, sampleState(ids.map((id) => sampleAccount(id))));
      const { state } = await store().load(tenant);
      expect([...state.accounts.keys()].sort()).toEqual(ids.sort());
    });
  });
}
