import { globalAdministrator } from '../../roles.ts';
import { defineDetection } from '../detection.ts';
import { directoryReaders } from '../examples/pim.ts';
import { by, directRole, pimRow } from '../examples/records.ts';
import { people } from '../examples/tenant.ts';
import { attemptedRoleGrant, grantMatch, isAssignment } from '../rows/role-grants.ts';

const failed = { result: 'failure', resultReason: 'Insufficient privileges' };

export default defineDetection({
  id: 'privileged-role-assign-failed',
  title: 'Refused attempt to give a privileged role',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'medium',
  severityVaries: 'High if whoever tried is no administrator.',
  categories: ['AuditLogs'],
  techniques: ['T1098.003'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-privileged-accounts',
  why: 'Somebody tried to make an administrator and was stopped; the next try may be another way.',
  triage: [
    'Ask the person who tried. A typing error or a rule of PIM explains most.',
    'If they are no administrator, or deny it: treat their account as taken over.',
  ],
  falsePositives: [
    'The role was assigned already.',
    'PIM refused a duration or a missing justification.',
  ],

  detect(event, context) {
    const grant = attemptedRoleGrant(event, context);
    if (!grant || event.result !== 'failure' || !isAssignment(grant)) return;
    const isAdministrator =
      event.actor !== null && context.watchlist.isPrivileged(event.actor, event.at);
    return {
      ...grantMatch(event, grant, ', refused'),
      severity: isAdministrator ? 'medium' : 'high',
    };
  },

  examples: () => [
    {
      name: 'by an administrator',
      records: [directRole(people.dan, globalAdministrator, failed)],
      expect: 'medium',
    },
    {
      name: 'by somebody else',
      records: [
        directRole(people.dan, globalAdministrator, { ...failed, initiatedBy: by(people.eve) }),
      ],
      expect: 'high',
    },
    {
      name: 'a request that PIM refused',
      records: [
        pimRow(
          'Add member to role in PIM requested (permanent)',
          people.dan,
          globalAdministrator,
          failed,
        ),
      ],
      expect: 'medium',
    },
    {
      name: 'by nobody who is named',
      records: [directRole(people.dan, globalAdministrator, { ...failed, initiatedBy: {} })],
      expect: 'high',
    },
    {
      name: 'a role without privilege',
      records: [directRole(people.dan, directoryReaders, failed)],
      expect: 'nothing',
    },
    { name: 'given', records: [directRole(people.dan, globalAdministrator)], expect: 'nothing' },
    {
      name: 'an activation that failed',
      records: [
        pimRow(
          'Add member to role completed (PIM activation)',
          people.ada,
          globalAdministrator,
          failed,
        ),
      ],
      expect: 'nothing',
    },
  ],
});
