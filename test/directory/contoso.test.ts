import { afterAll, beforeAll, expect, test } from 'vitest';
import { contosoTestHub, contosoTestSubscriptions } from '../../local/graph/contoso-test.ts';
import type { Tenant } from '../../local/graph/model.ts';
import { globalAdministrator } from '../../shared/roles.ts';
import { parseSnapshot, type Snapshot } from '../../shared/watch/directory.ts';
import {
  accountIn,
  contosoPolicy,
  ids,
  nameOfId,
  noon,
  rolesOf,
  type Simulated,
  simulated,
} from './simulated.ts';

// The whole way, over HTTP: every person of Contoso Test, and what is planted with them.

let contoso: Simulated;
let snapshot: Snapshot;

beforeAll(async () => {
  contoso = await simulated();
  const read = await contoso.read();
  snapshot = parseSnapshot(JSON.stringify(read.snapshot), 'contoso');
  expect(snapshot).toEqual(read.snapshot);
});
afterAll(() => contoso.sim.close());

const user = (name: keyof typeof ids) => accountIn(snapshot, name);

test('nothing is missing, and it says when it was read', () => {
  expect(snapshot.gaps).toEqual([]);
  expect(snapshot.takenAt).toBe(new Date(noon).toISOString());
});

test('exactly those are accounts who are privileged, declared, or lead there', () => {
  expect(snapshot.accounts.map(({ id }) => nameOfId(id)).sort()).toEqual(
    [
      ...['ga1', 'ga2', 'ga3', 'pra1', 'sync1', 'spo1', 'sec1', 'usr1', 'app1', 'hd1'],
      ...['guest1', 'msa1', 'bg1', 'bg2', 'bg3'],
      // By way of G3, which may become a member of G2.
      ...['ord2', 'ord3'],
      ...['G1', 'G2', 'G3', 'G4', 'P1', 'P2', 'P3'],
    ].sort(),
  );
});

test.each([
  [
    'ga1',
    [
      'Global Administrator, activated, /, until 2026-11-20T15:00:00.000Z',
      'Global Administrator, eligible, /',
    ],
  ],
  ['ga2', ['Global Administrator, eligible, /']],
  ['ga3', ['Global Administrator, active, /']],
  ['pra1', ['Privileged Role Administrator, eligible, /']],
  ['sync1', ['Exchange Administrator, active, /']],
  ['spo1', ['SharePoint Administrator, eligible, /']],
  ['sec1', ['Security Administrator, active, /, by G1']],
  ['usr1', [`User Administrator, active, /administrativeUnits/${ids.north}`]],
  ['app1', ['Application Administrator, eligible, /, by G2']],
  ['ord2', ['Application Administrator, eligible, /, by G2']],
  ['ord3', ['Application Administrator, eligible, /, by G2']],
  ['hd1', ['Helpdesk Administrator, active, /']],
  ['guest1', ['Global Reader, active, /']],
  ['msa1', ['Global Administrator, active, /']],
  ['bg1', ['Global Administrator, active, /']],
  ['bg2', ['Global Administrator, active, /']],
  ['bg3', []],
  ['G1', ['Security Administrator, active, /']],
  ['G2', ['Application Administrator, active, /']],
  ['G3', ['Application Administrator, eligible, /, by G2']],
  ['P1', []],
] as const)('%s holds %j', (name, roles) => {
  expect(rolesOf(snapshot, name)).toEqual(roles);
});

test('roles go by template id, and say since when', () => {
  const [standing] = user('ga3').assignments ?? [];
  expect(standing).toMatchObject({
    roleTemplateId: globalAdministrator,
    since: '2026-01-24T12:00:00.000Z',
    until: null,
  });
});

test('what PIM knows nothing of was made outside of it, and nothing else', () => {
  const outside = snapshot.accounts.filter(({ assignments }) =>
    assignments?.some(({ isOutsidePim }) => isOutsidePim),
  );
  expect(outside.map(({ id }) => nameOfId(id))).toEqual(['hd1']);
});

test('a deleted principal is nobody, though its assignment is still there', () => {
  expect(snapshot.accounts.some(({ id }) => id === ids.ghost)).toBe(false);
});

test('an administrator with whom all is well', () => {
  expect(user('ga1')).toMatchObject({
    type: 'user',
    userPrincipalName: 'ga1@contoso-test.example',
    displayName: 'Test ga1',
    enabled: true,
    userType: 'Member',
    onPremisesSynced: null,
    mail: null,
    createdAt: '2025-03-30T12:00:00.000Z',
    lastPasswordChangeAt: '2026-10-06T12:00:00.000Z',
    lastSignInAt: '2026-11-19T09:00:00.000Z',
    mfaRegistered: true,
    mfaCapable: true,
    methods: ['passKeyDeviceBound'],
    identityIssuers: ['contosotest.onmicrosoft.com'],
    hasMailbox: false,
    isLicensed: true,
    forwardsMailTo: [],
    risk: null,
    memberOf: [],
    manager: null,
  });
});

