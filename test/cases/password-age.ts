import { type Case, found } from './case.ts';
import { groupChange, ownPassword, passwordRow, pim, roleRemoved, signIn } from './records.ts';
import {
  account,
  at,
  audit,
  by,
  directory,
  type Fields,
  gained,
  groups,
  holds,
  people,
  policy,
  roles,
  userTarget,
} from './world.ts';

const { ruth, hank, tara, nadia, glass, desk, gust, uma } = people;
const now = '2026-11-20T12:00:00Z';
const other = (who: { id: string } = ruth) => found('admin-password-changed-by-other', who, 'high');
const self = (severity = 'low', who: { id: string } = ruth) =>
  found('admin-password-changed-self', who, severity);
const failedOn = (who: { id: string } = ruth) =>
  found('admin-password-reset-failed', who, 'medium');
const stale = (who: { id: string }, severity = 'high') =>
  found('admin-password-stale', who, severity);
const click = { correlationId: 'one click' };
const old = '2026-01-01T00:00:00Z';
const aged = (who: typeof ruth, fields: Fields = {}, role: string = roles.global) =>
  directory([account(who, [holds(role)], { lastPasswordChangeAt: old, ...fields })]);
const on = (date: string) => aged(ruth, { lastPasswordChangeAt: date });
const shared = policy({
  tenant: { accounts: { emergency: [glass.id], shared: [desk.upn] } },
});
const leaves = (time: string, properties: Fields = {}) =>
  roleRemoved(hank, roles.helpdesk, { activityDateTime: at(time), ...properties });
const left = found('privileged-role-removed', hank, 'low');
const notRotated = found('shared-admin-password-not-rotated', desk, 'medium');

export const passwordAge: readonly Case[] = [
  { name: '90 days to the second', directory: on('2026-08-22T12:00:00Z'), now, expect: [] },
  { name: 'a second more', directory: on('2026-08-22T11:59:59Z'), now, expect: [stale(ruth)] },
  {
    name: 'the policy says 30 days',
    policy: policy({ detections: { 'admin-password-stale': { maxAgeDays: 30 } } }),
    directory: on('2026-10-21T11:59:59Z'),
    now,
    expect: [stale(ruth)],
  },
  {
    name: 'a lesser role',
    directory: aged(nadia, {}, roles.helpdesk),
    now,
    expect: [stale(nadia, 'medium')],
  },
  {
    name: 'eligible',
    directory: directory([
      account(hank, [holds(roles.global, { state: 'eligible' })], { lastPasswordChangeAt: old }),
    ]),
    now,
    expect: [stale(hank)],
  },
  {
    name: 'by a group',
    directory: directory([
      account(uma, [holds(roles.user, { via: groups.desk.id })], { lastPasswordChangeAt: old }),
    ]),
    now,
    expect: [stale(uma, 'medium')],
  },
  { name: 'a guest', directory: aged(gust, { userType: 'Guest' }), now, expect: [] },
  { name: 'disabled', directory: aged(ruth, { enabled: false }), now, expect: [] },
  { name: 'no date', directory: aged(ruth, { lastPasswordChangeAt: null }), now, expect: [] },
  {
    name: 'no role',
    directory: directory([account(tara, [], { lastPasswordChangeAt: old })]),
    now,
    expect: [],
  },
  {
    name: 'break-glass with a key, and one with a password only',
    directory: directory([
      account(glass, [holds(roles.global)], { lastPasswordChangeAt: old, methods: ['FIDO2'] }),
      account(people.glass2, [holds(roles.global)], {
        lastPasswordChangeAt: old,
        methods: ['password'],
      }),
    ]),
    now,
    expect: [stale(people.glass2)],
  },
  {
    name: 'changed since the directory file',
    directory: aged(ruth),
    now,
    records: [ownPassword('Change user password', ruth, { activityDateTime: at('11:00') })],
    expect: [self()],
  },
  {
    name: 'a change that failed, and a forced change that is still to come',
    directory: aged(ruth),
    now,
    records: [
      ownPassword('Change user password', ruth, { result: 'failure', ...click }),
      passwordRow('Set force change user password', ruth),
    ],
    expect: [stale(ruth), failedOn(), other()],
    incidents: 1,
  },
  {
    name: 'disabled, deleted or switched off since the directory file',
    directory: directory(
      [ruth, nadia, hank].map((who) =>
        account(who, [holds(roles.helpdesk)], { lastPasswordChangeAt: old }),
      ),
    ),
    now,
    records: [
      audit('Disable account', { targetResources: [userTarget(ruth)] }),
      audit('Delete user', { targetResources: [userTarget({ ...nadia, upn: `x${nadia.upn}` })] }),
      audit('Update user', {
        targetResources: [userTarget(hank, [gained('AccountEnabled', [false])])],
      }),
    ],
    expect: [],
  },
  {
    name: 'enabled since the directory file',
    directory: aged(ruth, { enabled: false }),
    now,
    records: [audit('Enable account', { targetResources: [userTarget(ruth)] })],
    expect: [stale(ruth), found('admin-account-enabled', ruth, 'medium')],
  },
  {
    name: 'shared: old in itself',
    policy: shared,
    directory: aged(desk, {}, roles.helpdesk),
    now,
    expect: [stale(desk)],
  },
  {
    name: 'shared: somebody left',
    policy: shared,
    records: [leaves('11:00')],
    expect: [notRotated, left],
  },
  {
    name: 'shared: somebody left, told out of order and twice',
    policy: shared,
    records: [leaves('11:00', { id: 'x' }), leaves('11:00', { id: 'x' }), leaves('10:00')],
    expect: [notRotated, left, left],
  },
  {
    name: 'shared: changed after somebody left',
    policy: shared,
    records: [
      leaves('11:00'),
      ownPassword('Change user password', desk, { activityDateTime: at('11:30') }),
    ],
    expect: [self('low', desk), left],
  },
  {
    name: 'shared: an activation that ends is nobody leaving',
    policy: shared,
    records: [pim('Remove member from role (PIM activation expired)', hank, roles.helpdesk)],
    expect: [],
  },
  {
    name: 'shared: somebody left a group that carries a role',
    policy: shared,
    records: [groupChange('Remove member from group', uma)],
    expect: [notRotated],
  },
  {
    name: 'weak passwords are allowed; never expires',
    directory: directory([
      account(ruth, [holds(roles.global)], {
        passwordPolicies: 'DisablePasswordExpiration, DisableStrongPassword',
      }),
      account(nadia, [holds(roles.global)], { passwordPolicies: 'DisablePasswordExpiration' }),
    ]),
    now,
    expect: [
      found('admin-password-never-expires-weak', ruth, 'medium'),
      found('admin-password-never-expires-weak', nadia, 'low'),
    ],
  },
  {
    name: 'the moment judged is that of the last record, whoever it is of',
    directory: on('2026-08-22T12:00:00Z'),
    records: [signIn(tara, { createdDateTime: '2026-11-20T12:00:01Z' })],
    expect: [stale(ruth)],
  },
  {
    name: 'by themselves through a tool of administrators',
    records: [passwordRow('Reset user password', ruth, { initiatedBy: by(ruth) })],
    expect: [self()],
  },
];
