import { type Case, found } from './case.ts';
import { details, pim, roleAdded, roleChanges } from './records.ts';
import {
  apps,
  at,
  audit,
  by,
  byApp,
  byPim,
  type Fields,
  groups,
  guid,
  people,
  policy,
  roles,
  userTarget,
} from './world.ts';

const { tara, omar, hank, glass } = people;
const usesPim = policy({ tenant: { usesPim: true } });
const outside = 'Add member to role outside of PIM (permanent)';
const platform = { user: { id: null, displayName: 'Azure AD PIM', userPrincipalName: null } };
const notice = (who: { id: string; name: string }, role: string, time: string, type = 'User') =>
  pim(
    outside,
    who,
    role,
    {
      activityDateTime: at(time),
      initiatedBy: platform,
      additionalDetails: details({ AuditType: 'RoleElevatedOutsidePimAlert' }),
    },
    type,
  );
const everyTwoHours = ['00:10', '02:10', '04:11', '06:11', '08:12', '10:12'];
const twin = (properties: Fields = {}) =>
  roleAdded(tara, roles.global, {
    initiatedBy: byPim,
    activityDateTime: at('12:00:02'),
    ...properties,
  });
const eligibleTwin = audit('Add eligible member to role', {
  category: 'RoleManagement',
  initiatedBy: byPim,
  targetResources: [userTarget(tara, roleChanges(roles.global))],
});
const permanent = pim('Add member to role in PIM completed (permanent)', tara, roles.global);
const active = found('privileged-role-assigned-active', tara, 'high');
const removed = found('privileged-role-removed', hank, 'low');
/** What some of the following tell instead. */
const toldOf = new Map([
  ['Add member to role completed (PIM activation)', found('pim-activation', hank, 'informational')],
  [
    'Add member to role request denied (PIM activation)',
    found('pim-request-denied', hank, 'medium'),
  ],
  ['Remove member from role in PIM completed (permanent)', removed],
  ['Remove eligible member from role in PIM completed (permanent)', removed],
  ['Remove permanent direct role assignment', removed],
]);
/** Steps on the way, endings, and answers: none of them gives a role. */
const nothingGiven = [
  'Add member to role requested (PIM activation)',
  'Add member to role completed (PIM activation)',
  'Add member to role canceled (PIM activation)',
  'Add member to role approval requested (PIM activation)',
  'Add member to role request approved (PIM activation)',
  'Add member to role request denied (PIM activation)',
  'PIM activation request expired',
  'Add member to role in PIM requested (permanent)',
  'Add member to role in PIM canceled (permanent)',
  'Add member to role in PIM requested (timebound)',
  'Add member to role in PIM canceled (timebound)',
  'Add member to role in PIM completed (renew)',
  'Add eligible member to role in PIM requested (permanent)',
  'Add eligible member to role in PIM canceled (timebound)',
  'Add eligible member to role in PIM completed (renew)',
  'Update member in PIM completed (extend)',
  'Update eligible member in PIM completed (renew)',
  'Remove member from role (PIM activation expired)',
  'Remove member from role completed (PIM deactivate)',
  'Remove member from role in PIM completed (permanent)',
  'Remove eligible member from role in PIM completed (permanent)',
  'Remove permanent direct role assignment',
  'Restore member from role',
];

export const pimCases: readonly Case[] = [
  { name: 'permanent', policy: usesPim, records: [permanent], expect: [active] },
  {
    name: 'permanent, its second row behind it',
    policy: usesPim,
    records: [permanent, twin()],
    expect: [active],
  },
  {
    name: 'permanent, its second row before it',
    policy: usesPim,
    records: [twin({ activityDateTime: at('11:59:58') }), permanent],
    expect: [active],
  },
  {
    name: 'permanent, second row in the Government cloud',
    policy: usesPim,
    records: [
      twin({ initiatedBy: byApp({ id: guid('fairfax'), name: 'MS-PIM-Fairfax' }) }),
      permanent,
    ],
    expect: [active],
  },
  {
    name: 'time-bound',
    records: [
      pim('Add member to role in PIM completed (timebound)', tara, roles.global),
      pim('Add member to role in PIM completed (timebound)', omar, roles.helpdesk),
    ],
    expect: [
      found('privileged-role-assigned-timebound', tara, 'medium'),
      found('privileged-role-assigned-timebound', omar, 'low'),
    ],
  },
  {
    name: 'eligible',
    records: [
      eligibleTwin,
      pim('Add eligible member to role in PIM completed (permanent)', tara, roles.global),
      pim('Add eligible member to role in PIM completed (timebound)', omar, roles.helpdesk),
    ],
    expect: [
      found('privileged-role-assigned-eligible', tara, 'high'),
      found('privileged-role-assigned-eligible', omar, 'medium'),
    ],
  },
  ...nothingGiven.map(
    (operation): Case => ({
      name: operation,
      policy: usesPim,
      records: [pim(operation, hank, roles.helpdesk, { initiatedBy: by(hank) })],
      expect: [toldOf.get(operation) ?? []].flat(),
    }),
  ),
  {
    name: 'a request that was refused, in two rows of one click',
    records: [
      pim('Add member to role in PIM requested (permanent)', tara, roles.global, {
        result: 'failure',
        correlationId: 'one',
      }),
      pim('Add member to role in PIM completed (permanent)', tara, roles.global, {
        result: 'failure',
        correlationId: 'one',
      }),
    ],
    expect: [found('privileged-role-assign-failed', tara, 'medium')],
  },
  {
    name: 'outside PIM, told again and again',
    records: everyTwoHours.map((time) => notice(tara, roles.global, time)),
    expect: [found('privileged-role-assigned-outside-pim', tara, 'high')],
  },
  {
    name: 'outside PIM, a role-assignable group told again and again',
    records: everyTwoHours.map((time) => notice(groups.desk, roles.user, time, 'Group')),
    expect: [found('privileged-role-assigned-outside-pim', groups.desk, 'high')],
  },
  {
    name: 'outside PIM, an application',
    records: [notice(apps.backup, roles.global, '10:00', 'ServicePrincipal')],
    expect: [found('privileged-role-assigned-outside-pim', apps.backup, 'high')],
  },
  {
    name: 'outside PIM: break-glass accounts are meant to be',
    policy: usesPim,
    records: everyTwoHours.map((time) => notice(glass, roles.global, time)),
    expect: [],
  },
  {
    name: 'outside PIM: assigned, then noticed',
    policy: usesPim,
    records: [
      roleAdded(tara, roles.global),
      notice(tara, roles.global, '12:03'),
      notice(tara, roles.global, '14:03'),
    ],
    expect: [active, found('privileged-role-assigned-outside-pim', tara, 'high')],
    incidents: 1,
  },
  {
    name: 'outside PIM: two roles of one person',
    records: [notice(tara, roles.global, '10:00'), notice(tara, roles.user, '10:00')],
    expect: [
      found('privileged-role-assigned-outside-pim', tara, 'high'),
      found('privileged-role-assigned-outside-pim', tara, 'high'),
    ],
    incidents: 2,
  },
  {
    name: 'an application in PIM',
    records: [
      pim(
        'Add member to role in PIM completed (permanent)',
        apps.backup,
        roles.global,
        {},
        'ServicePrincipal',
      ),
    ],
    expect: [found('privileged-role-assigned-sp', apps.backup, 'critical')],
  },
];
