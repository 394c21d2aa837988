import { describe, expect, test } from 'vitest';
import { audit, directRole, target } from '../../../shared/detect/examples/records.ts';
import { groups, helpdeskAdministrator, people } from '../../../shared/detect/examples/tenant.ts';
import {
  type BreakGlassHealth,
  breakGlassHealth,
  declaredBreakGlass,
} from '../../../shared/detect/posture/break-glass-health.ts';
import { globalAdministrator } from '../../../shared/roles.ts';
import { postureScene } from './posture-scene.ts';

const permanent = {
  roleTemplateId: globalAdministrator,
  state: 'active',
  scope: '/',
  via: null,
  until: null,
};
const sound = {
  userPrincipalName: 'glass-2@example.onmicrosoft.com',
  onPremisesSynced: null,
  methods: ['passKeyDeviceBound'],
  assignments: [permanent],
};
type Directory = Record<string, unknown>;
const noPolicies = { conditionalAccess: [] };
const gap = (part: string, why = 'failed') => ({
  gaps: [{ part, why, detail: `Nobody read ${part}.` }],
});

function healthOf(
  fields: object | null,
  directory: Directory = noPolicies,
  given: Parameters<typeof postureScene>[0] = {},
): BreakGlassHealth {
  const ada = fields && { ...sound, ...fields };
  const scene = postureScene({ emergency: [people.ada.id], ...given, ada, directory });
  const [health, ...more] = breakGlassHealth(scene);
  if (!health || more.length > 0) throw new Error('one account is declared');
  return health;
}

const assigned = (fields: object) => ({ assignments: [{ ...permanent, ...fields }] });

test('an account without a fault', () => {
  expect(healthOf({})).toEqual({
    party: { type: 'user', id: people.ada.id, name: 'glass-2@example.onmicrosoft.com' },
    faults: [],
    unknown: null,
    methods: ['passKeyDeviceBound'],
    policies: [],
  });
});

test.each<[string, object | null, string[]]>([
  ['not there', null, ['missing']],
  ['disabled', { enabled: false }, ['disabled']],
  ['a guest', { userType: 'Guest' }, ['external']],
  ['vouched for elsewhere', { identityIssuers: ['ExternalAzureAD'] }, ['external']],
  ['synchronised', { onPremisesSynced: true }, ['synchronised']],
  ['synchronised once', { onPremisesSynced: false }, []],
  ['a domain of its own', { userPrincipalName: 'glass@example.com' }, ['domain']],
  ['a domain much like it', { userPrincipalName: 'glass@evil-onmicrosoft.com' }, ['domain']],
  ['no role', { assignments: [] }, ['role']],
  ['eligible', assigned({ state: 'eligible' }), ['role']],
  ['activated', assigned({ state: 'activated' }), ['role']],
  ['until a day', assigned({ until: '2027-01-01T00:00:00Z' }), ['role']],
  ['through a group', assigned({ via: groups.operators.id }), ['role']],
  ['in a unit', assigned({ scope: '/administrativeUnits/u-1' }), ['role']],
  ['another role', assigned({ roleTemplateId: helpdeskAdministrator }), ['role']],
  [
    'eligible, and active beside it',
    { assignments: [{ ...permanent, state: 'eligible' }, permanent] },
    [],
  ],
  ['no method', { methods: [] }, ['methods']],
  ['a telephone', { methods: ['mobilePhone'] }, ['methods']],
  ['a password that lasts a day', { methods: ['temporaryAccessPass'] }, ['methods']],
  ['a certificate', { methods: ['x509CertificateMultiFactor'] }, []],
  [
    'several faults, the gravest first',
    { methods: [], userPrincipalName: 'glass@example.com', enabled: false },
    ['disabled', 'domain', 'methods'],
  ],
])('%s', (_, fields, faults) => {
  expect(healthOf(fields)).toMatchObject({ faults, unknown: null });
});

test.each<[string, object, string]>([
  ['whether it is enabled', { enabled: undefined }, 'users'],
  ['whose it is', { userType: undefined, identityIssuers: undefined }, 'users'],
  ['whether it is synchronised', { onPremisesSynced: undefined }, 'users'],
  ['its name', { userPrincipalName: undefined }, 'users'],
  ['its roles', { assignments: undefined }, 'roles'],
  ['whether its role ends', assigned({ until: undefined }), 'pim'],
  ['whether its role is active', assigned({ state: undefined }), 'pim'],
  ['its methods', { methods: undefined }, 'registration'],
])('nobody tells %s', (_, fields, part) => {
  expect(healthOf(fields)).toMatchObject({
    faults: [],
    unknown: `The snapshot says nothing of it (${part}).`,
  });
});

test('what is known to be wrong is told beside what is not known, and each gap once', () => {
  const fields = { enabled: undefined, onPremisesSynced: undefined, methods: [] };
  expect(healthOf(fields, { ...noPolicies, ...gap('users') })).toMatchObject({
    faults: ['methods'],
    unknown: 'Nobody read users.',
  });
});

test('where PIM was not read, a role may have been activated', () => {
  const directory = { ...noPolicies, ...gap('pim', 'permission') };
  expect(healthOf({}, directory)).toMatchObject({ faults: [], unknown: 'Nobody read pim.' });
});

