import { expect, test } from 'vitest';
import { soundAdministrator } from '../../shared/detect/examples/posture.ts';
import {
  exampleTenant,
  groups,
  helpdeskAdministrator,
  people,
  userAdministrator,
} from '../../shared/detect/examples/tenant.ts';
import { globalAdministrator } from '../../shared/roles.ts';
import { howOf, whoseOf } from '../../shared/scorecard/card-text.ts';
import { inventoryOf } from '../../shared/scorecard/inventory.ts';
import { Watchlist } from '../../shared/watch/watchlist.ts';
import { now, snapshotOf, soundDirectory } from './tenant.ts';

const inventoryWith = (accounts: readonly object[], directory: object = {}, tenant = {}) => {
  const policy = { ...exampleTenant, ...tenant };
  const snapshot = snapshotOf(accounts, directory);
  const watchlist = new Watchlist(policy);
  watchlist.takeSnapshot(snapshot);
  return inventoryOf({ watchlist, tenant: policy, snapshot, now });
};

const held = (roleTemplateId: string, more: object = {}) => ({
  roleTemplateId,
  state: 'active',
  scope: '/',
  via: null,
  until: null,
  ...more,
});

const adaWith = (...assignments: object[]) => ({ ...soundAdministrator, assignments });
const operators = { ...groups.operators, displayName: groups.operators.name, type: 'group' };

test('who holds which role, and how: the gravest first', () => {
  const { holders } = inventoryWith([
    {
      ...soundAdministrator,
      id: people.ben.id,
      userPrincipalName: people.ben.upn,
      assignments: [held(helpdeskAdministrator)],
    },
    adaWith(
      held(userAdministrator, { via: groups.operators.id }),
      held(helpdeskAdministrator, { state: 'activated', until: '2026-11-20T16:00:00Z' }),
      held(globalAdministrator, { state: 'eligible' }),
    ),
    { ...operators, assignments: [held(userAdministrator)] },
  ]);
  expect(
    holders.map(({ party, holds }) => [
      party.name,
      holds.map((one) => `${one.role}: ${howOf(one)}`),
    ]),
  ).toEqual([
    [
      people.ada.upn,
      [
        'Global Administrator: eligible',
        'User Administrator: active, through operators',
        'Helpdesk Administrator: activated until 2026-11-20 16:00 UTC',
      ],
    ],
    [people.ben.upn, ['Helpdesk Administrator: active']],
    ['operators', ['User Administrator: active']],
  ]);
});

test('what the log told since the snapshot counts, through a group too', () => {
  const policy = exampleTenant;
  const snapshot = snapshotOf([
    adaWith(held(globalAdministrator)),
    { ...operators, assignments: [held(userAdministrator)] },
  ]);
  const watchlist = new Watchlist(policy);
  watchlist.takeSnapshot(snapshot);
  const ada = watchlist.state.accounts.get(people.ada.id);
  ada?.holdings[0]?.turns.push({ at: now - 1000, held: false });
  ada?.memberships.push({
    group: groups.operators.id,
    turns: [{ at: now - 1000, held: true }],
  });
  const { holders } = inventoryOf({ watchlist, tenant: policy, snapshot, now });
  const [first] = holders.filter(({ party }) => party.id === people.ada.id);
  expect(first?.holds.map((one) => `${one.role}: ${howOf(one)}`)).toEqual([
    'User Administrator: active, through operators',
  ]);
});

test('what is over is left out, and whoever holds nothing', () => {
  const over = held(globalAdministrator, { until: '2026-11-20T11:59:59Z' });
  expect(inventoryWith([adaWith(over)]).holders).toEqual([]);
  expect(inventoryWith([]).holders).toEqual([]);
});

test('what an account is for, and whose it is, by the policy before the directory', () => {
  const register = [{ account: people.ada.upn, owner: 'Ada Lovelace', kind: 'mixed-use' }];
  const [listed] = inventoryWith([adaWith(held(globalAdministrator))], {}, { register }).holders;
  expect(listed && whoseOf(listed)).toBe('mixed-use, owner Ada Lovelace');
  const [plain] = inventoryWith([adaWith(held(globalAdministrator))]).holders;
  expect(plain && whoseOf(plain)).toBe('administration-only, no owner known');
  const disabled = { ...adaWith(held(globalAdministrator)), enabled: false };
  const [off] = inventoryWith([disabled]).holders;
  expect(off && whoseOf(off)).toBe('administration-only, no owner known, disabled');
});

test('a role in a part of the tenant tells which, in one line', () => {
  const scope = '/administrativeUnits/x\n‮';
  const [first] = inventoryWith([adaWith(held(globalAdministrator, { scope }))]).holders;
  expect(first?.holds.map(howOf)).toEqual(['active, in /administrativeUnits/x']);
});

test('a role that is not watched is there, and says so', () => {
  const reader = '88d8e3e3-8f55-4a1e-953a-9b9898b8876b';
  const [first] = inventoryWith([adaWith(held(reader))]).holders;
  expect(first?.holds.map(({ role, isPrivileged }) => [role, isPrivileged])).toEqual([
    ['Directory Readers', false],
  ]);
});

test('who can give roles away in Azure', () => {
  expect(inventoryWith([], soundDirectory).azure).toEqual([
    {
      party: { type: 'user', id: people.ada.id, name: people.ada.upn },
      role: 'Owner',
      place: 'subscription production',
      how: 'eligible',
      isExternal: false,
    },
  ]);
});
