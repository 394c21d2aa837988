import { type Case, found } from './case.ts';
import { details, pim, roleAdded, roleRemoved, signIn } from './records.ts';
import { account, at, byPim, directory, holds, people, roles, type Someone } from './world.ts';

const { tara, hank, ruth, nadia } = people;
const enters = (who: Someone, time: string) => signIn(who, { createdDateTime: at(time) });
const noMfa = (who: { id: string }, severity = 'high') =>
  found('admin-signin-no-mfa', who, severity);
const active = (who: { id: string }, severity = 'medium') =>
  found('privileged-role-assigned-active', who, severity);
const promoted = (who: Someone, time: string, role: string = roles.helpdesk) =>
  roleAdded(who, role, { activityDateTime: at(time) });
const removed = (who: Someone, time: string, role: string = roles.helpdesk) =>
  roleRemoved(who, role, { activityDateTime: at(time) });
const taken = (who: { id: string }) => found('privileged-role-removed', who, 'low');
const timed = (time: string, until: string) =>
  pim('Add member to role in PIM completed (timebound)', tara, roles.helpdesk, {
    activityDateTime: at(time),
    additionalDetails: details({ StartTime: at(time), ExpirationTime: at(until) }),
  });
const timedTwin = (time: string) =>
  roleAdded(tara, roles.helpdesk, { activityDateTime: at(time), initiatedBy: byPim });
const timebound = found('privileged-role-assigned-timebound', tara, 'low');
const activation = (time: string) =>
  pim('Add member to role completed (PIM activation)', tara, roles.global, {
    activityDateTime: at(time),
    additionalDetails: details({ ExpirationTime: at('13:00') }),
  });
const expired = (time: string) =>
  pim('Remove member from role (PIM activation expired)', tara, roles.global, {
    activityDateTime: at(time),
  });