test('the planted faults of accounts', () => {
  expect(user('ga3').lastPasswordChangeAt).toBe('2026-07-03T12:00:00.000Z');
  expect(user('pra1')).toMatchObject({
    mfaRegistered: false,
    mfaCapable: false,
    methods: ['email'],
  });
  expect(user('sync1')).toMatchObject({
    onPremisesSynced: true,
    hasMailbox: true,
    mail: 'sync1@contoso-test.example',
    forwardsMailTo: ['collector@fabrikam.example'],
  });
  expect(user('spo1').lastSignInAt).toBe('2026-07-23T09:00:00.000Z');
  expect(user('sec1').risk).toEqual({
    level: 'high',
    state: 'atRisk',
    at: '2026-11-20T07:00:00.000Z',
  });
  expect(user('hd1').enabled).toBe(false);
  expect(user('guest1')).toMatchObject({ userType: 'Guest', identityIssuers: ['ExternalAzureAD'] });
  expect(user('msa1')).toMatchObject({
    userType: 'Member',
    identityIssuers: ['MicrosoftAccount'],
  });
  expect(user('bg1')).toMatchObject({
    passwordPolicies: 'DisablePasswordExpiration',
    lastSignInAt: '2026-10-11T09:00:00.000Z',
  });
  expect(user('bg2')).toMatchObject({ mfaRegistered: false, methods: [] });
});

test('never signed in is null; whom the report does not know is not known', () => {
  expect(user('bg3')).toMatchObject({ enabled: false, lastSignInAt: null });
  expect(user('bg3').mfaCapable).toBeUndefined();
  expect(user('hd1').methods).toBeUndefined();
});

test('groups: what they are used for, who owns them, who is in them', () => {
  expect(user('G1')).toMatchObject({
    type: 'group',
    displayName: 'Security Operations',
    roleAssignable: true,
    isDynamic: false,
    usedFor: ['role'],
    owners: [{ type: 'user', id: ids.ga2, name: 'ga2@contoso-test.example' }],
  });
  expect(user('G2').usedFor).toEqual(['role', 'pim']);
  expect(user('G3')).toMatchObject({
    onPremisesSynced: true,
    roleAssignable: false,
    usedFor: ['role'],
    owners: [{ id: ids.ord1, enabled: true }],
  });
  expect(user('sec1').memberOf).toEqual([ids.G1]);
  expect(user('ord3').memberOf?.toSorted()).toEqual([ids.G3, ids.G4].toSorted());
  // Who may let themselves in is not in.
  expect(user('app1').memberOf).toEqual([]);
});

test('service principals: what they may do, with what, and whose they are', () => {
  expect(user('P1')).toMatchObject({
    type: 'servicePrincipal',
    displayName: 'Vendor provisioning',
    owners: [],
    credentials: [],
    permissions: [{ name: 'RoleManagement.ReadWrite.Directory', resource: 'Microsoft Graph' }],
  });
  expect(user('P1').homeTenantId).not.toBe(snapshot.tenantId);
  expect(user('P2')).toMatchObject({
    homeTenantId: snapshot.tenantId,
    owners: [{ type: 'user', id: ids.app1 }],
    credentials: [{ kind: 'secret', name: 'mailer', endsAt: '2026-11-25T12:00:00.000Z' }],
    permissions: [{ name: 'Mail.Send' }],
  });
  expect(user('P3').permissions?.map(({ name }) => name)).toContain('User.Read.All');
});

test('the tenant', () => {
  expect(snapshot.organization).toMatchObject({
    onPremisesSyncEnabled: true,
    lastSyncAt: '2026-11-20T11:30:00.000Z',
    plans: ['AAD_PREMIUM', 'AAD_PREMIUM_P2', 'EXCHANGE_S_ENTERPRISE'],
    domains: [
      { name: 'contosotest.onmicrosoft.com', isInitial: true, isFederated: false },
      { name: 'contoso-test.example', isDefault: true },
    ],
  });
  expect(snapshot.securityDefaults).toEqual({ enabled: false });
  expect(snapshot.secureScore).toEqual({ at: '2026-11-20T00:00:00.000Z', current: 58, max: 100 });
  expect(snapshot.authenticationMethods).toContainEqual({ id: 'Fido2', enabled: true });
  expect(snapshot.authenticationMethods).toContainEqual({ id: 'Sms', enabled: false });
  expect(snapshot.consent).toMatchObject({
    userConsentPolicies: [],
    usersMayRegisterApps: false,
    invitesFrom: 'adminsAndGuestInviters',
  });
  expect(snapshot.pimAlerts?.filter(({ isActive }) => isActive).map(({ kind }) => kind)).toContain(
    'TooManyGlobalAdminsAssignedToTenantAlert',
  );
});

