import { type Case, found } from './case.ts';
import { pim, portal, roleAdded, signIn } from './records.ts';
import { account, by, directory, holds, otherTenantId, people, policy, roles } from './world.ts';

const { ruth, tara, omar, nadia, glass } = people;
const active = (who: { id: string }, severity = 'high') =>
  found('privileged-role-assigned-active', who, severity);
const given = roleAdded(tara, roles.global);
const settings = (detection: string, values: object) =>
  policy({ detections: { [detection]: values } });
const exclude = (account: string, more: object = {}) =>
  settings('privileged-role-assigned-active', {
    exclude: [{ account, reason: 'agreed', ...more }],
  });
const foreign = { ...roleAdded(omar, roles.global), tenantId: otherTenantId, resourceId: '' };
const inFabrikam = { homeTenantId: otherTenantId, resourceTenantId: otherTenantId };
const stalePolicy = (until?: string) =>
  settings('admin-password-stale', {
    exclude: [{ account: ruth.upn, reason: 'smart card', ...(until && { until }) }],
  });
const staleRuth = directory([
  account(ruth, [holds(roles.global)], { lastPasswordChangeAt: '2026-01-01T00:00:00Z' }),
]);
const now = '2026-11-20T12:00:00Z';

export const policies: readonly Case[] = [
  {
    name: 'switched off',
    policy: settings('privileged-role-assigned-active', { enabled: false }),
    records: [given],
    expect: [],
  },
  {
    name: 'another severity',
    policy: settings('privileged-role-assigned-active', { severity: 'low' }),
    records: [given],
    expect: [active(tara, 'low')],
  },
  {
    name: 'another severity for attempts, however many',
    policy: settings('admin-portal-single-factor', { severity: 'critical' }),
    records: [signIn(tara, portal)],
    expect: [found('admin-portal-single-factor', tara, 'critical')],
  },
  {
    name: 'excluded by id',
    policy: exclude(tara.id.toUpperCase()),
    records: [given, roleAdded(omar, roles.global)],
    expect: [active(omar)],
  },
  {
    name: 'excluded by UPN',
    policy: exclude(tara.upn.toUpperCase()),
    records: [given],
    expect: [],
  },
  {
    name: 'excluded as the one who did it',
    policy: exclude(nadia.upn),
    records: [given],
    expect: [],
  },
  {
    name: 'excluded by UPN, told by id and display name',
    policy: exclude(ruth.upn),
    records: [pim('Add member to role in PIM completed (permanent)', ruth, roles.global)],
    expect: [],
  },
  {
    name: 'excluded until today',
    policy: exclude(tara.id, { until: '2026-11-20' }),
    records: [given],
    expect: [],
  },
  {
    name: 'excluded until yesterday',
    policy: exclude(tara.id, { until: '2026-11-19' }),
    records: [given],
    expect: [active(tara)],
  },
  {
    name: 'excluded is somebody else',
    policy: exclude(omar.id),
    records: [given],
    expect: [active(tara)],
  },
  {
    name: 'an exclusion does not hold for what a break-glass account does',
    policy: exclude(tara.id),
    records: [roleAdded(tara, roles.global, { initiatedBy: by(glass) })],
    expect: [active(tara), found('breakglass-acts', glass, 'high')],
  },
  { name: 'a posture exclusion', policy: stalePolicy(), directory: staleRuth, now, expect: [] },
  {
    name: 'a posture exclusion until today',
    policy: stalePolicy('2026-11-20'),
    directory: staleRuth,
    now,
    expect: [],
  },
  {
    name: 'a posture exclusion until yesterday',
    policy: stalePolicy('2026-11-19'),
    directory: staleRuth,
    now,
    expect: [found('admin-password-stale', ruth, 'high')],
  },
  {
    name: 'a tenant that the policy does not name',
    records: [given, foreign],
    expect: [active(tara)],
    unreadable: 1,
  },
  {
    name: 'two tenants, each with its own accounts and its own use of PIM',
    policy: policy({
      tenants: [
        { id: otherTenantId, name: 'fabrikam', usesPim: true, accounts: { emergency: [tara.id] } },
      ],
    }),
    records: [
      given,
      foreign,
      { ...signIn(glass), tenantId: otherTenantId },
      { ...signIn(tara, inFabrikam), tenantId: otherTenantId },
    ],
    expect: [
      active(tara),
      active(omar),
      found('privileged-role-assigned-outside-pim', omar, 'high'),
      found('breakglass-signin-success', tara, 'critical'),
      found('admin-signin-no-mfa', tara, 'critical'),
    ],
    incidents: 3,
  },
  {
    name: 'the same record in two tenants',
    policy: policy({ tenants: [{ id: otherTenantId, name: 'fabrikam' }] }),
    records: [given, { ...given, tenantId: otherTenantId, resourceId: '' }],
    expect: [active(tara), active(tara)],
    incidents: 2,
  },
  {
    name: 'without a directory, executives and break-glass accounts are known all the same',
    directory: null,
    records: [signIn(people.cfo), signIn(glass), signIn(ruth)],
    expect: [
      found('admin-signin-no-mfa', people.cfo, 'high'),
      found('admin-signin-no-mfa', glass, 'critical'),
      found('breakglass-signin-success', glass, 'critical'),
    ],
  },
];
