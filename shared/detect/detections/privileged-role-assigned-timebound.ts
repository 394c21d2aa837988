import { globalAdministrator } from '../../roles.ts';
import { shiftSeverity } from '../../severity.ts';
import { defineDetection } from '../detection.ts';
import { partyTarget, pimRow } from '../examples/records.ts';
import { groups, helpdeskAdministrator, people } from '../examples/tenant.ts';
import { grantMatch, isToPerson, roleGrant, severityOfRole } from '../rows/role-grants.ts';

const completed = 'Add member to role in PIM completed (timebound)';

export default defineDetection({
  id: 'privileged-role-assigned-timebound',
  title: 'Time-bound active assignment of a privileged role',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'medium',
  severityVaries: 'One below the standing assignment of the same role.',
  categories: ['AuditLogs'],
  techniques: ['T1098.003'],
  source:
    'https://learn.microsoft.com/entra/architecture/security-operations-privileged-identity-management',
  why: 'An administrator made somebody active without their own activation, so without its MFA and approval.',
  triage: [
    'Compare the justification and the end with the ticket or project it names.',
    'If it does not fit: end the assignment and ask who made it.',
  ],
  falsePositives: ['Project work that was agreed, with an end.'],

  detect(event, context) {
    const grant = roleGrant(event, context);
    if (!grant || !isToPerson(grant)) return;
    if (grant.change.way !== 'pim-timebound' || grant.change.tier !== 'active') return;
    const severity = shiftSeverity(severityOfRole(grant.role), -1);
    return { ...grantMatch(event, grant, ', time-bound in PIM'), severity };
  },

  examples: () => [
    {
      name: 'a top role',
      records: [pimRow(completed, people.dan, globalAdministrator)],
      expect: 'medium',
    },
    {
      name: 'a lesser role',
      records: [pimRow(completed, people.dan, helpdeskAdministrator)],
      expect: 'low',
    },
    {
      name: 'only requested',
      records: [
        pimRow('Add member to role in PIM requested (timebound)', people.dan, globalAdministrator),
      ],
      expect: 'nothing',
    },
    {
      name: 'an eligibility, which has a detection of its own',
      records: [
        pimRow(
          'Add eligible member to role in PIM completed (timebound)',
          people.dan,
          globalAdministrator,
        ),
      ],
      expect: 'nothing',
    },
    {
      name: 'to a group, which has a detection of its own',
      records: [
        pimRow(completed, people.dan, globalAdministrator, {
          targetResources: [
            partyTarget('Role', { id: globalAdministrator, name: 'Global Administrator' }),
            partyTarget('Group', groups.readers),
          ],
        }),
      ],
      expect: 'nothing',
    },
    {
      name: 'somebody activates what they are eligible for',
      records: [
        pimRow('Add member to role completed (PIM activation)', people.ben, helpdeskAdministrator),
      ],
      expect: 'nothing',
    },
  ],
});
