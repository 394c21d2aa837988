import { isoOf } from '../../time.ts';
import { directRole } from '../examples/records.ts';
import { helpdeskAdministrator, people } from '../examples/tenant.ts';
import { definePostureCheck, partyOf, privilegedUsers, unreadOf } from '../posture-check.ts';
import { nameOf } from '../wording.ts';

const leaves = (
  fields: Record<string, unknown> = {},
  who: { id: string; upn: string } = people.eve,
) => ({
  ...directRole(who, helpdeskAdministrator, fields),
  operationName: 'Remove member from role',
});

export default definePostureCheck({
  id: 'shared-admin-password-not-rotated',
  title: 'Shared administrator account not changed since somebody left',
  severity: 'medium',
  categories: ['Graph', 'AuditLogs'],
  techniques: ['T1078.004'],
  source: 'https://learn.microsoft.com/entra/identity/role-based-access-control/security-planning',
  why: 'Whoever knew the shared password still knows it, and is no administrator any more.',
  triage: [
    'Set a new password and tell it to those who are left.',
    'Better: give each of them an account of their own.',
  ],
  falsePositives: ['The person who left never knew the password.'],

  judges: 'people',
  check(context) {
    const { watchlist, snapshot } = context;
    const losses = watchlist.state.losses.filter(({ at }) => at <= context.now);
    return privilegedUsers(context).flatMap((account) => {
      const subject = partyOf(account);
      const changedAt = account.passwordChangedAt;
      if (!watchlist.is('shared', subject)) return [];
      if (changedAt === null) return unreadOf(snapshot, 'users', account);
      const since = losses.find(({ at, who }) => at > changedAt && who !== account.name);
      if (!since) return [];
      const who = nameOf({ id: null, name: since.who });
      return {
        key: [account.id, String(changedAt)],
        at: since.at,
        title: `${nameOf(subject)}: password not changed since ${who} lost a role`,
        summary: `The shared account ${nameOf(subject)} has had the same password since before ${who} lost a privileged role.`,
        subject,
        roles: watchlist.rolesOf(subject, context.now),
        matter: ['password'] as const,
        details: { lastPasswordChange: isoOf(changedAt), left: who },
      };
    });
  },

  examples: () => [
    {
      name: 'somebody left',
      account: {},
      declared: 'shared',
      records: [leaves()],
      expect: 'medium',
    },
    { name: 'nobody left', account: {}, declared: 'shared', expect: 'nothing' },
    { name: 'not shared', account: {}, records: [leaves()], expect: 'nothing' },
    {
      name: 'the removal was refused',
      account: {},
      declared: 'shared',
      records: [leaves({ result: 'failure' })],
      expect: 'nothing',
    },
    {
      name: 'it lost a role itself',
      account: {},
      declared: 'shared',
      records: [leaves({}, people.ada)],
      expect: 'nothing',
    },
    {
      name: 'no date is known',
      account: { lastPasswordChangeAt: null },
      declared: 'shared',
      records: [leaves()],
      expect: 'unknown',
    },
    {
      name: 'changed at that moment',
      account: { lastPasswordChangeAt: '2026-11-20T12:00:00Z' },
      declared: 'shared',
      records: [leaves()],
      expect: 'nothing',
    },
    {
      name: 'changed since',
      account: { lastPasswordChangeAt: '2026-11-20T12:00:01Z' },
      declared: 'shared',
      records: [leaves()],
      expect: 'nothing',
    },
  ],
});
