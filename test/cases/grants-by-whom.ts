import { type Case, found } from './case.ts';
import { roleAdded, roleChanges, roleName } from './records.ts';
import {
  apps,
  at,
  audit,
  by,
  byApp,
  byPim,
  type Fields,
  guid,
  people,
  policy,
  roles,
  typed,
  userTarget,
} from './world.ts';

const { tara, omar, nadia } = people;
const active = (who: { id: string }, severity = 'high') =>
  found('privileged-role-assigned-active', who, severity);
const byProgram = found('sp-promotes-admin', tara, 'critical');
const toApp = (role: string, type = 'ServicePrincipal', properties: Fields = {}) =>
  audit('Add member to role', {
    category: 'RoleManagement',
    targetResources: [typed(type, apps.backup, roleChanges(role))],
    ...properties,
  });

export const grantsByWhom: readonly Case[] = [
  {
    name: 'eligible, written to the directory',
    records: [
      audit('Add eligible member to role', {
        category: 'RoleManagement',
        targetResources: [userTarget(tara, roleChanges(roles.global))],
      }),
      audit('Add EligibleRoleAssignment to RoleDefinition', {
        category: 'RoleManagement',
        targetResources: [userTarget(omar, roleChanges(roles.helpdesk))],
      }),
    ],
    expect: [
      found('privileged-role-assigned-eligible', tara, 'high'),
      found('privileged-role-assigned-eligible', omar, 'medium'),
    ],
  },
  ...(['failure', 'timeout', 'Failure'] as const).map(
    (result): Case => ({
      name: `refused: ${result}`,
      records: [roleAdded(tara, roles.global, { result, resultReason: 'RoleAssignmentExists' })],
      expect: [found('privileged-role-assign-failed', tara, 'medium')],
    }),
  ),
  {
    name: 'refused, by somebody without a role, and by an application',
    records: [
      roleAdded(tara, roles.global, { result: 'failure', initiatedBy: by(omar) }),
      roleAdded(omar, roles.global, { result: 'failure', initiatedBy: byApp(apps.backup) }),
    ],
    expect: [
      found('privileged-role-assign-failed', tara, 'high'),
      found('privileged-role-assign-failed', omar, 'high'),
    ],
    incidents: 2,
  },
  {
    name: 'refused, then given: one matter',
    records: [
      roleAdded(tara, roles.global, { result: 'failure' }),
      roleAdded(tara, roles.global, { activityDateTime: at('12:05') }),
    ],
    expect: [found('privileged-role-assign-failed', tara, 'medium'), active(tara)],
    incidents: 1,
  },
  {
    name: 'in a tenant with PIM: two facets of one matter',
    policy: policy({ tenant: { usesPim: true } }),
    records: [roleAdded(tara, roles.global)],
    expect: [active(tara), found('privileged-role-assigned-outside-pim', tara, 'high')],
    incidents: 1,
  },
  {
    name: 'two roles, two people: matters of their own, and so many of them another',
    records: [
      roleAdded(tara, roles.global, { correlationId: 'same' }),
      roleAdded(tara, roles.user, { correlationId: 'same' }),
      roleAdded(omar, roles.global, { correlationId: 'same' }),
    ],
    expect: [
      active(tara),
      active(tara, 'medium'),
      active(omar),
      found('role-change-burst', nadia, 'high'),
    ],
    incidents: 4,
  },
  {
    name: 'by somebody who calls himself MS-PIM',
    records: [
      roleAdded(
        tara,
        roles.global,
        {
          initiatedBy: { user: { ...by(nadia).user, displayName: 'MS-PIM' }, app: null },
        },
        { identity: 'MS-PIM' },
      ),
    ],
    expect: [active(tara)],
  },
  ...['MS-PIM-Helper', 'MS–PIM', 'MS PIM', 'MS-PIM 2', 'Not MS-PIM'].map(
    (name): Case => ({
      name: `by an application called ${name}`,
      records: [roleAdded(tara, roles.global, { initiatedBy: byApp({ id: guid('fake'), name }) })],
      expect: [active(tara), byProgram],
      incidents: 1,
    }),
  ),
  {
    name: 'by another application called MS-PIM, with an app id of its own',
    records: [
      roleAdded(tara, roles.global, {
        initiatedBy: byApp({ id: guid('fake'), name: 'MS-PIM' }, guid('fake app')),
      }),
    ],
    expect: [active(tara), byProgram],
    incidents: 1,
  },
  {
    name: 'by PIM itself, of both clouds',
    records: [
      roleAdded(tara, roles.global, { initiatedBy: byPim }),
      roleAdded(omar, roles.global, {
        initiatedBy: byApp({ id: guid('fairfax'), name: 'MS-PIM-Fairfax' }),
      }),
    ],
    expect: [],
  },
  {
    name: 'PIM Fairfax refused, and an app refused',
    records: [
      roleAdded(tara, roles.global, { initiatedBy: byPim, result: 'failure' }),
      toApp(roles.global, 'ServicePrincipal', { result: 'failure' }),
    ],
    expect: [found('privileged-role-assign-failed', apps.backup, 'medium')],
  },
  {
    name: `without a policy and a directory: ${roleName(roles.global)}`,
    policy: null,
    directory: null,
    records: [roleAdded(tara, roles.global)],
    expect: [active(tara)],
  },
];
