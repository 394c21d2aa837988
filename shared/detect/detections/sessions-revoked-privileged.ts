import { defineDetection } from '../detection.ts';
import { accountRow } from '../examples/account-changes.ts';
import { people } from '../examples/tenant.ts';
import { accountTarget } from '../rows/account-changes.ts';
import { oneClick } from '../rows/role-grants.ts';
import { auditDetails, nameOf } from '../wording.ts';

const revoked = (who: { id: string; upn: string }, fields: object = {}) =>
  accountRow('Update StsRefreshTokenValidFrom Timestamp', who, fields);

export default defineDetection({
  id: 'sessions-revoked-privileged',
  title: "Administrator's sessions revoked",
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'informational',
  categories: ['AuditLogs'],
  techniques: ['T1531'],
  source: 'https://learn.microsoft.com/entra/identity/users/users-revoke-access',
  why: 'It follows a change of the password and the answer to an incident; kept for the timeline of either.',
  triage: ['See what it belongs to: a new password, a lost device, an incident.'],
  falsePositives: ['Every change of a password does it.'],

  detect(event, { watchlist }) {
    if (!/^update stsrefreshtokenvalidfrom/.test(event.operation)) return;
    const account = accountTarget(event)?.party;
    if (event.result !== 'success' || !account || !watchlist.isPrivileged(account, event.at))
      return;
    const { key, gathered } = oneClick(event);
    return {
      key: [watchlist.idOf(account) ?? account.name, key],
      gathered,
      title: `${nameOf(account)}: sessions revoked`,
      summary: `${nameOf(event.actor)} revoked the sessions of the administrator ${nameOf(account)}.`,
      subject: account,
      roles: watchlist.rolesOf(account, event.at),
      matter: ['account'],
      details: auditDetails(event),
    };
  },

  examples: () => [
    { name: 'revoked', records: [revoked(people.ben)], expect: 'informational' },
    { name: 'no administrator', records: [revoked(people.dan)], expect: 'nothing' },
    { name: 'refused', records: [revoked(people.ben, { result: 'failure' })], expect: 'nothing' },
    {
      name: 'of no account',
      records: [revoked(people.ben, { targetResources: [] })],
      expect: 'nothing',
    },
    {
      name: 'something else',
      records: [accountRow('Update user', people.ben)],
      expect: 'nothing',
    },
  ],
});
