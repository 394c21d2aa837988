import { defineDetection } from '../detection.ts';
import { audit, by, target } from '../examples/records.ts';
import { people } from '../examples/tenant.ts';
import { isBlockedReset, passwordEvent } from '../rows/password-events.ts';
import { oneClick } from '../rows/role-grants.ts';
import { auditDetails, nameOf } from '../wording.ts';

const row = (operationName: string, who: { id: string; upn: string }, result: string) =>
  audit(operationName, {
    category: 'UserManagement',
    result,
    initiatedBy: by(who),
    targetResources: [target(who)],
  });
const blocked = 'Blocked from self-service password reset';

export default defineDetection({
  id: 'admin-password-reset-failed',
  title: "Attempt on an administrator's password failed",
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'medium',
  categories: ['AuditLogs'],
  techniques: ['T1098'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-privileged-accounts',
  why: 'Somebody tried to set the password of an administrator and was stopped: a forgetful owner, or somebody else.',
  triage: [
    'Ask the administrator whether they tried.',
    'If not: look for sign-ins from the same address.',
  ],
  falsePositives: ['A mistyped old password, or a new one that breaks the rules.'],

  detect(event, { watchlist }) {
    const isBlocked = isBlockedReset(event);
    if (event.result === 'success' && !isBlocked) return;
    const attempt = passwordEvent(event, watchlist);
    if (!attempt) return;
    const { account } = attempt;
    const { key, gathered } = oneClick(event);
    return {
      key: [watchlist.idOf(account) ?? account.name, key],
      gathered,
      title: `${nameOf(account)}: password ${isBlocked ? 'reset blocked' : 'change failed'}`,
      summary: `${nameOf(event.actor)} tried to set the password of ${nameOf(account)} (${event.activity}) and was stopped.`,
      subject: account,
      matter: ['password'],
      details: auditDetails(event),
    };
  },

  examples: () => [
    {
      name: 'a failed change',
      records: [row('Change user password', people.ben, 'failure')],
      expect: 'medium',
    },
    {
      name: 'a failed reset',
      records: [row('Reset user password', people.ben, 'failure')],
      expect: 'medium',
    },
    {
      name: 'blocked self-service',
      records: [row(blocked, people.ben, 'success')],
      expect: 'medium',
    },
    {
      name: 'it worked',
      records: [row('Change user password', people.ben, 'success')],
      expect: 'nothing',
    },
    {
      name: 'no administrator',
      records: [row('Change user password', people.dan, 'failure')],
      expect: 'nothing',
    },
  ],
});
