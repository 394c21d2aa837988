import * as z from 'zod';
import { declare } from '../request.ts';
import { directoryObject, displayName, flag, id, text, texts, time } from './rows.ts';

const groups = {
  part: 'groups',
  version: 'v1.0',
  needs: ['GroupMember.Read.All'],
  bucket: 'directory',
} as const;

const group = z.looseObject({
  id,
  displayName,
  isAssignableToRole: flag,
  isManagementRestricted: flag,
  onPremisesSyncEnabled: flag,
  groupTypes: texts,
  createdDateTime: time,
});
export type GroupRow = z.output<typeof group>;

const groupSelect = [
  'id',
  'displayName',
  'isAssignableToRole',
  'isManagementRestricted',
  'onPremisesSyncEnabled',
  'groupTypes',
  'createdDateTime',
];
const nameSelect = ['id', 'displayName', 'userPrincipalName'];
const wholePages = { $top: '999' };

export const roleAssignableGroups = declare({
  ...groups,
  path: '/groups',
  select: groupSelect,
  filter: 'isAssignableToRole eq true',
  query: wholePages,
  row: group,
});

export const groupById = declare({
  ...groups,
  path: '/groups/{id}',
  select: groupSelect,
  row: group,
});

export const groupMembers = declare({
  ...groups,
  path: '/groups/{id}/transitiveMembers',
  select: nameSelect,
  query: wholePages,
  row: directoryObject,
});

export const groupOwners = declare({
  ...groups,
  path: '/groups/{id}/owners',
  select: [...nameSelect, 'accountEnabled'],
  row: directoryObject,
});

export const groupsOfUser = declare({
  ...groups,
  path: '/users/{id}/transitiveMemberOf',
  select: ['id'],
  query: wholePages,
  needs: ['User.Read.All', 'GroupMember.Read.All'],
  row: directoryObject,
});

const users = {
  part: 'users',
  version: 'v1.0',
  needs: ['User.Read.All'],
  bucket: 'directory',
} as const;

const user = z.looseObject({
  id,
  userPrincipalName: text,
  displayName,
  accountEnabled: flag,
  userType: text,
  identities: z.array(z.looseObject({ issuer: text })).nullish(),
  createdDateTime: time,
  lastPasswordChangeDateTime: time,
  passwordPolicies: text,
  onPremisesSyncEnabled: flag,
  mail: text,
  otherMails: texts,
  proxyAddresses: texts,
  assignedPlans: z.array(z.looseObject({ service: text, capabilityStatus: text })).nullish(),
  assignedLicenses: z.array(z.looseObject({})).nullish(),
});
export type UserRow = z.output<typeof user>;

export const userById = declare({
  ...users,
  path: '/users/{id}',
  select: Object.keys(user.shape),
  row: user,
});

/** By id or user principal name. */
export const userNamed = declare({
  ...users,
  path: '/users/{id}',
  select: ['id'],
  row: z.looseObject({ id }),
});

/** Of people from outside: whether they are, and what they are called. */
export const userInPassing = declare({
  ...users,
  path: '/users/{id}',
  select: ['id', 'userPrincipalName', 'displayName', 'userType', 'identities'],
  row: user,
});

export const managerOf = declare({
  ...users,
  path: '/users/{id}/manager',
  select: [...nameSelect, 'accountEnabled'],
  row: directoryObject,
});

/** By id alone: named by user principal name, Graph refuses to tell. */
export const signInActivity = declare({
  ...users,
  part: 'signInActivity',
  path: '/users/{id}',
  select: ['id', 'signInActivity'],
  needsFor: { signInActivity: 'AuditLog.Read.All' },
  licence: 'P1',
  row: z.looseObject({
    id,
    signInActivity: z
      .looseObject({
        lastSignInDateTime: time,
        lastNonInteractiveSignInDateTime: time,
        lastSuccessfulSignInDateTime: time,
      })
      .nullish(),
  }),
});

const registration = z.looseObject({
  id,
  isMfaRegistered: flag,
  isMfaCapable: flag,
  methodsRegistered: texts,
});
export type RegistrationRow = z.output<typeof registration>;

const report = {
  part: 'registration',
  version: 'v1.0',
  needs: ['AuditLog.Read.All'],
  licence: 'P1',
  bucket: 'reports',
  row: registration,
} as const;
const reportPath = '/reports/authenticationMethods/userRegistrationDetails';

