import { type Case, found } from './case.ts';
import { details, groupChange, pim, pimForGroups } from './records.ts';
import { audit, byPim, groups, guid, people, policy, roles, typed } from './world.ts';

const { tara, omar, ruth } = people;
const usesPim = policy({ tenant: { usesPim: true } });
const outside = 'Add member to role outside of PIM (permanent)';
const active = found('privileged-role-assigned-active', tara, 'high');

export const pimPlanes: readonly Case[] = [
  {
    name: 'Azure resources are another plane',
    policy: usesPim,
    records: ['Add member to role in PIM completed (permanent)', outside].map((operation) =>
      pim(operation, tara, roles.global, { category: 'ResourceManagement' }),
    ),
    expect: [],
  },
  {
    name: 'a custom role called Global Administrator in PIM',
    records: [
      pim('Add member to role in PIM completed (permanent)', tara, roles.global, {
        targetResources: [
          typed('Role', { id: guid('custom'), name: 'Global Administrator' }),
          typed('User', tara),
        ],
        additionalDetails: details({ RoleDefinitionOriginType: 'CustomRole' }),
      }),
      pim('Add member to role in PIM completed (permanent)', omar, roles.global, {
        targetResources: [
          typed('User', omar),
          typed('Role', { id: guid('custom'), name: 'Global Administrator' }, [
            { displayName: 'TemplateId', oldValue: '""', newValue: `"${guid('custom')}"` },
          ]),
        ],
        additionalDetails: [],
      }),
    ],
    expect: [],
  },
  {
    name: 'up to nine targets in any order, the administrator among them',
    records: [
      pim('Add member to role in PIM completed (permanent)', tara, roles.global, {
        targetResources: [
          typed('Other', { id: guid('1'), name: null }),
          typed('User', { id: people.nadia.id, name: people.nadia.name }),
          typed('Directory', { id: guid('2'), name: 'Contoso' }),
          typed('Other', { id: guid('3'), name: null }),
          typed('User', tara),
          typed('Request', { id: guid('4'), name: null }),
          typed('Other', { id: guid('5'), name: null }),
          typed('Role', { id: roles.global, name: 'Global Administrator' }),
        ],
      }),
    ],
    expect: [active],
  },
  {
    name: 'PIM for Groups',
    records: [
      pimForGroups('Add member to role in PIM completed (permanent)', tara, groups.desk),
      groupChange('Add member to group', tara, groups.desk, { initiatedBy: byPim }),
    ],
    expect: [found('privileged-group-member-added', tara, 'high')],
  },
  {
    name: 'PIM for Groups: activations, requests, and groups without a role',
    records: [
      pimForGroups('Add member to role completed (PIM activation)', tara, groups.desk),
      pimForGroups('Add member to role in PIM requested (permanent)', tara, groups.desk),
      pimForGroups('Add member to role in PIM completed (permanent)', tara, groups.news),
      pimForGroups('Add member to role in PIM completed (permanent)', tara, groups.desk, {
        result: 'failure',
      }),
    ],
    expect: [found('pim-activation', tara, 'informational')],
  },
  ...(['Add member to group', 'Add owner to group'] as const).map(
    (operation): Case => ({
      name: operation,
      records: [
        groupChange(operation, tara),
        groupChange(operation, tara, groups.news),
        groupChange(operation, omar, groups.desk, { result: 'failure' }),
        groupChange(operation, omar, groups.desk, { initiatedBy: byPim }),
      ],
      expect: [found('privileged-group-member-added', tara, 'high')],
    }),
  ),
  {
    name: 'a group joins a group that carries a role',
    records: [
      audit('Add member to group', {
        category: 'GroupManagement',
        targetResources: [
          typed('Group', { id: groups.desk.id, name: null }),
          typed('Group', groups.news, [
            { displayName: 'Group.ObjectID', oldValue: null, newValue: `"${groups.desk.id}"` },
          ]),
        ],
      }),
    ],
    expect: [found('privileged-group-member-added', groups.news, 'high')],
  },
  {
    name: 'a member leaves',
    records: [groupChange('Remove member from group', ruth)],
    expect: [],
  },
];
