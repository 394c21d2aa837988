import { dayMs, dayOf, isoOf } from '../../time.ts';
import type { WatchedAccount } from '../../watch/watch-state.ts';
import { audit, target } from '../examples/records.ts';
import { groups, helpdeskAdministrator, people, userAdministrator } from '../examples/tenant.ts';
import { isFederated } from '../posture/domains.ts';
import { hasPhishingResistant } from '../posture/methods.ts';
import {
  definePostureCheck,
  isGuest,
  type PostureContext,
  partyOf,
  privilegedUsers,
  unreadOf,
} from '../posture-check.ts';
import { nameOf, rolesInWords } from '../wording.ts';

const old = { lastPasswordChangeAt: '2026-01-01T00:00:00Z' };
const reset = (result: string) =>
  audit('Reset user password', { result, targetResources: [target(people.ada)] });
const switched = (operation: string) => audit(operation, { targetResources: [target(people.ada)] });
const domains = (...all: object[]) => ({ organization: { domains: all } });

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
    'Accounts of a federated domain: their password lies elsewhere. They count as not known.',
    'Synchronised accounts without password hash synchronisation: the date is not that of the password on premises. Exclude them in the policy, with the reason.',
    'Accounts that go without a password: it still opens the door until it is changed to something random.',
  ],

  judges: 'people',
  check(context) {
    const { watchlist, snapshot, now } = context;
    const { maxAgeDays } = context.settings;
    return privilegedUsers(context).flatMap((account) => {
      const changedAt = account.passwordChangedAt;
      const subject = partyOf(account);
      if (isGuest(account) || isOpenedByKey(account, context)) return [];
      if (isFederated(snapshot, account.snapshot?.userPrincipalName)) {
        return { unknown: 'Its domain is federated: the password lies elsewhere.', about: subject };
      }
      if (changedAt === null) return unreadOf(snapshot, 'users', account);
      const dueAt = changedAt + maxAgeDays * dayMs;
      if (now <= dueAt) return [];
      // A break-glass account with a passkey is fine, and nobody knows whether this is one.
      if (watchlist.isBreakGlass(subject) && !account.snapshot?.methods) {
        return unreadOf(snapshot, 'registration', account);
      }
      const roles = watchlist.rolesOf(subject, now);
      const isGrave =
        watchlist.isGlobalAdministrator(subject, now) || watchlist.is('shared', subject);
      // With password hash synchronisation it follows the one on premises, and is overwritten by it.
      const isSynced = account.snapshot?.onPremisesSynced === true;
      return {
        // The password, not the day: it is one finding until the password changes.
        key: [account.id, String(changedAt)],
        at: dueAt,
        title: `${nameOf(subject)}: password unchanged since ${dayOf(changedAt)}`,
        summary: `${nameOf(subject)} (${rolesInWords(roles)}) has had the same password for more than ${maxAgeDays} days.${isSynced ? ' It must be changed on premises.' : ''}`,
        severity: isGrave ? ('high' as const) : ('medium' as const),
        subject,
        roles,
        matter: ['password'] as const,
        details: {
          lastPasswordChange: isoOf(changedAt),
          maxAgeDays,
          ...(isSynced && { changedWhere: 'on premises' }),
        },
      };
    });
  },

  examples: () => [
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
        ...old,
        assignments: [{ roleTemplateId: helpdeskAdministrator, state: 'eligible' }],
      },
      expect: 'medium',
    },
    {
      name: 'a lesser role, shared',
      account: {
        ...old,
        assignments: [{ roleTemplateId: helpdeskAdministrator }],
      },
      declared: 'shared',
      expect: 'high',
    },
    {
      name: 'a reset that failed',
      account: old,
      records: [reset('failure')],
      expect: 'high',
    },
    {
      name: 'a break-glass account with a password only',
      account: { ...old, methods: ['password'] },
      declared: 'emergency',
      expect: 'high',
    },
    {
      name: 'with a passkey beside it',
      account: { ...old, methods: ['fido2'] },
      expect: 'high',
    },
    {
      name: '90 days to the second',
      account: { lastPasswordChangeAt: '2026-08-22T12:00:00Z' },
      expect: 'nothing',
    },
    {
      name: 'changed since the snapshot',
      account: old,
      records: [reset('success')],
      expect: 'nothing',
    },
    {
      name: 'disabled',
      account: { ...old, enabled: false },
      expect: 'nothing',
    },
    {
      name: 'a guest',
      account: { ...old, userType: 'Guest' },
      expect: 'nothing',
    },
    {
      name: 'a break-glass account with a passkey',
      account: { ...old, methods: ['fido2'] },
      declared: 'emergency',
      expect: 'nothing',
    },
    { name: 'no date is known', account: { lastPasswordChangeAt: null }, expect: 'unknown' },
    {
      name: 'a guest of whom no date is known',
      account: { lastPasswordChangeAt: null, userType: 'Guest' },
      expect: 'nothing',
    },
    {
      name: 'a second too old, in another time zone',
      account: { lastPasswordChangeAt: '2026-08-22T13:59:59+02:00' },
      expect: 'high',
    },
    {
      name: '90 days to the second, in another time zone',
      account: { lastPasswordChangeAt: '2026-08-22T06:30:00.0000000-05:30' },
      expect: 'nothing',
    },
    {
      name: 'a longer time that the policy allows',
      account: { lastPasswordChangeAt: '2026-08-20T12:00:00Z' },
      settings: { maxAgeDays: 180 },
      expect: 'nothing',
    },
    {
      name: 'a clock that is ahead',
      account: { lastPasswordChangeAt: '2026-11-21T00:00:00Z' },
      expect: 'nothing',
    },
    {
      name: 'changed before the snapshot, as the log tells again',
      account: { lastPasswordChangeAt: '2026-11-20T12:00:00Z' },
      records: [reset('success')],
      now: '2027-02-18T12:00:01Z',
      expect: 'high',
    },
    {
      name: 'through a group in a group',
      account: {
        ...old,
        assignments: [{ roleTemplateId: userAdministrator, via: groups.nested.id }],
      },
      expect: 'medium',
    },
    {
      name: 'disabled since the snapshot',
      account: old,
      records: [switched('Disable account')],
      expect: 'nothing',
    },
    {
      name: 'enabled since the snapshot',
      account: { ...old, enabled: false },
      records: [switched('Enable account')],
      expect: 'high',
    },
    {
      name: 'synchronised: to be changed on premises',
      account: { ...old, onPremisesSynced: true },
      directory: domains({ name: 'example.com', isFederated: false }),
      expect: 'high',
    },
    {
      name: 'in a federated domain, whatever its date says',
      account: { lastPasswordChangeAt: '2026-11-01T00:00:00Z' },
      directory: domains({ name: 'Example.com', isFederated: true }),
      expect: 'unknown',
    },
    {
      name: 'another domain is federated',
      account: old,
      directory: domains({ name: 'corp.example.com', isFederated: true }, { name: 'example.com' }),
      expect: 'high',
    },
    {
      name: 'a guest, in a tenant whose domain is federated',
      account: { ...old, userType: 'Guest' },
      directory: domains({ name: 'example.com', isFederated: true }),
      expect: 'nothing',
    },
    {
      name: 'a break-glass account with a telephone only',
      account: { ...old, methods: ['mobilePhone'] },
      declared: 'emergency',
      expect: 'high',
    },
    {
      name: 'a break-glass account whose methods were not read',
      account: { ...old, methods: undefined },
      declared: 'emergency',
      expect: 'unknown',
    },
    {
      name: 'a break-glass account whose methods were not read, with a new password',
      account: { methods: undefined },
      declared: 'emergency',
      expect: 'nothing',
    },
    {
      name: 'any other account whose methods were not read',
      account: { ...old, methods: undefined },
      expect: 'high',
    },
    {
      name: 'no role',
      account: { ...old, assignments: [] },
      expect: 'nothing',
    },
  ],
});

/** Nobody types the password of a break-glass account that has a passkey or a certificate. */
const isOpenedByKey = (account: WatchedAccount, { watchlist }: PostureContext) =>
  watchlist.isBreakGlass(partyOf(account)) && hasPhishingResistant(account.snapshot?.methods ?? []);
