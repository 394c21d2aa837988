import { isPersonal } from '../posture/identities.ts';
import { definePostureCheck, partyOf, privilegedUsers, unreadOf } from '../posture-check.ts';
import { nameOf, rolesInWords } from '../wording.ts';

export default definePostureCheck({
  id: 'posture-admin-personal-msa',
  title: 'Administrator with a personal Microsoft account',
  severity: 'high',
  categories: ['Graph'],
  techniques: ['T1078.004'],
  source: 'https://learn.microsoft.com/entra/identity/role-based-access-control/security-planning',
  why: 'Its password and recovery are a private matter: no policy of the tenant reaches them, nor does its end of work.',
  triage: [
    'Give the person an account of the tenant, and take the role from the personal one.',
    'Remove the guest where nothing else needs it.',
    'It may be the one that the tenant was made with: see that others hold the role before you take it.',
  ],
  falsePositives: [
    'A guest whose address is at outlook.com or the like, but who signs in with a one-time passcode: only where nobody could read who vouches for it.',
  ],

  judges: 'people',
  check(context) {
    const { watchlist, snapshot, now } = context;
    return privilegedUsers(context).flatMap((account) => {
      const answer = isPersonal(account);
      if (answer === undefined) return unreadOf(snapshot, 'users', account);
      if (!answer) return [];
      const subject = partyOf(account);
      const roles = watchlist.rolesOf(subject, now);
      return {
        key: [account.id],
        title: `${nameOf(subject)}: a personal Microsoft account`,
        summary: `${nameOf(subject)} is a personal Microsoft account and holds ${rolesInWords(roles)}.`,
        subject,
        roles,
        matter: ['account', 'from outside'] as const,
      };
    });
  },

  examples: () => [
    { name: 'by issuer', account: { identityIssuers: ['MicrosoftAccount'] }, expect: 'high' },
    {
      name: 'a member all the same, as whoever made the tenant is',
      account: {
        userType: 'Member',
        userPrincipalName: 'ada_outlook.com#EXT#@adaoutlook.onmicrosoft.com',
        identityIssuers: ['MicrosoftAccount', 'adaoutlook.onmicrosoft.com'],
      },
      expect: 'high',
    },
    {
      name: 'the issuers are not known, but the name leaves no doubt',
      account: {
        userPrincipalName: 'ada_hotmail.com#EXT#@example.onmicrosoft.com',
        identityIssuers: undefined,
      },
      expect: 'high',
    },
    {
      name: 'declared as external: known, and still personal',
      account: { identityIssuers: ['MicrosoftAccount'] },
      declared: 'external',
      expect: 'high',
    },
    {
      name: 'disabled',
      account: { identityIssuers: ['MicrosoftAccount'], enabled: false },
      expect: 'nothing',
    },
    { name: 'the tenant vouches for it', account: {}, expect: 'nothing' },
    {
      name: 'a guest from another directory',
      account: { userType: 'Guest', identityIssuers: ['ExternalAzureAD'] },
      expect: 'nothing',
    },
    {
      name: 'no role',
      account: { identityIssuers: ['MicrosoftAccount'], assignments: [] },
      expect: 'nothing',
    },
    {
      name: 'a guest of whom the issuers are not known',
      account: {
        userPrincipalName: 'ada_partner.example#EXT#@example.onmicrosoft.com',
        identityIssuers: undefined,
      },
      expect: 'unknown',
    },
    {
      name: 'a member of whom the issuers are not known',
      account: { identityIssuers: null },
      expect: 'unknown',
    },
  ],
});
