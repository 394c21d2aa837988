import { globalAdministrator } from '../../roles.ts';
import { defineDetection } from '../detection.ts';
import { directoryReaders } from '../examples/pim.ts';
import { byPim, directRole, joinsGroup, pimRow, target } from '../examples/records.ts';
import { groups, helpdeskAdministrator, people } from '../examples/tenant.ts';
import { isGuestParty } from '../rows/guests.ts';
import { watchedPrivilege } from '../rows/watched-privilege.ts';
import { auditDetails, nameOf } from '../wording.ts';

const { gil, dan } = people;
const permanent = 'Add member to role in PIM completed (permanent)';
/** PIM's rows often name people by their display name alone. */
const inPim = () => pimRow(permanent, { ...gil, upn: 'Gil' }, helpdeskAdministrator);

export default defineDetection({
  id: 'guest-privileged',
  title: 'Guest with a privileged role',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'high',
  categories: ['AuditLogs'],
  techniques: ['T1098.003', 'T1199'],
  source: 'https://learn.microsoft.com/entra/identity/role-based-access-control/best-practices',
  why: 'The password, the MFA and the leaving of a guest are in the hands of another organisation, or of nobody.',
  triage: [
    'Ask who invited the guest, what the role is for and until when.',
    'Give an account of your own instead, or delegate through GDAP; remove the role.',
    'A partner who is meant to: put the account under `accounts.external` in the policy.',
  ],
  falsePositives: [
    'Partners who administer for you. Those that the policy calls external are left out.',
  ],

  detect(event, context) {
    const change = event.privilege;
    if (event.result !== 'success' || change?.effect !== 'grant' || change.stage === 'request')
      return;
    const gained = watchedPrivilege(change, event.at, context);
    if (!gained || !isGuestParty(gained.holder, context.watchlist)) return;
    const { holder, roles, name, matter } = gained;
    if (context.watchlist.is('external', holder)) return;
    return {
      // That they hold it, not how they came to it: PIM and the directory each write a row.
      key: [context.watchlist.idOf(holder) ?? holder.name, ...matter],
      precedence: event.isPimTwin ? '0' : '1',
      title: `${nameOf(event.actor)} > guest ${nameOf(holder)}: ${name}`,
      summary: `${nameOf(event.actor)} gave the guest ${nameOf(holder)} ${name} (${event.activity}).`,
      subject: holder,
      roles,
      matter,
      details: auditDetails(event),
    };
  },

  examples: () => [
    { name: 'a role', records: [directRole(gil, globalAdministrator)], expect: 'high' },
    {
      name: 'a role, and again a day later',
      records: [
        directRole(gil, globalAdministrator),
        directRole(gil, globalAdministrator, {
          id: 'Directory_2',
          correlationId: 'click-2',
          activityDateTime: '2026-11-21T12:00:00Z',
        }),
      ],
      expect: 'high',
    },
    {
      name: 'a role in PIM, where only the second row shows the guest',
      records: [inPim(), directRole(gil, helpdeskAdministrator, { initiatedBy: byPim })],
      expect: 'high',
    },
    {
      name: 'a group that carries a role',
      records: [joinsGroup(gil, groups.operators)],
      expect: 'high',
    },
    {
      name: 'the ownership of such a group',
      records: [joinsGroup(gil, groups.operators, 'Add owner to group')],
      expect: 'high',
    },
    {
      name: 'declared external',
      records: [directRole(gil, globalAdministrator)],
      tenant: {
        accounts: { emergency: [], exposed: [], shared: [], automation: [], external: [gil.id] },
      },
      expect: 'nothing',
    },
    { name: 'a member', records: [directRole(dan, globalAdministrator)], expect: 'nothing' },
    {
      name: 'a role without privilege',
      records: [directRole(gil, directoryReaders)],
      expect: 'nothing',
    },
    {
      name: 'a group without roles',
      records: [joinsGroup(gil, groups.readers)],
      expect: 'nothing',
    },
    {
      name: 'refused',
      records: [directRole(gil, globalAdministrator, { result: 'failure' })],
      expect: 'nothing',
    },
    {
      name: 'only requested',
      records: [
        pimRow('Add member to role in PIM requested (permanent)', gil, helpdeskAdministrator, {
          targetResources: [target(gil, { 'Role.TemplateId': helpdeskAdministrator })],
        }),
      ],
      expect: 'nothing',
    },
    {
      name: 'removed',
      records: [
        { ...directRole(gil, globalAdministrator), operationName: 'Remove member from role' },
      ],
      expect: 'nothing',
    },
  ],
});
