import { type Case, found } from './case.ts';
import { roleAdded, roleChanges } from './records.ts';
import {
  apps,
  audit,
  byApp,
  type Fields,
  gained,
  groups,
  guid,
  people,
  policy,
  roles,
  typed,
  userTarget,
} from './world.ts';

const { tara, omar, ruth } = people;
const active = (who: { id: string }, severity = 'high') =>
  found('privileged-role-assigned-active', who, severity);
const custom = guid('custom role');
const unit = { id: guid('unit'), name: 'Branch office' };
const toApp = (role: string, type = 'ServicePrincipal', properties: Fields = {}) =>
  audit('Add member to role', {
    category: 'RoleManagement',
    targetResources: [typed(type, apps.backup, roleChanges(role))],
    ...properties,
  });
const toGroup = (role: string) =>
  audit('Add member to role', {
    category: 'RoleManagement',
    targetResources: [typed('Group', groups.news, roleChanges(role))],
  });
const named = (name: string, templateId: string | null, more: object[] = []) =>
  roleAdded(tara, roles.global, {
    targetResources: [
      userTarget(tara, [
        gained('Role.ObjectID', guid('object')),
        gained('Role.DisplayName', name),
        ...(templateId ? [gained('Role.TemplateId', templateId)] : []),
        ...more,
      ]),
    ],
  });
const scoped = (operation: string, targets: object[], properties: Fields = {}) =>
  audit(operation, { category: 'RoleManagement', targetResources: targets, ...properties });
const [holder, roleTarget] = roleAdded(tara, roles.global).properties.targetResources as object[];

export const grants: readonly Case[] = [
  { name: 'a person', records: [roleAdded(tara, roles.global)], expect: [active(tara)] },
  {
    name: 'a lesser role',
    records: [roleAdded(tara, roles.helpdesk)],
    expect: [active(tara, 'medium')],
  },
  {
    name: 'a role without privilege',
    records: [roleAdded(tara, roles.directoryReaders)],
    expect: [],
  },
  {
    name: 'by an application',
    records: [roleAdded(tara, roles.global, { initiatedBy: byApp(apps.backup) })],
    expect: [active(tara), found('sp-promotes-admin', tara, 'critical')],
    incidents: 1,
  },
  {
    name: 'targets in another order, and more of them',
    records: [
      roleAdded(tara, roles.global, {
        targetResources: [
          typed('Other', { id: guid('x'), name: null }),
          roleTarget,
          typed('Directory', { id: guid('y'), name: 'Contoso' }),
          userTarget(ruth),
          ...[1, 2, 3, 4].map((n) => typed('Other', { id: guid(`other ${n}`), name: null })),
          holder,
        ],
      }),
    ],
    expect: [active(tara)],
  },
  {
    name: 'unified RBAC',
    records: [
      audit('Add role assignment to role definition', {
        category: 'RoleManagement',
        targetResources: [userTarget(tara, roleChanges(roles.global))],
      }),
    ],
    expect: [active(tara)],
  },
  {
    name: 'a custom role that is called Global Administrator',
    records: [named('Global Administrator', custom)],
    expect: [],
  },
  {
    name: 'the old name, by its template id',
    records: [named('Company Administrator', roles.global)],
    expect: [active(tara)],
  },
  {
    name: 'the old name, without any id',
    records: [named('Company Administrator', null)],
    expect: [active(tara)],
  },
  {
    name: 'the well-known name of the directory only',
    records: [
      named('Administrateur general', null, [gained('Role.WellKnownObjectName', 'TenantAdmins')]),
    ],
    expect: [active(tara)],
  },
  {
    name: 'another language, by its template id',
    records: [named('Globaler Administrator', roles.global.toUpperCase())],
    expect: [active(tara)],
  },
  {
    name: 'a custom role that the policy adds',
    policy: policy({ tenant: { privilegedRoles: { add: [custom.toUpperCase()] } } }),
    records: [named('Desk lead', custom)],
    expect: [active(tara, 'medium')],
  },
  {
    name: 'a role that the policy adds by name, and one that it removes',
    policy: policy({
      tenant: { privilegedRoles: { add: ['reports reader'], remove: ['Helpdesk Administrator'] } },
    }),
    records: [roleAdded(tara, roles.reports), roleAdded(omar, roles.helpdesk)],
    expect: [active(tara, 'medium')],
  },
  {
    name: 'an application',
    records: [toApp(roles.global)],
    expect: [found('privileged-role-assigned-sp', apps.backup, 'critical')],
  },
  {
    name: 'a managed identity, a lesser role',
    records: [toApp(roles.helpdesk, 'ManagedIdentity')],
    expect: [found('privileged-role-assigned-sp', apps.backup, 'high')],
  },
  {
    name: 'a group',
    records: [toGroup(roles.global)],
    expect: [found('privileged-role-assigned-group', groups.news, 'high')],
  },
  ...['[true]', '"true"', '["true"]', 'true'].map(
    (value): Case => ({
      name: `a group made for roles, ${value}`,
      records: [
        audit('Add group', {
          category: 'GroupManagement',
          targetResources: [
            {
              ...typed('Group', groups.news),
              modifiedProperties: [
                { displayName: 'IsAssignableToRole', oldValue: '[]', newValue: value },
              ],
            },
          ],
        }),
      ],
      expect: [found('privileged-role-assigned-group', groups.news, 'high')],
    }),
  ),
  {
    name: 'an ordinary group',
    records: [
      audit('Add group', {
        targetResources: [typed('Group', groups.news, [gained('IsAssignableToRole', [false])])],
      }),
    ],
    expect: [],
  },
  {
    name: 'over an administrative unit',
    records: [
      scoped('Add scoped member to role', [
        userTarget(tara, roleChanges(roles.helpdesk)),
        typed('AdministrativeUnit', unit),
      ]),
      scoped('Add member to role scoped over Restricted Management Administrative Unit', [
        { ...userTarget(omar, roleChanges(roles.user)), administrativeUnits: [{ id: unit.id }] },
      ]),
    ],
    expect: [
      found('privileged-role-assigned-scoped', tara, 'medium'),
      found('privileged-role-assigned-scoped', omar, 'medium'),
    ],
  },
  {
    name: 'an application over an administrative unit',
    records: [
      scoped('Add scoped member to role', [
        typed('ServicePrincipal', apps.backup, roleChanges(roles.helpdesk)),
        typed('AdministrativeUnit', unit),
      ]),
    ],
    expect: [found('privileged-role-assigned-scoped', apps.backup, 'medium')],
  },
];
