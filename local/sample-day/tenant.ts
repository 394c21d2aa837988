import { dayMs, hourMs, isoOf } from '../../shared/time.ts';
import { accessPolicy, active, application, servicePrincipal } from '../graph/builders.ts';
import { contosoTest } from '../graph/contoso-test.ts';
import type { Entity, Holding, RoleRules, Tenant } from '../graph/model.ts';
import { sampleSnapshot } from './directory.ts';
import { graphGroups, graphHoldings, graphUsers } from './graph-people.ts';
import { admins, breakGlass, roles, tenant, workloads } from './people.ts';

/**
 * Contoso as Microsoft Graph shows it: the snapshot of the morning, and one thing that has happened
 * since without a record. It is well kept; what is not, the sample day is to find.
 *
 * @param now - when the sample day ends.
 */
export function sampleTenant(now: Date): Tenant {
  const at = now.getTime();
  const snapshot = sampleSnapshot(now);
  // What every tenant has: Microsoft's own services, licences, scores.
  const common = contosoTest(at);
  return {
    ...common,
    id: tenant.id,
    name: tenant.name,
    users: graphUsers(snapshot, at),
    groups: graphGroups(snapshot),
    holdings: [...graphHoldings(snapshot, at), unnoticedRole(at)],
    groupHoldings: [],
    units: [],
    devices: [],
    managedDevices: [],
    ...workloadsIn(common, at),
    conditionalAccess: accessPolicies(),
    rules: Object.fromEntries(Object.values(roles).map(({ id }) => [id, soundRules])),
    riskDetections: [],
    reviews: [reviewAt(at)],
    alerts: [],
    directoryAudits: [],
    signIns: [],
    organization: organizationAt(at),
    domains: [domain('contoso.onmicrosoft.com', true), domain('contoso.com', false)],
    azure: azureOf(common),
  };
}

/** Nobody asked for it, and no record tells of it: only the directory shows it. */
const unnoticedRole = (at: number): Holding =>
  active(admins.lucia.id, roles.sharePoint.name, { start: isoOf(at - 6 * hourMs) });

const soundRules: RoleRules = {
  maximumDuration: 'PT4H',
  enabledRules: ['MultiFactorAuthentication', 'Justification'],
  approvers: [admins.ines.id, admins.priya.id],
  mayBePermanentlyActive: false,
  mayBePermanentlyEligible: true,
  isToldToAdmins: true,
};

/** The third break-glass account was forgotten: every one of them would keep it out. */
function accessPolicies(): Entity[] {
  const excludeUsers = breakGlass.map(({ id }) => id);
  const everyone = { includeUsers: ['All'], excludeUsers };
  const administrators = { includeRoles: Object.values(roles).map(({ id }) => id), excludeUsers };
  const on = { state: 'enabled' };
  const risky = accessPolicy('Block risky users', { ...on, users: everyone, controls: ['block'] });
  const flows = accessPolicy('Block device codes', { ...on, users: everyone, controls: ['block'] });
  return [
    accessPolicy('Everybody uses MFA', { ...on, users: everyone, controls: ['mfa'] }),
    accessPolicy('No legacy protocols', {
      ...on,
      users: everyone,
      clientAppTypes: ['exchangeActiveSync', 'other'],
      controls: ['block'],
    }),
    accessPolicy('Administrators on managed devices', {
      ...on,
      users: administrators,
      controls: ['compliantDevice'],
    }),
    {
      ...risky,
      conditions: {
        ...(risky.conditions as object),
        userRiskLevels: ['high'],
        signInRiskLevels: [],
      },
    },
    {
      ...risky,
      id: 'b0a5a2f8-7e06-4c37-9a2b-3d1a6a6b7c11',
      displayName: 'Block risky sign-ins',
      conditions: { ...(risky.conditions as object), signInRiskLevels: ['high', 'medium'] },
    },
    {
      ...flows,
      conditions: {
        ...(flows.conditions as object),
        authenticationFlows: { transferMethods: 'deviceCodeFlow' },
      },
    },
  ];
}