export const registrationsOfAdmins = declare({
  ...report,
  path: reportPath,
  filter: 'isAdmin eq true',
});
export const registrations = declare({ ...report, path: reportPath });
export const registrationById = declare({ ...report, path: `${reportPath}/{id}` });

const recipients = z
  .array(z.looseObject({ emailAddress: z.looseObject({ address: text }).nullish() }))
  .nullish();

export const inboxRules = declare({
  part: 'mailRules',
  version: 'v1.0',
  path: '/users/{id}/mailFolders/inbox/messageRules',
  needs: ['MailboxSettings.Read'],
  bucket: 'outlook',
  row: z.looseObject({
    id: text,
    isEnabled: flag,
    actions: z
      .looseObject({
        forwardTo: recipients,
        forwardAsAttachmentTo: recipients,
        redirectTo: recipients,
      })
      .nullish(),
  }),
});

export const riskyUsers = declare({
  part: 'risk',
  version: 'v1.0',
  path: '/identityProtection/riskyUsers',
  filter: "riskState eq 'atRisk' or riskState eq 'confirmedCompromised'",
  query: { $top: '500' },
  needs: ['IdentityRiskyUser.Read.All'],
  licence: 'P2',
  bucket: 'idp-ca',
  row: z.looseObject({ id, riskLevel: text, riskState: text, riskLastUpdatedDateTime: time }),
});

const applications = {
  part: 'applications',
  version: 'v1.0',
  needs: ['Application.Read.All'],
  bucket: 'directory',
} as const;

const credential = {
  keyId: id.nullish(),
  displayName: text,
  startDateTime: time,
  endDateTime: time,
};
const credentials = {
  passwordCredentials: z.array(z.looseObject(credential)).nullish(),
  keyCredentials: z.array(z.looseObject({ ...credential, usage: text })).nullish(),
};
const servicePrincipal = z.looseObject({
  id,
  appId: id.nullish(),
  displayName,
  accountEnabled: flag,
  appOwnerOrganizationId: id.nullish(),
  servicePrincipalType: text,
  ...credentials,
});
export type ServicePrincipalRow = z.output<typeof servicePrincipal>;

export const servicePrincipalById = declare({
  ...applications,
  path: '/servicePrincipals/{id}',
  select: Object.keys(servicePrincipal.shape),
  row: servicePrincipal,
});

/** Microsoft's own APIs in this tenant, with what their permissions are called. */
export const apis = declare({
  ...applications,
  path: '/servicePrincipals',
  select: ['id', 'appId', 'displayName', 'appRoles'],
  filter: "appId in ('{id}','{id}','{id}','{id}')",
  row: z.looseObject({
    id,
    appId: id,
    displayName,
    appRoles: z.array(z.looseObject({ id, value: text })).nullish(),
  }),
});

export const grantsOfApi = declare({
  ...applications,
  path: '/servicePrincipals/{id}/appRoleAssignedTo',
  query: wholePages,
  row: z.looseObject({
    id: text,
    principalId: id,
    principalType: text,
    principalDisplayName: displayName,
    resourceId: id,
    appRoleId: id,
  }),
});

export const servicePrincipalOwners = declare({
  ...applications,
  path: '/servicePrincipals/{id}/owners',
  select: [...nameSelect, 'accountEnabled'],
  row: directoryObject,
});

export const groupsOfServicePrincipal = declare({
  ...applications,
  path: '/servicePrincipals/{id}/memberOf',
  select: ['id'],
  query: wholePages,
  row: directoryObject,
});

const application = z.looseObject({ id, appId: id, ...credentials });
export type ApplicationRow = z.output<typeof application>;

/** As many as Graph takes in one comparison. */
export const applicationsInOneRequest = 15;

export const applicationsByAppId = declare({
  ...applications,
  path: '/applications',
  select: Object.keys(application.shape),
  filter: `appId in (${Array(applicationsInOneRequest).fill("'{id}'").join(',')})`,
  row: application,
});

export const applicationOwners = declare({
  ...applications,
  path: '/applications/{id}/owners',
  select: [...nameSelect, 'accountEnabled'],
  row: directoryObject,
});
