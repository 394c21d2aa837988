import { type Case, found } from './case.ts';
import { passwordRow, portal, roleAdded, signIn } from './records.ts';
import { at, audit, by, otherTenantId, people, policy, roles, tenantId } from './world.ts';

const { tara, ruth, nadia } = people;
type Json = Record<string, unknown>;
const grant = roleAdded(tara, roles.global) as Json & { properties: Json };
const granted = [found('privileged-role-assigned-active', tara, 'high')];
const entry = signIn(ruth) as Json & { properties: Json };
const entered = [found('admin-signin-no-mfa', ruth, 'critical')];

const respell = (value: unknown, how: (key: string) => string): unknown => {
  if (Array.isArray(value)) return value.map((one) => respell(one, how));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [how(key), respell(inner, how)]),
  );
};
const pascal = (key: string) => key.charAt(0).toUpperCase() + key.slice(1);
const lower = (key: string) => key.toLowerCase();
const workspace = '99999999-2222-4333-8444-555555555555';

/** A row as the workspace shows it: `TenantId` is the workspace, inner parts are text. */
const auditRow = (isTenantLast: boolean) => {
  const { category, id, initiatedBy, targetResources, ...rest } = grant.properties;
  return {
    ...(isTenantLast ? {} : { TenantId: workspace }),
    TimeGenerated: at('12:01'),
    ...(respell(rest, pascal) as object),
    Id: id,
    Category: category,
    OperationName: grant.operationName,
    AADTenantId: tenantId,
    AADOperationType: 'Assign',
    ResourceId: grant.resourceId,
    InitiatedBy: JSON.stringify(initiatedBy),
    TargetResources: JSON.stringify(targetResources),
    Type: 'AuditLogs',
    SourceSystem: 'Azure AD',
    ...(isTenantLast ? { TenantId: workspace } : {}),
  };
};
const signInRow = (properties: Json, type: string) => {
  const { status, authenticationDetails, mfaDetail, deviceDetail, location, resourceId, ...rest } =
    properties;
  return {
    TenantId: workspace,
    SourceSystem: 'Azure AD',
    TimeGenerated: at('12:01'),
    OperationName: 'Sign-in activity',
    Category: 'SignInLogs',
    ResultType: '0',
    ...(respell(rest, pascal) as object),
    IPAddress: '192.0.2.24',
    Status: JSON.stringify(status),
    AuthenticationDetails: JSON.stringify(authenticationDetails),
    MfaDetail: JSON.stringify(mfaDetail),
    DeviceDetail: JSON.stringify(deviceDetail),
    LocationDetails: JSON.stringify(location),
    Location: 'US',
    ResourceId: `/tenants/${tenantId}/providers/Microsoft.aadiam`,
    ResourceIdentity: resourceId,
    AADTenantId: tenantId,
    Type: type,
  };
};

const times = [
  '2026-11-20T12:00:00Z',
  '2026-11-20T12:00:00.12Z',
  '2026-11-20T12:00:00.1234567Z',
  '2026-11-20T12:00:00.123456789Z',
  '2026-11-20T14:00:00+02:00',
  '2026-11-20T07:00:00.5-05:00',
  '2026-11-20T12:00:00',
  '2026-11-20 12:00:00',
  '11/20/2026 12:00:00 PM',
  '11/20/2026 12:00:00 PM +00:00',
];

/** Promoted at noon; whoever signs in before is no administrator yet. */
const clock = times.map(
  (time): Case => ({
    name: `the time ${time}`,
    records: [
      roleAdded(tara, roles.helpdesk, { activityDateTime: time }),
      signIn(tara, { createdDateTime: at('11:59:58') }),
      signIn(tara, { createdDateTime: at('12:00:02') }),
    ],
    expect: [
      found('privileged-role-assigned-active', tara, 'medium'),
      found('admin-signin-no-mfa', tara, 'high'),
    ],
  }),
);

