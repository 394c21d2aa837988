import { accountKey } from '../../memory/subject.ts';
import type { ActivityEvent, AuditEvent } from '../../read/event.ts';
import { isoOf } from '../../time.ts';
import { defineDetection } from '../detection.ts';
import { activity, asApi, refused, started } from '../examples/activity.ts';
import { audit, by, target } from '../examples/records.ts';
import { people } from '../examples/tenant.ts';
import { accountTarget } from '../rows/account-changes.ts';
import { userAccessAdministrator } from '../rows/azure-roles.ts';
import { nameOf } from '../wording.ts';

/** Folded openings of what Entra's audit log calls it; Azure Activity has the operation itself. */
const elevates =
  /^(user has elevated their access to user access administrator|microsoft\.authorization\/elevateaccess\/action$)/;
const givesBack = /^the role assignment of user access administrator has been removed/;

const elevated = (fields: object = {}) =>
  audit('User has elevated their access to User Access Administrator for their Azure Resources', {
    category: 'AzureRBACRoleManagementElevateAccess',
    loggedByService: 'Azure RBAC (Elevated Access)',
    ...fields,
  });
const removed = (fields: object = {}) =>
  audit('The role assignment of User Access Administrator has been removed from the user', {
    category: 'AzureRBACRoleManagementElevateAccess',
    activityDateTime: '2026-11-20T12:30:00Z',
    ...fields,
  });
const inAzure = activity(
  people.ada,
  'Microsoft.Authorization/elevateAccess/action',
  '/providers/Microsoft.Authorization',
);

export default defineDetection({
  id: 'elevate-access-azure',
  title: 'Global Administrator took access to all of Azure',
  reads: ['audit', 'activity'],
  lookFor: 'every record',
  severity: 'critical',
  severityVaries:
    'Medium once the access is given back: what was done with it meanwhile is told by itself. Giving back alone: informational.',
  categories: ['AuditLogs', 'Administrative'],
  techniques: ['T1548.005', 'T1098.003'],
  source: 'https://learn.microsoft.com/azure/role-based-access-control/elevate-access-global-admin',
  why: 'One switch makes a Global Administrator User Access Administrator of every subscription and management group. It stays on until somebody turns it off.',
  triage: [
    'Ask the person now. Few need it, and then for minutes.',
    'Look for role assignments in Azure since: they outlast the elevation.',
    'Remove it, and if it was nobody: treat the account as taken over.',
  ],
  falsePositives: ['The rescue of a subscription that has lost its owners.'],

  detect(event, { watchlist }) {
    if (event.result !== 'success') return;
    const isGivenBack = givesBack.test(event.operation);
    if (!isGivenBack && !elevates.test(event.operation)) return;
    const subject = holderIn(event) ?? event.actor;
    if (!subject) return;
    const { type, id, name } = subject;
    const what = isGivenBack
      ? 'gave back the access to all of Azure'
      : 'took access to all of Azure (User Access Administrator)';
    return {
      // That somebody has it: both logs tell of it, each in a row of its own.
      key: [accountKey(subject, watchlist)],
      title: `${nameOf(subject)} > all of Azure: ${isGivenBack ? 'access given back' : 'elevated access'}`,
      summary: `${nameOf(subject)} ${what}.`,
      severity: isGivenBack ? 'informational' : 'critical',
      ...(isGivenBack && { severityWhenRepeated: 'medium' }),
      subject: { type, id, name },
      matter: ['azure-role', userAccessAdministrator, '/'],
      precedence: isoOf(event.at),
    };
  },

  examples: () => [
    { name: 'in the audit log', records: [elevated()], expect: 'critical' },
    { name: 'in Azure Activity', records: [inAzure], expect: 'critical' },
    { name: 'as the API gives it', records: [asApi(inAzure)], expect: 'critical' },
    { name: 'in both', records: [elevated(), started(inAzure), inAzure], expect: 'critical' },
    { name: 'refused', records: [elevated({ result: 'failure' })], expect: 'nothing' },
    { name: 'refused in Azure', records: [refused(inAzure)], expect: 'nothing' },
    { name: 'given back', records: [removed()], expect: 'informational' },
    { name: 'taken and given back', records: [elevated(), removed()], expect: 'medium' },
    { name: 'given back, told first', records: [removed(), elevated()], expect: 'medium' },
    {
      name: 'taken from them by somebody else',
      records: [
        elevated(),
        removed({ initiatedBy: by(people.hana), targetResources: [target(people.ada)] }),
      ],
      expect: 'medium',
    },
    {
      name: 'taken again',
      records: [
        elevated(),
        removed(),
        elevated({ id: 'again', activityDateTime: '2026-11-20T13:00:00Z' }),
      ],
      expect: 'critical',
    },
    { name: 'by nobody named', records: [elevated({ initiatedBy: null })], expect: 'nothing' },
    { name: 'another row of that service', records: [audit('Assign')], expect: 'nothing' },
  ],
});

/** Who has it, or has it no more: not always whoever did so. */
const holderIn = (event: AuditEvent | ActivityEvent) =>
  event.kind === 'audit' ? accountTarget(event)?.party : undefined;
