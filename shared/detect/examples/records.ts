import { builtInRoleName } from '../../roles.ts';
import { exampleTenantId, people, workloads } from './tenant.ts';

/** Raw records, in the order in which they arrive, as Event Hubs would deliver them. */
export type ExampleRecords = readonly Readonly<Record<string, unknown>>[];

type Person = { id: string; upn: string };
type Fields = Readonly<Record<string, unknown>>;

const noon = '2026-11-20T12:00:00.0000000Z';
const office = '198.51.100.7';

/** A completed sign-in of a person with password and nothing else; `fields` go over its properties. */
export function signIn(who: Person, fields: Fields = {}, envelope: Fields = {}) {
  const properties = {
    id: 'sign-in-1',
    createdDateTime: noon,
    userId: who.id,
    userPrincipalName: who.upn,
    signInIdentifier: who.upn,
    userType: 'Member',
    homeTenantId: exampleTenantId,
    appId: '4765445b-32c6-49b0-83e6-1d93765276ca',
    appDisplayName: 'OfficeHome',
    resourceDisplayName: 'OfficeHome',
    ipAddress: office,
    clientAppUsed: 'Browser',
    status: { errorCode: 0 },
    isInteractive: true,
    authenticationRequirement: 'singleFactorAuthentication',
    authenticationDetails: [password],
    correlationId: 'flow-1',
    ...fields,
  };
  return {
    time: noon,
    category: 'SignInLogs',
    operationName: 'Sign-in activity',
    tenantId: exampleTenantId,
    correlationId: properties.correlationId,
    properties,
    ...envelope,
  };
}

export const password = {
  authenticationMethod: 'Password',
  authenticationMethodDetail: 'Password in the cloud',
  succeeded: true,
  authenticationStepResultDetail: 'Correct password',
  authenticationStepRequirement: 'Primary authentication',
};

export const approvedPrompt = {
  authenticationMethod: 'Mobile app notification',
  succeeded: true,
  authenticationStepResultDetail: 'MFA completed in Azure AD',
  authenticationStepRequirement: 'Multi-factor authentication',
};

/** The silent renewal of a token. */
export const refresh = (who: Person, fields: Fields = {}) =>
  signIn(
    who,
    { isInteractive: false, authenticationDetails: [], ...fields },
    { category: 'NonInteractiveUserSignInLogs' },
  );

/** A row of the audit log; `fields` go over its properties. */
export function audit(operationName: string, fields: Fields = {}) {
  return {
    time: noon,
    category: 'AuditLogs',
    operationName,
    tenantId: exampleTenantId,
    properties: {
      id: `Directory_${operationName}`,
      category: 'RoleManagement',
      correlationId: 'click-1',
      result: 'success',
      activityDisplayName: operationName,
      activityDateTime: noon,
      loggedByService: 'Core Directory',
      initiatedBy: by(people.ada),
      targetResources: [],
      additionalDetails: [],
      ...fields,
    },
  };
}

export const by = (who: Person) => ({
  user: { id: who.id, userPrincipalName: who.upn, ipAddress: office },
});

export const byApp = (app: { id: string; name: string }) => ({
  app: { displayName: app.name, servicePrincipalId: app.id, appId: null },
});

export const byPim = byApp(workloads.pim);

export const target = (who: Person, changes: Fields = {}) => ({
  id: who.id,
  type: 'User',
  userPrincipalName: who.upn,
  modifiedProperties: added(changes),
});

export const partyTarget = (
  type: string,
  party: { id: string; name: string },
  changes: Fields = {},
) => ({
  id: party.id,
  type,
  displayName: party.name,
  modifiedProperties: added(changes),
});

/** `modifiedProperties` of something added: JSON within strings, as Entra writes it. */
export const added = (changes: Fields) =>
  Object.entries(changes).map(([displayName, value]) => ({
    displayName,
    oldValue: null,
    newValue: JSON.stringify(value),
  }));

/** A role written to the directory: the role stands in the changes of whoever gets it. */
export function directRole(who: Person, templateId: string, fields: Fields = {}) {
  const targets = [
    target(who, roleChanges(templateId)),
    { id: 'object-id-of-this-tenant', type: 'Role', modifiedProperties: [] },
  ];
  return audit('Add member to role', { targetResources: targets, ...fields });
}

export const roleChanges = (templateId: string) => ({
  'Role.DisplayName': builtInRoleName(templateId) ?? 'Global Administrator',
  'Role.TemplateId': templateId,
});

/** A row that PIM writes: the person who did it, and role, request and holder among the targets. */
export function pimRow(
  operationName: string,
  who: Person,
  templateId: string,
  fields: Fields = {},
) {
  const targets = [
    {
      id: templateId,
      type: 'Role',
      displayName: builtInRoleName(templateId),
      modifiedProperties: added({ TemplateId: templateId }),
    },
    { id: 'request', type: 'Request' },
    { id: who.id, type: 'User', displayName: who.upn },
    { id: exampleTenantId, type: 'Directory', displayName: 'Example' },
  ];
  return audit(operationName, {
    id: `PIM_${operationName}`,
    loggedByService: 'PIM',
    targetResources: targets,
    additionalDetails: [{ key: 'Justification', value: 'on call' }],
    ...fields,
  });
}

/** Somebody joins a group, as Core Directory writes it. */
export function joinsGroup(
  who: Person,
  group: { id: string; name: string },
  operationName = 'Add member to group',
  fields: Fields = {},
) {
  const changes = { 'Group.ObjectID': group.id, 'Group.DisplayName': group.name };
  return audit(operationName, {
    category: 'GroupManagement',
    targetResources: [target(who, changes), { id: group.id, type: 'Group' }],
    ...fields,
  });
}
