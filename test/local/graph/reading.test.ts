import { describe, expect, test } from 'vitest';
import { contosoTestIds as ids } from '../../../local/graph/contoso-test.ts';
import { advanced, pimFilter, simulate } from './simulated.ts';

const roleManagement = '/v1.0/roleManagement/directory';

describe('properties', () => {
  test('users have their eleven without a selection', async () => {
    const { ask } = await simulate();
    const { body } = await ask('/v1.0/users?$top=1');
    expect(Object.keys(body.value[0] ?? {}).sort()).toEqual([
      'businessPhones',
      'displayName',
      'givenName',
      'id',
      'jobTitle',
      'mail',
      'mobilePhone',
      'officeLocation',
      'preferredLanguage',
      'surname',
      'userPrincipalName',
    ]);
  });

  test('a selection is all that comes, and those said twice add up', async () => {
    const { ask } = await simulate();
    const { body } = await ask(
      `/v1.0/users/${ids.ga3}?$select=id&$select=userType,passwordPolicies`,
    );
    const { '@odata.context': _, ...fields } = body;
    expect(fields).toEqual({ id: ids.ga3, userType: 'Member', passwordPolicies: null });
  });

  test('who never signed in has no activity, not an empty one', async () => {
    const { ask } = await simulate();
    const seen = await ask(`/v1.0/users/${ids.spo1}?$select=id,signInActivity`);
    const never = await ask(`/v1.0/users/${ids.bg3}?$select=id,signInActivity`);
    expect(seen.body.signInActivity).toMatchObject({
      lastSuccessfulSignInDateTime: '2026-04-22T09:00:00Z',
    });
    expect(never.body).not.toHaveProperty('signInActivity');
  });

  test('sign-ins of somebody called by name are a bad request', async () => {
    const { ask } = await simulate();
    const path = '/v1.0/users/ga1@contoso-test.example?$select=signInActivity';
    expect((await ask(path)).status).toBe(400);
  });

  test('v1.0 does not say which roles are privileged, beta does', async () => {
    const { ask, list } = await simulate();
    const select = '$select=id,isPrivileged';
    const path = 'roleManagement/directory/roleDefinitions';
    expect((await ask(`/v1.0/${path}?${select}`)).status).toBe(400);
    const privileged = await list(`/beta/${path}?$filter=isPrivileged eq true&${select}`);
    expect(privileged).toContainEqual({
      id: '62e90394-69f5-4237-9190-012177145e10',
      isPrivileged: true,
    });
    const [plain] = (await ask(`/v1.0/${path}`)).body.value;
    expect(plain).not.toHaveProperty('isPrivileged');
  });

  test('a property of another kind is a bad request', async () => {
    const { ask } = await simulate();
    const { status, body } = await ask('/v1.0/groups?$select=id,userPrincipalName');
    expect([status, body.error.code]).toEqual([400, 'BadRequest']);
  });

  test('a mixed list names its kinds, and each has what it has', async () => {
    const { list } = await simulate();
    const path = `/v1.0/groups/${ids.G3}/transitiveMembers?$select=id,displayName,userPrincipalName`;
    const members = await list(path);
    expect(members.map((member) => member['@odata.type']).sort()).toEqual([
      '#microsoft.graph.group',
      '#microsoft.graph.user',
      '#microsoft.graph.user',
    ]);
    const group = members.find(({ id }) => id === ids.G4);
    expect(group).not.toHaveProperty('userPrincipalName');
  });
});

