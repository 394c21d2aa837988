import { describe, expect, test } from 'vitest';
import {
  contosoTest,
  contosoTestIds as ids,
  contosoTestTenantId as tenantId,
} from '../../../local/graph/contoso-test.ts';
import { neededAppRoles } from '../../../local/graph/contract.ts';
import { pimFilter, simulate, start } from './simulated.ts';

const globalAdministrator = '62e90394-69f5-4237-9190-012177145e10';
const roleManagement = '/v1.0/roleManagement/directory';

describe('Contoso Test', () => {
  test('has 120 users with ids that do not depend on the day', () => {
    const [one, other] = [contosoTest(start), contosoTest(start + 86_400_000)];
    const idsOf = ({ users }: typeof one) => users.map(({ fields }) => fields.id);
    expect(new Set(idsOf(one)).size).toBe(120);
    expect(idsOf(one)).toEqual(idsOf(other));
    expect(one.licence).toBe('P2');
  });

  test('has its Global Administrators: eligible, activated, standing', async () => {
    const { list } = await simulate();
    const holders = async (name: string) =>
      (await list(`${roleManagement}/${name}`))
        .filter(({ roleDefinitionId }) => roleDefinitionId === globalAdministrator)
        .map(({ principalId }) => principalId);
    expect(await holders('roleEligibilityScheduleInstances')).toEqual([ids.ga1, ids.ga2]);
    expect(await holders('roleAssignments')).toEqual([
      ids.ga1,
      ids.ga3,
      ids.msa1,
      ids.bg1,
      ids.bg2,
    ]);
    const instances = await list(`${roleManagement}/roleAssignmentScheduleInstances`);
    const kinds = instances.map(({ principalId, assignmentType, endDateTime }) => [
      principalId,
      assignmentType,
      endDateTime,
    ]);
    expect(kinds).toContainEqual([ids.ga1, 'Activated', '2026-08-20T15:00:00Z']);
    expect(kinds).toContainEqual([ids.ga3, 'Assigned', null]);
    expect(kinds.map(([id]) => id)).not.toContain(ids.hd1);
  });

  test('has people with their conditions', async () => {
    const { ask, list } = await simulate({ isThrottled: false });
    const fields =
      'accountEnabled,userType,userPrincipalName,onPremisesSyncEnabled,lastPasswordChangeDateTime,identities,passwordPolicies,signInActivity';
    const read = async (id: string) => (await ask(`/v1.0/users/${id}?$select=${fields}`)).body;
    expect(await read(ids.ga3)).toMatchObject({
      lastPasswordChangeDateTime: '2026-04-02T12:00:00Z',
    });
    expect(await read(ids.sync1)).toMatchObject({ onPremisesSyncEnabled: true });
    expect(await read(ids.hd1)).toMatchObject({ accountEnabled: false });
    expect(await read(ids.guest1)).toMatchObject({
      userType: 'Guest',
      userPrincipalName: expect.stringContaining('#EXT#'),
      identities: [{ issuer: 'ExternalAzureAD' }],
    });
    expect(await read(ids.msa1)).toMatchObject({ identities: [{ issuer: 'MicrosoftAccount' }] });
    expect(await read(ids.bg1)).toMatchObject({
      accountEnabled: true,
      passwordPolicies: 'DisablePasswordExpiration',
      userPrincipalName: 'bg1@contosotest.onmicrosoft.com',
      signInActivity: { lastSuccessfulSignInDateTime: '2026-07-11T09:00:00Z' },
    });
    expect(await read(ids.bg3)).toMatchObject({ accountEnabled: false });

    const details = '/v1.0/reports/authenticationMethods/userRegistrationDetails';
    const registration = async (id: string) => (await ask(`${details}/${id}`)).body;
    expect(await registration(ids.pra1)).toMatchObject({
      isMfaCapable: false,
      isMfaRegistered: false,
    });
    expect(await registration(ids.bg1)).toMatchObject({
      methodsRegistered: ['passKeyDeviceBound'],
    });
    expect(await registration(ids.bg2)).toMatchObject({ methodsRegistered: [] });
    expect((await ask(`${details}/${ids.hd1}`)).status).toBe(404);
    expect(
      await list("/v1.0/identityProtection/riskyUsers?$filter=riskState eq 'atRisk'"),
    ).toMatchObject([{ id: ids.sec1, riskLevel: 'high' }]);
  });

  test('has its groups', async () => {
    const { ask, list } = await simulate();
    const membersOf = async (id: string, path = 'members') =>
      (await list(`/v1.0/groups/${id}/${path}?$select=id`)).map((member) => member.id);
    expect(await membersOf(ids.G1)).toEqual([ids.sec1]);
    expect(await membersOf(ids.G2)).toEqual([]);
    expect(await membersOf(ids.G3, 'owners')).toEqual([ids.ord1]);
    expect((await ask(`/v1.0/groups/${ids.G3}`)).body).toMatchObject({
      onPremisesSyncEnabled: true,
    });
    const instances = await list(
      `/v1.0/identityGovernance/privilegedAccess/group/eligibilityScheduleInstances?$filter=groupId eq '${ids.G2}'`,
    );
    expect(instances).toMatchObject([
      { principalId: ids.app1, accessId: 'member', memberType: 'direct' },
      { principalId: ids.G3 },
    ]);
  });

  test('has its workloads', async () => {
    const { ask, list } = await simulate();
    const [graph] = await list("/v1.0/servicePrincipals?$filter=displayName eq 'Microsoft Graph'");
    const granted = await list(`/v1.0/servicePrincipals/${graph?.id}/appRoleAssignedTo?$top=999`);
    const rolesOf = (id: string) =>
      granted.filter(({ principalId }) => principalId === id).map(({ appRoleId }) => appRoleId);
    expect(rolesOf(ids.P1)).toEqual(['9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8']);
    expect(rolesOf(ids.P3)).toEqual(Object.values(neededAppRoles));
    const vendor = await ask(`/v1.0/servicePrincipals/${ids.P1}`);
    expect(vendor.body.appOwnerOrganizationId).not.toBe(tenantId);
    expect(await list(`/v1.0/servicePrincipals/${ids.P1}/owners`)).toEqual([]);
    const [mailer] = await list('/v1.0/applications');
    expect(mailer?.passwordCredentials).toMatchObject([{ endDateTime: '2026-08-25T12:00:00Z' }]);
    expect(await list(`/v1.0/applications/${mailer?.id}/owners?$select=id`)).toMatchObject([
      { id: ids.app1 },
    ]);
  });

  test('has its policies, its score, its alerts and its review', async () => {
    const { list, ask } = await simulate({ isThrottled: false });
    const policies = await list('/v1.0/identity/conditionalAccess/policies');
    expect(policies.map(({ displayName, state }) => [displayName, state])).toEqual([
      ['CA1', 'enabled'],
      ['CA2', 'enabledForReportingButNotEnforced'],
      ['CA3', 'enabled'],
      ['CA4', 'disabled'],
    ]);
    const [mfa, , device] = policies.map(
      ({ conditions }) =>
        (conditions as { users: { includeRoles: string[]; excludeUsers: string[] } }).users,
    );
    expect(mfa?.includeRoles).toHaveLength(14);
    expect(mfa?.excludeUsers).toContain(ids.bg2);
    expect(device?.excludeUsers).not.toContain(ids.bg2);

    const scores = await ask('/v1.0/security/secureScores?$top=2');
    expect(scores.body.value.map(({ currentScore }) => currentScore)).toEqual([58, 61]);
    const alerts = await list(`/beta/identityGovernance/roleManagementAlerts/alerts?${pimFilter}`);
    expect(alerts.filter(({ isActive }) => isActive)).toHaveLength(2);
    const reviews = '/v1.0/identityGovernance/accessReviews/definitions';
    const [review] = await list(reviews);
    const [instance] = await list(`${reviews}/${review?.id}/instances`);
    expect(Date.parse(String(instance?.endDateTime))).toBeLessThan(start);
    const decisions = await list(`${reviews}/${review?.id}/instances/${instance?.id}/decisions`);
    expect(decisions.map(({ decision }) => decision)).toContain('NotReviewed');
  });
});
