import { pinnedValue } from '../query/inspect.ts';
import * as alerts from '../rows/alerts.ts';
import * as directoryRoles from '../rows/directory-roles.ts';
import * as pim from '../rows/pim.ts';
import * as roles from '../rows/roles.ts';
import { emptyList, found, key, oneOf, type Sources } from './question.ts';

const roleManagement = '/roleManagement/directory';
const groupAccess = '/identityGovernance/privilegedAccess/group';
export const roleSources: Sources = {
  '/directoryRoles': ({ tenant }) => directoryRoles.directoryRoleRows(tenant),
  '/directoryRoles/delta': ({ tenant }) => directoryRoles.directoryRoleRows(tenant),
  '/directoryRoles/{id}/members': (question) => {
    const { tenant, now } = question;
    oneOf(directoryRoles.directoryRoleRows(tenant), key(question));
    return directoryRoles.directoryRoleMembers(tenant, key(question), now);
  },
  '/directoryRoleTemplates': () => directoryRoles.directoryRoleTemplateRows(),
  [`${roleManagement}/roleDefinitions`]: ({ tenant }) => roles.roleDefinitionRows(tenant),
  [`${roleManagement}/roleAssignments`]: ({ tenant, now }) => roles.roleAssignmentRows(tenant, now),
  [`${roleManagement}/roleAssignmentSchedules`]: ({ tenant, now }) =>
    roles.scheduleRows(tenant, 'active', now),
  [`${roleManagement}/roleEligibilitySchedules`]: ({ tenant, now }) =>
    roles.scheduleRows(tenant, 'eligible', now),
  [`${roleManagement}/roleAssignmentScheduleInstances`]: ({ tenant, now }) =>
    roles.assignmentInstanceRows(tenant, now),
  [`${roleManagement}/roleEligibilityScheduleInstances`]: ({ tenant, now }) =>
    roles.eligibilityInstanceRows(tenant, now),
  [`${roleManagement}/roleAssignmentScheduleRequests`]: emptyList,
  [`${roleManagement}/roleEligibilityScheduleRequests`]: emptyList,
  [`${roleManagement}/transitiveRoleAssignments`]: ({ tenant, now, filter }) =>
    roles.transitiveAssignmentRows(tenant, String(pinnedValue(filter, 'principalId')), now),
  [`${groupAccess}/eligibilitySchedules`]: ({ tenant }) =>
    pim.groupScheduleRows(tenant, 'eligible'),
  [`${groupAccess}/assignmentSchedules`]: ({ tenant }) => pim.groupScheduleRows(tenant, 'active'),
  [`${groupAccess}/eligibilityScheduleInstances`]: ({ tenant, now }) =>
    pim.groupInstanceRows(tenant, 'eligible', now),
  [`${groupAccess}/assignmentScheduleInstances`]: ({ tenant, now }) =>
    pim.groupInstanceRows(tenant, 'active', now),
  '/identityGovernance/roleManagementAlerts/alerts': ({ tenant }) => alerts.alertRows(tenant),
  '/identityGovernance/roleManagementAlerts/alerts/{id}/alertIncidents': (question) =>
    alerts.incidentRows(found(alerts.findAlert(question.tenant, key(question)), key(question))),
  '/identityGovernance/roleManagementAlerts/alertDefinitions': ({ tenant }) =>
    alerts.alertDefinitionRows(tenant),
  '/identityGovernance/roleManagementAlerts/alertConfigurations': ({ tenant }) =>
    alerts.alertConfigurationRows(tenant),
  '/policies/roleManagementPolicyAssignments': ({ tenant }) => pim.policyAssignmentRows(tenant),
  '/policies/roleManagementPolicies': ({ tenant }) => pim.policyRows(tenant),
};
