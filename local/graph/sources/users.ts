import * as principals from '../rows/principals.ts';
import * as reports from '../rows/reports.ts';
import { row } from '../rows/row.ts';
import * as workloads from '../rows/workloads.ts';
import { findUser, found, key, type Question, type Sources } from './question.ts';

const userAt = (question: Question) =>
  found(findUser(question.tenant, key(question)), key(question));

export const userSources: Sources = {
  '/users': ({ tenant }) => tenant.users.map(principals.userRow),
  '/users/{id}': (question) => principals.userRow(userAt(question)),
  '/users/$count': ({ tenant }) => tenant.users.map(principals.userRow),
  '/users/delta': ({ tenant }) => tenant.users.map(principals.userRow),
  '/users/{id}/memberOf': (question) =>
    principals.containersOf(question.tenant, userAt(question).fields.id, question.now, false),
  '/users/{id}/transitiveMemberOf': (question) =>
    principals.containersOf(question.tenant, userAt(question).fields.id, question.now, true),
  '/users/{id}/ownedObjects': (question) =>
    principals.ownedBy(question.tenant, userAt(question).fields.id, question.now),
  '/users/{id}/ownedDevices': (question) => {
    const { id } = userAt(question).fields;
    const owned = question.tenant.devices.filter(({ owners }) => owners.includes(id));
    return principals.objectRows(
      question.tenant,
      owned.map(({ fields }) => fields.id),
    );
  },
  '/users/{id}/registeredDevices': (question) => {
    const { id } = userAt(question).fields;
    const used = question.tenant.devices.filter(({ users }) => users.includes(id));
    return principals.objectRows(
      question.tenant,
      used.map(({ fields }) => fields.id),
    );
  },
  '/users/{id}/manager': (question) => {
    const { managerId } = userAt(question);
    return found(principals.objectRow(question.tenant, managerId ?? ''), 'manager');
  },
  '/users/{id}/appRoleAssignments': (question) =>
    workloads.grantedTo(question.tenant, userAt(question).fields.id),
  '/users/{id}/oauth2PermissionGrants': (question) =>
    workloads.delegatedRows(question.tenant, 'principalId', userAt(question).fields.id),
  '/users/{id}/licenseDetails': (question) => {
    const licences = userAt(question).fields.assignedLicenses;
    const ids = (Array.isArray(licences) ? licences : []).map((licence) => licence.skuId);
    return question.tenant.skus
      .filter(({ skuId }) => ids.includes(skuId))
      .map(({ id, skuId, skuPartNumber, servicePlans }) =>
        row('licenseDetails', { id, skuId, skuPartNumber, servicePlans }),
      );
  },
  '/users/{id}/authentication/methods': (question) => reports.methodRows(userAt(question)),
};
