import { type Case, found } from './case.ts';
import {
  ownPassword,
  passwordRow,
  pim,
  refresh,
  roleAdded,
  roleRemoved,
  signIn,
} from './records.ts';
import {
  apps,
  at,
  audit,
  by,
  byPim,
  gained,
  guid,
  hub,
  people,
  policy,
  roles,
  tenantId,
  typed,
  userTarget,
} from './world.ts';

const { glass, glass2, ruth, tara } = people;
const used = found('breakglass-signin-success', glass, 'critical');
const changed = found('breakglass-account-changed', glass, 'critical');
const fido = {
  authenticationDetails: [{ authenticationMethod: 'FIDO2 security key', succeeded: true }],
};
const change = (operation: string, who = glass, properties = {}) =>
  audit(operation, { targetResources: [userTarget(who)], ...properties });
const methodAdded = found('admin-auth-method-added', glass, 'high');
/** Operations, with what each is of any administrator. */
const changes: readonly [operation: string, ...facets: string[]][] = [
  ['Update user'],
  ['Disable account'],
  ['Enable account', found('admin-account-enabled', glass, 'medium')],
  ['Delete user'],
  ['Change user license'],
  ['User registered security info', methodAdded],
  ['Admin deleted security info', found('admin-auth-method-removed', glass, 'high')],
  [
    'Update StsRefreshTokenValidFrom Timestamp',
    found('sessions-revoked-privileged', glass, 'informational'),
  ],
  [
    'Create Temporary Access Pass method for user',
    methodAdded,
    found('admin-tap-issued', glass, 'high'),
  ],
  ['Add FIDO2 security key', methodAdded],
  ['Remove member from group'],
];
const mfaPolicy = { id: guid('policy'), name: 'MFA' };
const ca = (before: object | null, after: object, properties = {}) => {
  const text = (users: object | null) =>
    users && JSON.stringify({ displayName: 'MFA', state: 'enabled', conditions: { users } });
  return audit(before ? 'Update conditional access policy' : 'Add conditional access policy', {
    category: 'Policy',
    targetResources: [
      {
        ...typed('Policy', mfaPolicy),
        modifiedProperties: [
          { displayName: 'ConditionalAccessPolicy', oldValue: text(before), newValue: text(after) },
        ],
      },
    ],
    ...properties,
  });
};
const all = { includeUsers: ['All'], excludeUsers: [] };
const out = { includeUsers: ['All'], excludeUsers: [glass.id.toUpperCase()] };
const azure = (who: typeof glass, resultType: string, correlationId = 'one') =>
  hub(
    'Administrative',
    'MICROSOFT.RESOURCES/DEPLOYMENTS/WRITE',
    { eventCategory: 'Administrative' },
    {
      time: at('12:00'),
      tenantId: undefined,
      resourceId: '/SUBSCRIPTIONS/1',
      resultType,
      correlationId,
      identity: {
        claims: {
          'http://schemas.microsoft.com/identity/claims/objectidentifier': who.id,
          'http://schemas.microsoft.com/identity/claims/tenantid': tenantId,
          'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn': who.upn,
        },
      },
    },
  );

export const breakGlassChanges: readonly Case[] = [
  ...changes.map(
    ([operation, ...facets]): Case => ({
      name: operation,
      records: [change(operation)],
      expect: [changed, ...facets],
      incidents: 1,
    }),
  ),
  {
    name: 'its role taken away: one matter',
    records: [roleRemoved(glass, roles.global)],
    expect: [changed, found('privileged-role-removed', glass, 'low')],
    incidents: 1,
  },
  {
    name: 'given another role: one matter',
    records: [roleAdded(glass, roles.user)],
    expect: [changed, found('privileged-role-assigned-active', glass, 'medium')],
    incidents: 1,
  },
  {
    name: 'its password set by another: one matter',
    records: [passwordRow('Reset user password', glass)],
    expect: [changed, found('admin-password-changed-by-other', glass, 'high')],
    incidents: 1,
  },
  {
    name: 'it changes its own password',
    records: [ownPassword('Change user password', glass)],
    expect: [
      changed,
      found('breakglass-acts', glass, 'high'),
      found('admin-password-changed-self', glass, 'low'),
    ],
    incidents: 1,
  },
  { name: 'refused', records: [change('Update user', glass, { result: 'failure' })], expect: [] },
  {
    name: 'PIM notices it, and writes its second row',
    records: [
      pim('Add member to role outside of PIM (permanent)', glass, roles.global),
      pim('Triggered PIM alert', glass, roles.global),
      roleAdded(glass, roles.global, { initiatedBy: byPim }),
    ],
    expect: [],
  },
  {
    name: 'it acts: everything is one matter',
    records: [
      roleAdded(tara, roles.global, { initiatedBy: by(glass) }),
      audit('Delete conditional access policy', {
        initiatedBy: by({ ...glass, id: glass.id.toUpperCase() }),
        targetResources: [typed('Policy', mfaPolicy)],
      }),
      signIn(glass, fido),
    ],
    expect: [
      used,
      found('breakglass-acts', glass, 'high'),
      found('breakglass-acts', glass, 'high'),
      found('privileged-role-assigned-active', tara, 'high'),
      found('ca-policy-weakened', mfaPolicy, 'high'),
    ],
    incidents: 1,
  },
  {
    name: 'it acts in Azure: start and end are one act',
    records: [azure(glass, 'Start'), azure(glass, 'Success'), azure(ruth, 'Success', 'two')],
    expect: [found('breakglass-acts', glass, 'high')],
  },
  {
    name: 'it acts in Azure, as the API tells it',
    files: [
      JSON.stringify({
        value: [
          {
            category: { value: 'Administrative', localizedValue: 'Administrative' },
            operationName: { value: 'Microsoft.Resources/deployments/write' },
            status: { value: 'Succeeded' },
            eventTimestamp: at('12:00'),
            eventDataId: guid('event'),
            resourceId: '/subscriptions/1',
            caller: glass.upn,
            claims: { 'http://schemas.microsoft.com/identity/claims/objectidentifier': glass.id },
            tenantId,
            properties: {},
          },
        ],
      }),
    ],
    expect: [found('breakglass-acts', glass, 'high')],
  },
  {
    name: 'two break-glass accounts are two matters',
    records: [refresh(glass), refresh(glass2)],
    expect: [used, found('breakglass-signin-success', glass2, 'critical')],
    incidents: 2,
  },
  {
    name: 'no longer excluded',
    records: [ca(out, all)],
    expect: [found('breakglass-protection-drift', glass, 'high')],
  },
  {
    name: 'named in a new policy',
    records: [ca(null, { includeUsers: [glass.id] })],
    expect: [found('breakglass-protection-drift', glass, 'high')],
  },
  {
    name: 'still excluded',
    records: [ca(out, { ...out, includeGroups: ['x'] }), ca(all, out)],
    expect: [],
  },
  { name: 'refused to be changed', records: [ca(out, all, { result: 'failure' })], expect: [] },
  {
    name: 'no policy can silence it',
    policy: policy({ detections: { 'breakglass-signin-success': { severity: 'critical' } } }),
    records: [
      signIn(glass, fido),
      audit('Update application', {
        targetResources: [typed('Application', apps.backup, [gained('X', 1)])],
      }),
    ],
    expect: [used],
  },
];
