import { dayOf, isoOf } from '../../time.ts';
import { groups, helpdeskAdministrator, people } from '../examples/tenant.ts';
import { idleness } from '../posture/idleness.ts';
import { definePostureCheck, partyOf, privilegedUsers } from '../posture-check.ts';
import { nameOf, rolesInWords } from '../wording.ts';

const gaps = [{ part: 'signInActivity', why: 'licence', detail: 'It takes Entra ID P1.' }];
const longAgo = { lastSignInAt: '2026-01-01T00:00:00Z' };
const helpdesk = (fields: object) => ({
  assignments: [{ roleTemplateId: helpdeskAdministrator, ...fields }],
});

export default definePostureCheck({
  id: 'posture-privileged-inactive',
  title: 'Administrator has not signed in for too long',
  severity: 'medium',
  categories: ['Graph'],
  techniques: ['T1078.004'],
  source:
    'https://learn.microsoft.com/entra/identity/monitoring-health/howto-manage-inactive-user-accounts',
  why: 'Nobody misses an account that nobody uses, and nobody notices when somebody else does.',
  triage: [
    'Ask the person, or who answers for the account, whether the role is still needed.',
    'No, or no answer: take the role away; disable the account if it is for nothing else.',
  ],
  falsePositives: [
    'Long leave: take the role away until then all the same.',
    'Break-glass accounts are hardly ever used: posture-breakglass-untested judges them.',
    'The directory tells of a sign-in hours later.',
  ],

  judges: 'people',
  check(context) {
    const { watchlist, now } = context;
    const { maxAgeDays } = context.settings;
    return privilegedUsers(context).flatMap((account) => {
      const subject = partyOf(account);
      if (watchlist.isBreakGlass(subject)) return [];
      const idle = idleness(account, context, maxAgeDays);
      if (!idle) return [];
      if ('unknown' in idle) return idle;
      const { since, lastSignInAt } = idle;
      const roles = watchlist.rolesOf(subject, now);
      const when =
        lastSignInAt === null
          ? 'without any known sign-in'
          : `last signed in ${dayOf(lastSignInAt)}`;
      return {
        key: [account.id, lastSignInAt === null ? 'never' : String(lastSignInAt)],
        ...(lastSignInAt !== null && { at: since }),
        title: `${nameOf(subject)}: administrator ${when}`,
        summary: `${nameOf(subject)} (${rolesInWords(roles)}) is not known to have signed in for more than ${maxAgeDays} days.`,
        subject,
        roles,
        matter: ['account'] as const,
        details: {
          ...(lastSignInAt !== null && { lastSignIn: isoOf(lastSignInAt) }),
          maxAgeDays,
        },
      };
    });
  },

  examples: () => [
    {
      name: 'a second too long ago',
      account: { lastSignInAt: '2026-08-22T11:59:59Z' },
      expect: 'medium',
    },
    {
      name: '90 days to the second',
      account: { lastSignInAt: '2026-08-22T12:00:00Z' },
      expect: 'nothing',
    },
    {
      name: 'within a longer time that the policy allows',
      account: { lastSignInAt: '2026-08-22T11:59:59Z' },
      settings: { maxAgeDays: 120 },
      expect: 'nothing',
    },
    { name: 'two days ago', expect: 'nothing' },
    { name: 'never, as Graph tells it', account: { lastSignInAt: null }, expect: 'medium' },
    {
      name: 'never, but made last week',
      account: { lastSignInAt: null, createdAt: '2026-11-13T00:00:00Z' },
      expect: 'nothing',
    },
    {
      name: 'never, and nobody knows since when it exists',
      account: { lastSignInAt: null, createdAt: null },
      expect: 'unknown',
    },
    {
      name: 'eligible only',
      account: { ...longAgo, ...helpdesk({ state: 'eligible' }) },
      expect: 'medium',
    },
    {
      name: 'through a group',
      account: { ...longAgo, ...helpdesk({ via: groups.operators.id }) },
      expect: 'medium',
    },
    { name: 'a guest', account: { ...longAgo, userType: 'Guest' }, expect: 'medium' },
    { name: 'the snapshot does not say', account: { lastSignInAt: undefined }, expect: 'unknown' },
    {
      name: 'sign-ins could not be read, and what is known of them is old',
      account: longAgo,
      directory: { gaps },
      expect: 'unknown',
    },
    {
      name: 'sign-ins could not be read, and one of late is known',
      directory: { gaps },
      expect: 'nothing',
    },
    {
      name: 'beside one of whom the snapshot does not say',
      account: longAgo,
      others: [{ id: people.ben.id, type: 'user', ...helpdesk({}) }],
      expect: 'medium',
    },
    {
      name: 'a clock that is ahead',
      account: { lastSignInAt: '2026-11-21T00:00:00Z' },
      expect: 'nothing',
    },
    { name: 'a break-glass account', account: longAgo, declared: 'emergency', expect: 'nothing' },
    { name: 'disabled', account: { ...longAgo, enabled: false }, expect: 'nothing' },
    { name: 'no role', account: { ...longAgo, assignments: [] }, expect: 'nothing' },
  ],
});