test('Conditional Access', () => {
  const policies = new Map(snapshot.conditionalAccess?.map((policy) => [policy.name, policy]));
  expect([...policies.values()].map(({ state }) => state)).toEqual([
    'enabled',
    'enabledForReportingButNotEnforced',
    'enabled',
    'disabled',
  ]);
  expect(policies.get('CA1')).toMatchObject({
    includeApps: ['all'],
    grant: { operator: 'OR', controls: ['mfa'], strength: null },
  });
  expect(policies.get('CA1')?.includeRoles).toContain(globalAdministrator);
  expect(policies.get('CA1')?.excludeUsers).toContain(ids.bg1);
  expect(policies.get('CA3')).toMatchObject({
    includeUsers: ['all'],
    includeApps: ['microsoftadminportals'],
    grant: { controls: ['compliantDevice'] },
  });
  expect(policies.get('CA3')?.excludeUsers).not.toContain(ids.bg2);
});

test('what activating a role takes', () => {
  const settings = snapshot.pimSettings?.find((one) => one.roleTemplateId === globalAdministrator);
  expect(settings).toMatchObject({
    roleName: 'Global Administrator',
    maxActivationHours: 4,
    requiresMfa: true,
    requiresJustification: true,
    requiresApproval: true,
    approvers: 2,
    allowsPermanentActive: true,
  });
});

test('a review that ended with people undecided', () => {
  expect(snapshot.accessReviews).toMatchObject([
    {
      name: 'Global Administrators, quarterly',
      roles: [globalAdministrator],
      instances: [{ endsAt: '2026-11-10T12:00:00.000Z', undecided: 2 }],
    },
  ]);
});

test('Azure: who gives out access, once each, and who of them is from outside', () => {
  expect(snapshot.azure?.seesRoot).toBe(true);
  expect(snapshot.azure?.subscriptions.map(({ name }) => name)).toEqual([
    'Contoso Production',
    'Contoso Sandbox',
  ]);
  const lines = snapshot.azure?.assignments.map(({ scope, roleName, principal, ...rest }) => [
    nameOfId(principal.id),
    roleName,
    scope.split('/').at(-1),
    rest.isExternal,
    rest.isEligible,
  ]);
  expect(lines).toEqual([
    ['ga3', 'User Access Administrator', '', false, false],
    ['G1', 'Owner', contosoTestSubscriptions.production, null, false],
    ['ga1', 'Owner', contosoTestSubscriptions.production, false, true],
    ['guest1', 'Owner', contosoTestSubscriptions.sandbox, true, false],
  ]);
});

test('where the logs go', () => {
  expect(snapshot.logExport).toMatchObject([
    { name: contosoTestHub.setting, hubRuleId: contosoTestHub.rule, hubName: contosoTestHub.name },
  ]);
  expect(snapshot.logExport?.[0]?.categories).toContain('SignInLogs');
});

/** Reads Contoso Test with a change to it. */
async function changed(
  change: (tenant: Tenant) => void,
  policy?: Parameters<Simulated['read']>[0],
) {
  const other = await simulated(change);
  try {
    return (await other.read(policy)).snapshot;
  } finally {
    await other.sim.close();
  }
}

test('a role of the tenant itself keeps its id, and who holds it counts', async () => {
  const roleId = 'aaaaaaaa-0000-4000-8000-000000000001';
  const other = await changed((tenant) => {
    tenant.customRoles.push({ id: roleId, displayName: 'Key keeper', templateId: roleId });
    const [first] = tenant.holdings;
    if (first)
      tenant.holdings.push({ ...first, id: 'own', principalId: ids.ord5, roleId, kind: 'active' });
  });
  expect(rolesOf(other, 'ord5')).toEqual(['Key keeper, active, /']);
  expect(other.roleDefinitions).toContainEqual({
    templateId: roleId,
    name: 'Key keeper',
    isBuiltIn: false,
    isPrivileged: false,
  });
});

