import { type Case, found } from './case.ts';
import { groupChange, pimForGroups, signIn } from './records.ts';
import {
  account,
  at,
  audit,
  byPim,
  directory,
  gained,
  groups,
  guid,
  holds,
  people,
  roles,
  type Someone,
  typed,
} from './world.ts';

const { tara, omar, uma } = people;
const enters = (who: Someone, time: string) => signIn(who, { createdDateTime: at(time) });
const noMfa = (who: { id: string }, severity = 'high') =>
  found('admin-signin-no-mfa', who, severity);
const inGroup = (fields: object) =>
  directory([account(omar, [holds(roles.user, { via: groups.desk.id, ...fields })])]);

export const timelineGroups: readonly Case[] = [
  {
    name: 'joined a group that carries a role',
    records: [
      groupChange('Add member to group', tara, groups.desk, { activityDateTime: at('11:00') }),
      enters(tara, '10:00'),
      enters(tara, '12:00'),
    ],
    expect: [found('privileged-group-member-added', tara, 'high'), noMfa(tara)],
  },
  {
    name: 'left the group that carries the role',
    records: [
      groupChange('Remove member from group', uma, groups.desk, { activityDateTime: at('11:00') }),
      enters(uma, '10:00'),
      enters(uma, '12:00'),
    ],
    expect: [noMfa(uma)],
  },
  {
    name: 'an activation of membership that ended: eligible all the time',
    directory: inGroup({ state: 'eligible' }),
    records: [
      pimForGroups('Add member to role completed (PIM activation)', omar, groups.desk, {
        activityDateTime: at('10:00'),
      }),
      pimForGroups('Remove member from role (PIM activation expired)', omar, groups.desk, {
        activityDateTime: at('11:00'),
      }),
      groupChange('Remove member from group', omar, groups.desk, {
        activityDateTime: at('11:00'),
        initiatedBy: byPim,
      }),
      enters(omar, '12:00'),
    ],
    expect: [found('pim-activation', omar, 'informational'), noMfa(omar)],
  },
  {
    name: 'the group loses the role',
    records: [
      audit('Remove member from role', {
        category: 'RoleManagement',
        activityDateTime: at('11:00'),
        targetResources: [
          {
            ...typed('Group', groups.desk),
            modifiedProperties: [
              { displayName: 'Role.TemplateId', oldValue: `"${roles.user}"`, newValue: null },
            ],
          },
        ],
      }),
      enters(uma, '10:00'),
      enters(uma, '12:00'),
    ],
    expect: [found('privileged-role-removed', groups.desk, 'low'), noMfa(uma)],
  },
  {
    name: 'a group is made for roles, somebody joins, then it gets one',
    records: [
      audit('Add group', {
        activityDateTime: at('10:00'),
        targetResources: [typed('Group', groups.news, [gained('IsAssignableToRole', [true])])],
      }),
      groupChange('Add member to group', tara, groups.news, { activityDateTime: at('10:01') }),
      audit('Add member to role', {
        activityDateTime: at('10:02'),
        targetResources: [
          typed('Group', groups.news, [gained('Role.TemplateId', roles.helpdesk)]),
          typed('Role', { id: guid('role object'), name: null }),
        ],
      }),
      enters(tara, '12:00'),
    ],
    expect: [
      found('privileged-role-assigned-group', groups.news, 'high'),
      found('privileged-role-assigned-group', groups.news, 'high'),
      noMfa(tara),
    ],
  },
];
