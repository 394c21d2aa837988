import { globalAdministrator } from '../../roles.ts';
import { defineDetection } from '../detection.ts';
import { audit, directRole, partyTarget, pimRow, roleChanges } from '../examples/records.ts';
import { helpdeskAdministrator, people, workloads } from '../examples/tenant.ts';
import { grantMatch, isAssignment, roleGrant, severityForWorkload } from '../rows/role-grants.ts';

const toApp = (templateId: string, operationName = 'Add member to role') =>
  audit(operationName, {
    targetResources: [partyTarget('ServicePrincipal', workloads.sync, roleChanges(templateId))],
  });

export default defineDetection({
  id: 'privileged-role-assigned-sp',
  title: 'Privileged role given to an application',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'high',
  severityVaries: 'Critical for Global and Privileged Role Administrator.',
  categories: ['AuditLogs'],
  techniques: ['T1098.003'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-applications',
  why: 'An application has no MFA and no working hours: whoever holds its secret or owns it holds the role.',
  triage: [
    'Find the owners of the application and its credentials; ask what needs the role.',
    'Remove the role, or give the least application permission instead.',
    'Look for sign-ins of the service principal since.',
  ],
  falsePositives: ['Automation that was agreed, within its change window.'],

  detect(event, context) {
    const grant = roleGrant(event, context);
    if (grant?.holder.type !== 'servicePrincipal' || !isAssignment(grant)) return;
    // Over an administrative unit it has a detection of its own.
    if (grant.change.way === 'core-scoped') return;
    return {
      ...grantMatch(event, grant, ', to an application'),
      severity: severityForWorkload(grant.role),
    };
  },

  examples: () => [
    { name: 'the top role', records: [toApp(globalAdministrator)], expect: 'critical' },
    { name: 'another privileged role', records: [toApp(helpdeskAdministrator)], expect: 'high' },
    {
      name: 'what it has is renewed',
      records: [
        pimRow('Add member to role in PIM completed (renew)', people.dan, globalAdministrator, {
          targetResources: [
            partyTarget('Role', { id: globalAdministrator, name: 'Global Administrator' }),
            partyTarget('ServicePrincipal', workloads.sync),
          ],
        }),
      ],
      expect: 'nothing',
    },
    {
      name: 'over an administrative unit, which has a detection of its own',
      records: [toApp(helpdeskAdministrator, 'Add scoped member to role')],
      expect: 'nothing',
    },
    { name: 'a person', records: [directRole(people.dan, globalAdministrator)], expect: 'nothing' },
  ],
});
