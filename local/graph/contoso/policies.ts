import { accessPolicy, roleNamed } from '../builders.ts';
import { dayMs, idFor, timeAt } from '../identifiers.ts';
import type { Alert, Entity, Tenant } from '../model.ts';
import { ids, tenantId } from './names.ts';

const fourteenRoles = [
  'Global Administrator',
  'Privileged Role Administrator',
  'Privileged Authentication Administrator',
  'Security Administrator',
  'Conditional Access Administrator',
  'Exchange Administrator',
  'SharePoint Administrator',
  'User Administrator',
  'Helpdesk Administrator',
  'Authentication Administrator',
  'Application Administrator',
  'Cloud Application Administrator',
  'Billing Administrator',
  'Password Administrator',
];

const emergency = [ids.bg1, ids.bg2, ids.bg3];

export const contosoAccessPolicies = (): Entity[] => [
  accessPolicy('CA1', {
    state: 'enabled',
    users: { includeRoles: fourteenRoles.map(roleNamed), excludeUsers: emergency },
    controls: ['mfa'],
  }),
  accessPolicy('CA2', {
    state: 'enabledForReportingButNotEnforced',
    users: { includeUsers: ['All'], excludeUsers: emergency },
    clientAppTypes: ['exchangeActiveSync', 'other'],
    controls: ['block'],
  }),
  // bg2 is forgotten here.
  accessPolicy('CA3', {
    state: 'enabled',
    users: { includeUsers: ['All'], excludeUsers: [ids.bg1, ids.bg3] },
    applications: { includeApplications: ['MicrosoftAdminPortals'] },
    controls: ['compliantDevice'],
  }),
  accessPolicy('CA4', {
    state: 'disabled',
    users: { includeUsers: ['GuestsOrExternalUsers'] },
    controls: ['mfa'],
  }),
];

const configuration = (type: string, id: string, state: string) => ({
  '@odata.type': `#microsoft.graph.${type}AuthenticationMethodConfiguration`,
  id,
  state,
  excludeTargets: [],
});

type Singles = Pick<
  Tenant,
  'authenticationMethodsPolicy' | 'authorizationPolicy' | 'securityDefaults'
>;

export const contosoDirectoryPolicies = (): Singles => ({
  authenticationMethodsPolicy: {
    id: 'authenticationMethodsPolicy',
    displayName: 'Authentication Methods Policy',
    description: 'What may be used to sign in.',
    lastModifiedDateTime: '2025-06-02T08:00:00Z',
    policyVersion: '1.5',
    policyMigrationState: 'migrationComplete',
    reconfirmationInDays: null,
    authenticationMethodConfigurations: [
      configuration('fido2', 'Fido2', 'enabled'),
      configuration('microsoftAuthenticator', 'MicrosoftAuthenticator', 'enabled'),
      configuration('temporaryAccessPass', 'TemporaryAccessPass', 'enabled'),
      configuration('sms', 'Sms', 'disabled'),
      configuration('voice', 'Voice', 'disabled'),
    ],
  },
  authorizationPolicy: {
    id: 'authorizationPolicy',
    displayName: 'Authorization Policy',
    description: 'What everybody may do.',
    allowInvitesFrom: 'adminsAndGuestInviters',
    allowedToSignUpEmailBasedSubscriptions: true,
    allowedToUseSSPR: true,
    allowEmailVerifiedUsersToJoinOrganization: false,
    allowUserConsentForRiskyApps: false,
    blockMsolPowerShell: true,
    guestUserRoleId: '2af84b1e-32c8-42b7-82bc-daa82404023b',
    defaultUserRolePermissions: {
      allowedToCreateApps: false,
      allowedToCreateSecurityGroups: false,
      allowedToCreateTenants: false,
      allowedToReadBitlockerKeysForOwnedDevice: true,
      allowedToReadOtherUsers: true,
      permissionGrantPoliciesAssigned: [],
    },
  },
  securityDefaults: {
    id: '00000000-0000-0000-0000-000000000005',
    displayName: 'Security Defaults',
    description: 'Off where Conditional Access is used.',
    isEnabled: false,
  },
});

