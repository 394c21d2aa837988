import { entraRoles } from '../contract.ts';
import { idFor } from '../identifiers.ts';
import type { GroupHolding, RoleRules, Tenant } from '../model.ts';
import { isInForce } from './in-force.ts';
import { objectRow } from './principals.ts';
import { type Row, row } from './row.ts';

const usual: RoleRules = {
  maximumDuration: 'PT8H',
  enabledRules: ['MultiFactorAuthentication', 'Justification'],
  approvers: [],
  mayBePermanentlyActive: true,
  mayBePermanentlyEligible: true,
  isToldToAdmins: true,
};

const target = (caller: string, level: string) => ({
  caller,
  operations: ['All'],
  level,
  inheritableSettings: [],
  enforcedSettings: [],
});

const rule = (type: string, id: string, fields: Record<string, unknown>): Row => {
  const [, caller = '', level = ''] = id.split('_');
  return row(
    `unifiedRoleManagementPolicy${type}`,
    { id, ...fields, target: target(caller, level) },
    { isNamed: true },
  );
};

function ruleRows({ approvers, ...rules }: RoleRules): Row[] {
  const approval = {
    isApprovalRequired: approvers.length > 0,
    isApprovalRequiredForExtension: false,
    isRequestorJustificationRequired: true,
    approvalMode: 'SingleStage',
    approvalStages: [
      {
        approvalStageTimeOutInDays: 1,
        isApproverJustificationRequired: true,
        escalationTimeInMinutes: 0,
        isEscalationEnabled: false,
        escalationApprovers: [],
        primaryApprovers: approvers.map((userId) => ({
          '@odata.type': '#microsoft.graph.singleUser',
          userId,
        })),
      },
    ],
  };
  return [
    rule('ExpirationRule', 'Expiration_Admin_Eligibility', {
      isExpirationRequired: !rules.mayBePermanentlyEligible,
      maximumDuration: 'P365D',
    }),
    rule('EnablementRule', 'Enablement_Admin_Eligibility', { enabledRules: [] }),
    rule('ExpirationRule', 'Expiration_Admin_Assignment', {
      isExpirationRequired: !rules.mayBePermanentlyActive,
      maximumDuration: 'P180D',
    }),
    rule('EnablementRule', 'Enablement_Admin_Assignment', { enabledRules: ['Justification'] }),
    rule('ExpirationRule', 'Expiration_EndUser_Assignment', {
      isExpirationRequired: true,
      maximumDuration: rules.maximumDuration,
    }),
    rule('EnablementRule', 'Enablement_EndUser_Assignment', { enabledRules: rules.enabledRules }),
    rule('ApprovalRule', 'Approval_EndUser_Assignment', { setting: approval }),
    rule('AuthenticationContextRule', 'AuthenticationContext_EndUser_Assignment', {
      isEnabled: false,
      claimValue: '',
    }),
    rule('NotificationRule', 'Notification_Admin_EndUser_Assignment', {
      isDefaultRecipientsEnabled: rules.isToldToAdmins,
      notificationLevel: 'All',
      notificationRecipients: [],
      notificationType: 'Email',
      recipientType: 'Admin',
    }),
  ];
}

const policyId = (tenant: Tenant, roleId: string) =>
  `DirectoryRole_${tenant.id}_${idFor(`role policy ${roleId}`)}`;

function policyRow(tenant: Tenant, roleId: string): Row {
  const rules = () => ruleRows({ ...usual, ...tenant.rules[roleId] });
  return row(
    'unifiedRoleManagementPolicy',
    {
      id: policyId(tenant, roleId),
      displayName: 'DirectoryRole',
      description: 'DirectoryRole',
      isOrganizationDefault: false,
      scopeId: '/',
      scopeType: 'DirectoryRole',
      lastModifiedDateTime: null,
      lastModifiedBy: { displayName: null, id: null },
    },
    { navigation: { rules, effectiveRules: rules } },
  );
}

export const policyRows = (tenant: Tenant): Row[] =>
  Object.keys(entraRoles).map((roleId) => policyRow(tenant, roleId));

export const policyAssignmentRows = (tenant: Tenant): Row[] =>
  Object.keys(entraRoles).map((roleId) =>
    row(
      'unifiedRoleManagementPolicyAssignment',
      {
        id: `${policyId(tenant, roleId)}_${roleId}`,
        policyId: policyId(tenant, roleId),
        scopeId: '/',
        scopeType: 'DirectoryRole',
        roleDefinitionId: roleId,
      },
      { navigation: { policy: () => policyRow(tenant, roleId) } },
    ),
  );

/** Unlike the API of roles, this one writes its constants in lower case. */
export const groupInstanceRows = (tenant: Tenant, kind: GroupHolding['kind'], now: number): Row[] =>
  tenant.groupHoldings
    .filter((holding) => holding.kind === kind)
    .filter(isInForce(now))
    .map((holding) => {
      const isAssignment = kind === 'active';
      const schedule = `${holding.groupId}_${holding.access}_${idFor(`schedule ${holding.id}`)}`;
      return row(
        isAssignment
          ? 'privilegedAccessGroupAssignmentScheduleInstance'
          : 'privilegedAccessGroupEligibilityScheduleInstance',
        {
          id: holding.id,
          startDateTime: holding.start,
          endDateTime: holding.end,
          accessId: holding.access,
          groupId: holding.groupId,
          principalId: holding.principalId,
          memberType: 'direct',
          ...(isAssignment
            ? {
                assignmentType: holding.activatedFrom === undefined ? 'assigned' : 'activated',
                assignmentScheduleId: schedule,
              }
            : { eligibilityScheduleId: schedule }),
        },
        {
          navigation: {
            group: () => objectRow(tenant, holding.groupId) ?? null,
            principal: () => objectRow(tenant, holding.principalId) ?? null,
          },
        },
      );
    });

export const groupScheduleRows = (tenant: Tenant, kind: GroupHolding['kind']): Row[] =>
  tenant.groupHoldings
    .filter((holding) => holding.kind === kind)
    .map((holding) =>
      row(
        kind === 'active'
          ? 'privilegedAccessGroupAssignmentSchedule'
          : 'privilegedAccessGroupEligibilitySchedule',
        {
          id: `${holding.groupId}_${holding.access}_${idFor(`schedule ${holding.id}`)}`,
          createdDateTime: holding.start,
          createdUsing: null,
          modifiedDateTime: null,
          status: 'Provisioned',
          accessId: holding.access,
          groupId: holding.groupId,
          principalId: holding.principalId,
          memberType: 'direct',
          ...(kind === 'active' && {
            assignmentType: holding.activatedFrom === undefined ? 'assigned' : 'activated',
          }),
        },
      ),
    );
