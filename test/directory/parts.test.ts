import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ApiError, type GraphApi } from '../../shared/directory/graph.ts';
import { assignmentsByPrincipal } from '../../shared/directory/holdings.ts';
import { readServicePrincipals } from '../../shared/directory/parts/applications.ts';
import { readAzure } from '../../shared/directory/parts/azure.ts';
import { readConditionalAccess } from '../../shared/directory/parts/conditional-access.ts';
import { readLogExport } from '../../shared/directory/parts/log-export.ts';
import { readOrganization } from '../../shared/directory/parts/organization.ts';
import { holdingsOf } from '../../shared/directory/parts/pim.ts';
import { hoursOf, readPimSettings } from '../../shared/directory/parts/pim-settings.ts';
import { readRegistrations } from '../../shared/directory/parts/registration.ts';
import type { Roles } from '../../shared/directory/parts/roles.ts';
import { readSignInActivity } from '../../shared/directory/parts/sign-in-activity.ts';
import { isExternal, userFields } from '../../shared/directory/people.ts';
import { graphReaderOf, readerOf } from '../../shared/directory/reader.ts';

// What single parts make of answers that the simulator's tenant has no reason to give.

type Answers = Readonly<Record<string, unknown>>;

/** Answers by the beginning of the path, longest first; a number is an HTTP status. */
function answering(answers: Answers) {
  const asked: string[] = [];
  const keys = Object.keys(answers).sort((a, b) => b.length - a.length);
  const answer = (path: string) => {
    asked.push(path);
    const found = answers[keys.find((key) => path.startsWith(key)) ?? ''] ?? 404;
    const value: unknown = typeof found === 'function' ? found() : found;
    if (typeof value === 'number') throw new ApiError(value, 'x');
    return Array.isArray(value) ? { value } : value;
  };
  const api: GraphApi = {
    get: async ({ path }) => answer(path),
    follow: async (link) => answer(link),
    batch: async (calls) =>
      calls.map(({ path }) => {
        try {
          return { value: answer(path) };
        } catch (error) {
          return { error: error as ApiError };
        }
      }),
    permissions: async () => undefined,
    sent: () => asked.length,
  };
  return { graph: graphReaderOf(api), arm: readerOf(api), asked };
}

const roles: Roles = {
  inForce: [],
  templateOf: (id) => id,
  nameOf: (id) => `role ${id}`,
  isNotable: () => false,
  definitions: [],
};
const row = (principalId: string, more: object = {}) => ({
  principalId,
  roleDefinitionId: 'r',
  directoryScopeId: '/',
  ...more,
});

test('rows of PIM that come by way of a group are left to the group, but for activations', () => {
  const active = [
    row('a', { assignmentType: 'Assigned', memberType: 'Group' }),
    row('b', {
      assignmentType: 'Activated',
      memberType: 'Group',
      endDateTime: '2026-11-20T15:00:00Z',
    }),
    row('c', { assignmentType: 'activated', memberType: 'Direct', endDateTime: null }),
    row('d', { assignmentType: 'Assigned', memberType: 'Inherited' }),
  ];
  const eligible = [row('e', { memberType: 'Group' }), row('f', { memberType: 'Direct' })];
  const inForce = [row('b'), row('c'), row('g')];
  const lines = holdingsOf({ ...roles, inForce }, { active, eligible }, eligible).map((one) =>
    [one.principalId, one.state, one.until ? 'ends' : 'stays', one.isOutsidePim].join(' '),
  );
  expect(lines).toEqual([
    'b activated ends false',
    'c activated stays false',
    'd active stays false',
    'g active stays true',
    'f eligible stays ',
  ]);
});

test('without PIM nothing is told of what was made outside of it', () => {
  const [holding] = holdingsOf({ ...roles, inForce: [row('a')] }, undefined, []);
  expect(holding).toEqual({
    principalId: 'a',
    roleId: 'r',
    scope: '/',
    state: 'active',
    until: null,
    since: null,
  });
});

