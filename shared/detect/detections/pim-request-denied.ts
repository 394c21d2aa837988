import type { AuditEvent } from '../../read/event.ts';
import { dayOf } from '../../time.ts';
import type { Context } from '../detection.ts';
import { defineDetection } from '../detection.ts';
import { directoryReaders, pimForAzure, pimForGroups } from '../examples/pim.ts';
import { audit, by, pimRow, target } from '../examples/records.ts';
import { groups, helpdeskAdministrator, people } from '../examples/tenant.ts';
import { askedActivation } from '../rows/pim-activations.ts';
import { azurePrivilege, holderAmong } from '../rows/pim-azure.ts';
import { auditDetails, nameOf } from '../wording.ts';

const denied = 'Add member to role request denied (PIM activation)';
const byAda = { initiatedBy: by(people.ada) };
/** The row that the service behind approvals writes of the same denial. */
const approvalRow = (who: { id: string; upn: string }, fields: object = {}) =>
  audit('Request denied', {
    category: 'UserManagement',
    loggedByService: 'Access Reviews',
    targetResources: [target(who)],
    ...fields,
  });

export default defineDetection({
  id: 'pim-request-denied',
  title: 'Request for a privileged role denied',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'medium',
  categories: ['AuditLogs'],
  techniques: ['T1078.004'],
  source:
    'https://learn.microsoft.com/entra/architecture/security-operations-privileged-identity-management',
  why: 'An approver saw a request that should not be. Behind it may be somebody who uses the account of whoever asked.',
  triage: [
    'Ask the approver what was wrong with the request, and the requester whether it was theirs.',
    'Not theirs: revoke their sessions and reset the password; look for other requests.',
  ],
  falsePositives: ['A request with the wrong role, time or ticket, made again rightly.'],

  detect(event, context) {
    if (!denials.has(event.operation)) return;
    const asked = deniedRequest(event, context);
    if (!asked) return;
    const { holder, roles, name } = asked;
    return {
      // Two services write a row each, with no id in common that both always carry.
      key: [context.watchlist.idOf(holder) ?? holder.name, dayOf(event.at)],
      precedence: roles.length > 0 ? '1' : '0',
      gathered: { roles: roles.map((role) => role.name) },
      title: `${nameOf(holder)} was denied ${name}`,
      summary: `${nameOf(event.actor)} denied the request of ${nameOf(holder)} for ${name} (${event.activity}).`,
      subject: holder,
      roles,
      matter: ['role'],
      details: auditDetails(event),
    };
  },

  examples: () => [
    {
      name: 'of a role',
      records: [pimRow(denied, people.ben, helpdeskAdministrator, byAda)],
      expect: 'medium',
    },
    {
      name: 'of a role, in the rows of both services',
      records: [
        approvalRow(people.ben),
        pimRow(denied, people.ben, helpdeskAdministrator, { ...byAda, correlationId: 'other' }),
      ],
      expect: 'medium',
    },
    {
      name: 'of a watched account, by the other service',
      records: [approvalRow(people.ben)],
      expect: 'medium',
    },
    {
      name: 'of a group that carries a role',
      records: [pimForGroups(denied, people.dan, groups.operators, byAda)],
      expect: 'medium',
    },
    {
      name: "of a ruling role over Azure's resources",
      records: [pimForAzure(denied, people.dan)],
      expect: 'medium',
    },
    {
      name: "of another role over Azure's resources",
      records: [pimForAzure(denied, people.dan, { id: 'reader', name: 'Reader' })],
      expect: 'nothing',
    },
    {
      name: 'of a role without privilege',
      records: [pimRow(denied, people.ben, directoryReaders, byAda)],
      expect: 'nothing',
    },
    {
      name: 'of a group without roles',
      records: [pimForGroups(denied, people.dan, groups.readers, byAda)],
      expect: 'nothing',
    },
    {
      name: 'of somebody without a role, such as for an access package',
      records: [approvalRow(people.dan)],
      expect: 'nothing',
    },
    {
      name: 'of nobody that the row names',
      records: [approvalRow(people.ben, { targetResources: [] })],
      expect: 'nothing',
    },
    {
      name: 'approved',
      records: [
        pimRow(
          'Add member to role request approved (PIM activation)',
          people.ben,
          helpdeskAdministrator,
          byAda,
        ),
      ],
      expect: 'nothing',
    },
  ],
});

const byApprovals = 'request denied';
const denials = new Set(['add member to role request denied (pim activation)', byApprovals]);

function deniedRequest(event: AuditEvent, context: Context) {
  if (event.operation === byApprovals) return ofWatchedAccount(event, context);
  return azurePrivilege(event) ?? askedActivation(event, context);
}

/** This row does not tell for what; whoever is eligible for a role is watched. */
function ofWatchedAccount(event: AuditEvent, { watchlist }: Context) {
  const holder = holderAmong(event);
  if (!holder || !watchlist.isPrivileged(holder, event.at)) return undefined;
  return { holder, roles: [], name: 'a privileged role' };
}
