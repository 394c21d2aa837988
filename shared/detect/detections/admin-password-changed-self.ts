import { defineDetection } from '../detection.ts';
import { audit, by, signIn, target } from '../example-records.ts';
import { people } from '../example-tenant.ts';
import { isBlockedReset, passwordEvent } from '../password-events.ts';
import { oneClick } from '../role-grants.ts';
import { auditDetails, nameOf } from '../wording.ts';

const change = (who: { id: string; upn: string }, fields: object = {}) =>
  audit('Change user password', {
    category: 'UserManagement',
    initiatedBy: by(who),
    targetResources: [target(who)],
    ...fields,
  });

const dayMs = 24 * 3_600_000;

export default defineDetection({
  id: 'admin-password-changed-self',
  title: 'Administrator changed their own password',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'low',
  severityVaries:
    'High if Entra called the account or one of its sign-ins risky within the day before.',
  categories: ['AuditLogs'],
  techniques: ['T1098'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-privileged-accounts',
  why: 'Mostly good news: the password is fresh. After a risky sign-in it may be an intruder who locks the owner out.',
  triage: ['After a risky sign-in: ask the administrator, by telephone, whether it was them.'],
  falsePositives: ['The usual change of a password.'],

  detect(event, { watchlist }) {
    if (event.result !== 'success' || isBlockedReset(event)) return;
    const own = passwordEvent(event, watchlist);
    if (!own?.isOwn) return;
    const { account } = own;
    const risky = watchlist.account(account)?.riskyAt ?? [];
    const isAfterRisk = risky.some((at) => at <= event.at && event.at - at < dayMs);
    const { key, gathered } = oneClick(event);
    return {
      key: [watchlist.idOf(account) ?? account.name, key],
      gathered,
      title: `${nameOf(account)} changed their own password${isAfterRisk ? ' after a risky sign-in' : ''}`,
      summary: `The administrator ${nameOf(account)} changed their own password (${event.activity}).`,
      severity: isAfterRisk ? 'high' : 'low',
      subject: account,
      matter: ['password'],
      details: auditDetails(event),
    };
  },

  examples: [
    { name: 'their own', records: [change(people.ben)], expect: 'low' },
    {
      name: 'self-service, done by the service',
      records: [
        {
          ...change(people.ben, { initiatedBy: { app: { displayName: 'Self-service' } } }),
          operationName: 'Reset password (self-service)',
        },
      ],
      expect: 'low',
    },
    {
      name: 'after a risky sign-in',
      records: [
        signIn(people.ben, {
          riskLevelDuringSignIn: 'high',
          createdDateTime: '2026-11-20T10:00:00Z',
        }),
        change(people.ben),
      ],
      expect: 'high',
    },
    { name: 'refused', records: [change(people.ben, { result: 'failure' })], expect: 'nothing' },
    {
      name: 'somebody else set it',
      records: [change(people.ben, { initiatedBy: by(people.ada) })],
      expect: 'nothing',
    },
    { name: 'no administrator', records: [change(people.dan)], expect: 'nothing' },
  ],
});
