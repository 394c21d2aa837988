import { helpdeskAdministrator, people } from '../examples/tenant.ts';
import { isDeclaredExternal } from '../posture/account-kinds.ts';
import { isExternal, isPersonal } from '../posture/identities.ts';
import { holdsTopRole } from '../posture/top-roles.ts';
import { definePostureCheck, partyOf, privilegedUsers, unreadOf } from '../posture-check.ts';
import { nameOf, rolesInWords } from '../wording.ts';

const lesserRole = [{ roleTemplateId: helpdeskAdministrator }];

export default definePostureCheck({
  id: 'posture-admin-external',
  title: 'Administrator from outside',
  severity: 'high',
  severityVaries:
    'Of those that the policy declares external only the top roles are told, as medium.',
  categories: ['Graph'],
  techniques: ['T1078.004', 'T1199'],
  source: 'https://learn.microsoft.com/entra/identity/role-based-access-control/security-planning',
  why: 'Its password, its second factor and its end of work are decided elsewhere, by rules nobody here knows.',
  triage: [
    'Who invited it, and for what? Nobody knows: take the role away and see who complains.',
    'Still needed: make it eligible instead of active, with an end, and ask it for MFA.',
    'Then declare it in the policy (accounts.external, or its register), with its owner.',
  ],
  falsePositives: [
    'Partners who administer on your behalf: declare them in the policy.',
    'Administrators of another tenant of the same organisation: declare them as well.',
  ],

  judges: 'people',
  check(context) {
    const { watchlist, snapshot, now } = context;
    return privilegedUsers(context).flatMap((account) => {
      // Those have a finding of their own: posture-admin-personal-msa.
      if (isPersonal(account)) return [];
      const isOutside = isExternal(account);
      if (isOutside === undefined) return unreadOf(snapshot, 'users', account);
      if (!isOutside) return [];
      const subject = partyOf(account);
      const roles = watchlist.rolesOf(subject, now);
      const isDeclared = isDeclaredExternal(subject, context);
      if (isDeclared && !holdsTopRole(roles)) return [];
      const known = isDeclared ? 'a known one' : 'which the policy does not know';
      return {
        key: [account.id],
        title: `${nameOf(subject)}: administrator from outside`,
        summary: `${nameOf(subject)}, an account from outside (${known}), holds ${rolesInWords(roles)}.`,
        severity: isDeclared ? ('medium' as const) : ('high' as const),
        subject,
        roles,
        matter: ['account', 'from outside'] as const,
        details: { declared: isDeclared },
      };
    });
  },

  examples: () => [
    { name: 'a guest', account: { userType: 'Guest' }, expect: 'high' },
    {
      name: 'a guest who was made a member',
      account: { userPrincipalName: 'ada_partner.example#EXT#@example.onmicrosoft.com' },
      expect: 'high',
    },
    {
      name: 'made a member and renamed',
      account: { identityIssuers: ['ExternalAzureAD'] },
      expect: 'high',
    },
    {
      name: 'a guest with a lesser role',
      account: { userType: 'Guest', assignments: lesserRole },
      expect: 'high',
    },
    {
      name: 'a guest of whom the issuers are not known',
      account: { userType: 'Guest', identityIssuers: undefined },
      expect: 'high',
    },
    {
      name: 'a guest declared as something else',
      account: { userType: 'Guest', assignments: lesserRole },
      declared: 'shared',
      expect: 'high',
    },
    {
      name: 'a Global Administrator who is declared',
      account: { userType: 'Guest' },
      declared: 'external',
      expect: 'medium',
    },
    {
      name: 'registered as something else',
      account: { userType: 'Guest', assignments: lesserRole },
      tenant: { register: [{ account: people.ada.id, kind: 'mixed-use', owner: 'Grace' }] },
      expect: 'high',
    },
    {
      name: 'a lesser role, declared',
      account: { userType: 'Guest', assignments: lesserRole },
      declared: 'external',
      expect: 'nothing',
    },
    {
      name: 'a lesser role, registered',
      account: { userType: 'Guest', assignments: lesserRole },
      tenant: { register: [{ account: people.ada.id, kind: 'external', owner: 'Grace' }] },
      expect: 'nothing',
    },
    {
      name: 'a personal account has a finding of its own',
      account: { userType: 'Guest', identityIssuers: ['MicrosoftAccount'] },
      expect: 'nothing',
    },
    { name: 'a member', account: {}, expect: 'nothing' },
    {
      name: 'a member, as Graph writes old accounts',
      account: { userType: null },
      expect: 'nothing',
    },
    { name: 'disabled', account: { userType: 'Guest', enabled: false }, expect: 'nothing' },
    {
      name: 'a guest without a role',
      account: { userType: 'Guest', assignments: [] },
      expect: 'nothing',
    },
    { name: 'the type is not known', account: { userType: undefined }, expect: 'unknown' },
    {
      name: 'a member of whom the issuers are not known',
      account: { identityIssuers: undefined },
      expect: 'unknown',
    },
  ],
});
