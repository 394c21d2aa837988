import { dayMs, dayOf } from '../../time.ts';
import type { WatchedAccount } from '../../watch/watch-state.ts';
import { audit, target } from '../examples/records.ts';
import { people } from '../examples/tenant.ts';
import { definePostureCheck, isGuest, privilegedUsers } from '../posture-check.ts';
import { nameOf, rolesInWords } from '../wording.ts';

const reset = (result: string) =>
  audit('Reset user password', { result, targetResources: [target(people.ada)] });

export default definePostureCheck({
  id: 'admin-password-stale',
  title: "Administrator's password is too old",
  severity: 'medium',
  severityVaries: 'High for Global Administrators and shared accounts.',
  categories: ['Graph', 'AuditLogs'],
  techniques: ['T1078.004'],
  source: 'https://learn.microsoft.com/entra/identity/role-based-access-control/security-planning',
  why: 'An old password has had time to leak: through a phished page, a reused secret, a colleague who left.',
  triage: [
    'Ask the administrator to change the password; better, to go without one (passkey, Windows Hello).',
    'Nobody answers for the account: disable it and see who complains.',
  ],
  falsePositives: [
    'Guests: their password lies in another tenant. They are left out.',
    'Break-glass accounts with a passkey or a certificate: nobody types their password. They are left out.',
    'Federated accounts: the date is that of an unused password. Exclude them in the policy, with the reason.',
  ],

  check(context) {
    const { watchlist, now, maxAgeDays } = context;
    return privilegedUsers(context).flatMap((account) => {
      const changedAt = account.passwordChangedAt;
      if (changedAt === null || isGuest(account)) return [];
      const subject = { type: 'user' as const, id: account.id, name: account.name };
      if (watchlist.isBreakGlass(subject) && hasStrongMethod(account)) return [];
      const dueAt = changedAt + maxAgeDays * dayMs;
      if (now <= dueAt) return [];
      const roles = watchlist.rolesOf(subject, now);
      const isGrave =
        watchlist.isGlobalAdministrator(subject, now) || watchlist.is('shared', subject);
      return {
        // The password, not the day: it is one finding until the password changes.
        key: [account.id, String(changedAt)],
        at: dueAt,
        title: `${nameOf(subject)}: password unchanged since ${dayOf(changedAt)}`,
        summary: `${nameOf(subject)} (${rolesInWords(roles)}) has had the same password for more than ${maxAgeDays} days.`,
        severity: isGrave ? ('high' as const) : ('medium' as const),
        subject,
        roles,
        matter: ['password'] as const,
        details: { lastPasswordChange: new Date(changedAt).toISOString(), maxAgeDays },
      };
    });
  },

  examples: [
    {
      name: '91 days old',
      account: { lastPasswordChangeAt: '2026-08-20T12:00:00Z' },
      expect: 'high',
    },
    {
      name: 'a second too old',
      account: { lastPasswordChangeAt: '2026-08-22T11:59:59Z' },
      expect: 'high',
    },
    {
      name: 'a lesser role, eligible only',
      account: {
        lastPasswordChangeAt: '2026-01-01T00:00:00Z',
        assignments: [
          { roleTemplateId: '729827e3-9c14-49f7-bb1b-9608f156bbb8', state: 'eligible' },
        ],
      },
      expect: 'medium',
    },
    {
      name: 'a lesser role, shared',
      account: {
        lastPasswordChangeAt: '2026-01-01T00:00:00Z',
        assignments: [{ roleTemplateId: '729827e3-9c14-49f7-bb1b-9608f156bbb8' }],
      },
      declared: 'shared',
      expect: 'high',
    },
    {
      name: 'a reset that failed',
      account: { lastPasswordChangeAt: '2026-01-01T00:00:00Z' },
      records: [reset('failure')],
      expect: 'high',
    },
    {
      name: 'a break-glass account with a password only',
      account: { lastPasswordChangeAt: '2026-01-01T00:00:00Z', methods: ['password'] },
      declared: 'emergency',
      expect: 'high',
    },
    {
      name: 'with a passkey beside it',
      account: { lastPasswordChangeAt: '2026-01-01T00:00:00Z', methods: ['fido2'] },
      expect: 'high',
    },
    {
      name: '90 days to the second',
      account: { lastPasswordChangeAt: '2026-08-22T12:00:00Z' },
      expect: 'nothing',
    },
    {
      name: 'changed since the snapshot',
      account: { lastPasswordChangeAt: '2026-01-01T00:00:00Z' },
      records: [reset('success')],
      expect: 'nothing',
    },
    {
      name: 'disabled',
      account: { lastPasswordChangeAt: '2026-01-01T00:00:00Z', enabled: false },
      expect: 'nothing',
    },
    {
      name: 'a guest',
      account: { lastPasswordChangeAt: '2026-01-01T00:00:00Z', userType: 'Guest' },
      expect: 'nothing',
    },
    {
      name: 'a break-glass account with a passkey',
      account: { lastPasswordChangeAt: '2026-01-01T00:00:00Z', methods: ['fido2'] },
      declared: 'emergency',
      expect: 'nothing',
    },
    { name: 'no date is known', account: { lastPasswordChangeAt: null }, expect: 'nothing' },
    {
      name: 'no role',
      account: { lastPasswordChangeAt: '2026-01-01T00:00:00Z', assignments: [] },
      expect: 'nothing',
    },
  ],
});

const hasStrongMethod = ({ snapshot }: WatchedAccount) =>
  (snapshot?.methods ?? []).some((method) => /fido2|passkey|certificate|x509|hello/i.test(method));