export const spelling: readonly Case[] = [
  { name: 'PascalCase', records: [respell(grant, pascal)], expect: granted },
  { name: 'lower case', records: [respell(grant, lower)], expect: granted },
  { name: 'PascalCase sign-in', records: [respell(entry, pascal)], expect: entered },
  { name: 'lower-case sign-in', records: [respell(entry, lower)], expect: entered },
  {
    name: 'only the properties in PascalCase',
    records: [{ ...grant, properties: respell(grant.properties, pascal) }],
    expect: granted,
  },
  {
    name: 'lower case, properties as text',
    records: [{ ...lowered(grant), properties: JSON.stringify(respell(grant.properties, lower)) }],
    expect: granted,
  },
  { name: 'a row of a workspace', files: [JSON.stringify(auditRow(false))], expect: granted },
  { name: 'its tenant column last', files: [JSON.stringify([auditRow(true)])], expect: granted },
  {
    name: 'rows of a workspace, two tenants in the policy',
    policy: policy({ tenants: [{ id: otherTenantId, name: 'fabrikam' }] }),
    files: [JSON.stringify([auditRow(true)])],
    expect: granted,
  },
  {
    name: 'a sign-in row of a workspace',
    files: [JSON.stringify(signInRow(entry.properties, 'SigninLogs'))],
    expect: entered,
  },
  {
    name: 'a sign-in row of a workspace, to Azure as the resource',
    files: [
      JSON.stringify(
        signInRow(
          signIn(tara, { resourceId: '797f4846-ba00-4fd7-ba43-dac1f8f63013' }).properties as Json,
          'SigninLogs',
        ),
      ),
    ],
    expect: [found('admin-portal-single-factor', tara, 'medium')],
  },
  {
    name: 'a sign-in row of a workspace whose own category is gone',
    files: [JSON.stringify({ ...signInRow(entry.properties, 'SigninLogs'), Category: '' })],
    expect: entered,
  },
  ...clock,
  {
    name: 'no time of its own: the time of the envelope',
    records: [roleAdded(tara, roles.global, { activityDateTime: null }, { time: at('12:00') })],
    expect: granted,
  },
  {
    name: 'no time anywhere',
    records: [roleAdded(tara, roles.global, { activityDateTime: '' }, { time: 'soon' })],
    expect: [],
    unreadable: 1,
    exit: 1,
  },
  {
    name: 'an envelope without time, address, correlation or identity',
    files: [
      JSON.stringify({
        category: 'AuditLogs',
        operationName: 'Add member to role',
        tenantId,
        properties: { ...grant.properties, correlationId: null, id: null },
      }),
    ],
    expect: granted,
  },
  ...['', '<null>', null, '192.0.2.1:50443', '::2001:db8::1', '::2001:db8:0:0:0:0:0:1', 5].map(
    (ip): Case => ({
      name: `the address ${ip}`,
      records: [signIn(ruth, { ipAddress: ip }, { callerIpAddress: ip })],
      expect: entered,
    }),
  ),
  ...['ADD MEMBER TO ROLE', ' Add  member to role ', 'Add member to role\u00a0'].map(
    (operation): Case => ({
      name: `the operation "${operation}"`,
      records: [{ ...grant, operationName: operation }],
      expect: granted,
    }),
  ),
  {
    name: 'ids in capitals, blanks around names',
    records: [
      JSON.parse(
        JSON.stringify(
          signIn({ ...ruth, id: ruth.id.toUpperCase(), upn: ` ${ruth.upn.toUpperCase()} ` }),
        ),
      ),
    ],
    expect: entered,
  },
  {
    name: 'the result in capitals, or the very old one',
    records: [
      roleAdded(tara, roles.global, { result: 'SUCCESS' }),
      roleAdded(people.omar, roles.global, { result: '0' }),
    ],
    expect: [...granted, found('privileged-role-assigned-active', people.omar, 'high')],
  },
  {
    name: 'the outcome of a sign-in as text, as a number, or blank beside the status',
    records: [
      signIn(ruth, { status: {} }, { resultType: '0' }),
      signIn(nadia, { status: null }, { resultType: 0 }),
      signIn(people.hank, { status: { errorCode: '0' } }, { resultType: '' }),
      signIn(people.uma, { status: { errorCode: 50126 } }, { resultType: '0' }),
    ],
    expect: [
      ...entered,
      found('admin-signin-no-mfa', nadia, 'high'),
      found('admin-signin-no-mfa', people.hank, 'high'),
    ],
  },
  {
    name: 'the id of the account where its name belongs',
    records: [signIn({ ...ruth, upn: ruth.id }, { userId: '' })],
    expect: entered,
  },
  {
    name: 'an audit row that names its actor and target by UPN only',
    records: [
      passwordRow('Reset user password', ruth, {
        initiatedBy: { user: { ...by(nadia).user, id: null } },
        targetResources: [{ type: 'User', userPrincipalName: ruth.upn.toUpperCase() }],
      }),
    ],
    expect: [found('admin-password-changed-by-other', ruth, 'high')],
  },
  {
    name: 'a Graph sign-in to another tenant: the log is ours',
    files: [
      JSON.stringify({
        value: [signIn(ruth, { ...portal, resourceTenantId: otherTenantId }).properties],
      }),
    ],
    expect: [
      ...entered,
      found('admin-portal-single-factor', ruth, 'medium'),
      found('admin-cross-tenant-signin', ruth, 'medium'),
    ],
    incidents: 1,
  },
  {
    name: 'audit categories that are also categories of Azure Activity',
    files: [
      JSON.stringify(
        audit('Add conditional access policy', {
          category: 'Policy',
          initiatedBy: by(people.glass),
        }).properties,
      ),
    ],
    expect: [found('breakglass-acts', people.glass, 'high')],
  },
];

function lowered(record: Json): Json {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [lower(key), value]));
}
