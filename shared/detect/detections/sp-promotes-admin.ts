import { globalAdministrator } from '../../roles.ts';
import { defineDetection } from '../detection.ts';
import { crm } from '../examples/applications.ts';
import { by, byApp, byPim, directRole, pimRow } from '../examples/records.ts';
import { helpdeskAdministrator, people, workloads } from '../examples/tenant.ts';
import { grantMatch, isAssignment, roleGrant } from '../rows/role-grants.ts';

const byCrm = { initiatedBy: byApp(crm) };
const given = 'Add member to role in PIM completed (permanent)';

export default defineDetection({
  id: 'sp-promotes-admin',
  title: 'Application gave a privileged role',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'critical',
  severityVaries: 'Medium for the applications that the policy declares as automation.',
  categories: ['AuditLogs'],
  techniques: ['T1098.003', 'T1078.004'],
  source: 'https://learn.microsoft.com/graph/permissions-reference',
  why: 'Administrators are made by people. An application that makes them holds a permission that few need, and whoever stole its credential uses it first.',
  triage: [
    'Find out whether the application is an identity governance tool that gives roles by agreement.',
    'If not: remove the role, disable the application and delete its credentials.',
    'Look for how it came by its permission, and for its sign-ins before the grant.',
  ],
  falsePositives: [
    'An identity governance tool: declare it as automation, and its grants are medium, never silent.',
  ],

  detect(event, context) {
    const grant = roleGrant(event, context);
    const { actor } = event;
    if (!grant || !isAssignment(grant) || actor?.type !== 'servicePrincipal') return;
    return {
      ...grantMatch(event, grant, ', by an application'),
      severity: context.watchlist.is('automation', actor) ? 'medium' : 'critical',
    };
  },

  examples: () => [
    {
      name: 'the top role',
      records: [directRole(people.dan, globalAdministrator, byCrm)],
      expect: 'critical',
    },
    {
      name: 'another privileged role, by way of PIM',
      records: [pimRow(given, people.dan, helpdeskAdministrator, byCrm)],
      expect: 'critical',
    },
    {
      name: 'an impostor of PIM',
      records: [
        directRole(people.dan, globalAdministrator, {
          initiatedBy: { app: { ...byPim.app, appId: crm.id } },
        }),
      ],
      expect: 'critical',
    },
    {
      name: 'declared as automation',
      records: [directRole(people.dan, globalAdministrator, { initiatedBy: byApp(workloads.hr) })],
      expect: 'medium',
    },
    {
      name: 'PIM itself, the second row of an assignment',
      records: [directRole(people.dan, globalAdministrator, { initiatedBy: byPim })],
      expect: 'nothing',
    },
    {
      name: 'an activation that an application asked for',
      records: [
        pimRow(
          'Add member to role completed (PIM activation)',
          people.ben,
          helpdeskAdministrator,
          byCrm,
        ),
      ],
      expect: 'nothing',
    },
    {
      name: 'a person',
      records: [directRole(people.dan, globalAdministrator, { initiatedBy: by(people.ada) })],
      expect: 'nothing',
    },
    {
      name: 'nobody known',
      records: [directRole(people.dan, globalAdministrator, { initiatedBy: {} })],
      expect: 'nothing',
    },
    {
      name: 'refused',
      records: [directRole(people.dan, globalAdministrator, { ...byCrm, result: 'failure' })],
      expect: 'nothing',
    },
  ],
});
