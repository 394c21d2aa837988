import { expect, test } from 'vitest';
import { postureSnapshot, soundAdministrator } from '../../../shared/detect/examples/posture.ts';
import { exampleTenant, people, workloads } from '../../../shared/detect/examples/tenant.ts';
import { purposeOf, registeredAs } from '../../../shared/detect/posture/account-kinds.ts';
import type { TenantPolicy } from '../../../shared/policy.ts';
import { parseSnapshot } from '../../../shared/watch/directory.ts';
import { Watchlist } from '../../../shared/watch/watchlist.ts';

type Lists = Partial<TenantPolicy['accounts']>;
type Register = TenantPolicy['register'];

function scene(account: object, lists: Lists, register: Register) {
  const none = { emergency: [], exposed: [], shared: [], automation: [], external: [] };
  const tenant: TenantPolicy = { ...exampleTenant, accounts: { ...none, ...lists }, register };
  const watchlist = new Watchlist(tenant);
  const written = { ...soundAdministrator, ...account };
  watchlist.takeSnapshot(parseSnapshot(JSON.stringify(postureSnapshot([written])), 'test'));
  const known = watchlist.state.accounts.get(written.id);
  if (!known) throw new Error('no such account');
  return { known, context: { watchlist, tenant } };
}

function placed(account: object, lists: Lists = {}, register: Register = []) {
  const { known, context } = scene(account, lists, register);
  return purposeOf(known, context);
}

const ada = people.ada.id;
const owner = 'Grace Hopper';

test.each([
  ['emergency', 'break-glass'],
  ['shared', 'shared'],
  ['automation', 'automation'],
  ['external', 'external'],
] as const)('listed under %s it is %s', (list, kind) => {
  const found = placed({ hasMailbox: true, userType: 'Guest' }, { [list]: [people.ada.upn] });
  expect(found).toEqual({
    kind,
    evidence: `The policy lists it under accounts.${list}.`,
    owner: null,
  });
});

test('listed as exposed says nothing of its kind', () => {
  expect(placed({}, { exposed: [ada] })).toMatchObject({ kind: 'administration-only' });
});

test('on two lists it is what the graver one says', () => {
  expect(placed({}, { external: [ada], emergency: [ada] })).toMatchObject({ kind: 'break-glass' });
});

test('what is registered goes before what the directory shows', () => {
  const register: Register = [{ account: people.ada.upn, kind: 'mixed-use', owner }];
  expect(placed({}, {}, register)).toEqual({
    kind: 'mixed-use',
    evidence: 'The policy registers it as mixed-use.',
    owner,
  });
});

test('a list goes before the register, and the contradiction is told', () => {
  const register: Register = [{ account: ada, kind: 'external', owner }];
  expect(placed({}, { shared: [ada] }, register)).toEqual({
    kind: 'shared',
    evidence:
      'The policy lists it under accounts.shared. Its register says external; what is listed goes first.',
    owner,
  });
});

test('a register that agrees with the list is no contradiction', () => {
  const register: Register = [{ account: ada, kind: 'shared', owner }];
  expect(placed({}, { shared: [ada] }, register)).toMatchObject({
    kind: 'shared',
    evidence: 'The policy lists it under accounts.shared.',
  });
});

test('a register without a kind leaves it to the directory', () => {
  const register: Register = [{ account: ada, owner }];
  expect(placed({ hasMailbox: true }, {}, register)).toMatchObject({ kind: 'mixed-use', owner });
  expect(placed({}, { shared: [ada] }, register)).toMatchObject({
    evidence: 'The policy lists it under accounts.shared.',
  });
});

test('the register of somebody else says nothing', () => {
  const register: Register = [{ account: people.ben.id, kind: 'shared', owner }];
  const { known, context } = scene({}, {}, register);
  expect(registeredAs(known, context)).toBeUndefined();
  expect(purposeOf(known, context)).toMatchObject({ kind: 'administration-only', owner: null });
});

test.each<[string, object, object]>([
  ['a guest', { userType: 'Guest', hasMailbox: true }, { kind: 'external' }],
  ['a mailbox', { hasMailbox: true, isLicensed: undefined }, { evidence: 'It has a mailbox.' }],
  ['a licence', { hasMailbox: undefined, isLicensed: true }, { kind: 'mixed-use' }],
  ['neither', {}, { kind: 'administration-only' }],
  ['a mailbox is not known of', { hasMailbox: undefined }, { kind: null }],
  ['a licence is not known of', { isLicensed: null }, { kind: null }],
  [
    'nothing is known',
    { hasMailbox: undefined, isLicensed: undefined },
    { why: 'The snapshot does not say whether it has a mailbox or a licence.' },
  ],
  [
    'whether it is a guest is not known: a mailbox will do',
    { userType: undefined, identityIssuers: undefined, hasMailbox: true },
    { kind: 'mixed-use' },
  ],
  [
    'a service principal',
    { ...workloads.deployer, type: 'servicePrincipal' },
    { kind: 'automation' },
  ],
  ['a group', { type: 'group' }, { kind: null, why: 'It is a group, not an account.' }],
])('by evidence: %s', (_, account, expected) => {
  expect(placed(account)).toMatchObject(expected);
});

const ben = { type: 'user', id: people.ben.id, name: people.ben.upn };

test.each<[string, object, string | null]>([
  ['the manager', { manager: ben }, people.ben.upn],
  ['a manager without a name', { manager: { ...ben, name: null } }, people.ben.id],
  ['no manager', { manager: null }, null],
  ['nothing is known', {}, null],
  ['the first owner of an application', { type: 'servicePrincipal', owners: [ben] }, ben.name],
  ['an application without owners', { type: 'servicePrincipal', owners: [] }, null],
])('who answers for it: %s', (_, account, expected) => {
  expect(placed(account).owner).toBe(expected);
});

test('whom the register names answers for it, not the manager', () => {
  expect(placed({ manager: ben }, {}, [{ account: ada, owner }]).owner).toBe(owner);
});