test.each(['users', 'roles'])('where %s were not read, an account may be there', (part) => {
  const directory = { ...noPolicies, ...gap(part) };
  expect(healthOf(null, directory)).toMatchObject({ faults: [], unknown: `Nobody read ${part}.` });
});

test('where something else was not read, it is not', () => {
  expect(healthOf(null, { ...noPolicies, ...gap('groups') }).faults).toEqual(['missing']);
});

test('its own federated domain is a fault besides', () => {
  const organization = { domains: [{ name: 'example.com', isFederated: true }] };
  const fields = { userPrincipalName: 'glass@example.com' };
  expect(healthOf(fields, { ...noPolicies, organization }).faults).toEqual(['federated', 'domain']);
});

test('what the log told since the snapshot counts', () => {
  const disabled = audit('Disable account', { targetResources: [target(people.ada)] });
  const removed = {
    ...directRole(people.ada, globalAdministrator),
    operationName: 'Remove member from role',
  };
  expect(healthOf({}, noPolicies, { records: [disabled, removed] }).faults).toEqual([
    'disabled',
    'role',
  ]);
});

describe('Conditional Access', () => {
  const policy = (fields: object = {}) => ({
    id: 'p-1',
    name: 'MFA for all',
    state: 'enabled',
    includeUsers: ['all'],
    grant: { operator: 'OR', controls: ['mfa'] },
    ...fields,
  });
  const strength = { grant: { operator: 'OR', controls: [], strength: { id: 's-1' } } };
  const session = policy({ grant: null });
  const outside = policy({ id: 'p-2', name: 'Devices', excludeUsers: [people.ada.id] });
  const under = (...conditionalAccess: object[]) => healthOf({}, { conditionalAccess });

  test.each<[string, object[], string[]]>([
    ['catches it with its only policy', [policy()], ['policies']],
    ['catches it with a strength', [policy(strength)], ['policies']],
    ['leaves it out of one', [policy(), outside], []],
    [
      'leaves it out of one that is off',
      [policy(), { ...outside, state: 'disabled' }],
      ['policies'],
    ],
    [
      'leaves it out of one that only reports',
      [policy(), { ...outside, state: 'enabledForReportingButNotEnforced' }],
      ['policies'],
    ],
    [
      'leaves it out of one that demands nothing',
      [policy(), { ...outside, grant: null }],
      ['policies'],
    ],
    [
      'leaves it out of one for some',
      [policy(), { ...outside, includeUsers: ['x'] }],
      ['policies'],
    ],
    ['demands nothing of anybody', [session], []],
    [
      'is for administrators only',
      [policy({ includeUsers: [], includeRoles: [globalAdministrator] })],
      [],
    ],
    ['has no policy', [], []],
    ['leaves it out by its role', [policy({ excludeRoles: [globalAdministrator] })], []],
  ])('%s', (_, policies, faults) => {
    expect(under(...policies)).toMatchObject({ faults, unknown: null });
  });

  test('names the policies that still catch it', () => {
    const roles = policy({
      id: 'p-3',
      name: null,
      includeUsers: [],
      includeRoles: [globalAdministrator],
    });
    expect(under(policy(), outside, session, roles).policies).toEqual(['MFA for all', 'p-3']);
  });

  test('may leave it out by a group', () => {
    const byGroup = [policy({ excludeGroups: [groups.operators.id] })];
    const directory = { conditionalAccess: byGroup };
    const others = [{ id: groups.operators.id, type: 'group' }];
    const memberOf = [groups.operators.id];
    expect(healthOf({ memberOf }, directory, { others })).toMatchObject({ faults: [] });
    expect(healthOf({}, directory, { others })).toMatchObject({ faults: ['policies'] });
    expect(healthOf({ memberOf: undefined }, directory, { others })).toMatchObject({
      faults: [],
      unknown: 'The snapshot says nothing of it (groups).',
    });
  });

  test('is not known where it was not read, and there is none without a licence', () => {
    expect(healthOf({}, gap('conditionalAccess'))).toMatchObject({
      unknown: 'Nobody read conditionalAccess.',
    });
    expect(healthOf({}, gap('conditionalAccess', 'licence'))).toMatchObject({
      faults: [],
      unknown: null,
    });
  });
});

describe('the declared accounts', () => {
  const glass = { id: people.glass.id, type: 'user', userPrincipalName: people.glass.upn };
  const named = (...emergency: string[]) =>
    declaredBreakGlass(postureScene({ emergency, others: [glass] })).map(
      ({ party: { id, name }, account }) => [id, name, account?.id],
    );

  test('are found by id and by UPN, each once', () => {
    expect(named(people.glass.upn, people.ada.id, people.glass.id)).toEqual([
      [people.glass.id, people.glass.upn, people.glass.id],
      [people.ada.id, people.ada.upn, people.ada.id],
    ]);
  });

  test('are named as the policy names them where they are not there', () => {
    expect(named(people.dan.id, people.dan.upn)).toEqual([
      [people.dan.id, null, undefined],
      [null, people.dan.upn, undefined],
    ]);
  });

  test('are people, and still in the snapshot', () => {
    const others = [{ ...glass, type: 'group' }];
    const scene = postureScene({ emergency: [people.glass.id, people.eve.id], others });
    expect(declaredBreakGlass(scene).map(({ account }) => account)).toEqual([undefined, undefined]);
  });
});