type Workloads = Pick<Tenant, 'applications' | 'servicePrincipals' | 'grants' | 'delegatedGrants'>;

/** Microsoft's own, and the connector of human resources. */
function workloadsIn({ servicePrincipals }: Tenant, at: number): Workloads {
  const certificate = {
    customKeyIdentifier: null,
    displayName: 'hr-sync 2026',
    key: null,
    keyId: 'd7f0c4a2-62c4-4a0f-9a37-94f6a9a7c1e5',
    startDateTime: isoOf(at - 60 * dayMs),
    endDateTime: isoOf(at + 300 * dayMs),
    type: 'AsymmetricX509Cert',
    usage: 'Verify',
  };
  const { id, appId, name } = workloads.hrSync;
  const owners = [admins.ines.id];
  const principal = servicePrincipal(name, {
    owners,
    fields: { appId, appOwnerOrganizationId: tenant.id },
  });
  const registration = application(name, {
    owners,
    fields: { appId, keyCredentials: [certificate] },
  });
  return {
    servicePrincipals: [
      ...servicePrincipals.filter(({ fields }) =>
        /^(Microsoft|Office)/.test(String(fields.displayName)),
      ),
      { ...principal, fields: { ...principal.fields, id } },
    ],
    applications: [registration],
    grants: [],
    delegatedGrants: [],
  };
}

/** Of all the roles, decided a month ago. */
function reviewAt(at: number): Tenant['reviews'][number] {
  const id = 'd0c7d3c5-54f6-4f2c-b0a3-0c0a9a5c0f3e';
  return {
    fields: {
      id,
      displayName: 'Administrators, every quarter',
      status: 'InProgress',
      createdDateTime: isoOf(at - 400 * dayMs),
      scope: {
        '@odata.type': '#microsoft.graph.principalResourceMembershipsScope',
        principalScopes: [
          {
            '@odata.type': '#microsoft.graph.accessReviewQueryScope',
            query: '/v1.0/users',
            queryType: 'MicrosoftGraph',
          },
        ],
        resourceScopes: Object.values(roles).map((role) => ({
          '@odata.type': '#microsoft.graph.accessReviewQueryScope',
          query: `/beta/roleManagement/directory/roleDefinitions/${role.id}`,
          queryType: 'MicrosoftGraph',
        })),
      },
    },
    instances: [
      {
        fields: {
          id: 'f3a1c0de-4a7b-4d0e-8a55-5b1d9f1d6b02',
          startDateTime: isoOf(at - 45 * dayMs),
          endDateTime: isoOf(at - 31 * dayMs),
          status: 'Completed',
        },
        decisions: [
          {
            id: 'a8d1d6f0-70a5-4a43-8a55-9f4f3c2d7e01',
            decision: 'Approve',
            recommendation: 'Approve',
          },
        ],
      },
    ],
  };
}

/** Cloud only. */
const organizationAt = (at: number): Entity => ({
  id: tenant.id,
  displayName: tenant.name,
  tenantType: 'AAD',
  createdDateTime: isoOf(at - 1500 * dayMs),
  onPremisesSyncEnabled: null,
  onPremisesLastSyncDateTime: null,
  assignedPlans: [],
  verifiedDomains: [
    { name: 'contoso.onmicrosoft.com', isInitial: true, isDefault: false, type: 'Managed' },
    { name: 'contoso.com', isInitial: false, isDefault: true, type: 'Managed' },
  ],
});

const domain = (id: string, isInitial: boolean): Entity => ({
  id,
  authenticationType: 'Managed',
  isAdminManaged: true,
  isDefault: !isInitial,
  isInitial,
  isRoot: true,
  isVerified: true,
  supportedServices: ['Email'],
});

/** One subscription, the one that this service runs in; its owner is a group. */
function azureOf({ azure }: Tenant): Tenant['azure'] {
  const [first] = azure.subscriptions;
  return {
    ...azure,
    subscriptions: first ? [{ ...first, id: 'c2a4e681-95d7-4b03-8f1c-6e7d20b9a358' }] : [],
    assignments: [],
    eligible: [],
  };
}
