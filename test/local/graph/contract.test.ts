import { describe, expect, test } from 'vitest';
import { unknownProperties } from '../../../local/graph/check-tenant.ts';
import { contosoTest, contosoTestIds as ids } from '../../../local/graph/contoso-test.ts';
import { armOperations, bareType, isList, paths } from '../../../local/graph/contract.ts';
import { startGraphSimulator } from '../../../local/graph/simulator.ts';
import { advanced, pimFilter, simulate, start } from './simulated.ts';

const everyPermission = [...new Set(paths.flatMap(({ least, alt = [] }) => [...least, ...alt]))];

/** Something that is there for each key of each path. */
const keys: Record<string, string> = {
  users: ids.sync1,
  groups: ids.G3,
  servicePrincipals: ids.P2,
  devices: ids.paw1,
  mailFolders: 'inbox',
  domains: 'contoso-test.example',
  administrativeUnits: ids.north,
  directoryObjects: ids.G1,
  riskyUsers: ids.sec1,
  userRegistrationDetails: ids.ga1,
  policies: ids.CA1,
};

async function everything() {
  const tenant = contosoTest(start);
  const manager = tenant.users.find(({ fields }) => fields.id === ids.sync1);
  if (manager) manager.managerId = ids.ga1;
  tenant.hasWorkloadIdPremium = true;
  tenant.deletedUsers = tenant.users.slice(-1);
  const simulated = await simulate({ tenant, permissions: everyPermission, isThrottled: false });
  const [role] = await simulated.list('/v1.0/directoryRoles');
  const [review] = tenant.reviews;
  const more: Record<string, string> = {
    directoryRoles: String(role?.id),
    applications: tenant.applications[0]?.fields.id ?? '',
    definitions: review?.fields.id ?? '',
    instances: review?.instances[0]?.fields.id ?? '',
    alerts: `DirectoryRole_${tenant.id}_TooManyGlobalAdminsAssignedToTenantAlert`,
    signIns: tenant.signIns[0]?.fields.id ?? '',
    directoryAudits: tenant.directoryAudits[0]?.fields.id ?? '',
  };
  const filled = (template: string) =>
    template
      .split('/')
      .map((step, index, steps) => {
        const before = steps[index - 1] ?? '';
        return step === '{id}' ? (more[before] ?? keys[before] ?? 'unknown') : step;
      })
      .join('/');
  return { ...simulated, filled };
}

const queryOf = ({ req, path }: { req?: string; path: string }) => {
  if (path.endsWith('/microsoft.graph.user') || path.endsWith('transitiveRoleAssignments')) {
    return `?$count=true${req ? `&$filter=principalId eq '${ids.ga3}'` : ''}`;
  }
  if (req === undefined) return '';
  return req.includes('groupId') ? `?$filter=groupId eq '${ids.G2}'` : `?${pimFilter}`;
};

const served = paths.filter(({ m }) => m === 'GET');

describe('the contract', () => {
  test.each(served)('$v $path holds', async (entry) => {
    const { ask, filled } = await everything();
    const query = queryOf(entry);
    const path = `/${entry.v}${filled(entry.path)}${query}`;
    const { status, body } = await ask(path, advanced);
    if (entry.least.length === 0) return expect(status).toBe(403);
    // There is no manager of a manager, and so on: each path has something to show here.
    expect([path, status, body.error]).toEqual([path, 200, undefined]);

    const { value, ...single } = body;
    const rows = isList(entry.returns) ? value : [single];
    const type = bareType(entry.returns);
    if (type === 'Int32') return;
    expect(rows.flatMap((row) => unknownProperties(type, row, entry.v))).toEqual([]);
  });

  test('everything of users and groups is known as well, if it is selected', async () => {
    const { list } = await everything();
    for (const [path, type] of [
      ['users', 'user'],
      ['groups', 'group'],
    ] as const) {
      const rows = await list(`/v1.0/${path}?$select=*`);
      expect(rows.flatMap((row) => unknownProperties(type, row, 'v1.0'))).toEqual([]);
    }
  });

  test('what is expanded is known too', async () => {
    const { list } = await everything();
    const schedules = '/v1.0/roleManagement/directory/roleAssignmentScheduleInstances';
    const expanded = await list(`${schedules}?$expand=principal,roleDefinition,activatedUsing`);
    const type = 'unifiedRoleAssignmentScheduleInstance';
    expect(expanded.flatMap((row) => unknownProperties(type, row, 'v1.0'))).toEqual([]);
    const policies = await list(
      `/v1.0/policies/roleManagementPolicyAssignments?${pimFilter}&$expand=policy($expand=rules)`,
    );
    const policy = 'unifiedRoleManagementPolicyAssignment';
    expect(policies.flatMap((row) => unknownProperties(policy, row, 'v1.0'))).toEqual([]);
  });

  test('each operation of Azure is served in its version', async () => {
    const { ask } = await simulate();
    const [subscription] = (await ask('/arm/subscriptions?api-version=2022-12-01')).body.value;
    for (const operation of armOperations) {
      const path = operation.path
        .replace('{subscriptionId}', String(subscription?.subscriptionId))
        .replace('{scope}', `subscriptions/${subscription?.subscriptionId}`)
        .replace('{id}', 'group');
      const { status } = await ask(`/arm${path}?api-version=${operation['api-version']}`);
      expect([operation.path, status]).toEqual([operation.path, 200]);
    }
  });
});

describe('a tenant', () => {
  test('with a property that Graph does not know is refused by name', async () => {
    const tenant = contosoTest(start);
    const [user] = tenant.users;
    if (user) user.fields.favouriteColour = 'blue';
    await expect(startGraphSimulator({ tenant })).rejects.toThrow('user.favouriteColour');
  });

  test('is looked into deeply', async () => {
    const tenant = contosoTest(start);
    const [policy] = tenant.conditionalAccess;
    if (policy) policy.conditions = { users: { includePets: ['All'] } };
    await expect(startGraphSimulator({ tenant })).rejects.toThrow(
      'conditionalAccessUsers.includePets',
    );
  });
});
