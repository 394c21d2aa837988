import { describe, expect, test } from 'vitest';
import { soundAdministrator } from '../../shared/detect/examples/posture.ts';
import { people } from '../../shared/detect/examples/tenant.ts';
import type { ItemId } from '../../shared/scorecard/item-ids.ts';
import { cardOf, type Given, itemOf, snapshotOf, soundAccounts, soundDirectory } from './tenant.ts';

type Directory = Readonly<Record<string, unknown>>;

/** How an item stands in the sound tenant, but for these sections and accounts. */
const itemWith = (
  id: ItemId,
  directory: Directory = {},
  { accounts = soundAccounts, ...more }: Given & { accounts?: readonly object[] } = {},
) => {
  const snapshot = snapshotOf(accounts, { ...soundDirectory, ...directory });
  return itemOf(cardOf({ snapshot, ...more }), id);
};

const stateWith = (...args: Parameters<typeof itemWith>) => itemWith(...args).state;

const adaWith = (fields: object) => [{ ...soundAdministrator, ...fields }];
const gap = (part: string, why: string, more = {}) => ({
  gaps: [{ part, why, detail: `${part} was not read.`, ...more }],
});

describe('PIM in use', () => {
  const standing = soundAccounts.map((account) => ({
    ...account,
    assignments: account.assignments.map((one) => ({ ...one, state: 'active' })),
  }));

  test.each([
    ['somebody is eligible, and people are told', {}, {}, 'met'],
    ['nobody is eligible', {}, { accounts: standing }, 'notMet'],
    [
      'nobody is eligible, and settings were not read',
      { pimSettings: null },
      { accounts: standing },
      'unknown',
    ],
    ['PIM could not be read', gap('pim', 'permission'), {}, 'unknown'],
    ['there is no licence', gap('pim', 'licence'), { accounts: standing }, 'notMet'],
    ['PIM was read before', gap('pim', 'failed', { asOf: '2026-11-18T00:00:00Z' }), {}, 'met'],
    ['settings of a top role are missing', { pimSettings: [] }, {}, 'unknown'],
    [
      'nobody hears of an activation',
      {
        pimSettings: soundDirectory.pimSettings.map((one) => ({
          ...one,
          notifiesOnActivation: false,
        })),
      },
      {},
      'notMet',
    ],
  ])('%s', (_, directory: Directory, more, state) => {
    expect(stateWith('pim-in-use', directory, more)).toBe(state);
  });
});

describe('MFA for everybody', () => {
  const [policy] = soundDirectory.conditionalAccess;
  const policies = (...laid: object[]) => ({
    conditionalAccess: laid.map((one) => ({ ...policy, ...one })),
  });

  test.each([
    ['security defaults', { securityDefaults: { enabled: true }, conditionalAccess: null }, 'met'],
    [
      'a policy that only reports',
      policies({ state: 'enabledForReportingButNotEnforced' }),
      'notMet',
    ],
    ['for some people', policies({ includeUsers: ['none'], includeGroups: ['g'] }), 'notMet'],
    ['for one app', policies({ includeApps: ['office365'] }), 'notMet'],
    ['away from the office', policies({ excludeLocations: ['AllTrusted'] }), 'notMet'],
    [
      'or a managed device',
      policies({ grant: { operator: 'OR', controls: ['mfa', 'compliantDevice'] } }),
      'notMet',
    ],
    [
      'and a managed device',
      policies({ grant: { operator: 'AND', controls: ['mfa', 'compliantDevice'] } }),
      'met',
    ],
    ['no policies', { conditionalAccess: [] }, 'notMet'],
    ['not read', { conditionalAccess: null, securityDefaults: null }, 'unknown'],
    [
      'no licence for policies, and no defaults',
      { conditionalAccess: null, ...gap('conditionalAccess', 'licence') },
      'notMet',
    ],
    [
      'no licence for policies, defaults not read',
      { conditionalAccess: null, securityDefaults: null, ...gap('conditionalAccess', 'licence') },
      'unknown',
    ],
  ])('%s', (_, directory: Directory, state) => {
    expect(stateWith('mfa-for-all', directory)).toBe(state);
  });

  test('names the policy that leaves out the fewest', () => {
    const wide = policies(
      { name: 'with many holes', excludeGroups: ['a', 'b'] },
      { name: 'with one', excludeUsers: ['a'] },
    );
    expect(itemWith('mfa-for-all', wide).notes).toEqual([
      'Asked by with one; it leaves out 1 account.',
    ]);
  });
});

