import { globalAdministrator } from '../../roles.ts';
import { defineDetection } from '../detection.ts';
import { audit, by, byPim, directRole, pimRow, target } from '../examples/records.ts';
import { people } from '../examples/tenant.ts';
import { changesNothing } from '../rows/break-glass.ts';
import { oneClick } from '../rows/role-grants.ts';
import { auditDetails, nameOf } from '../wording.ts';

const reset = (fields: object = {}) =>
  audit('Reset user password', {
    category: 'UserManagement',
    targetResources: [target(people.glass)],
    ...fields,
  });

export default defineDetection({
  id: 'breakglass-account-changed',
  title: 'Break-glass account changed',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'critical',
  categories: ['AuditLogs'],
  techniques: ['T1098', 'T1531'],
  source:
    'https://learn.microsoft.com/entra/identity/role-based-access-control/security-emergency-access',
  why: 'A changed password, method, role or state may mean that the account no longer opens on the night you need it, or opens for somebody else.',
  triage: [
    'Compare with the schedule on which its credentials are replaced.',
    'Not planned: ask whoever did it, put back what was changed, and try the account in a drill.',
  ],
  falsePositives: ['A planned replacement of its credential.'],

  detect(event, { watchlist }) {
    if (event.result !== 'success' || event.isPimTwin || changesNothing(event)) return;
    const account = event.targets.find(({ party }) => watchlist.isBreakGlass(party))?.party;
    if (!account) return;
    const { key, gathered } = oneClick(event);
    return {
      key: [watchlist.idOf(account) ?? account.name, key],
      gathered: { ...gathered, operations: [event.activity] },
      title: `Break-glass CHANGED: ${nameOf(account)}: ${nameOf({ id: null, name: event.activity })}`,
      summary: `${nameOf(event.actor)} changed ${nameOf(account)}: ${nameOf({ id: null, name: event.activity })}.`,
      subject: account,
      matter: ['break-glass'],
      details: auditDetails(event),
    };
  },

  examples: () => [
    { name: 'its password', records: [reset()], expect: 'critical' },
    {
      name: 'two rows of one click',
      records: [reset(), { ...reset({ id: 'second' }), operationName: 'Update PasswordProfile' }],
      expect: 'critical',
    },
    {
      name: 'its role taken away',
      records: [
        {
          ...directRole(people.glass, globalAdministrator),
          operationName: 'Remove member from role',
        },
      ],
      expect: 'critical',
    },
    {
      name: 'its name only, without an id',
      records: [
        reset({ targetResources: [{ type: 'User', userPrincipalName: people.glass.upn }] }),
      ],
      expect: 'critical',
    },
    {
      name: 'its id only, in a row that does not tell what it is',
      records: [reset({ targetResources: [{ id: people.glass.id }] })],
      expect: 'critical',
    },
    { name: 'refused', records: [reset({ result: 'failure' })], expect: 'nothing' },
    {
      name: 'PIM notices that its role is permanent',
      records: [
        pimRow('Add member to role outside of PIM (permanent)', people.glass, globalAdministrator),
      ],
      expect: 'nothing',
    },
    {
      name: 'the second row, by PIM itself',
      records: [directRole(people.glass, globalAdministrator, { initiatedBy: byPim })],
      expect: 'nothing',
    },
    {
      name: 'something else that has its name',
      records: [reset({ targetResources: [{ type: 'Group', displayName: people.glass.upn }] })],
      expect: 'nothing',
    },
    {
      name: 'somebody else, changed by it',
      records: [reset({ targetResources: [target(people.dan)], initiatedBy: by(people.glass) })],
      expect: 'nothing',
    },
  ],
});
