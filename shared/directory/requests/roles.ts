import * as z from 'zod';
import { declare } from '../request.ts';
import {
  count,
  directoryObject,
  displayName,
  flag,
  id,
  rule as queryRule,
  text,
  texts,
  time,
} from './rows.ts';

const needs = ['RoleManagement.Read.Directory'];

const roleDefinition = z.looseObject({
  id,
  templateId: id.nullish(),
  displayName,
  isBuiltIn: flag,
});

export const roleDefinitions = declare({
  part: 'roles',
  version: 'v1.0',
  path: '/roleManagement/directory/roleDefinitions',
  select: ['id', 'templateId', 'displayName', 'isBuiltIn'],
  needs,
  bucket: 'directory',
  row: roleDefinition,
});

/** Beta alone knows the flag. */
export const flaggedRoles = declare({
  part: 'roles',
  version: 'beta',
  path: '/roleManagement/directory/roleDefinitions',
  select: ['id', 'templateId', 'displayName', 'isBuiltIn'],
  filter: 'isPrivileged eq true',
  needs,
  bucket: 'directory',
  row: roleDefinition,
});

const held = {
  principalId: id,
  roleDefinitionId: id,
  directoryScopeId: text,
  appScopeId: text,
  principal: directoryObject.nullish(),
};

const roleAssignment = z.looseObject({ id: text, ...held });
// Expanded without a choice of properties: Graph ignores one here.
const withPrincipal = { $expand: 'principal' };

export const roleAssignments = declare({
  part: 'roles',
  version: 'v1.0',
  path: '/roleManagement/directory/roleAssignments',
  query: withPrincipal,
  needs,
  bucket: 'directory',
  row: roleAssignment,
});

export const roleAssignmentsOf = declare({
  ...roleAssignments,
  filter: "principalId eq '{id}'",
});

const instance = { ...held, startDateTime: time, endDateTime: time, memberType: text };

export const activeRoles = declare({
  part: 'pim',
  version: 'v1.0',
  path: '/roleManagement/directory/roleAssignmentScheduleInstances',
  query: withPrincipal,
  needs,
  licence: 'P2',
  bucket: 'pim',
  row: z.looseObject({ id: text, ...instance, assignmentType: text }),
});

export const eligibleRoles = declare({
  part: 'pim',
  version: 'v1.0',
  path: '/roleManagement/directory/roleEligibilityScheduleInstances',
  query: withPrincipal,
  needs,
  licence: 'P2',
  bucket: 'pim',
  row: z.looseObject({ id: text, ...instance }),
});

export const eligibleRolesOf = declare({ ...eligibleRoles, filter: "principalId eq '{id}'" });

const groupInstance = {
  groupId: id,
  principalId: id,
  accessId: text,
  startDateTime: time,
  endDateTime: time,
  principal: directoryObject.nullish(),
};

export const eligibleMembers = declare({
  part: 'groupPim',
  version: 'v1.0',
  path: '/identityGovernance/privilegedAccess/group/eligibilityScheduleInstances',
  filter: "groupId eq '{id}'",
  query: withPrincipal,
  needs: ['PrivilegedEligibilitySchedule.Read.AzureADGroup'],
  licence: 'P2',
  bucket: 'pim',
  row: z.looseObject({ id: text, ...groupInstance }),
});

export const activeMembers = declare({
  part: 'groupPim',
  version: 'v1.0',
  path: '/identityGovernance/privilegedAccess/group/assignmentScheduleInstances',
  filter: "groupId eq '{id}'",
  query: withPrincipal,
  needs: ['PrivilegedAssignmentSchedule.Read.AzureADGroup'],
  licence: 'P2',
  bucket: 'pim',
  row: z.looseObject({ id: text, ...groupInstance, assignmentType: text }),
});

const rule = z.looseObject({
  id: z.string(),
  isExpirationRequired: flag,
  maximumDuration: text,
  enabledRules: texts,
  isEnabled: flag,
  isDefaultRecipientsEnabled: flag,
  notificationRecipients: texts,
  setting: z
    .looseObject({
      isApprovalRequired: flag,
      approvalStages: z
        .array(z.looseObject({ primaryApprovers: z.array(z.looseObject({})).nullish() }))
        .nullish(),
    })
    .nullish(),
});
export type RoleRule = z.output<typeof rule>;

export const roleSettings = declare({
  part: 'pimSettings',
  version: 'v1.0',
  path: '/policies/roleManagementPolicyAssignments',
  filter: "scopeId eq '/' and scopeType eq 'DirectoryRole'",
  query: { $expand: 'policy($expand=rules)' },
  needs,
  licence: 'P2',
  bucket: 'pim',
  row: z.looseObject({
    id: text,
    roleDefinitionId: id,
    policy: z.looseObject({ rules: z.array(rule) }),
  }),
});

export const pimAlerts = declare({
  part: 'pimAlerts',
  version: 'beta',
  path: '/identityGovernance/roleManagementAlerts/alerts',
  filter: "scopeId eq '/' and scopeType eq 'DirectoryRole'",
  needs: ['RoleManagementAlert.Read.Directory'],
  licence: 'P2',
  bucket: 'pim',
  row: z.looseObject({
    id: z.string(),
    alertDefinitionId: text,
    isActive: flag,
    incidentCount: count,
    lastScannedDateTime: time,
  }),
});

const reviews = {
  part: 'accessReviews',
  version: 'v1.0',
  needs: ['AccessReview.Read.All'],
  licence: 'P2',
  bucket: 'access-reviews',
} as const;

const scope: z.ZodType<ReviewScope> = z.lazy(() =>
  z.looseObject({
    query: queryRule,
    resourceScopes: z.array(scope).nullish(),
    principalScopes: z.array(scope).nullish(),
  }),
);
export type ReviewScope = {
  query?: string | null | undefined;
  resourceScopes?: ReviewScope[] | null | undefined;
  principalScopes?: ReviewScope[] | null | undefined;
};

export const reviewDefinitions = declare({
  ...reviews,
  path: '/identityGovernance/accessReviews/definitions',
  query: { $top: '100' },
  row: z.looseObject({
    id: z.string(),
    displayName: text,
    scope: scope.nullish(),
    instanceEnumerationScope: scope.nullish(),
  }),
});

export const reviewInstances = declare({
  ...reviews,
  path: '/identityGovernance/accessReviews/definitions/{id}/instances',
  query: { $top: '100' },
  row: z.looseObject({ id: z.string(), startDateTime: time, endDateTime: time, status: text }),
});

export const undecided = declare({
  ...reviews,
  path: '/identityGovernance/accessReviews/definitions/{id}/instances/{id}/decisions',
  filter: "decision eq 'NotReviewed'",
  query: { $top: '100' },
  row: z.looseObject({ id: z.string(), decision: text }),
});
