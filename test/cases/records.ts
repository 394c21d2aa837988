import {
  at,
  audit,
  by,
  type Fields,
  fresh,
  gained,
  groups,
  guid,
  hub,
  lost,
  roles,
  type Someone,
  tenantId,
  typed,
  userTarget,
} from './world.ts';

const wellKnown = new Map<string, string>([
  [roles.global, 'Global Administrator'],
  [roles.privilegedRole, 'Privileged Role Administrator'],
  [roles.user, 'User Administrator'],
  [roles.helpdesk, 'Helpdesk Administrator'],
  [roles.directoryReaders, 'Directory Readers'],
]);
export const roleName = (role: string) => wellKnown.get(role) ?? 'Something else';

export const roleChanges = (
  role: string,
  how: (name: string, value: unknown) => object = gained,
  name = roleName(role),
) => [
  how('Role.ObjectID', guid(`role object ${role}`)),
  how('Role.DisplayName', name),
  how('Role.TemplateId', role),
  how('Role.WellKnownObjectName', name.replaceAll(' ', '')),
];
const roleObject = (role: string) => typed('Role', { id: guid(`role object ${role}`), name: null });

/** Core Directory gives a person a role. */
export const roleAdded = (who: Someone, role: string, properties: Fields = {}, over: Fields = {}) =>
  audit(
    'Add member to role',
    {
      category: 'RoleManagement',
      targetResources: [userTarget(who, roleChanges(role)), roleObject(role)],
      ...properties,
    },
    over,
  );

export const roleRemoved = (who: Someone, role: string, properties: Fields = {}) =>
  audit('Remove member from role', {
    category: 'RoleManagement',
    operationType: 'Unassign',
    targetResources: [userTarget(who, roleChanges(role, lost)), roleObject(role)],
    ...properties,
  });

export const details = (pairs: Fields) =>
  Object.entries(pairs).map(([key, value]) => ({ key, value }));

/** A row that PIM itself writes. */
export function pim(
  operation: string,
  who: { id: string; name: string },
  role: string,
  properties: Fields = {},
  holderType = 'User',
) {
  const names = [
    { displayName: 'RoleDefinitionOriginId', oldValue: '""', newValue: `"${role}"` },
    { displayName: 'RoleDefinitionOriginType', oldValue: '""', newValue: '"BuiltInRole"' },
    { displayName: 'TemplateId', oldValue: '""', newValue: `"${role}"` },
  ];
  return audit(operation, {
    id: `PIM_${fresh('pim')}`,
    category: 'RoleManagement',
    loggedByService: 'PIM',
    resultReason: 'rotation',
    targetResources: [
      typed('Role', { id: role, name: roleName(role) }, names),
      typed('Request', { id: fresh('request'), name: null }),
      typed(holderType, who),
      typed('Directory', { id: tenantId, name: 'Contoso' }),
      typed('Other', { id: fresh('other'), name: null }),
    ],
    additionalDetails: details({ TemplateId: role, Justification: 'rotation' }),
    ...properties,
  });
}

/** PIM's membership of a group. */
export const pimForGroups = (
  operation: string,
  who: Someone,
  group: { id: string; name: string },
  properties: Fields = {},
) =>
  pim(operation, who, roles.global, {
    category: 'GroupManagement',
    targetResources: [
      typed('Role', { id: fresh('member'), name: 'Member' }),
      typed('Request', { id: fresh('request'), name: null }),
      typed('User', who),
      typed('Group', group),
      typed('Other', { id: fresh('other'), name: null }),
    ],
    additionalDetails: [],
    ...properties,
  });

export const groupChange = (
  operation: string,
  who: Someone,
  group: { id: string; name: string } = groups.desk,
  properties: Fields = {},
) => {
  const how = operation.startsWith('Remove') ? lost : gained;
  const changes = [how('Group.ObjectID', group.id), how('Group.DisplayName', group.name)];
  return audit(operation, {
    category: 'GroupManagement',
    targetResources: [userTarget(who, changes), typed('Group', { id: group.id, name: null })],
    ...properties,
  });
};

export const passwordRow = (operation: string, who: Someone, properties: Fields = {}) =>
  audit(operation, { targetResources: [userTarget(who)], ...properties });
export const ownPassword = (operation: string, who: Someone, properties: Fields = {}) =>
  passwordRow(operation, who, { initiatedBy: by(who), ...properties });

export const step = (
  authenticationMethod: string,
  authenticationStepResultDetail: string,
  authenticationStepRequirement: string,
  more: Fields = {},
) => ({
  authenticationStepDateTime: at('11:59'),
  authenticationMethod,
  succeeded: true,
  authenticationStepResultDetail,
  authenticationStepRequirement,
  authenticationMethodDetail: '',
  ...more,
});
export const password = step('Password', 'Correct password', 'Primary authentication', {
  authenticationMethodDetail: 'Password in the cloud',
});
export const prompt = step(
  'Mobile app notification',
  'MFA completed in Azure AD',
  'Multi-factor authentication',
);

/** A completed sign-in with a password and nothing else, at noon. */
export function signIn(who: Someone, properties: Fields = {}, over: Fields = {}) {
  const id = fresh('sign-in');
  const errorCode = (properties.status as { errorCode?: number } | undefined)?.errorCode ?? 0;
  return hub(
    'SignInLogs',
    'Sign-in activity',
    {
      id,
      createdDateTime: at('12:00'),
      userDisplayName: who.name,
      userPrincipalName: who.upn,
      userId: who.id,
      appId: '4765445b-32c6-49b0-83e6-1d93765276ca',
      appDisplayName: 'OfficeHome',
      ipAddress: '192.0.2.24',
      status: { errorCode },
      clientAppUsed: 'Browser',
      userAgent: 'Mozilla/5.0',
      deviceDetail: { deviceId: '', operatingSystem: 'Windows 11', browser: 'Edge 154.0.0' },
      location: { city: 'Seattle', countryOrRegion: 'US' },
      mfaDetail: {},
      correlationId: fresh('flow'),
      conditionalAccessStatus: 'notApplied',
      originalRequestId: id,
      isInteractive: true,
      riskLevelDuringSignIn: 'none',
      riskState: 'none',
      resourceDisplayName: 'OfficeHome',
      resourceId: '4765445b-32c6-49b0-83e6-1d93765276ca',
      resourceTenantId: tenantId,
      homeTenantId: tenantId,
      authenticationDetails: Number(errorCode) === 0 ? [password] : [],
      authenticationRequirement: 'singleFactorAuthentication',
      signInIdentifier: who.upn,
      servicePrincipalId: '',
      userType: 'Member',
      authenticationProtocol: 'none',
      sessionId: fresh('session'),
      ...properties,
    },
    { resultType: String(errorCode), ...over },
  );
}

export const failed = (who: Someone, errorCode: number, properties: Fields = {}) =>
  signIn(who, { status: { errorCode, failureReason: 'No.' }, ...properties });

export const refresh = (who: Someone, properties: Fields = {}) =>
  signIn(
    who,
    { isInteractive: false, authenticationDetails: [], ...properties },
    { category: 'NonInteractiveUserSignInLogs' },
  );

export const multi = { authenticationRequirement: 'multiFactorAuthentication' };
export const portal = {
  appId: 'c44b4083-3bb0-49c1-b47d-974e53cbdf3c',
  appDisplayName: 'Azure Portal',
};