test('a new role of Microsoft that it does not call privileged does not count', async () => {
  const roleId = 'aaaaaaaa-0000-4000-8000-000000000003';
  const other = await changed((tenant) => {
    const role = { id: roleId, displayName: 'Newcomer', templateId: roleId, isBuiltIn: true };
    tenant.customRoles.push(role);
    const [first] = tenant.holdings;
    if (!first) return;
    tenant.holdings.push({ ...first, id: 'new', principalId: ids.ord5, roleId, kind: 'active' });
  });
  expect(other.accounts.some(({ id }) => id === ids.ord5)).toBe(false);
});

test('who is in a group of Conditional Access is known of administrators alone', async () => {
  const other = await changed((tenant) => {
    const [first] = tenant.conditionalAccess;
    const conditions = first?.conditions as { users: { excludeGroups: string[] } };
    conditions.users.excludeGroups = ['aaaaaaaa-0000-4000-8000-000000000002'];
    const [pattern] = tenant.groups;
    if (!pattern) return;
    tenant.groups.push({
      members: [ids.ga2, ids.ord5],
      owners: [],
      fields: {
        ...pattern.fields,
        id: 'aaaaaaaa-0000-4000-8000-000000000002',
        displayName: 'Without MFA',
        isAssignableToRole: null,
        groupTypes: ['DynamicMembership'],
      },
    });
  });
  const group = other.accounts.find(({ displayName }) => displayName === 'Without MFA');
  expect(group).toMatchObject({ usedFor: ['conditionalAccess'], isDynamic: true });
  expect(accountIn(other, 'ga2').memberOf).toEqual([group?.id]);
  expect(accountIn(other, 'ga3').memberOf).toEqual([]);
  expect(other.accounts.some(({ id }) => id === ids.ord5)).toBe(false);
});

test('a manager is told, and whether their account is switched on', async () => {
  const other = await changed((tenant) => {
    const ga2 = tenant.users.find(({ fields }) => fields.id === ids.ga2);
    const chief = tenant.users.find(({ fields }) => fields.id === ids.ord6);
    if (!ga2 || !chief) return;
    ga2.managerId = ids.ord6;
    chief.fields.accountEnabled = false;
  });
  expect(accountIn(other, 'ga2').manager).toEqual({
    type: 'user',
    id: ids.ord6,
    name: 'ord6@contoso-test.example',
    enabled: false,
  });
});

test('hostile names stay text, and a display name is never taken for a sign-in name', async () => {
  const hostile = `ga1@contoso-test.example"><script>#%2F'&\u202e`;
  const upn = "o'brien#&?/%41@contoso-test.example";
  const other = await changed(
    (tenant) => {
      for (const group of tenant.groups) group.fields.displayName = hostile;
      for (const { fields } of tenant.servicePrincipals)
        fields.displayName = 'bg1@contoso-test.example';
      const bg2 = tenant.users.find(({ fields }) => fields.id === ids.bg2);
      if (bg2) bg2.fields = { ...bg2.fields, userPrincipalName: upn };
    },
    { policy: contosoPolicy({ accounts: { emergency: [upn] } }) },
  );
  expect(accountIn(other, 'G1').displayName).toBe(`“${hostile}”`);
  expect(accountIn(other, 'P1').displayName).toBe('“bg1@contoso-test.example”');
  expect(accountIn(other, 'bg2').userPrincipalName).toBe(upn);
});

test('a declared account without a role is there, and one that does not exist is not', async () => {
  const policy = contosoPolicy({
    accounts: { exposed: [ids.ord1, 'ord4@contoso-test.example', 'nobody@contoso-test.example'] },
  });
  const other = await changed(() => {}, { policy });
  expect(accountIn(other, 'ord1').assignments).toEqual([]);
  expect(accountIn(other, 'ord4').userPrincipalName).toBe('ord4@contoso-test.example');
  expect(other.accounts.some(({ id }) => id === ids.bg3)).toBe(false);
});

test('a member of a group who activated it is activated, and for how long', async () => {
  const other = await changed((tenant) => {
    const [first] = tenant.groupHoldings;
    if (!first) return;
    const end = '2026-11-20T13:00:00Z';
    const now = { ...first, id: 'now', kind: 'active' as const, activatedFrom: first.id, end };
    tenant.groupHoldings.push(now);
    for (const group of tenant.groups) {
      if (group.fields.id === ids.G2) group.members.push(ids.app1);
    }
  });
  expect(rolesOf(other, 'app1').sort()).toEqual([
    'Application Administrator, activated, /, by G2, until 2026-11-20T13:00:00.000Z',
    'Application Administrator, eligible, /, by G2',
  ]);
  expect(accountIn(other, 'app1').memberOf).toEqual([ids.G2]);
});
