import * as directoryRoles from '../rows/directory-roles.ts';
import * as principals from '../rows/principals.ts';
import { row } from '../rows/row.ts';
import * as workloads from '../rows/workloads.ts';
import { emptyList, found, key, keyed, plain, type Sources } from './question.ts';

export const workloadSources: Sources = {
  '/servicePrincipals': ({ tenant }) =>
    tenant.servicePrincipals.map(principals.servicePrincipalRow),
  '/servicePrincipals/delta': ({ tenant }) =>
    tenant.servicePrincipals.map(principals.servicePrincipalRow),
  '/servicePrincipals/{id}': (question) =>
    principals.servicePrincipalRow(keyed(question.tenant.servicePrincipals, question)),
  '/servicePrincipals/{id}/appRoleAssignedTo': (question) =>
    workloads.grantedOf(
      question.tenant,
      keyed(question.tenant.servicePrincipals, question).fields.id,
    ),
  '/servicePrincipals/{id}/appRoleAssignments': (question) =>
    workloads.grantedTo(
      question.tenant,
      keyed(question.tenant.servicePrincipals, question).fields.id,
    ),
  '/servicePrincipals/{id}/owners': (question) =>
    principals.objectRows(
      question.tenant,
      keyed(question.tenant.servicePrincipals, question).owners,
    ),
  '/servicePrincipals/{id}/oauth2PermissionGrants': (question) =>
    workloads.delegatedRows(
      question.tenant,
      'clientId',
      keyed(question.tenant.servicePrincipals, question).fields.id,
    ),
  '/servicePrincipals/{id}/memberOf': (question) =>
    principals.containersOf(
      question.tenant,
      keyed(question.tenant.servicePrincipals, question).fields.id,
      question.now,
      false,
    ),
  '/oauth2PermissionGrants': ({ tenant }) => workloads.delegatedRows(tenant),
  '/applications': ({ tenant }) =>
    tenant.applications.map(({ fields }) => row('application', fields)),
  '/applications/{id}/owners': (question) =>
    principals.objectRows(question.tenant, keyed(question.tenant.applications, question).owners),
  '/applications/{id}/federatedIdentityCredentials': (question) =>
    keyed(question.tenant.applications, question).federated.map((fields) =>
      row('federatedIdentityCredential', fields),
    ),
  '/devices': ({ tenant }) => tenant.devices.map(principals.deviceRow),
  '/devices/{id}/registeredOwners': (question) =>
    principals.objectRows(question.tenant, keyed(question.tenant.devices, question).owners),
  '/devices/{id}/registeredUsers': (question) =>
    principals.objectRows(question.tenant, keyed(question.tenant.devices, question).users),
  '/deviceManagement/managedDevices': plain('managedDevice', (tenant) => tenant.managedDevices),
  '/organization': plain('organization', (tenant) => [tenant.organization]),
  '/domains': plain('domain', (tenant) => tenant.domains),
  '/domains/{id}/federationConfiguration': (question) => {
    const domain = question.tenant.domains.find(({ id }) => id === key(question));
    found(domain, key(question));
    return [];
  },
  '/subscribedSkus': plain('subscribedSku', (tenant) => tenant.skus),
  '/directory/administrativeUnits': ({ tenant }) => tenant.units.map(principals.unitRow),
  '/directory/administrativeUnits/{id}/members': (question) =>
    principals.objectRows(question.tenant, keyed(question.tenant.units, question).members),
  '/directory/administrativeUnits/{id}/scopedRoleMembers': (question) =>
    directoryRoles.scopedMemberRows(
      question.tenant,
      keyed(question.tenant.units, question).fields.id,
      question.now,
    ),
  '/directory/deletedItems/microsoft.graph.user': ({ tenant }) =>
    tenant.deletedUsers.map(principals.userRow),
  '/directory/onPremisesSynchronization': emptyList,
  '/directoryObjects/{id}': (question) =>
    found(principals.objectRow(question.tenant, key(question)), key(question)),
};
