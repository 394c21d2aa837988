import type { Party } from '../../finding.ts';
import type { AuditEvent } from '../../read/event.ts';
import { defineDetection } from '../detection.ts';
import { accountRow } from '../examples/account-changes.ts';
import { byApp } from '../examples/records.ts';
import { exampleTenant, people, workloads } from '../examples/tenant.ts';
import { accountTarget } from '../rows/account-changes.ts';
import { isApproved } from '../rows/approved-actors.ts';
import { oneClick } from '../rows/role-grants.ts';
import { auditDetails, nameOf } from '../wording.ts';

const invites = /^invite (external user|internal user to b2b)/;

const invitation = (fields: object = {}) =>
  accountRow('Invite external user', people.gil, { loggedByService: 'Invited Users', ...fields });

export default defineDetection({
  id: 'guest-invited-nonapproved',
  title: 'Guest invited by somebody who is not meant to',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'medium',
  severityVaries: 'Low if the invitation was refused.',
  categories: ['AuditLogs'],
  techniques: ['T1136.003'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-user-accounts',
  why: 'A guest is an account in the tenant that somebody else looks after: an intruder may invite themself to come back later.',
  triage: [
    'Ask whoever invited them who the guest is.',
    'Nobody claims it: delete the guest, and look at what the guest and the inviter did.',
  ],
  falsePositives: [
    'Somebody who may invite and is not on the list: name them under `approved`. While neither that list nor `accounts.automation` names anybody, nobody is judged.',
  ],

  detect(event, context) {
    if (!invites.test(event.operation)) return;
    if (isApproved(event.actor, context.settings.approved, context)) return;
    const guest = guestOf(event);
    const { key, gathered } = oneClick(event);
    const isRefused = event.result === 'failure';
    return {
      key: [guest.id ?? guest.name, key],
      gathered,
      title: `${nameOf(event.actor)} ${isRefused ? 'tried to invite' : 'invited'} ${nameOf(guest)}`,
      summary: `${nameOf(event.actor)}, whom the policy does not name for it, ${isRefused ? 'tried to invite' : 'invited'} ${nameOf(guest)} as a guest.`,
      severity: isRefused ? 'low' : 'medium',
      subject: guest,
      matter: ['account'],
      details: auditDetails(event),
    };
  },

  examples: () => [
    { name: 'invited', records: [invitation()], expect: 'medium' },
    {
      name: 'somebody inside made a guest',
      records: [{ ...invitation(), operationName: 'Invite internal user to B2B collaboration' }],
      expect: 'medium',
    },
    {
      name: 'whom the row names by their address alone',
      records: [
        invitation({
          targetResources: [],
          additionalDetails: [{ key: 'invitedUserEmailAddress', value: 'gil@partner.example' }],
        }),
        invitation({
          targetResources: [{ type: 'User', id: null }],
          additionalDetails: [{ key: 'invitedUserEmailAddress', value: 'gil@partner.example' }],
        }),
      ],
      expect: 'medium',
    },
    { name: 'refused', records: [invitation({ result: 'failure' })], expect: 'low' },
    {
      name: 'by automation',
      records: [invitation({ initiatedBy: byApp(workloads.hr) })],
      expect: 'nothing',
    },
    {
      name: 'by somebody approved',
      records: [invitation()],
      settings: { approved: [people.ada.upn] },
      expect: 'nothing',
    },
    {
      name: 'nobody is approved',
      records: [invitation()],
      tenant: { accounts: { ...exampleTenant.accounts, automation: [] } },
      expect: 'nothing',
    },
    {
      name: 'the guest accepts',
      records: [{ ...invitation(), operationName: 'Redeem external user invite' }],
      expect: 'nothing',
    },
  ],
});

/** Before the guest has an account, the row may tell the address that was invited and no more. */
function guestOf(event: AuditEvent): Party {
  const guest = accountTarget(event)?.party;
  const address = event.details.get('inviteduseremailaddress') ?? null;
  return { type: 'user', id: guest?.id ?? null, name: guest?.name ?? address };
}