describe('Conditional Access prepared', () => {
  test.each([
    ['a policy is on', {}, 'met'],
    ['none is', { conditionalAccess: [] }, 'notMet'],
    ['no licence', { conditionalAccess: null, ...gap('conditionalAccess', 'licence') }, 'notMet'],
    [
      'no permission',
      { conditionalAccess: null, ...gap('conditionalAccess', 'permission') },
      'unknown',
    ],
  ])('%s', (_, directory: Directory, state) => {
    expect(stateWith('conditional-access-prepared', directory)).toBe(state);
  });
});

describe('password hashes', () => {
  test.each([
    ['never synchronised', { onPremisesSyncEnabled: null }, 'met'],
    ['not any more', { onPremisesSyncEnabled: false }, 'met'],
    ['synchronised', { onPremisesSyncEnabled: true }, 'unknown'],
    ['not told', {}, 'unknown'],
  ])('%s', (_, organization, state) => {
    expect(stateWith('password-hash-sync', { organization })).toBe(state);
  });
});

describe('Secure Score', () => {
  test.each([
    ['of two days ago', { at: '2026-11-18T00:00:00Z', current: 3, max: 0 }, 'met'],
    ['of two months ago', { at: '2026-09-18T00:00:00Z', current: 3, max: 4 }, 'unknown'],
    ['not read', null, 'unknown'],
  ])('%s', (_, secureScore, state) => {
    expect(stateWith('secure-score', { secureScore })).toBe(state);
  });
});

describe('mail of administrators', () => {
  test.each([
    ['no mailbox', { hasMailbox: false }, 'met'],
    ['forwarded by a rule', { hasMailbox: true, forwardsMailTo: ['ada@example.net'] }, 'met'],
    ['no rule, perhaps Exchange does', { hasMailbox: true, forwardsMailTo: [] }, 'unknown'],
    ['rules not read', { hasMailbox: true, forwardsMailTo: null }, 'unknown'],
    ['mailbox not known', { hasMailbox: null }, 'unknown'],
  ])('%s', (_, fields, state) => {
    expect(stateWith('admin-mail-forwarded', {}, { accounts: adaWith(fields) })).toBe(state);
  });
});

describe('reasons', () => {
  const registered = (reason?: string) => ({
    tenant: { register: [{ account: people.ada.upn, owner: 'Ada', ...(reason && { reason }) }] },
    accounts: [soundAdministrator],
  });

  test.each([
    ['in the register', registered('runs the directory'), 'met'],
    ['an entry without one', registered(), 'unknown'],
  ])('%s', (_, more, state) => {
    expect(stateWith('admin-justification', {}, more)).toBe(state);
  });
});

describe('exposed people', () => {
  const fay = (fields: object) => ({
    accounts: [
      soundAdministrator,
      { ...soundAdministrator, id: people.fay.id, assignments: [], ...fields },
    ],
  });
  const nobody = {
    tenant: { accounts: { emergency: [], exposed: [], shared: [], automation: [], external: [] } },
  };

  test.each([
    ['a passkey', fay({}), 'met'],
    ['a phone and nothing else', fay({ methods: ['password', 'mobilePhone'] }), 'notMet'],
    ['not registered', fay({ mfaCapable: false }), 'notMet'],
    [
      'registered, and no method that the policy allows',
      fay({ mfaRegistered: true, mfaCapable: false }),
      'notMet',
    ],
    ['not known', fay({ mfaCapable: null, mfaRegistered: null }), 'unknown'],
    ['not in the snapshot', { accounts: [soundAdministrator] }, 'unknown'],
    ['nobody is named', nobody, 'unknown'],
  ])('%s', (_, more: object, state) => {
    expect(stateWith('exposed-strong-authentication', {}, more)).toBe(state);
  });
});

