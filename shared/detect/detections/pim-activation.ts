import { globalAdministrator, roleIdByName } from '../../roles.ts';
import { defineDetection } from '../detection.ts';
import {
  activates,
  completed,
  directoryReaders,
  pimForGroups,
  requested,
} from '../examples/pim.ts';
import { byPim, directRole, pimRow } from '../examples/records.ts';
import { groups, helpdeskAdministrator, people, userAdministrator } from '../examples/tenant.ts';
import { activation, activationMatch } from '../rows/pim-activations.ts';

export default defineDetection({
  id: 'pim-activation',
  title: 'Privileged role activated in PIM',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'informational',
  severityVaries:
    'High for the roles in `alertRoles`: Global Administrator, unless the policy says otherwise.',
  categories: ['AuditLogs'],
  techniques: ['T1078.004'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-privileged-accounts',
  why: 'An activation is the moment an account becomes an administrator: everyday business, and the first line of many a timeline.',
  triage: [
    'Compare the justification with what the person is working on today.',
    'If they know nothing of it: end the activation, revoke their sessions, and look at what was done with the role.',
  ],
  falsePositives: ['Daily work. That is why only the roles in `alertRoles` are told to anybody.'],

  detect(event, context) {
    const done = activation(event, context);
    if (!done) return;
    const alerts = new Set(
      context.settings.alertRoles.map((role) => roleIdByName(role) ?? role.toLowerCase()),
    );
    const isAlert = done.roles.some(({ templateId }) => alerts.has(templateId));
    return { ...activationMatch(event, done, ''), severity: isAlert ? 'high' : 'informational' };
  },

  examples: () => [
    {
      name: 'a role that is told to people',
      records: [activates(people.ada, globalAdministrator)],
      expect: 'high',
    },
    {
      name: 'another privileged role',
      records: [activates(people.ben, helpdeskAdministrator)],
      expect: 'informational',
    },
    {
      name: 'a role that the policy names',
      records: [activates(people.ben, helpdeskAdministrator)],
      settings: { alertRoles: ['helpdesk administrator'] },
      expect: 'high',
    },
    {
      name: 'a role that the policy names by its id',
      records: [activates(people.ben, helpdeskAdministrator)],
      settings: { alertRoles: [helpdeskAdministrator.toUpperCase()] },
      expect: 'high',
    },
    {
      name: 'with the second row, by PIM itself',
      records: [
        activates(people.ben, helpdeskAdministrator),
        directRole(people.ben, helpdeskAdministrator, { initiatedBy: byPim }),
      ],
      expect: 'informational',
    },
    {
      name: 'in PIM for Groups, a group that carries a role',
      records: [pimForGroups(completed, people.dan)],
      settings: { alertRoles: [userAdministrator] },
      expect: 'high',
    },
    {
      name: 'in PIM for Groups, a group without roles',
      records: [pimForGroups(completed, people.dan, groups.readers)],
      expect: 'nothing',
    },
    {
      name: 'only requested',
      records: [pimRow(requested, people.ben, helpdeskAdministrator)],
      expect: 'nothing',
    },
    {
      name: 'refused',
      records: [activates(people.ben, helpdeskAdministrator, {}, { result: 'failure' })],
      expect: 'nothing',
    },
    {
      name: 'ended',
      records: [
        pimRow(
          'Remove member from role (PIM activation expired)',
          people.ben,
          helpdeskAdministrator,
        ),
      ],
      expect: 'nothing',
    },
    {
      name: 'a role without privilege',
      records: [activates(people.ben, directoryReaders)],
      expect: 'nothing',
    },
    {
      name: "over Azure's resources, which is another plane",
      records: [
        activates(people.ben, helpdeskAdministrator, {}, { category: 'ResourceManagement' }),
      ],
      expect: 'nothing',
    },
  ],
});
