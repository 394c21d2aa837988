import { type Case, found } from './case.ts';
import { multi, password, prompt, refresh, signIn, step } from './records.ts';
import { type Fields, otherTenantId, people } from './world.ts';

const { ruth, hank, tara, gust, cfo, uma } = people;
const noMfa = [found('admin-signin-no-mfa', ruth, 'critical')];
const second = (
  result: string,
  more: Fields = {},
  requirement = 'Multi-factor authentication',
) => ({
  authenticationDetails: [password, step('Mobile app notification', result, requirement, more)],
});
const only = (...authenticationDetails: object[]) => ({ authenticationDetails });
const primary = 'Primary authentication';
const used: [string, Fields][] = [
  ['prompt approved', { ...multi, ...only(password, prompt) }],
  ...[
    'MFA completed in Azure AD',
    'MFA successfully completed',
    'MFA requirement satisfied by claim in the token',
    'MFA requirement satisfied by claim provided by external provider',
    'MFA requirement satisfied by strong authentication',
    'MFA requirement satisfied by multi-factor device',
  ].map((result): [string, Fields] => [result, second(result)]),
  ...['Multifactor authentication', 'Phishing resistant MFA', ''].map(
    (requirement): [string, Fields] => [
      `asked for as "${requirement}"`,
      second('MFA completed in Azure AD', {}, requirement),
    ],
  ),
  ...[
    'Windows Hello for Business',
    'FIDO2 security key',
    'Passkey (device-bound)',
    'Passkey (Microsoft Authenticator)',
    'Passwordless phone sign-in',
  ].map((method): [string, Fields] => [
    `${method}, of their own accord`,
    only(step(method, '', primary)),
  ]),
  [
    'a certificate that counts as two factors',
    only(step('X.509 Certificate', '', primary, { authenticationMethodDetail: 'Multifactor' })),
  ],
  [
    'a certificate for the second factor',
    only(
      password,
      step('X.509 Certificate', 'MFA completed in Azure AD', 'Multi-factor authentication'),
    ),
  ],
  ['no step told, but two factors were asked for', { ...multi, ...only() }],
  ['a password told, but two factors were asked for', { ...multi, ...only(password) }],
  [
    'the method beside it',
    { mfaDetail: { authMethod: 'Text message', authDetail: '' }, ...only() },
  ],
  [
    'words beside the status',
    { status: { errorCode: 0, additionalDetails: 'MFA completed in Azure AD' } },
  ],
  ['flags as text', only({ ...password, succeeded: 'true' }, { ...prompt, succeeded: 'true' })],
];
const unknown: [string, Fields, Fields?][] = [
  ['no step told', only()],
  ['a Temporary Access Pass', only(step('Temporary Access Pass', '', primary))],
  ['a certificate, bound to nobody knows what', only(step('X.509 Certificate', '', primary))],
  [
    'the logon of Windows',
    { appId: '38aa3b87-a06d-4817-b275-7a316988d93b', appDisplayName: 'Windows Sign In' },
  ],
  ['AD FS', {}, { category: 'ADFSSignInLogs' }],
  ['AD FS as the resource', { resourceId: 'adfs', resourceDisplayName: '' }],
  [
    'the first factor from an earlier sign-in',
    only(
      step(
        'Previously satisfied',
        'First factor requirement satisfied by claim in the token',
        primary,
      ),
    ),
  ],
  ['not interactive, though in the log of those that are', { isInteractive: false }],
  ['refused', { status: { errorCode: 50126 } }],
  ['interrupted: stay signed in?', { status: { errorCode: 50140 } }],
];
const unused: [string, Fields][] = [
  ['password', {}],
  ...['Password Hash Sync', 'Pass-through Authentication', 'Federated'].map(
    (authenticationMethodDetail): [string, Fields] => [
      authenticationMethodDetail,
      only({ ...password, authenticationMethodDetail }),
    ],
  ),
  ['federated', only(step('Federated', '', primary))],
  ...[
    'MFA requirement skipped due to location',
    'MFA requirement skipped due to registered device',
    'MFA requirement skipped due to remembered device',
    'MFA requirement skipped due to app password',
    'MFA requirement skipped as flow exercised was Windows broker logon flow',
  ].flatMap((result): [string, Fields][] => [
    [result, { ...multi, ...second(result) }],
    [
      `${result}, told beside the status`,
      { ...multi, status: { errorCode: 0, additionalDetails: result } },
    ],
  ]),
  [
    'the prompt was not answered',
    second('MFA denied; user declined the authentication', { succeeded: false }),
  ],
  [
    'the first factor from an earlier sign-in, and a password',
    only(
      password,
      step(
        'Previously satisfied',
        'First factor requirement satisfied by claim in the token',
        primary,
      ),
    ),
  ],
  ['a Conditional Access success proves nothing', { conditionalAccessStatus: 'success' }],
  [
    'a report-only policy with MFA',
    {
      appliedConditionalAccessPolicies: [
        { result: 'reportOnlySuccess', enforcedGrantControls: ['Mfa'] },
      ],
    },
  ],
  [
    'MFA is still pending, says the status',
    { status: { errorCode: 0, additionalDetails: 'MFA required in Azure AD' } },
  ],
  ['the flags as text', only({ ...password, succeeded: 'true' })],
];

export const mfa: readonly Case[] = [
  ...used.map(
    ([name, fields]): Case => ({
      name: `used: ${name}`,
      records: [signIn(ruth, fields)],
      expect: [],
    }),
  ),
  ...unknown.map(
    ([name, fields, over]): Case => ({
      name: `unknown: ${name}`,
      records: [signIn(ruth, fields, over)],
      expect: [],
    }),
  ),
  ...unused.map(
    ([name, fields]): Case => ({
      name: `not used: ${name}`,
      records: [signIn(ruth, fields)],
      expect: noMfa,
    }),
  ),
  {
    name: 'who is told of: roles active, eligible and by group, executives; not everybody, not guests',
    records: [ruth, hank, uma, cfo, tara, { ...gust }].map((who) =>
      signIn(who, who.id === gust.id ? { userType: 'Guest', homeTenantId: otherTenantId } : {}),
    ),
    expect: [
      ...noMfa,
      found('admin-signin-no-mfa', hank, 'high'),
      found('admin-signin-no-mfa', uma, 'high'),
      found('admin-signin-no-mfa', cfo, 'high'),
    ],
    incidents: 4,
  },
  { name: 'a refresh', records: [refresh(ruth), refresh(ruth, only(password))], expect: [] },
  {
    name: 'applications have no second factor',
    records: [
      signIn(
        ruth,
        { servicePrincipalId: ruth.id, userId: '', authenticationRequirement: '' },
        { category: 'ServicePrincipalSignInLogs' },
      ),
      signIn(
        ruth,
        { servicePrincipalId: ruth.id, userId: '' },
        { category: 'ManagedIdentitySignInLogs' },
      ),
    ],
    expect: [],
  },
];
