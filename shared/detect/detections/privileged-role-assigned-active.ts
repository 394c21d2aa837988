import { globalAdministrator } from '../../roles.ts';
import { defineDetection } from '../detection.ts';
import { directoryReaders } from '../examples/pim.ts';
import { audit, byPim, directRole, partyTarget, pimRow, roleChanges } from '../examples/records.ts';
import { helpdeskAdministrator, people, workloads } from '../examples/tenant.ts';
import { grantMatch, isToPerson, roleGrant, severityOfRole } from '../rows/role-grants.ts';

export default defineDetection({
  id: 'privileged-role-assigned-active',
  title: 'Standing assignment of a privileged role',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'high',
  severityVaries:
    'High for roles that rule the tenant or lead there, medium for other privileged roles.',
  categories: ['AuditLogs'],
  techniques: ['T1098.003'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-privileged-accounts',
  why: 'A standing role needs no approval and no second look later: it is the first thing an intruder gives himself.',
  triage: [
    'Ask the person who gave the role, by another way than mail, whether they did.',
    'If nobody claims it: remove the role, revoke the sessions of both accounts, look at what the giver did before.',
    'If it is wanted: make it eligible in PIM and time-bound instead.',
  ],
  falsePositives: ['Planned onboarding of an administrator.'],

  detect(event, context) {
    const grant = roleGrant(event, context);
    if (!grant || !isToPerson(grant)) return;
    const { way, tier } = grant.change;
    if (tier !== 'active' || (way !== 'core' && way !== 'pim-permanent')) return;
    const how = way === 'core' ? ', assigned directly' : ', permanent in PIM';
    return { ...grantMatch(event, grant, how), severity: severityOfRole(grant.role) };
  },

  examples: () => [
    {
      name: 'written to the directory',
      records: [directRole(people.dan, globalAdministrator)],
      expect: 'high',
    },
    {
      name: 'permanent in PIM, a lesser role',
      records: [
        pimRow(
          'Add member to role in PIM completed (permanent)',
          people.dan,
          helpdeskAdministrator,
        ),
      ],
      expect: 'medium',
    },
    {
      name: 'to somebody of whom the row does not tell the kind',
      records: [
        pimRow(
          'Add member to role in PIM completed (permanent)',
          people.dan,
          helpdeskAdministrator,
          {
            targetResources: [
              partyTarget(
                'Role',
                { id: helpdeskAdministrator, name: 'Helpdesk Administrator' },
                { TemplateId: helpdeskAdministrator },
              ),
              { id: people.dan.id, displayName: 'Dan' },
            ],
          },
        ),
      ],
      expect: 'medium',
    },
    {
      name: 'to an application, which has a detection of its own',
      records: [
        audit('Add member to role', {
          targetResources: [
            partyTarget('ServicePrincipal', workloads.sync, roleChanges(globalAdministrator)),
          ],
        }),
      ],
      expect: 'nothing',
    },
    {
      name: 'an eligibility, which has a detection of its own',
      records: [
        {
          ...directRole(people.dan, globalAdministrator),
          operationName: 'Add eligible member to role',
        },
      ],
      expect: 'nothing',
    },
    {
      name: 'the second row, by PIM itself',
      records: [directRole(people.dan, globalAdministrator, { initiatedBy: byPim })],
      expect: 'nothing',
    },
    {
      name: 'refused',
      records: [directRole(people.dan, globalAdministrator, { result: 'failure' })],
      expect: 'nothing',
    },
    {
      name: 'a role without privilege',
      records: [directRole(people.dan, directoryReaders)],
      expect: 'nothing',
    },
    {
      name: 'time-bound, which has a detection of its own',
      records: [
        pimRow('Add member to role in PIM completed (timebound)', people.dan, globalAdministrator),
      ],
      expect: 'nothing',
    },
  ],
});
