import { azureRoles } from './contract.ts';
import { GraphError } from './errors.ts';
import type { Azure, AzureAssignment, Fields, Tenant } from './model.ts';
import { parseFilter } from './query/filter.ts';
import { matches } from './query/matches.ts';

const provider = '/providers/Microsoft.Authorization';

/** @param scope - As the path writes it; empty: the root. */
export type Served = { tenant: Tenant; scope: string; filter: string | null };

const forbidden = (scope: string) =>
  new GraphError(
    403,
    'AuthorizationFailed',
    `The client does not have authorization to perform action over scope '${scope}'.`,
  );

export function subscriptionList({ tenant }: Served): Fields[] {
  return tenant.azure.subscriptions.map(({ id, name }) => ({
    id: `/subscriptions/${id}`,
    subscriptionId: id,
    tenantId: tenant.id,
    displayName: name,
    state: 'Enabled',
    authorizationSource: 'RoleBased',
    managedByTenants: [],
    subscriptionPolicies: { spendingLimit: 'Off' },
  }));
}

/** A scope and all above it, up to the root. */
function scopesFrom({ subscriptions, access }: Azure, scope: string): string[] {
  if (scope === '') {
    if (!access.root) throw forbidden('/');
    return ['/'];
  }
  const id = /^\/subscriptions\/(.+)$/i.exec(scope)?.[1];
  if (id === undefined) return ['/', scope];
  const subscription = subscriptions.find((known) => known.id === id.toLowerCase());
  if (!subscription) {
    throw new GraphError(
      404,
      'SubscriptionNotFound',
      `The subscription '${id}' could not be found.`,
    );
  }
  const groups = subscription.managementGroups.map(
    (name) => `/providers/Microsoft.Management/managementGroups/${name}`,
  );
  return ['/', ...groups, `/subscriptions/${subscription.id}`];
}

function inScope<T extends AzureAssignment>(
  rows: readonly T[],
  { tenant, scope, filter }: Served,
): T[] {
  const scopes = scopesFrom(tenant.azure, scope).map((name) => name.toLowerCase());
  const principal = /^(?:principalId eq|assignedTo\() ?'([^']+)'\)?$/i.exec(filter ?? '')?.[1];
  if (filter !== null && !principal && filter !== 'atScope()') {
    throw new GraphError(400, 'InvalidFilter', `The filter '${filter}' is not supported.`);
  }
  return rows.filter(
    (row) =>
      scopes.includes(row.scope.toLowerCase()) &&
      (principal === undefined || row.principalId === principal),
  );
}

const definitionId = (roleId: string) => `${provider}/roleDefinitions/${roleId}`;
const under = (scope: string) => (scope === '/' ? '' : scope);

export function assignmentList(served: Served): Fields[] {
  return inScope(served.tenant.azure.assignments, served).map((row) => ({
    id: `${under(row.scope)}${provider}/roleAssignments/${row.name}`,
    type: 'Microsoft.Authorization/roleAssignments',
    name: row.name,
    properties: {
      scope: row.scope,
      roleDefinitionId: `${row.scope.startsWith('/subscriptions') ? row.scope : ''}${definitionId(row.roleId)}`,
      principalId: row.principalId,
      principalType: row.principalType,
      description: null,
      condition: null,
      conditionVersion: null,
      createdOn: row.createdOn,
      updatedOn: row.createdOn,
      createdBy: '',
      updatedBy: '',
      delegatedManagedIdentityResourceId: null,
    },
  }));
}

export function eligibleList(served: Served): Fields[] {
  return inScope(served.tenant.azure.eligible, served).map((row) => ({
    id: `${under(row.scope)}${provider}/roleEligibilityScheduleInstances/${row.name}`,
    name: row.name,
    properties: {
      scope: row.scope,
      roleDefinitionId: `${under(row.scope)}${definitionId(row.roleId)}`,
      principalId: row.principalId,
      principalType: row.principalType,
      memberType: 'Direct',
      status: 'Provisioned',
      startDateTime: row.createdOn,
      endDateTime: row.end,
    },
  }));
}

export function definitionList({ filter }: Served): Fields[] {
  const rows = Object.entries(azureRoles).map(([name, roleName]) => ({
    id: definitionId(name),
    name,
    properties: {
      roleName,
      type: 'BuiltInRole',
      description: `What ${roleName} may do.`,
      assignableScopes: ['/'],
      permissions: [],
    },
  }));
  if (filter === null || filter === 'atScope()') return rows;
  const parsed = parseFilter(filter);
  return rows.filter(({ properties }) => matches(parsed, properties));
}

export function settingList({ tenant: { azure } }: Served): Fields[] {
  if (!azure.access.diagnosticSettings) throw forbidden('/providers/Microsoft.aadiam');
  return azure.diagnosticSettings;
}

export function activityList({ tenant: { azure }, filter }: Served): Fields[] {
  if (!azure.access.root) throw forbidden('/');
  if (filter === null) return azure.activity;
  const parsed = parseFilter(filter);
  return azure.activity.filter((row) => matches(parsed, row));
}
