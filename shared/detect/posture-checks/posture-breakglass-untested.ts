import { dayMs, dayOf, isoOf } from '../../time.ts';
import { people } from '../examples/tenant.ts';
import { declaredBreakGlass } from '../posture/break-glass-health.ts';
import { idleness } from '../posture/idleness.ts';
import { definePostureCheck, isEnabled } from '../posture-check.ts';
import { nameOf } from '../wording.ts';

const laterOf = (a: number | null, b: number | null) =>
  a === null || b === null ? (a ?? b) : Math.max(a, b);

const gaps = [{ part: 'signInActivity', why: 'licence', detail: 'It takes Entra ID P1.' }];

export default definePostureCheck({
  id: 'posture-breakglass-untested',
  title: 'Break-glass account not tried for too long',
  severity: 'low',
  categories: ['Graph'],
  techniques: ['T1531'],
  source:
    'https://learn.microsoft.com/entra/identity/role-based-access-control/security-emergency-access',
  why: 'A key that nobody has turned for months may not turn: the passkey is lost, the custodian has left, a new policy is in the way.',
  triage: [
    'Announce a drill, let a custodian sign in with the account, and see that the alarm comes.',
    'Sign in fails: mend it today, and look at posture-breakglass-missing for what else is wrong.',
  ],
  falsePositives: ['Tried today: the directory tells of a sign-in hours later.'],

  check(context) {
    const { maxAgeDays } = context.settings;
    return declaredBreakGlass(context).flatMap(({ party, account }) => {
      if (!account) return { unknown: 'It was not found in the directory.', about: party };
      // That it is disabled is found by posture-breakglass-missing; it can't be tried before it is not.
      if (!isEnabled(account)) return [];
      const idle = idleness(account, context, maxAgeDays);
      if (!idle) return [];
      // The directory tells of a sign-in hours later, and without a licence never.
      const provenAt = context.provenDrills?.(account.id);
      const drilledUntil = (provenAt ?? -Infinity) + maxAgeDays * dayMs;
      if (context.now <= drilledUntil) return [];
      if ('unknown' in idle) return idle;
      const { lastSignInAt } = idle;
      const lastAt = laterOf(lastSignInAt, provenAt ?? null);
      const when =
        lastAt === null ? 'without any known sign-in' : `not tried since ${dayOf(lastAt)}`;
      return {
        key: [account.id, lastAt === null ? 'never' : String(lastAt)],
        ...(lastAt !== null && { at: Math.max(idle.since, drilledUntil) }),
        title: `${nameOf(party)}: break-glass account ${when}`,
        summary: `Nobody is known to have signed in with the break-glass account ${nameOf(party)} for more than ${maxAgeDays} days. Whether it works in an emergency is a guess.`,
        subject: party,
        roles: context.watchlist.rolesOf(party, context.now),
        matter: ['account'] as const,
        details: {
          ...(lastSignInAt !== null && { lastSignIn: isoOf(lastSignInAt) }),
          ...(provenAt !== undefined && { lastDrill: isoOf(provenAt) }),
          maxAgeDays,
        },
      };
    });
  },

  examples: () => [
    {
      name: '91 days ago',
      account: { lastSignInAt: '2026-08-21T12:00:00Z' },
      declared: 'emergency',
      expect: 'low',
    },
    {
      name: '90 days to the second',
      account: { lastSignInAt: '2026-08-22T12:00:00Z' },
      declared: 'emergency',
      expect: 'nothing',
    },
    {
      name: 'within a longer time that the policy allows',
      account: { lastSignInAt: '2026-08-21T12:00:00Z' },
      declared: 'emergency',
      settings: { maxAgeDays: 180 },
      expect: 'nothing',
    },
    { name: 'two days ago', declared: 'emergency', expect: 'nothing' },
    {
      name: 'proven by a drill 90 days ago to the second, which the directory does not tell',
      account: { lastSignInAt: '2026-01-01T00:00:00Z' },
      declared: 'emergency',
      provenAt: '2026-08-22T12:00:00Z',
      expect: 'nothing',
    },
    {
      name: 'proven by a drill, and 91 days have gone since',
      account: { lastSignInAt: '2026-01-01T00:00:00Z' },
      declared: 'emergency',
      provenAt: '2026-08-21T12:00:00Z',
      expect: 'low',
    },
    {
      name: 'an old drill, and a sign-in of late',
      declared: 'emergency',
      provenAt: '2026-01-01T00:00:00Z',
      expect: 'nothing',
    },
    {
      name: 'no sign-in known to Graph, but a drill of late',
      account: { lastSignInAt: null },
      declared: 'emergency',
      provenAt: '2026-11-01T00:00:00Z',
      expect: 'nothing',
    },
    {
      name: 'the snapshot does not say, but a drill of late does',
      account: { lastSignInAt: undefined },
      declared: 'emergency',
      provenAt: '2026-11-01T00:00:00Z',
      expect: 'nothing',
    },
    {
      name: 'the snapshot does not say, and the drill is old',
      account: { lastSignInAt: undefined },
      declared: 'emergency',
      provenAt: '2026-01-01T00:00:00Z',
      expect: 'unknown',
    },
    {
      name: 'never, as Graph tells it',
      account: { lastSignInAt: null },
      declared: 'emergency',
      expect: 'low',
    },
    {
      name: 'never, but made last week',
      account: { lastSignInAt: null, createdAt: '2026-11-13T00:00:00Z' },
      declared: 'emergency',
      expect: 'nothing',
    },
    {
      name: 'never, and nobody knows since when it exists',
      account: { lastSignInAt: null, createdAt: undefined },
      declared: 'emergency',
      expect: 'unknown',
    },
    {
      name: 'the snapshot does not say',
      account: { lastSignInAt: undefined },
      declared: 'emergency',
      expect: 'unknown',
    },
    {
      name: 'sign-ins could not be read, and what is known of them is old',
      account: { lastSignInAt: '2026-01-01T00:00:00Z' },
      declared: 'emergency',
      directory: { gaps },
      expect: 'unknown',
    },
    {
      name: 'sign-ins could not be read, and one of late is known',
      declared: 'emergency',
      directory: { gaps },
      expect: 'nothing',
    },
    {
      name: 'not in the directory',
      account: null,
      declared: 'emergency',
      expect: 'unknown',
    },
    {
      name: 'disabled',
      account: { lastSignInAt: '2026-01-01T00:00:00Z', enabled: false },
      declared: 'emergency',
      expect: 'nothing',
    },
    {
      name: 'any other administrator',
      account: { lastSignInAt: '2026-01-01T00:00:00Z' },
      tenant: { accounts: { emergency: [] } },
      expect: 'nothing',
    },
    {
      name: 'beside one that is not in the directory',
      account: { lastSignInAt: '2026-01-01T00:00:00Z' },
      tenant: { accounts: { emergency: [people.glass.id, people.ada.id] } },
      expect: 'low',
    },
    {
      name: 'beside one of which the snapshot does not say',
      account: { lastSignInAt: '2026-01-01T00:00:00Z' },
      others: [{ id: people.glass.id, type: 'user' }],
      tenant: { accounts: { emergency: [people.glass.id, people.ada.id] } },
      expect: 'low',
    },
    {
      name: 'declared by its UPN',
      account: { lastSignInAt: '2026-01-01T00:00:00Z' },
      tenant: { accounts: { emergency: [people.ada.upn] } },
      expect: 'low',
    },
  ],
});
