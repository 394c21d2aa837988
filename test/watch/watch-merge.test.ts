import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addTurn, heldAt, type Turn, uniteTurns } from '../../shared/watch/turns.ts';
import { uniteStates } from '../../shared/watch/watch-merge.ts';
import type { WatchedAccount, WatchState } from '../../shared/watch/watch-state.ts';

const few = { maxLength: 4 };
// Few values, so that the same moment and the same role turn up on both sides.
const time = fc.integer({ min: 0, max: 40 });
const word = fc.constantFrom('a', 'b', 'c');

const turn: fc.Arbitrary<Turn> = fc.record(
  { at: time, held: fc.boolean(), until: time, isState: fc.constant(true as const) },
  { requiredKeys: ['at', 'held'] },
);
// As they are kept: a moment is told once, and so are a role and a group.
const turns = fc.array(turn, { maxLength: 30 }).map((all) => uniteTurns(all, []));

const account: fc.Arbitrary<Omit<WatchedAccount, 'id'>> = fc.record({
  type: fc.constantFrom('user', 'servicePrincipal', 'group'),
  name: fc.option(word),
  holdings: fc.uniqueArray(
    fc.record({
      role: fc.record({ templateId: word, name: word, scope: fc.constantFrom('/', '/unit') }),
      tier: fc.constantFrom('active', 'eligible'),
      via: fc.option(word),
      turns,
    }),
    {
      ...few,
      selector: ({ role, tier, via }) => [role.templateId, role.scope, tier, via].join(),
    },
  ),
  memberships: fc.uniqueArray(fc.record({ group: word, turns }), {
    ...few,
    selector: ({ group }) => group,
  }),
  enabled: turns,
  passwordChangedAt: fc.option(time),
  snapshot: fc.option(
    fc.record({ id: word, type: fc.constant('user' as const), displayName: word }),
  ),
});

const part = fc.constantFrom('groups', 'pim', 'roles');

const state: fc.Arbitrary<WatchState> = fc
  .record({
    accounts: fc.dictionary(word, account, { maxKeys: 3 }),
    losses: fc.array(fc.record({ at: time, who: word }), { maxLength: 30 }),
    takenAt: fc.option(time),
    unread: fc.option(fc.uniqueArray(part).map((parts) => parts.sort())),
  })
  .map(({ accounts, ...rest }) => ({
    ...rest,
    accounts: new Map(Object.entries(accounts).map(([id, one]) => [id, { id, ...one }])),
  }));

test('uniting does not depend on the order', () => {
  fc.assert(
    fc.property(state, state, (a, b) => {
      expect(uniteStates(a, b)).toEqual(uniteStates(b, a));
    }),
  );
});

test('uniting once more changes nothing', () => {
  fc.assert(
    fc.property(state, state, (a, b) => {
      const united = uniteStates(a, b);
      expect(uniteStates(united, b)).toEqual(united);
      expect(JSON.stringify([...uniteStates(united, united).accounts])).toBe(
        JSON.stringify([...united.accounts]),
      );
    }),
  );
});

test('uniting changes neither side, and shares no list with it', () => {
  fc.assert(
    fc.property(state, state, (a, b) => {
      const before = structuredClone([a, b]);
      const united = uniteStates(a, b);
      for (const one of united.accounts.values()) {
        one.enabled.push({ at: 99, held: true });
        for (const { turns } of one.holdings) turns.push({ at: 99, held: true });
        for (const { turns } of one.memberships) turns.push({ at: 99, held: true });
      }
      expect([a, b]).toEqual(before);
    }),
  );
});

test('turns that came to two instances say what they would say to one', () => {
  const event = fc.record({ at: time, held: fc.boolean() });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 12 }), fc.array(event, { maxLength: 12 }), (a, b) => {
      const one: Turn[] = [];
      for (const each of [...a, ...b]) addTurn(one, { ...each });
      const united = uniteTurns(a, b);
      for (let at = 0; at <= 41; at += 1) expect(heldAt(united, at)).toBe(heldAt(one, at));
    }),
  );
});
