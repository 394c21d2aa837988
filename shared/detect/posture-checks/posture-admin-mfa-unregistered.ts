import { isExternal } from '../posture/identities.ts';
import { definePostureCheck, partyOf, privilegedUsers, unreadOf } from '../posture-check.ts';
import { nameOf, rolesInWords } from '../wording.ts';

export default definePostureCheck({
  id: 'posture-admin-mfa-unregistered',
  title: 'Administrator without MFA',
  severity: 'high',
  categories: ['Graph'],
  techniques: ['T1078.004', 'T1110.003'],
  source: 'https://learn.microsoft.com/entra/identity/role-based-access-control/best-practices',
  why: 'A guessed password is enough. And whoever guesses it first registers a second factor of their own.',
  triage: [
    'Have the administrator register a passkey or Windows Hello; give a Temporary Access Pass for it.',
    'Registered but not allowed: see which methods the policy of authentication methods lets them use.',
    'The account is not used: take its roles away, or disable it.',
  ],
  falsePositives: [
    'Registered today: the report of registrations lags behind by hours.',
    'Federated accounts whose second factor is asked for elsewhere: exclude them in the policy, with the reason.',
    'Accounts from outside: their second factor may well be registered at home. They are left out.',
  ],

  judges: 'people',
  check(context) {
    const { watchlist, snapshot, now } = context;
    return privilegedUsers(context).flatMap((account) => {
      if (isExternal(account)) return [];
      const { mfaCapable, mfaRegistered } = account.snapshot ?? {};
      // Who has no method can use none; who has one may still not be allowed to use it.
      const isCapable = mfaRegistered === false ? (mfaCapable ?? false) : mfaCapable;
      if (typeof isCapable !== 'boolean') return unreadOf(snapshot, 'registration', account);
      if (isCapable) return [];
      const subject = partyOf(account);
      const roles = watchlist.rolesOf(subject, now);
      const what = mfaRegistered ? 'no MFA method that it may use' : 'no MFA method registered';
      const isSo = mfaRegistered
        ? 'has registered a method for MFA, but the policies let it use none of that kind'
        : 'has registered no method for MFA';
      return {
        key: [account.id, mfaRegistered ? 'not allowed' : 'not registered'],
        title: `${nameOf(subject)}: ${what}`,
        summary: `${nameOf(subject)} (${rolesInWords(roles)}) ${isSo}.`,
        subject,
        roles,
        matter: ['account', 'mfa'] as const,
        details: { mfaRegistered: mfaRegistered ?? null, mfaCapable: mfaCapable ?? null },
      };
    });
  },

  examples: () => [
    {
      name: 'nothing registered',
      account: { mfaRegistered: false, mfaCapable: false },
      expect: 'high',
    },
    {
      name: 'registered, but the policies do not allow that method',
      account: { mfaRegistered: true, mfaCapable: false },
      expect: 'high',
    },
    {
      name: 'not capable is enough to know',
      account: { mfaRegistered: undefined, mfaCapable: false },
      expect: 'high',
    },
    {
      name: 'not registered is enough to know',
      account: { mfaRegistered: false, mfaCapable: undefined },
      expect: 'high',
    },
    {
      name: 'eligible only: who activates is asked for it',
      account: {
        mfaRegistered: false,
        mfaCapable: false,
        assignments: [
          { roleTemplateId: '729827e3-9c14-49f7-bb1b-9608f156bbb8', state: 'eligible' },
        ],
      },
      expect: 'high',
    },
    {
      name: 'a break-glass account: the portals ask it for MFA too',
      account: { mfaRegistered: false, mfaCapable: false },
      declared: 'emergency',
      expect: 'high',
    },
    { name: 'registered and allowed', account: {}, expect: 'nothing' },
    {
      name: 'capable, whatever else the report says',
      account: { mfaRegistered: false, mfaCapable: true },
      expect: 'nothing',
    },
    {
      name: 'a guest, who may have it at home',
      account: { mfaRegistered: false, mfaCapable: false, userType: 'Guest' },
      expect: 'nothing',
    },
    {
      name: 'a guest of whom the report says nothing',
      account: { mfaRegistered: undefined, mfaCapable: undefined, userType: 'Guest' },
      expect: 'nothing',
    },
    {
      name: 'disabled',
      account: { mfaRegistered: false, mfaCapable: false, enabled: false },
      expect: 'nothing',
    },
    {
      name: 'no role',
      account: { mfaRegistered: false, mfaCapable: false, assignments: [] },
      expect: 'nothing',
    },
    {
      name: 'the report does not have the account',
      account: { mfaRegistered: undefined, mfaCapable: undefined },
      expect: 'unknown',
    },
    {
      name: 'registered, but whether it is allowed is not known',
      account: { mfaRegistered: true, mfaCapable: null },
      expect: 'unknown',
    },
    {
      name: 'the report could not be read',
      account: { mfaRegistered: undefined, mfaCapable: undefined },
      directory: {
        gaps: [{ part: 'registration', why: 'licence', detail: 'It takes Entra ID P1.' }],
      },
      expect: 'unknown',
    },
  ],
});