export const timeline: readonly Case[] = [
  {
    name: 'promoted a minute ago',
    records: [promoted(tara, '11:59'), enters(tara, '12:00')],
    expect: [active(tara), noMfa(tara)],
  },
  {
    name: 'promoted a minute ago, and that row comes last',
    records: [enters(tara, '12:00'), promoted(tara, '11:59')],
    expect: [active(tara), noMfa(tara)],
  },
  {
    name: 'in before the promotion',
    records: [promoted(tara, '12:01'), enters(tara, '12:00')],
    expect: [active(tara)],
  },
  {
    name: 'in, then removed; the row of the sign-in comes late',
    records: [removed(ruth, '12:05', roles.global), enters(ruth, '12:00')],
    expect: [taken(ruth), noMfa(ruth, 'critical')],
  },
  {
    name: 'removed, then in',
    records: [removed(ruth, '11:55', roles.global), enters(ruth, '12:00')],
    expect: [taken(ruth)],
  },
  {
    name: 'removed, then in; the removal comes last',
    records: [enters(ruth, '12:00'), removed(ruth, '11:55', roles.global)],
    expect: [taken(ruth)],
  },
  {
    name: 'promoted, removed and promoted again, out of order',
    records: [
      promoted(tara, '12:20'),
      removed(tara, '12:10'),
      promoted(tara, '12:00'),
      enters(tara, '12:05'),
      enters(tara, '12:15'),
      enters(tara, '12:25'),
    ],
    expect: [
      active(tara),
      active(tara),
      taken(tara),
      found('role-flapping', tara, 'high'),
      found('role-change-burst', nadia, 'high'),
      noMfa(tara),
      noMfa(tara),
    ],
    // Her role, her sign-ins, and what nadia does so often.
    incidents: 3,
  },
  {
    name: 'a removal that failed',
    records: [
      roleRemoved(ruth, roles.global, { activityDateTime: at('11:00'), result: 'failure' }),
      enters(ruth, '12:00'),
    ],
    expect: [noMfa(ruth, 'critical')],
  },
  {
    name: 'a removal of another role',
    records: [removed(ruth, '11:00', roles.user), enters(ruth, '12:00')],
    expect: [taken(ruth), noMfa(ruth, 'critical')],
  },
  {
    name: 'eligibility taken away',
    records: [
      pim('Remove eligible member from role in PIM completed (permanent)', hank, roles.helpdesk, {
        activityDateTime: at('11:00'),
      }),
      enters(hank, '10:00'),
      enters(hank, '12:00'),
    ],
    expect: [taken(hank), noMfa(hank)],
  },
  {
    name: 'an activation that ended: eligible all the time',
    records: [
      activation('12:00'),
      expired('13:00'),
      enters(tara, '11:00'),
      enters(tara, '12:30'),
      enters(tara, '14:00'),
    ],
    expect: [
      found('pim-activation', tara, 'high'),
      noMfa(tara, 'critical'),
      noMfa(tara, 'critical'),
      noMfa(tara, 'critical'),
    ],
  },
  {
    name: 'a time-bound role ends by itself, to the second',
    records: [
      timed('12:00', '13:00'),
      enters(tara, '12:30'),
      enters(tara, '13:00'),
      enters(tara, '13:00:01'),
    ],
    expect: [timebound, noMfa(tara), noMfa(tara)],
  },
  {
    name: 'a time-bound role, its second row behind it',
    records: [timed('12:00', '13:00'), timedTwin('12:00:03'), enters(tara, '14:00')],
    expect: [timebound],
  },
  {
    name: 'a time-bound role, its second row first',
    records: [timedTwin('12:00:03'), timed('12:00', '13:00'), enters(tara, '14:00')],
    expect: [timebound],
  },
  {
    name: 'a time-bound role in the directory file',
    directory: directory([account(tara, [holds(roles.helpdesk, { until: at('13:00') })])]),
    records: [enters(tara, '12:59'), enters(tara, '13:01')],
    expect: [noMfa(tara)],
  },
  {
    name: 'the directory file is older than the change',
    records: [promoted(tara, '07:00'), enters(tara, '12:00')],
    expect: [active(tara), noMfa(tara)],
  },
  {
    name: 'the directory file is newer: what it does not show has ended',
    records: [promoted(tara, '05:00'), enters(tara, '05:30'), enters(tara, '12:00')],
    expect: [active(tara), noMfa(tara)],
  },
  {
    name: 'the directory file is newer: what it shows was given back',
    records: [removed(ruth, '05:00', roles.global), enters(ruth, '05:30'), enters(ruth, '12:00')],
    expect: [taken(ruth), noMfa(ruth, 'critical')],
  },
  {
    name: 'the directory file without a time',
    directory: directory([], { takenAt: null }),
    records: [enters(ruth, '12:00'), removed(ruth, '12:30', roles.global), enters(ruth, '13:00')],
    expect: [taken(ruth), noMfa(ruth, 'critical')],
  },
  {
    name: 'PIM notices a role that nobody has told of: it is held already',
    records: [
      pim('Add member to role outside of PIM (permanent)', tara, roles.helpdesk, {
        activityDateTime: at('12:00'),
      }),
      enters(tara, '11:00'),
    ],
    expect: [found('privileged-role-assigned-outside-pim', tara, 'high'), noMfa(tara)],
  },
  {
    name: 'PIM notices it a hundred times, then it is taken away',
    records: [
      ...Array.from({ length: 100 }, (_, n) =>
        pim('Add member to role outside of PIM (permanent)', ruth, roles.global, {
          activityDateTime: `2026-11-${12 + Math.floor(n / 12)}T${String((n % 12) * 2).padStart(2, '0')}:05:00Z`,
        }),
      ),
      removed(ruth, '21:00', roles.global),
      enters(ruth, '05:00'),
      enters(ruth, '22:00'),
    ],
    expect: [
      found('privileged-role-assigned-outside-pim', ruth, 'high'),
      taken(ruth),
      noMfa(ruth, 'critical'),
    ],
    incidents: 2,
  },
];