describe('filters', () => {
  test.each([
    ['eq', 'isAssignableToRole eq true', '/groups', 2],
    ['and', "startswith(displayName,'Server') and onPremisesSyncEnabled eq true", '/groups', 1],
    [
      'or, in brackets',
      "(displayName eq 'nothing' or displayName eq 'server operators')",
      '/groups',
      1,
    ],
    ['in', `id in ('${ids.ga1}','${ids.ga2}')`, '/users', 2],
    ['ge of a time', 'lastPasswordChangeDateTime ge 2026-08-10T12:00:00Z', '/users', 1],
    ['le of a time', 'lastPasswordChangeDateTime le 2025-08-20T00:00:00Z', '/users', 1],
    ['any', "assignedPlans/any(p:p/service eq 'exchange')", '/users', 106],
    [
      'any of two properties',
      "identities/any(i:i/issuer eq 'contosotest.onmicrosoft.com' and i/issuerAssignedId eq 'ga2@contoso-test.example')",
      '/users',
      1,
    ],
  ])('%s', async (_, filter, path, count) => {
    const { list } = await simulate();
    expect(
      await list(`/v1.0${path}?$filter=${encodeURIComponent(filter)}&$select=id`),
    ).toHaveLength(count);
  });

  test.each([
    ['an operator', "displayName gt 'a'"],
    ['a function', "contains(displayName,'a')"],
    ['half an identity', "identities/any(i:i/issuer eq 'MicrosoftAccount')"],
    [
      'sign-ins with more',
      'signInActivity/lastSignInDateTime le 2026-01-01T00:00:00Z and accountEnabled eq true',
    ],
  ])('%s that is not served: unsupported', async (_, filter) => {
    const { ask } = await simulate();
    const { status, body } = await ask(`/v1.0/users?$filter=${encodeURIComponent(filter)}`);
    expect([status, body.error.code]).toEqual([400, 'Request_UnsupportedQuery']);
  });

  test.each(["displayName eq 'x", 'displayName eq', 'nothing eq true', "(displayName eq 'x'"])(
    'no filter: %s',
    async (filter) => {
      const { ask } = await simulate();
      const { status, body } = await ask(`/v1.0/users?$filter=${encodeURIComponent(filter)}`);
      expect([status, body.error.code]).toEqual([400, 'BadRequest']);
    },
  );

  test('assignments are filtered by role or by principal only', async () => {
    const { ask, list } = await simulate();
    const path = `${roleManagement}/roleAssignments`;
    expect(await list(`${path}?$filter=principalId eq '${ids.ga3}'`)).toHaveLength(1);
    expect((await ask(`${path}?$filter=directoryScopeId eq '/'`)).status).toBe(400);
  });

  test.each([
    '/v1.0/identityGovernance/privilegedAccess/group/eligibilityScheduleInstances',
    '/v1.0/identityGovernance/privilegedAccess/group/assignmentScheduleInstances',
    '/v1.0/policies/roleManagementPolicyAssignments',
    '/beta/identityGovernance/roleManagementAlerts/alerts',
  ])('PIM insists on its filter: %s', async (path) => {
    const { ask } = await simulate();
    expect((await ask(path)).status).toBe(400);
    const filter = path.includes('/group/') ? `$filter=groupId eq '${ids.G2}'` : pimFilter;
    expect((await ask(`${path}?${filter}`)).status).toBe(200);
  });

  test('an option that the path does not take is unsupported', async () => {
    const { ask } = await simulate();
    const path = '/v1.0/reports/authenticationMethods/userRegistrationDetails?$select=id';
    const { status, body } = await ask(path);
    expect([status, body.error.code]).toEqual([400, 'Request_UnsupportedQuery']);
  });
});