test('a role on one application keeps its scope', () => {
  const scoped = row('a', { directoryScopeId: null, appScopeId: '/app' });
  const [holding] = holdingsOf({ ...roles, inForce: [scoped] }, undefined, []);
  expect(holding?.scope).toBe('/app');
});

const holding = (state: 'active' | 'eligible' | 'activated', more: object = {}) => ({
  principalId: 'g',
  roleId: 'r',
  scope: '/',
  state,
  until: null,
  since: null,
  ...more,
});
const membership = (state: 'active' | 'eligible' | 'activated', more: object = {}) => ({
  groupId: 'g',
  principalId: 'u',
  state,
  until: null,
  since: null,
  ...more,
});

test.each([
  ['active', 'active', 'active'],
  ['active', 'eligible', 'eligible'],
  ['eligible', 'active', 'eligible'],
  ['eligible', 'activated', 'eligible'],
  ['active', 'activated', 'activated'],
  ['activated', 'active', 'activated'],
] as const)('a role that is %s of a group one is in as %s is %s', (role, member, state) => {
  const all = assignmentsByPrincipal([holding(role)], [membership(member)], () => null);
  expect(all.get('u')).toMatchObject([{ state, via: 'g' }]);
});

test('a role by a group begins with the later and ends with the earlier of both', () => {
  const all = assignmentsByPrincipal(
    [holding('active', { since: '2026-01-01', until: '2026-12-31' })],
    [membership('activated', { since: '2026-11-20', until: '2026-11-21' })],
    () => null,
  );
  expect(all.get('u')).toMatchObject([{ since: '2026-11-20', until: '2026-11-21' }]);
});

test('the same assignment is there once: standing before activated, for ever before for a time', () => {
  const own = (state: 'active' | 'activated', until: string | null) => ({
    ...holding(state, { until }),
    principalId: 'u',
  });
  const all = assignmentsByPrincipal(
    [
      own('activated', '2026-11-21'),
      own('active', '2026-12-01'),
      own('active', null),
      own('active', '2027-01-01'),
    ],
    [],
    () => null,
  );
  expect(all.get('u')).toMatchObject([{ state: 'active', until: null }]);
});

test.each([
  ['PT8H', 8],
  ['PT30M', 0.5],
  ['P1D', 24],
  ['P1DT1H30M', 25.5],
  ['P365D', 8760],
  ['soon', null],
  [null, null],
])('%s is %s hours', (text, hours) => {
  expect(hoursOf(text)).toBe(hours);
});

test('settings of a role: what a rule does not say is not known', async () => {
  const rule = (id: string, more: object) => ({ id, ...more });
  const { graph } = answering({
    '/policies/roleManagementPolicyAssignments': [
      {
        roleDefinitionId: 'R1',
        policy: {
          rules: [
            rule('Expiration_Admin_Assignment', { isExpirationRequired: true }),
            rule('Expiration_Admin_Eligibility', { isExpirationRequired: false }),
            rule('AuthenticationContext_EndUser_Assignment', { isEnabled: true, claimValue: 'c1' }),
            rule('Enablement_EndUser_Assignment', { enabledRules: ['Justification'] }),
            rule('Approval_EndUser_Assignment', {
              setting: { isApprovalRequired: true, approvalStages: [{ primaryApprovers: [] }] },
            }),
            rule('Notification_Admin_EndUser_Assignment', {
              isDefaultRecipientsEnabled: false,
              notificationRecipients: [],
            }),
          ],
        },
      },
      { roleDefinitionId: 'R2', policy: { rules: [] } },
    ],
  });
  const [first, second] = await readPimSettings(graph, roles);
  expect(first).toEqual({
    roleTemplateId: 'r1',
    roleName: 'role r1',
    maxActivationHours: null,
    requiresMfa: false,
    requiresAuthenticationContext: true,
    requiresJustification: true,
    requiresApproval: true,
    approvers: 0,
    allowsPermanentActive: false,
    allowsPermanentEligible: true,
    notifiesOnActivation: false,
  });
  expect(Object.values(second ?? {}).filter((value) => value !== null)).toEqual(['r2', 'role r2']);
});

