import { describe, expect, test } from 'vitest';
import { contosoTestIds as ids } from '../../../local/graph/contoso-test.ts';
import { pimFilter, simulate, start } from './simulated.ts';

const refusal = ({ status, body }: { status: number; body: { error: { code: string } } }) => [
  status,
  body.error.code,
];

describe('tokens', () => {
  test.each([
    ['none', ''],
    ['not a bearer', 'Basic abc'],
    ['nothing readable', 'Bearer nonsense'],
  ])('%s: 401', async (_, authorization) => {
    const { ask } = await simulate();
    const answer = await ask('/v1.0/users', { headers: { authorization } });
    expect(refusal(answer)).toEqual([401, 'InvalidAuthenticationToken']);
  });

  test('an expired one is refused by the clock of the simulator', async () => {
    const { simulator, ask } = await simulate();
    const token = simulator.token();
    simulator.advance(25 * 60 * 60 * 1000);
    expect(refusal(await ask('/v1.0/users', { token }))).toEqual([
      401,
      'InvalidAuthenticationToken',
    ]);
  });

  test('how long one is good for can be said', async () => {
    const { simulator, ask } = await simulate({ tokenLifeMs: 60_000 });
    const { token, expiresOnTimestamp } = await simulator.credential.getToken([]);
    expect(expiresOnTimestamp).toBe(start + 60_000);
    simulator.advance(59_000);
    expect((await ask('/v1.0/users', { token })).status).toBe(200);
    simulator.advance(1000);
    expect((await ask('/v1.0/users', { token })).status).toBe(401);
  });

  test('one for Azure does not open Graph, nor the other way round', async () => {
    const { simulator, ask } = await simulate();
    const [azure, graph] = await Promise.all(
      ['https://management.azure.com/.default', 'https://graph.microsoft.com/.default'].map(
        async (scope) => (await simulator.credential.getToken(scope)).token,
      ),
    );
    const subscriptions = '/arm/subscriptions?api-version=2022-12-01';
    const statuses = [
      await ask('/v1.0/users', { token: graph ?? '' }),
      await ask(subscriptions, { token: azure ?? '' }),
      await ask('/v1.0/users', { token: azure ?? '' }),
      await ask(subscriptions, { token: graph ?? '' }),
    ].map(({ status }) => status);
    expect(statuses).toEqual([200, 200, 401, 401]);
  });

  test('the claims alone, in base64, will do', async () => {
    const { ask } = await simulate();
    const claims = { roles: ['User.Read.All'], exp: 4_000_000_000 };
    const token = Buffer.from(JSON.stringify(claims)).toString('base64');
    expect((await ask('/v1.0/users', { token })).status).toBe(200);
  });
});

describe('permissions', () => {
  test('one of those that the contract names is needed', async () => {
    const { simulator, ask } = await simulate();
    const roles = ['GroupMember.Read.All'];
    const answer = await ask('/v1.0/users', { token: simulator.token(roles) });

    expect(refusal(answer)).toEqual([403, 'Authorization_RequestDenied']);
    expect(Object.keys(answer.body.error.innerError)).toEqual([
      'date',
      'request-id',
      'client-request-id',
    ]);
    expect(answer.headers.get('request-id')).toBe(answer.body.error.innerError['request-id']);
    const other = await ask('/v1.0/users', { token: simulator.token(['Directory.Read.All']) });
    expect(other.status).toBe(200);
  });

  test('where all are needed, one is too few', async () => {
    const { simulator, ask } = await simulate();
    const path = `/v1.0/users/${ids.ga1}/memberOf`;
    const [one, both] = [['User.Read.All'], ['User.Read.All', 'GroupMember.Read.All']];
    expect((await ask(path, { token: simulator.token(one) })).status).toBe(403);
    expect((await ask(path, { token: simulator.token(both) })).status).toBe(200);
  });

  test('sign-ins of users take one more', async () => {
    const { simulator, ask } = await simulate();
    const token = simulator.token(['User.Read.All']);
    const answer = await ask('/v1.0/users?$select=id,signInActivity', { token });
    expect(refusal(answer)).toEqual([403, 'Authorization_RequestDenied']);
  });

  test('what is granted later is borne by later tokens only', async () => {
    const { simulator, ask } = await simulate({ permissions: ['Domain.Read.All'] });
    const early = simulator.token();
    simulator.setPermissions(['User.Read.All']);
    expect((await ask('/v1.0/users', { token: early })).status).toBe(403);
    expect((await ask('/v1.0/users')).status).toBe(200);
  });
});

describe('licences', () => {
  const premium = [403, 'Authentication_RequestFromNonPremiumTenantOrB2CTenant'];
  const pim = [400, 'AadPremiumLicenseRequired'];
  const instances = '/v1.0/roleManagement/directory/roleEligibilityScheduleInstances';

  test.each([
    ['/v1.0/auditLogs/signIns', premium],
    ['/v1.0/reports/authenticationMethods/userRegistrationDetails', premium],
    ['/v1.0/users?$select=id,signInActivity', premium],
    [`/v1.0/users/${ids.ga1}?$select=signInActivity`, premium],
    ['/v1.0/identity/conditionalAccess/policies', premium],
    [instances, pim],
  ])('Free: %s', async (path, expected) => {
    const { ask } = await simulate({ licence: 'Free' });
    expect(refusal(await ask(path))).toEqual(expected);
  });

  test.each([
    [instances, pim],
    [`/v1.0/policies/roleManagementPolicyAssignments?${pimFilter}`, pim],
    [`/beta/identityGovernance/roleManagementAlerts/alerts?${pimFilter}`, pim],
    ['/v1.0/identityProtection/riskyUsers', [403, 'Forbidden']],
    ['/v1.0/identityGovernance/accessReviews/definitions', [403, 'AccessDenied']],
  ])('P1: %s', async (path, expected) => {
    const { ask } = await simulate({ licence: 'P1' });
    expect(refusal(await ask(path))).toEqual(expected);
  });

  test('Free still tells who holds which role, and P1 when they signed in', async () => {
    const { simulator, ask } = await simulate({ licence: 'Free' });
    expect((await ask('/v1.0/roleManagement/directory/roleAssignments')).status).toBe(200);
    simulator.setLicence('P1');
    expect((await ask('/v1.0/users?$select=id,signInActivity')).status).toBe(200);
    simulator.setLicence('P2');
    expect((await ask(instances)).status).toBe(200);
  });

  test('workload identities have a licence of their own', async () => {
    const { simulator, ask } = await simulate();
    const path = '/v1.0/identityProtection/riskyServicePrincipals';
    expect((await ask(path)).status).toBe(403);
    simulator.directory.tenant.hasWorkloadIdPremium = true;
    simulator.advance(1000);
    expect((await ask(path)).status).toBe(200);
  });
});
