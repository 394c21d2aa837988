import { globalAdministrator, isTenantWide } from '../../roles.ts';
import { defineDetection } from '../detection.ts';
import { audit, byPim, directRole, partyTarget, pimRow, roleChanges } from '../examples/records.ts';
import { groups, helpdeskAdministrator, people } from '../examples/tenant.ts';
import { grantMatch, isToPerson, roleGrant } from '../rows/role-grants.ts';

const byHand = { operationName: 'Add eligible member to role' };

export default defineDetection({
  id: 'privileged-role-assigned-eligible',
  title: 'New eligibility for a privileged role',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'medium',
  severityVaries: 'High for Global and Privileged Role Administrator.',
  categories: ['AuditLogs'],
  techniques: ['T1098.003'],
  source:
    'https://learn.microsoft.com/entra/architecture/security-operations-privileged-identity-management',
  why: 'Whoever is eligible can be an administrator within a minute, at a time of their choosing.',
  triage: [
    'Ask for the reason for the eligibility and who approved it.',
    'If there is none: remove it, and look for an activation since.',
  ],
  falsePositives: ['Access packages and joiner processes that hand out eligibility.'],

  detect(event, context) {
    const grant = roleGrant(event, context);
    if (!grant || !isToPerson(grant)) return;
    const { tier, way } = grant.change;
    // A renewal gives nothing new, and a scoped assignment has a detection of its own.
    if (tier !== 'eligible' || way === 'pim-extended' || way === 'core-scoped') return;
    const severity = isTenantWide(grant.role.templateId) ? 'high' : 'medium';
    return { ...grantMatch(event, grant, ', eligible'), severity };
  },

  examples: () => [
    {
      name: 'in PIM, for the top role',
      records: [
        pimRow(
          'Add eligible member to role in PIM completed (permanent)',
          people.dan,
          globalAdministrator,
        ),
      ],
      expect: 'high',
    },
    {
      name: 'in PIM, for a lesser role',
      records: [
        pimRow(
          'Add eligible member to role in PIM completed (timebound)',
          people.dan,
          helpdeskAdministrator,
        ),
      ],
      expect: 'medium',
    },
    {
      name: 'written to the directory by hand',
      records: [{ ...directRole(people.dan, globalAdministrator), ...byHand }],
      expect: 'high',
    },
    {
      name: 'the second row, by PIM itself',
      records: [
        { ...directRole(people.dan, globalAdministrator, { initiatedBy: byPim }), ...byHand },
      ],
      expect: 'nothing',
    },
    {
      name: 'to a group, which has a detection of its own',
      records: [
        audit('Add eligible member to role', {
          targetResources: [partyTarget('Group', groups.readers, roleChanges(globalAdministrator))],
        }),
      ],
      expect: 'nothing',
    },
    {
      name: 'over an administrative unit, which has a detection of its own',
      records: [
        {
          ...directRole(people.dan, globalAdministrator),
          operationName: 'Add eligible scoped member to role',
        },
      ],
      expect: 'nothing',
    },
    {
      name: 'active',
      records: [directRole(people.dan, globalAdministrator)],
      expect: 'nothing',
    },
    {
      name: 'cancelled',
      records: [
        pimRow(
          'Add eligible member to role in PIM canceled (permanent)',
          people.dan,
          globalAdministrator,
        ),
      ],
      expect: 'nothing',
    },
    {
      name: 'renewed',
      records: [
        pimRow(
          'Add eligible member to role in PIM completed (renew)',
          people.ben,
          helpdeskAdministrator,
        ),
      ],
      expect: 'nothing',
    },
  ],
});