describe('Azure', () => {
  const [owner] = soundDirectory.azure.assignments;
  const azure = (laid: object, subscriptions = soundDirectory.azure.subscriptions) => ({
    azure: { subscriptions, assignments: [{ ...owner, ...laid }], seesRoot: true },
  });

  test.each([
    ['eligible', azure({}), 'met'],
    ['standing', azure({ isEligible: false }), 'notMet'],
    ['with an end', azure({ isEligible: false, until: '2026-12-01T00:00:00Z' }), 'met'],
    ['not known how', azure({ isEligible: null }), 'unknown'],
    [
      'a program',
      azure({ isEligible: false, principal: { type: 'servicePrincipal', id: 'x' } }),
      'met',
    ],
    [
      'a break-glass account',
      azure({ isEligible: false, principal: { type: 'user', id: people.glass.id } }),
      'met',
    ],
    ['not read', { azure: null }, 'unknown'],
  ])('an owner: %s', (_, directory: Directory, state) => {
    expect(stateWith('pim-for-azure', directory)).toBe(state);
  });

  test('no subscription at all may mean no right to see one', () => {
    const none = { azure: { subscriptions: [], assignments: [], seesRoot: false } };
    expect(stateWith('azure-subscriptions-known', none)).toBe('unknown');
    expect(stateWith('pim-for-azure', none)).toBe('unknown');
  });

  test('the name of a subscription is told, and that the root is dark', () => {
    const standing = { azure: { ...azure({ isEligible: false }).azure, seesRoot: false } };
    expect(itemWith('pim-for-azure', standing).against.shown[0]?.what).toBe(
      'Owner of subscription production, for good.',
    );
    expect(itemWith('azure-subscriptions-known', standing).notes).toContain(
      'Assignments at the root (/) can’t be seen.',
    );
  });
});

test('the inventory is not whole where PIM of groups could not be read, and is without a licence for it', () => {
  expect(stateWith('role-inventory', gap('groupPim', 'permission'))).toBe('unknown');
  expect(stateWith('role-inventory', gap('groupPim', 'licence'))).toBe('met');
  expect(stateWith('role-inventory', { azure: null })).toBe('unknown');
});

test('phones that the policy of methods allows are a remark', () => {
  const methods = [
    { id: 'Sms', enabled: true },
    { id: 'Voice', enabled: false },
  ];
  const item = itemWith('strongest-methods', { authenticationMethods: methods });
  expect([item.state, item.notes]).toEqual([
    'met',
    [
      'The policy of methods allows sms; NIST restricts both.',
      'No Conditional Access policy that is on asks for a method that resists phishing.',
    ],
  ]);
});

test('a policy that asks for a method that resists phishing needs no remark', () => {
  const strength = { id: '00000000-0000-0000-0000-000000000004' };
  const grant = { operator: 'AND', controls: [], strength };
  const asking = { id: 'p2', state: 'enabled', includeUsers: ['all'], includeApps: ['all'], grant };
  expect(itemWith('strongest-methods', { conditionalAccess: [asking] }).notes).toEqual([]);
});

test('who administers joined devices by role is named for whoever reviews them', () => {
  const device = { roleTemplateId: '9f06204d-73c1-4d4c-880a-6edb90606fd8', state: 'active' };
  const accounts = adaWith({ assignments: [...soundAdministrator.assignments, device] });
  expect(itemWith('joined-device-admins', {}, { accounts }).notes).toEqual([
    `Administrators of all joined devices by role: ${people.ada.upn}.`,
  ]);
});

test('a Free tenant: what needs a licence is not met or not known, never met', () => {
  const parts = ['pim', 'groupPim', 'pimSettings', 'pimAlerts', 'conditionalAccess', 'risk'];
  const directory = {
    gaps: [...parts, 'accessReviews', 'signInActivity', 'registration'].map((part) => ({
      part,
      why: 'licence',
      detail: `${part} needs a licence.`,
    })),
    pimSettings: null,
    pimAlerts: null,
    conditionalAccess: null,
    accessReviews: null,
  };
  const standing = adaWith({ mfaCapable: null, mfaRegistered: null });
  const card = cardOf({ snapshot: snapshotOf(standing, { ...soundDirectory, ...directory }) });
  expect(itemOf(card, 'pim-in-use').state).toBe('notMet');
  expect(itemOf(card, 'mfa-for-all').state).toBe('notMet');
  expect(itemOf(card, 'conditional-access-prepared').state).toBe('notMet');
  expect(card.gaps.map(({ why }) => why)).toEqual(Array(9).fill('licence'));
});
