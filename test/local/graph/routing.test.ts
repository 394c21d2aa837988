import { describe, expect, test } from 'vitest';
import { contosoTestIds as ids } from '../../../local/graph/contoso-test.ts';
import { simulate } from './simulated.ts';

describe('routes', () => {
  test('a path of the contract is answered, whatever the case of its letters', async () => {
    const { ask } = await simulate();
    const { status, body } = await ask('/v1.0/Users');
    expect([status, body.value.length]).toEqual([200, 100]);
  });

  test('an unknown segment is a bad request that names it', async () => {
    const { ask } = await simulate();
    const { status, body } = await ask(`/v1.0/users/${ids.ga1}/pets`);
    expect([status, body.error.code]).toEqual([400, 'BadRequest']);
    expect(body.error.message).toContain("'pets'");
  });

  test('a path of beta is none in v1.0', async () => {
    const { ask } = await simulate();
    const path =
      "identityGovernance/roleManagementAlerts/alerts?$filter=scopeId eq '/' and scopeType eq 'DirectoryRole'";
    const [beta, stable] = [await ask(`/beta/${path}`), await ask(`/v1.0/${path}`)];
    expect([beta.status, stable.status, stable.body.error.code]).toEqual([200, 400, 'BadRequest']);
  });

  test.each([
    ['a version', '/v2.0/users'],
    ['a method', '/v1.0/users', 'POST'],
  ])('%s that is not served is refused', async (_, path, method = 'GET') => {
    const { ask } = await simulate();
    expect((await ask(path, { method })).status).toBeOneOf([400, 405]);
  });

  test.each([
    '/v1.0/users/00000000-0000-4000-8000-000000000000',
    '/v1.0/groups/00000000-0000-4000-8000-000000000000/members',
    '/v1.0/servicePrincipals/00000000-0000-4000-8000-000000000000',
    '/v1.0/identityGovernance/accessReviews/definitions/nothing/instances',
  ])('an id of nothing is not found: %s', async (path) => {
    const { ask } = await simulate();
    const { status, body } = await ask(path);
    expect([status, body.error.code]).toEqual([404, 'Request_ResourceNotFound']);
  });

  test('people are found by name too, if it is encoded', async () => {
    const { ask } = await simulate();
    const name = encodeURIComponent('guest1_fabrikam.example#EXT#@contosotest.onmicrosoft.com');
    const { body } = await ask(`/v1.0/users/${name}?$select=id`);
    expect(body.id).toBe(ids.guest1);
  });

  test('a service principal is found by its application', async () => {
    const { ask } = await simulate();
    const appId = '00000003-0000-0000-c000-000000000000';
    const { body } = await ask(`/v1.0/servicePrincipals(appId='${appId}')/appRoleAssignedTo`);
    expect(body.value.map(({ principalId }) => principalId)).toContain(ids.P1);
  });

  test('requests are remembered with the permissions that would do', async () => {
    const { simulator, ask } = await simulate();
    await ask(`/v1.0/users/${ids.ga1}?$select=id`);
    await ask('/v1.0/nowhere');
    await ask(`/v1.0/users/${ids.ga1}/memberOf`);

    expect(simulator.requests).toMatchObject([
      {
        method: 'GET',
        version: 'v1.0',
        path: '/users/{id}',
        url: `/v1.0/users/${ids.ga1}?$select=id`,
        status: 200,
      },
      { path: undefined, status: 400, permissions: [] },
      { path: '/users/{id}/memberOf', needsAll: true },
    ]);
    expect(simulator.requests[0]?.permissions).toContain('User.Read.All');
    simulator.clearRequests();
    expect(simulator.requests).toEqual([]);
  });

  test('nobody reaches it under another name', async () => {
    const { simulator } = await simulate();
    const { request } = await import('node:http');
    const status = await new Promise((resolve, reject) => {
      request(`${simulator.url}/v1.0/users`, { headers: { host: 'evil.example' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(421);
  });
});
