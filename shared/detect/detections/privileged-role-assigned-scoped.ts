import { defineDetection } from '../detection.ts';
import { audit, directRole, partyTarget, roleChanges, target } from '../examples/records.ts';
import { helpdeskAdministrator, people } from '../examples/tenant.ts';
import { grantMatch, roleGrant } from '../rows/role-grants.ts';

const unit = { id: '00000000-0000-4000-8000-000000000040', name: 'Branch office' };
const scoped = (operationName: string, fields: object = {}) =>
  audit(operationName, {
    targetResources: [
      target(people.dan, roleChanges(helpdeskAdministrator)),
      partyTarget('AdministrativeUnit', unit),
    ],
    ...fields,
  });

export default defineDetection({
  id: 'privileged-role-assigned-scoped',
  title: 'Privileged role over an administrative unit',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'medium',
  categories: ['AuditLogs'],
  techniques: ['T1098.003'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-applications',
  why: 'The role holds for one unit only, but a unit may hold the accounts that matter most.',
  triage: [
    'See who is in the administrative unit: administrators or break-glass accounts make it urgent.',
    'Ask the person who gave the role.',
  ],
  falsePositives: ['Delegation to a help desk.'],

  detect(event, context) {
    const grant = roleGrant(event, context);
    if (grant?.change.way !== 'core-scoped') return;
    return { ...grantMatch(event, grant, ', over an administrative unit'), severity: 'medium' };
  },

  examples: () => [
    { name: 'over a unit', records: [scoped('Add scoped member to role')], expect: 'medium' },
    {
      name: 'over a restricted unit',
      records: [scoped('Add member to role scoped over Restricted Management Administrative Unit')],
      expect: 'medium',
    },
    {
      name: 'refused',
      records: [scoped('Add scoped member to role', { result: 'failure' })],
      expect: 'nothing',
    },
    {
      name: 'over the tenant',
      records: [directRole(people.dan, helpdeskAdministrator)],
      expect: 'nothing',
    },
  ],
});
