import { defineDetection } from '../detection.ts';
import { audit, by, byApp, target } from '../examples/records.ts';
import { people, workloads } from '../examples/tenant.ts';
import { isBlockedReset, passwordEvent, selfServiceActor } from '../rows/password-events.ts';
import { oneClick } from '../rows/role-grants.ts';
import { auditDetails, nameOf } from '../wording.ts';

const reset = (who: { id: string; upn: string }, fields: object = {}) =>
  audit('Reset user password', {
    category: 'UserManagement',
    targetResources: [target(who)],
    ...fields,
  });

export default defineDetection({
  id: 'admin-password-changed-by-other',
  title: "Administrator's password set by somebody else",
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'high',
  categories: ['AuditLogs'],
  techniques: ['T1098.001'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-privileged-accounts',
  why: 'Whoever sets the password can sign in as the administrator.',
  triage: [
    'Ask the administrator whether they asked for it, by another way than mail.',
    'If not: revoke the sessions of both accounts and look at what each did since.',
  ],
  falsePositives: ['A help desk ticket of the administrator.'],

  detect(event, { watchlist }) {
    if (event.result !== 'success' || isBlockedReset(event)) return;
    const change = passwordEvent(event, watchlist);
    if (!change || change.isOwn) return;
    const { account } = change;
    const { key, gathered } = oneClick(event);
    return {
      key: [watchlist.idOf(account) ?? account.name, key],
      gathered: { ...gathered, operations: [event.activity] },
      title: `${nameOf(event.actor)} > ${nameOf(account)}: password set`,
      summary: `${nameOf(event.actor)} set the password of the administrator ${nameOf(account)}.`,
      subject: account,
      roles: watchlist.rolesOf(account, event.at),
      matter: ['password'],
      details: auditDetails(event),
    };
  },

  examples: () => [
    { name: 'by another administrator', records: [reset(people.ben)], expect: 'high' },
    {
      name: 'rows of one click',
      records: [
        reset(people.ben),
        { ...reset(people.ben, { id: 'second' }), operationName: 'Set force change user password' },
      ],
      expect: 'high',
    },
    {
      name: 'by an application that calls itself the service of self-service resets',
      records: [
        reset(people.ben, {
          initiatedBy: byApp({ id: workloads.sync.id, name: selfServiceActor }),
        }),
      ],
      expect: 'high',
    },
    {
      name: 'self-service, in the row that its own service writes',
      records: [
        reset(people.ben, { initiatedBy: { user: { userPrincipalName: selfServiceActor } } }),
      ],
      expect: 'nothing',
    },
    {
      name: 'their own',
      records: [reset(people.ben, { initiatedBy: by(people.ben) })],
      expect: 'nothing',
    },
    { name: 'refused', records: [reset(people.ben, { result: 'failure' })], expect: 'nothing' },
    {
      name: 'stopped from resetting it',
      records: [
        { ...reset(people.ben), operationName: 'Blocked from self-service password reset' },
      ],
      expect: 'nothing',
    },
    { name: 'of somebody without a role', records: [reset(people.dan)], expect: 'nothing' },
  ],
});
