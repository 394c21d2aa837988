import { dayMs, idFor, timeAt } from '../identifiers.ts';
import type { Azure, AzureAssignment } from '../model.ts';
import { ids, tenantId } from './names.ts';

const owner = '8e3af657-a8ff-443c-a75c-2fe8c4bcb635';
const userAccess = '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9';
const reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';

export const subscriptions = {
  production: idFor('subscription production'),
  sandbox: idFor('subscription sandbox'),
} as const;

export const hub = {
  rule: `/subscriptions/${subscriptions.production}/resourceGroups/glasswatch/providers/Microsoft.EventHub/namespaces/glasswatch/authorizationRules/entra`,
  name: 'entra-logs',
  setting: 'to-glasswatch',
} as const;

const exported = [
  'AuditLogs',
  'SignInLogs',
  'NonInteractiveUserSignInLogs',
  'ServicePrincipalSignInLogs',
  'ManagedIdentitySignInLogs',
  'RiskyUsers',
  'UserRiskEvents',
];

/** The Azure side of Contoso Test. ga3 has elevated access, and a guest owns a subscription. */
export function contosoAzure(now: number): Azure {
  const createdOn = timeAt(now - 300 * dayMs);
  const assign = (
    scope: string,
    roleId: string,
    principalId: string,
    principalType = 'User',
  ): AzureAssignment => ({
    name: idFor(`azure ${scope} ${roleId} ${principalId}`),
    scope,
    roleId,
    principalId,
    principalType,
    createdOn,
  });
  return {
    subscriptions: [
      { id: subscriptions.production, name: 'Contoso Production', managementGroups: [tenantId] },
      { id: subscriptions.sandbox, name: 'Contoso Sandbox', managementGroups: [tenantId] },
    ],
    assignments: [
      assign('/', userAccess, ids.ga3),
      assign(
        `/providers/Microsoft.Management/managementGroups/${tenantId}`,
        reader,
        ids.P3,
        'ServicePrincipal',
      ),
      assign(`/subscriptions/${subscriptions.production}`, owner, ids.G1, 'Group'),
      assign(`/subscriptions/${subscriptions.sandbox}`, owner, ids.guest1),
    ],
    eligible: [
      { ...assign(`/subscriptions/${subscriptions.production}`, owner, ids.ga1), end: null },
    ],
    diagnosticSettings: [
      {
        id: `/tenants/${tenantId}/providers/microsoft.aadiam/diagnosticSettings/${hub.setting}`,
        name: hub.setting,
        type: 'microsoft.aadiam/diagnosticSettings',
        properties: {
          storageAccountId: '',
          serviceBusRuleId: '',
          workspaceId: '',
          eventHubAuthorizationRuleId: hub.rule,
          eventHubName: hub.name,
          logAnalyticsDestinationType: '',
          metrics: [],
          logs: exported.map((category) => ({
            category,
            enabled: true,
            retentionPolicy: { enabled: false, days: 0 },
          })),
        },
      },
    ],
    activity: [],
    access: { root: true, diagnosticSettings: true },
  };
}
