import { describe, expect, test } from 'vitest';
import {
  contosoTestHub as hub,
  contosoTestIds as ids,
  contosoTestSubscriptions as subscriptions,
} from '../../../local/graph/contoso-test.ts';
import { simulate } from './simulated.ts';

const assignments = 'providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01';

describe('Azure', () => {
  test('has two subscriptions', async () => {
    const { list } = await simulate();
    const rows = await list('/arm/subscriptions?api-version=2022-12-01');
    expect(rows.map(({ displayName }) => displayName)).toEqual([
      'Contoso Production',
      'Contoso Sandbox',
    ]);
  });

  test('shows what is assigned to a subscription and above it', async () => {
    const { list } = await simulate();
    const rows = await list(
      `/arm/subscriptions/${subscriptions.sandbox}/${assignments}&$filter=atScope()`,
    );
    expect(rows.map(({ properties }) => properties)).toMatchObject([
      { scope: '/', principalId: ids.ga3 },
      { scope: expect.stringContaining('managementGroups'), principalId: ids.P3 },
      { scope: `/subscriptions/${subscriptions.sandbox}`, principalId: ids.guest1 },
    ]);
  });

  test('filters by principal', async () => {
    const { list } = await simulate();
    const path = `/arm/subscriptions/${subscriptions.sandbox}/${assignments}`;
    expect(await list(`${path}&$filter=principalId eq '${ids.guest1}'`)).toHaveLength(1);
    expect(await list(`${path}&$filter=assignedTo('${ids.ga3}')`)).toHaveLength(1);
  });

  test('comes in pages with links of its own', async () => {
    const { simulator, pages } = await simulate({ pageSize: 1 });
    const all = await pages('/arm/subscriptions?api-version=2022-12-01');
    expect(all.map(({ value }) => value.length)).toEqual([1, 0, 1]);
    expect(all[0]?.nextLink).toMatch(/^https:\/\/management\.azure\.com\/subscriptions\?/);
    expect(simulator.requests[0]).toMatchObject({ version: 'arm', path: '/subscriptions' });
  });

  test('knows who may become an owner, and what roles are called', async () => {
    const { list } = await simulate();
    const eligible = await list(
      `/arm/subscriptions/${subscriptions.production}/providers/Microsoft.Authorization/roleEligibilityScheduleInstances?api-version=2020-10-01&$filter=atScope()`,
    );
    expect(eligible).toMatchObject([
      { properties: { principalId: ids.ga1, memberType: 'Direct' } },
    ]);
    const roles = await list(
      "/arm/providers/Microsoft.Authorization/roleDefinitions?api-version=2022-04-01&$filter=roleName eq 'Owner'",
    );
    expect(roles).toMatchObject([{ name: '8e3af657-a8ff-443c-a75c-2fe8c4bcb635' }]);
  });

  test('exports the logs to our hub', async () => {
    const { list } = await simulate({ pageSize: 1 });
    const path = '/arm/providers/microsoft.aadiam/diagnosticSettings?api-version=2017-04-01';
    expect(await list(path)).toMatchObject([
      {
        name: hub.setting,
        properties: {
          eventHubAuthorizationRuleId: hub.rule,
          eventHubName: hub.name,
          logs: expect.arrayContaining([
            expect.objectContaining({ category: 'AuditLogs', enabled: true }),
          ]),
        },
      },
    ]);
  });

  test.each([
    ['no version', '/arm/subscriptions', 400, 'MissingApiVersionParameter'],
    [
      'another version',
      '/arm/subscriptions?api-version=2016-06-01',
      400,
      'InvalidApiVersionParameter',
    ],
    ['another path', '/arm/tenants?api-version=2022-12-01', 404, 'InvalidResourceType'],
    ['no such subscription', `/arm/subscriptions/none/${assignments}`, 404, 'SubscriptionNotFound'],
    ['another filter', `/arm/${assignments}&$filter=type eq 'x'`, 400, 'InvalidFilter'],
  ])('refuses %s', async (_, path, status, code) => {
    const { ask } = await simulate();
    const answer = await ask(path);
    expect([answer.status, answer.body.error]).toMatchObject([status, { code }]);
    expect(Object.keys(answer.body.error)).toEqual(['code', 'message']);
  });

  test('refuses what our identity may not read', async () => {
    const { simulator, ask } = await simulate();
    simulator.directory.tenant.azure.access = { root: false, diagnosticSettings: false };
    const refused = [
      await ask(`/arm/${assignments}`),
      await ask('/arm/providers/microsoft.aadiam/diagnosticSettings?api-version=2017-04-01'),
    ];
    expect(refused.map(({ status, body }) => [status, body.error.code])).toEqual(
      Array(2).fill([403, 'AuthorizationFailed']),
    );
    const none = await ask('/arm/subscriptions?api-version=2022-12-01', {
      headers: { authorization: '' },
    });
    expect(none.status).toBe(401);
  });
});
