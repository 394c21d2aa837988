import { cleanLine } from '../../clean-text.ts';
import { helpdeskAdministrator, people } from '../examples/tenant.ts';
import { isExternal } from '../posture/identities.ts';
import { hasOnlyPhone, hasPhishingResistant, secondFactorsOf } from '../posture/methods.ts';
import { holdsTopRole } from '../posture/top-roles.ts';
import { definePostureCheck, partyOf, privilegedUsers, unreadOf } from '../posture-check.ts';
import { listOf, nameOf, rolesInWords } from '../wording.ts';

export default definePostureCheck({
  id: 'posture-admin-weak-mfa',
  title: "Administrator's MFA is weak",
  severity: 'medium',
  severityVaries:
    'Medium for phone only (SMS, calls); low for other methods that can be phished, of the top roles.',
  categories: ['Graph'],
  techniques: ['T1111', 'T1078.004'],
  source:
    'https://learn.microsoft.com/entra/identity/authentication/concept-authentication-strengths',
  why: 'Text messages are diverted by a swapped SIM, and what is typed or approved is phished. A passkey is not.',
  triage: [
    'Register a passkey, Windows Hello for Business or a certificate.',
    'Then take the phone away: the weakest method that is left is the one that is attacked.',
    'Ask administrators for phishing-resistant MFA by Conditional Access.',
  ],
  falsePositives: [
    'A method so new that it is not known here counts as one that can be phished.',
    'Accounts from outside: their methods may well be registered at home. They are left out.',
  ],

  judges: 'people',
  check(context) {
    const { watchlist, snapshot, now } = context;
    return privilegedUsers(context).flatMap((account) => {
      if (isExternal(account)) return [];
      const methods = account.snapshot?.methods;
      if (!methods) return unreadOf(snapshot, 'registration', account);
      const second = secondFactorsOf(methods).sort();
      // Without any there is a finding of its own: posture-admin-mfa-unregistered.
      if (second.length === 0 || hasPhishingResistant(second)) return [];
      const subject = partyOf(account);
      const roles = watchlist.rolesOf(subject, now);
      const isPhone = hasOnlyPhone(second);
      if (!isPhone && !holdsTopRole(roles)) return [];
      const what = isPhone ? 'MFA by phone alone' : 'MFA that can be phished';
      const named = listOf(second.map((method) => cleanLine(method, 40)));
      return {
        key: [account.id, isPhone ? 'phone' : 'phishable'],
        title: `${nameOf(subject)}: ${what}`,
        summary: `${nameOf(subject)} (${rolesInWords(roles)}) has ${what} (${named}).`,
        severity: isPhone ? ('medium' as const) : ('low' as const),
        subject,
        roles,
        matter: ['account', 'mfa'] as const,
        details: { methods: second },
      };
    });
  },

  examples: () => [
    { name: 'SMS', account: { methods: ['mobilePhone'] }, expect: 'medium' },
    {
      name: 'several phones, and what is no second factor',
      account: { methods: ['password', 'mobilePhone', 'officePhone', 'email', 'securityQuestion'] },
      expect: 'medium',
    },
    {
      name: 'a lesser role with SMS only',
      account: {
        methods: ['mobilePhone'],
        assignments: [{ roleTemplateId: helpdeskAdministrator }],
      },
      expect: 'medium',
    },
    {
      name: 'a Global Administrator with the app',
      account: { methods: ['microsoftAuthenticatorPush', 'softwareOneTimePasscode'] },
      expect: 'low',
    },
    {
      name: 'the app beside the phone',
      account: { methods: ['microsoftAuthenticatorPasswordless', 'mobilePhone'] },
      expect: 'low',
    },
    {
      name: 'a name that is not known',
      account: { methods: ['carrierPigeon'] },
      expect: 'low',
    },
    {
      name: 'a break-glass account with the app',
      account: { methods: ['hardwareOneTimePasscode'] },
      declared: 'emergency',
      expect: 'low',
    },
    {
      name: 'a lesser role with the app',
      account: {
        methods: ['microsoftAuthenticatorPush'],
        assignments: [{ roleTemplateId: helpdeskAdministrator }],
      },
      expect: 'nothing',
    },
    {
      name: 'Windows Hello for Business is MFA, and a strong one',
      account: { methods: ['windowsHelloForBusiness'] },
      expect: 'nothing',
    },
    {
      name: 'a passkey beside the phone',
      account: { methods: ['passKeyDeviceBoundAuthenticator', 'mobilePhone'] },
      expect: 'nothing',
    },
    { name: 'nothing registered', account: { methods: [] }, expect: 'nothing' },
    {
      name: 'no second factor',
      account: { methods: ['password', 'email', 'temporaryAccessPass'] },
      expect: 'nothing',
    },
    {
      name: 'a guest, whose methods are at home',
      account: { methods: ['mobilePhone'], userType: 'Guest' },
      expect: 'nothing',
    },
    {
      name: 'a guest of whom the report says nothing',
      account: { methods: undefined, userType: 'Guest' },
      expect: 'nothing',
    },
    { name: 'disabled', account: { methods: ['mobilePhone'], enabled: false }, expect: 'nothing' },
    {
      name: 'the report has one account and not the other',
      account: { methods: undefined },
      others: [
        {
          id: people.ben.id,
          type: 'user',
          methods: ['mobilePhone'],
          assignments: [{ roleTemplateId: helpdeskAdministrator }],
        },
      ],
      expect: 'medium',
    },
    {
      name: 'the report does not have the account',
      account: { methods: undefined },
      expect: 'unknown',
    },
    { name: 'null says nothing either', account: { methods: null }, expect: 'unknown' },
  ],
});