describe('advanced queries', () => {
  test.each([
    ['ne', "/v1.0/users?$filter=userType ne 'Guest'"],
    ['not', "/v1.0/users?$filter=not(userType eq 'Guest')"],
    ['endsWith', "/v1.0/users?$filter=endsWith(userPrincipalName,'.example')"],
    ['a cast', `/v1.0/groups/${ids.G3}/transitiveMembers/microsoft.graph.user?$select=id`],
    ['members by filter', `/v1.0/groups/${ids.G3}/members?$filter=displayName eq 'Test ord2'`],
  ])('%s takes the header and the count', async (_, path) => {
    const { ask } = await simulate();
    const counted = `${path}${path.includes('?') ? '&' : '?'}$count=true`;
    const refused = [await ask(path), await ask(path, advanced), await ask(counted)];
    expect(refused.map(({ status, body }) => [status, body.error.code])).toEqual(
      Array(3).fill([400, 'Request_UnsupportedQuery']),
    );
    const { status, body } = await ask(counted, advanced);
    expect([status, body['@odata.count']]).toEqual([200, expect.any(Number)]);
  });

  test('the count alone is text', async () => {
    const { ask } = await simulate();
    const { text, headers } = await ask('/v1.0/users/$count', advanced);
    expect([text, headers.get('content-type')]).toEqual(['120', 'text/plain']);
    expect((await ask('/v1.0/users/$count')).status).toBe(400);
  });

  test('they go by user, group or role in a cast of members', async () => {
    const { list } = await simulate();
    const path = `/v1.0/groups/${ids.G3}/transitiveMembers/microsoft.graph.user?$count=true&$select=id`;
    expect(await list(path, advanced)).toEqual([{ id: ids.ord2 }, { id: ids.ord3 }]);
  });
});

describe('expansions', () => {
  test('the principal of an assignment says what it is, and a deleted one is null', async () => {
    const { list } = await simulate();
    const rows = await list(`${roleManagement}/roleAssignments?$expand=principal($select=id)`);
    const principalOf = (id: string) =>
      rows.find(({ principalId }) => principalId === id)?.principal;
    expect(principalOf(ids.ga3)).toMatchObject({
      '@odata.type': '#microsoft.graph.user',
      accountEnabled: true,
    });
    expect(principalOf(ids.G1)).toMatchObject({ '@odata.type': '#microsoft.graph.group' });
    expect(principalOf(ids.ghost)).toBeNull();
  });

  test('the role and what an activation came from', async () => {
    const { list } = await simulate();
    const path = `${roleManagement}/roleAssignmentScheduleInstances`;
    const rows = await list(`${path}?$expand=roleDefinition,activatedUsing`);
    expect(rows.find(({ principalId }) => principalId === ids.ga1)).toMatchObject({
      assignmentType: 'Activated',
      roleDefinition: { displayName: 'Global Administrator' },
      activatedUsing: { principalId: ids.ga1, endDateTime: null },
    });
  });

  test('the rules of a role', async () => {
    const { list } = await simulate();
    const path = `/v1.0/policies/roleManagementPolicyAssignments?${pimFilter}`;
    const rows = await list(`${path}&$expand=policy($expand=rules)`);
    const global = rows.find(
      ({ roleDefinitionId }) => roleDefinitionId === '62e90394-69f5-4237-9190-012177145e10',
    );
    expect(global?.policy).toMatchObject({
      rules: expect.arrayContaining([
        expect.objectContaining({
          '@odata.type': '#microsoft.graph.unifiedRoleManagementPolicyExpirationRule',
          id: 'Expiration_EndUser_Assignment',
          maximumDuration: 'PT4H',
        }),
      ]),
    });
  });

  test('the definition of an alert', async () => {
    const { list } = await simulate();
    const path = `/beta/identityGovernance/roleManagementAlerts/alerts?${pimFilter}`;
    const [first] = await list(`${path}&$expand=alertDefinition`);
    expect(first).toMatchObject({ isActive: true, alertDefinition: { severityLevel: 'low' } });
  });

  test('two at once of an assignment, or something else, are refused', async () => {
    const { ask } = await simulate();
    const path = `${roleManagement}/roleAssignments`;
    expect((await ask(`${path}?$expand=principal,roleDefinition`)).status).toBe(400);
    const { status, body } = await ask('/v1.0/users?$expand=manager');
    expect([status, body.error.code]).toEqual([400, 'Request_UnsupportedQuery']);
  });
});