test('guests, flows, devices and strengths of a policy', async () => {
  const { graph } = answering({
    '/identity/conditionalAccess/policies': [
      {
        id: 'CA',
        displayName: 'All',
        state: 'enabled',
        conditions: {
          users: {
            includeGuestsOrExternalUsers: {
              guestOrExternalUserTypes: 'internalGuest,b2bCollaborationGuest',
            },
            excludeGuestsOrExternalUsers: { guestOrExternalUserTypes: 'serviceProvider' },
          },
          applications: { includeUserActions: ['urn:user:registersecurityinfo'] },
          platforms: { includePlatforms: ['all'], excludePlatforms: ['iOS'] },
          locations: { includeLocations: ['All'], excludeLocations: ['AllTrusted'] },
          authenticationFlows: { transferMethods: 'deviceCodeFlow,authenticationTransfer' },
          devices: { deviceFilter: { mode: 'exclude', rule: 'device.isCompliant -eq True' } },
        },
        grantControls: {
          operator: 'OR',
          builtInControls: [],
          authenticationStrength: { id: '00000000-0000-0000-0000-000000000004' },
        },
      },
    ],
    '/policies/authenticationStrengthPolicies': [
      {
        id: '00000000-0000-0000-0000-000000000004',
        displayName: 'Phishing-resistant MFA',
        allowedCombinations: ['fido2'],
      },
    ],
  });
  expect(await readConditionalAccess(graph)).toMatchObject([
    {
      includeUsers: ['guestsorexternalusers'],
      excludeUsers: [],
      userActions: ['urn:user:registersecurityinfo'],
      authenticationFlows: ['deviceCodeFlow', 'authenticationTransfer'],
      includePlatforms: ['all'],
      excludePlatforms: ['iOS'],
      includeLocations: ['All'],
      excludeLocations: ['AllTrusted'],
      deviceFilter: 'exclude: device.isCompliant -eq True',
      grant: { strength: { name: 'Phishing-resistant MFA', combinations: ['fido2'] } },
    },
  ]);
});

test.each([
  [
    'a success',
    {
      lastSuccessfulSignInDateTime: '2026-11-01T00:00:00Z',
      lastSignInDateTime: '2026-11-02T00:00:00Z',
    },
    '2026-11-01T00:00:00.000Z',
  ],
  ['only old tries', { lastSignInDateTime: '2022-05-05T00:00:00Z' }, '2022-05-05T00:00:00.000Z'],
  [
    'tries, and no success since these are told apart',
    { lastSignInDateTime: '2026-11-02T00:00:00Z' },
    '2023-12-01T00:00:00.000Z',
  ],
  ['year one', { lastSuccessfulSignInDateTime: '0001-01-01T00:00:00Z' }, null],
  ['nothing', undefined, null],
])('the last sign-in: %s', async (_, signInActivity, expected) => {
  const { graph } = answering({ '/users/u': { id: 'u', signInActivity } });
  const told = await readSignInActivity(graph, ['u']);
  expect(told.get('u')).toEqual({ lastSignInAt: expected });
});

test('people come from outside in more than one way', () => {
  expect(isExternal({ userType: 'Guest' })).toBe(true);
  expect(isExternal({ userType: 'Member', userPrincipalName: 'a#EXT#@b.example' })).toBe(true);
  expect(isExternal({ identityIssuers: ['MicrosoftAccount'] })).toBe(true);
  expect(isExternal({ userType: 'Member', identityIssuers: ['b.onmicrosoft.com'] })).toBe(false);
});

test.each([
  ['mail and a plan', { mail: 'a@b.example' }, 'Enabled', true],
  ['an address and a plan', { proxyAddresses: ['SMTP:a@b.example'] }, 'Enabled', true],
  ['a second address alone', { proxyAddresses: ['smtp:a@b.example'] }, 'Enabled', false],
  ['a plan that was switched off', { mail: 'a@b.example' }, 'Deleted', false],
])('a mailbox: %s', (_, fields, capabilityStatus, expected) => {
  const assignedPlans = [{ service: 'Exchange', capabilityStatus }];
  expect(userFields({ id: 'u', ...fields, assignedPlans }).hasMailbox).toBe(expected);
});