/** One score a day, newest first: 61, and since today 58. */
export const contosoScores = (now: number): Entity[] =>
  Array.from({ length: 90 }, (_, index) => {
    const createdDateTime = `${timeAt(now - index * dayMs).slice(0, 10)}T00:00:00Z`;
    const lost = index === 0 ? 3 : 0;
    return {
      id: `${tenantId}_${createdDateTime.slice(0, 10)}`,
      azureTenantId: tenantId,
      activeUserCount: 112,
      licensedUserCount: 118,
      createdDateTime,
      currentScore: 61 - lost,
      maxScore: 100,
      enabledServices: ['HasEXOP2', 'HasAADP2'],
      averageComparativeScores: [{ basis: 'AllTenants', averageScore: 44 }],
      controlScores: [
        { controlCategory: 'Identity', controlName: 'AdminMFAV2', description: '', score: 10 },
        {
          controlCategory: 'Identity',
          controlName: 'BlockLegacyAuthentication',
          description: '',
          score: 8 - lost,
        },
      ],
      vendorInformation: {
        provider: 'SecureScore',
        providerVersion: null,
        subProvider: null,
        vendor: 'Microsoft',
      },
    };
  });

const controlProfile = (id: string, title: string, maxScore: number): Entity => ({
  id,
  azureTenantId: tenantId,
  title,
  maxScore,
  controlCategory: 'Identity',
  deprecated: false,
  rank: 1,
  service: 'AzureAD',
  tier: 'Core',
  actionType: 'Config',
  userImpact: 'Moderate',
  implementationCost: 'Low',
  threats: ['Account Breach'],
  remediation: 'See the portal.',
});

export const contosoScoreControls = (): Entity[] => [
  controlProfile('AdminMFAV2', 'Ensure multifactor authentication for administrative roles', 10),
  controlProfile('BlockLegacyAuthentication', 'Block legacy authentication', 8),
];

/** PIM has found too many global administrators, and a role assigned past it. */
export function contosoAlerts(now: number): Alert[] {
  const scannedAt = timeAt(now - 0.25 * dayMs);
  const tooMany = (['ga3', 'msa1', 'bg1', 'bg2'] as const).map((name) => ({
    '@odata.type': '#microsoft.graph.tooManyGlobalAdminsAssignedToTenantAlertIncident',
    id: idFor(`incident ${name}`),
    assigneeId: ids[name],
    assigneeDisplayName: `Test ${name}`,
    assigneeUserPrincipalName: null,
  }));
  const outside = {
    '@odata.type': '#microsoft.graph.rolesAssignedOutsidePrivilegedIdentityManagementAlertIncident',
    id: idFor('incident hd1'),
    assigneeId: ids.hd1,
    assigneeDisplayName: 'Test hd1',
    assigneeUserPrincipalName: null,
    assignmentCreatedDateTime: timeAt(now - 300 * dayMs),
    roleDefinitionId: roleNamed('Helpdesk Administrator'),
    roleDisplayName: 'Helpdesk Administrator',
    roleTemplateId: roleNamed('Helpdesk Administrator'),
  };
  return [
    {
      name: 'TooManyGlobalAdminsAssignedToTenantAlert',
      isActive: true,
      severity: 'low',
      text: 'There are too many global administrators',
      scannedAt,
      incidents: tooMany,
    },
    {
      name: 'RolesAssignedOutsidePrivilegedIdentityManagementAlert',
      isActive: true,
      severity: 'high',
      text: 'Roles are being assigned outside of Privileged Identity Management',
      scannedAt,
      incidents: [outside],
    },
    {
      name: 'StaleSignInAlert',
      isActive: false,
      severity: 'medium',
      text: 'Potential stale accounts in a privileged role',
      scannedAt,
      incidents: [],
    },
  ];
}
