import { dayOf } from '../../time.ts';
import { defineDetection } from '../detection.ts';
import { accountRow } from '../examples/account-changes.ts';
import { byApp } from '../examples/records.ts';
import { people, workloads } from '../examples/tenant.ts';
import { auditDetails, nameOf } from '../wording.ts';

/** Services whose tokens act as somebody, by the name that they leave beside that person's. */
const services = new Set([
  'dataverse',
  'microsoft dynamics erp',
  'office 365 exchange online',
  'office 365 sharepoint online',
  'skype for business online',
]);

const actingAs = (displayName: string, who: { id: string; upn: string } = people.ada) => ({
  initiatedBy: { user: { id: who.id, userPrincipalName: who.upn, displayName } },
});
const exchange = actingAs('Office 365 Exchange Online');

export default defineDetection({
  id: 'actor-token-impersonation',
  title: "Change in somebody's name by a service of Microsoft's",
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'high',
  categories: ['AuditLogs'],
  techniques: ['T1550.001'],
  source: 'https://msrc.microsoft.com/update-guide/vulnerability/CVE-2025-55241',
  why: 'Services act for a person with tokens that no policy checks and no sign-in shows. Such a token, forged or stolen, is anybody in the directory; an attempt that failed tells of it as well.',
  triage: [
    'Ask the person whether they changed this, in Exchange, SharePoint, Dynamics or Teams.',
    'They did not: undo the change, and look for others of the same service and day.',
  ],
  falsePositives: [
    'Groups that Exchange makes for whoever asks it to: changes of groups, and of the features of the directory, are left out.',
  ],

  detect(event) {
    const { actor, actorLabel, operation } = event;
    const service = actorLabel?.toLowerCase() ?? '';
    if (!services.has(service) || !actor?.name?.includes('@')) return;
    if (/group/.test(operation) || operation === 'set directory feature on tenant') return;
    const who = nameOf(actor);
    return {
      key: [actor.id ?? actor.name.toLowerCase(), service, dayOf(event.at)],
      gathered: { operations: [event.activity] },
      title: `${nameOf({ id: null, name: actorLabel })} acted as ${who}: ${nameOf({ id: null, name: event.activity })}`,
      summary: `A change was made in the name of ${who} by ${nameOf({ id: null, name: actorLabel })}, not by the person.`,
      subject: { type: 'user', id: actor.id, name: actor.name },
      matter: ['account', 'acted as'],
      details: auditDetails(event),
    };
  },

  examples: () => [
    ...[
      'Office 365 Exchange Online',
      'Office 365 SharePoint Online',
      'Skype for Business Online',
      'Dataverse',
      'Microsoft Dynamics ERP',
    ].map((service) => ({
      name: `a person, by ${service}`,
      records: [accountRow('Update user', people.eve, actingAs(service))],
      expect: 'high' as const,
    })),
    {
      name: 'several changes of one day',
      records: [
        accountRow('Add user', people.eve, exchange),
        accountRow('Add member to role', people.eve, { ...exchange, id: 'second' }),
      ],
      expect: 'high',
    },
    {
      name: 'refused',
      records: [accountRow('Update user', people.eve, { ...exchange, result: 'failure' })],
      expect: 'high',
    },
    {
      name: 'somebody who is named beside their own name',
      records: [accountRow('Update user', people.eve, actingAs('Ada Example'))],
      expect: 'nothing',
    },
    {
      name: 'nothing but the name of the person',
      records: [accountRow('Update user', people.eve)],
      expect: 'nothing',
    },
    {
      name: 'the service for itself',
      records: [
        accountRow('Update user', people.eve, {
          initiatedBy: { user: { displayName: 'Office 365 Exchange Online' } },
        }),
        accountRow('Update user', people.eve, {
          initiatedBy: byApp({ id: workloads.sync.id, name: 'Office 365 Exchange Online' }),
        }),
        accountRow('Update user', people.eve, {
          initiatedBy: {
            user: { displayName: 'Office 365 Exchange Online', id: workloads.sync.id },
          },
        }),
      ],
      expect: 'nothing',
    },
    {
      name: 'a group, and the features of the directory',
      records: [
        accountRow('Add member to group', people.eve, exchange),
        accountRow('Set directory feature on tenant', people.eve, exchange),
      ],
      expect: 'nothing',
    },
  ],
});