test('what Graph did not answer of somebody is not known', () => {
  const { hasMailbox, isLicensed, identityIssuers, enabled } = userFields({ id: 'u' });
  expect([hasMailbox, isLicensed, identityIssuers, enabled]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

const key = (keyId: string, usage: string) => ({
  keyId,
  usage,
  displayName: 'k',
  endDateTime: '2027-01-01T00:00:00Z',
});

test('credentials: of the application and of the service principal, each once, and none of the platform', async () => {
  const tenantId = 't';
  const grants = { permissions: new Map(), dangerous: new Set<string>() };
  const { graph } = answering({
    '/servicePrincipals/a?': {
      id: 'a',
      appId: 'app',
      appOwnerOrganizationId: 't',
      keyCredentials: [key('k1', 'Verify'), key('k2', 'Sign')],
      passwordCredentials: [{ keyId: 'p1' }],
    },
    '/servicePrincipals/m?': {
      id: 'm',
      appId: 'mi',
      servicePrincipalType: 'ManagedIdentity',
      keyCredentials: [key('k9', 'AsymmetricX509Cert')],
    },
    '/servicePrincipals/a/owners': [
      { id: 'o1', '@odata.type': '#microsoft.graph.user' },
      { id: 'o3', '@odata.type': '#microsoft.graph.user' },
    ],
    '/servicePrincipals/m/owners': [],
    '/applications?': [
      {
        id: 'obj',
        appId: 'app',
        keyCredentials: [key('K1', 'Verify')],
        passwordCredentials: [{ keyId: 'p2' }],
      },
    ],
    '/applications/obj/owners': [
      { id: 'O1', '@odata.type': '#microsoft.graph.user' },
      { id: 'o2', '@odata.type': '#microsoft.graph.servicePrincipal' },
    ],
  });
  const found = await readServicePrincipals(graph, ['a', 'm', 'deleted'], { tenantId, grants });
  expect([...found.keys()]).toEqual(['a', 'm']);
  expect(found.get('a')?.credentials?.map(({ kind, id }) => `${kind} ${id}`)).toEqual([
    'secret p1',
    'certificate k1',
    'secret p2',
  ]);
  expect(found.get('a')?.owners).toMatchObject([
    { type: 'user', id: 'o1' },
    { type: 'user', id: 'o3' },
    { type: 'servicePrincipal', id: 'o2' },
  ]);
  expect(found.get('m')?.credentials).toEqual([]);
});

const manyIds = (count: number) => Array.from({ length: count }, (_, nth) => `u${nth}`);
const reportPath = '/reports/authenticationMethods/userRegistrationDetails';

test('the report: many who are missing are looked for in all of it, few by id, and the unknown first', async () => {
  const told = (id: string) => ({ id, isMfaCapable: true });
  const ids = manyIds(80);
  const few = answering({
    [`${reportPath}?`]: ids.slice(0, 70).map(told),
    ...Object.fromEntries(ids.slice(70, 75).map((id) => [`${reportPath}/${id}`, told(id)])),
  });
  const read = await readRegistrations(few.graph, new Set(ids), new Set());
  expect([read.fields.size, read.unasked]).toEqual([75, []]);
  expect(few.asked).toHaveLength(11);

  const link = 'https://next';
  const many = answering({
    [`${reportPath}?`]: [],
    [reportPath]: { value: ids.slice(0, 40).map(told), '@odata.nextLink': link },
    [link]: () => ({ value: [told('u40')], '@odata.nextLink': `${link}/${many.asked.length}` }),
    [`${reportPath}/`]: 404,
    [`${reportPath}/u79`]: told('u79'),
  });
  const known = new Set(ids.slice(41, 79));
  const rest = await readRegistrations(many.graph, new Set(ids), known);
  expect(rest.fields.has('u79')).toBe(true);
  expect(rest.unasked).toHaveLength(9);
  expect(many.asked.filter((path) => path.startsWith(link))).toHaveLength(59);
  expect(rest.unasked.every((id) => known.has(id))).toBe(true);
});

test('licences: only plans that are in force count', async () => {
  const plan = (servicePlanName: string, provisioningStatus = 'Success') => ({
    servicePlanName,
    provisioningStatus,
  });
  const { graph } = answering({
    '/organization': [{ id: 't', onPremisesSyncEnabled: null }],
    '/subscribedSkus': [
      {
        capabilityStatus: 'Enabled',
        servicePlans: [plan('aad_premium'), plan('INTUNE_A', 'Disabled')],
      },
      { capabilityStatus: 'Suspended', servicePlans: [plan('AAD_PREMIUM_P2')] },
    ],
    '/domains': [
      { id: 'a.example', isVerified: true, authenticationType: 'Federated' },
      { id: 'b.example', isVerified: false },
    ],
  });
  const { section, errors } = await readOrganization(graph);
  expect(errors).toEqual([]);
  expect(section).toMatchObject({
    onPremisesSyncEnabled: false,
    plans: ['AAD_PREMIUM'],
    domains: [{ name: 'a.example', isFederated: true }],
  });
});

const azureRow = (principalType: string, role: string, scope = '/subscriptions/s') => ({
  id: `${principalType} ${role} ${scope}`,
  properties: {
    scope,
    roleDefinitionId: `/x/roleDefinitions/${role}`,
    principalId: 'P',
    principalType,
  },
});
const owner = '8E3AF657-A8FF-443C-A75C-2FE8C4BCB635';
const subscription = { id: '/subscriptions/s', subscriptionId: 's' };

test('Azure: one subscription that refuses does not hide the rest, and other roles are let be', async () => {
  const { arm, asked } = answering({
    '/subscriptions?': [subscription, { id: '/subscriptions/t', subscriptionId: 't' }],
    '/subscriptions/s/providers/Microsoft.Authorization/roleAssignments': [
      azureRow('ForeignGroup', owner),
      azureRow('User', 'acdd72a7-3385-48ef-bd42-f606fba81ae7'),
    ],
    '/subscriptions/t/providers/Microsoft.Authorization/roleAssignments': 403,
    '/subscriptions/s/providers/Microsoft.Authorization/roleEligibilityScheduleInstances': 400,
    '/providers/Microsoft.Authorization/roleAssignments': 403,
  });
  const { section, errors } = await readAzure(arm);
  expect(section.seesRoot).toBe(false);
  expect(section.assignments).toMatchObject([
    {
      roleName: 'Owner',
      principal: { type: 'group', id: 'p' },
      isExternal: true,
      isEligible: false,
    },
  ]);
  expect(errors.map(({ because }) => because.status)).toEqual([400, 403]);
  expect(asked.filter((path) => path.includes('Eligibility'))).toHaveLength(1);
});

test('a diagnostic setting that goes elsewhere has empty texts, and categories switched off', async () => {
  const { arm } = answering({
    '/providers/microsoft.aadiam': [
      {
        name: 'x',
        properties: {
          eventHubAuthorizationRuleId: '',
          eventHubName: '',
          logs: [
            { category: 'AuditLogs', enabled: false },
            { category: 'SignInLogs', enabled: true },
          ],
        },
      },
    ],
  });
  expect(await readLogExport(arm)).toEqual([
    { name: 'x', hubRuleId: null, hubName: null, categories: ['SignInLogs'] },
  ]);
});

test('the reading knows nothing of how it is asked', () => {
  const folder = new URL('../../shared/directory/', import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  expect(files.length).toBeGreaterThan(30);
  const imports = files.flatMap((name) =>
    [...readFileSync(new URL(name, folder), 'utf8').matchAll(/from '([^']+)'/g)].map(
      ([, from]) => from,
    ),
  );
  expect(imports.filter((from) => /^@|^node:|\/azure\/|app\.ts$/.test(from ?? ''))).toEqual([]);
});
