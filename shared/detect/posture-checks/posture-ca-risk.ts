import { accessPolicies, blocking, reportOnly } from '../examples/access-policies.ts';
import { groups, helpdeskAdministrator, people } from '../examples/tenant.ts';
import {
  type AccessPolicy,
  coversAdminPortals,
  demands,
  enabledPolicies,
  isNarrowed,
  lower,
} from '../posture/access-policies.ts';
import { administrators } from '../posture/administrators.ts';
import { once } from '../posture/once.ts';
import { lackOfP2 } from '../posture/plans.ts';
import { waitingInWords, waitingPolicies } from '../posture/policies-in-force.ts';
import { coversOf } from '../posture/portal-cover.ts';
import {
  definePostureCheck,
  type PostureContext,
  type PostureMatch,
  tenantParty,
  type Unknown,
  unread,
  unreadOf,
} from '../posture-check.ts';

const onUser = {
  userRiskLevels: ['high'],
  grant: { operator: 'OR', controls: ['passwordChange'] },
};
const onSignIn = { signInRiskLevels: ['high', 'medium'] };
const licensed = { organization: { plans: ['AAD_PREMIUM', 'AAD_PREMIUM_P2'] } };
const policies = (...some: readonly object[]) => ({
  ...licensed,
  ...accessPolicies(...some),
});
const ben = {
  id: people.ben.id,
  type: 'user',
  enabled: true,
  memberOf: [],
  assignments: [{ roleTemplateId: helpdeskAdministrator }],
};
const exempt = { ...groups.readers, type: 'group', usedFor: ['conditionalAccess'] };

export default definePostureCheck({
  id: 'posture-ca-risk',
  title: 'No policy acts on risk',
  severity: 'medium',
  categories: ['Graph'],
  techniques: ['T1078.004', 'T1110.004', 'T1539'],
  source:
    'https://learn.microsoft.com/entra/id-protection/howto-identity-protection-configure-risk-policies',
  why: 'Entra sees leaked passwords and strange sign-ins at once. Without a policy it only writes them down.',
  triage: [
    'Look at the risky users of the last month: how many would have been asked, and rightly?',
    'Sign-in risk, medium and high: ask for MFA every time. User risk, high: a new password, or block.',
    'Two policies: one that names both risks acts only where both are there.',
  ],
  falsePositives: [
    'The old risk policies inside ID Protection are not seen: they are retired; move them to Conditional Access.',
    'Risk is acted on elsewhere, by a product that disables accounts itself.',
  ],

  check: (context) => once(kinds.flatMap((kind) => wanting(kind, context))),

  examples: () => [
    { name: 'nothing for risky users', directory: policies(onSignIn), expect: 'medium' },
    { name: 'nothing for risky sign-ins', directory: policies(onUser), expect: 'medium' },
    {
      name: 'the policy only reports',
      directory: policies(onSignIn, { ...onUser, ...reportOnly }),
      expect: 'medium',
    },
    {
      name: 'for users at low risk alone',
      directory: policies(onSignIn, { ...onUser, userRiskLevels: ['low'] }),
      expect: 'medium',
    },
    {
      name: 'for sign-ins at medium risk alone',
      directory: policies(onUser, { signInRiskLevels: ['medium'] }),
      expect: 'medium',
    },
    {
      name: 'one policy for both risks acts on neither alone',
      directory: policies(onSignIn, { ...onUser, ...onSignIn }),
      expect: 'medium',
    },
    {
      name: 'only the session is limited',
      directory: policies(onSignIn, { ...onUser, grant: null }),
      expect: 'medium',
    },
    {
      name: 'any managed device will do',
      directory: policies(onSignIn, {
        ...onUser,
        grant: { operator: 'OR', controls: ['passwordChange', 'compliantDevice'] },
      }),
      expect: 'medium',
    },
    {
      name: 'only outside the offices',
      directory: policies(onUser, { ...onSignIn, excludeLocations: ['AllTrusted'] }),
      expect: 'medium',
    },
    {
      name: 'for mail alone',
      directory: policies(onUser, { ...onSignIn, includeApps: ['office365'] }),
      expect: 'medium',
    },
    {
      name: 'for somebody else',
      directory: policies(onUser, { ...onSignIn, includeUsers: [people.ben.id] }),
      expect: 'medium',
    },
    {
      name: 'for somebody, and there is no administrator',
      account: null,
      directory: policies(onUser, { ...onSignIn, includeUsers: [people.ben.id] }),
      expect: 'medium',
    },
    {
      name: 'one administrator is outside, of another it is not known',
      account: { memberOf: undefined },
      others: [exempt, ben],
      directory: policies(onUser, {
        ...onSignIn,
        includeUsers: [],
        includeGroups: [groups.readers.id],
      }),
      expect: 'medium',
    },
    { name: 'both are acted on', directory: policies(onUser, onSignIn), expect: 'nothing' },
    {
      name: 'risky users are blocked, risky sign-ins asked for a strength',
      directory: policies(
        { ...onUser, ...blocking },
        {
          ...onSignIn,
          grant: { operator: 'AND', controls: [], strength: { combinations: ['fido2'] } },
        },
      ),
      expect: 'nothing',
    },
    {
      name: 'for all administrators',
      directory: policies(
        { ...onUser, includeUsers: [people.ada.id] },
        { ...onSignIn, includeUsers: [people.ada.id] },
      ),
      expect: 'nothing',
    },
    {
      name: 'for everybody but an administrator, which another check tells',
      directory: policies(onUser, { ...onSignIn, excludeUsers: [people.ada.id] }),
      expect: 'nothing',
    },
    {
      name: 'acted on, whatever the licence',
      directory: accessPolicies(onUser, onSignIn),
      expect: 'nothing',
    },
    { name: 'the policies were not read', directory: licensed, expect: 'unknown' },
    { name: 'nobody knows the licence', directory: accessPolicies(onUser), expect: 'unknown' },
    {
      name: 'no licence for risk',
      directory: { ...accessPolicies(onUser), organization: { plans: ['AAD_PREMIUM'] } },
      expect: 'unknown',
    },
    {
      name: 'for a group, and nobody knows whether she is in it',
      account: { memberOf: undefined },
      others: [exempt],
      directory: policies(onUser, {
        ...onSignIn,
        includeUsers: [],
        includeGroups: [groups.readers.id],
      }),
      expect: 'unknown',
    },
  ],
});

type Kind = {
  risk: 'userRisk' | 'signInRisk';
  levelsOf: (policy: AccessPolicy) => AccessPolicy['userRiskLevels'];
  who: string;
  why: string;
};

const kinds: readonly Kind[] = [
  {
    risk: 'userRisk',
    levelsOf: ({ userRiskLevels }) => userRiskLevels,
    who: 'users at high risk',
    why: 'Whose password has leaked can go on using it, and so can the finder.',
  },
  {
    risk: 'signInRisk',
    levelsOf: ({ signInRiskLevels }) => signInRiskLevels,
    who: 'sign-ins at high risk',
    why: 'A sign-in that Entra itself takes for an attack is let in like any other.',
  },
];

function wanting(
  { risk, levelsOf, who, why }: Kind,
  context: PostureContext,
): (PostureMatch | Unknown)[] {
  const { snapshot, tenant } = context;
  const acts = (policy: AccessPolicy) =>
    lower(levelsOf(policy)).includes('high') &&
    demands(policy, ['mfa', 'block', 'passwordchange', 'riskremediation']) &&
    !isNarrowed(policy, risk);
  const policies = enabledPolicies(snapshot);
  const acting = (policies ?? []).filter(acts);
  const covers = coversOf(administrators(context), acting, context);
  if (acting.some(isForAll) || (covers.length > 0 && covers.every(({ is }) => is))) return [];
  if (!policies) return [unread(snapshot, 'conditionalAccess')];
  const lack = lackOfP2(snapshot);
  if (lack) return [lack];
  const unsure = covers.filter(({ is }) => is === undefined);
  if (unsure.length > 0 && covers.every(({ is }) => is !== false)) {
    return unsure.map(({ account }) => unreadOf(snapshot, 'groups', account));
  }
  const waiting = waitingPolicies(snapshot, acts);
  return [
    {
      key: [risk],
      title: `No policy acts on ${who}`,
      summary: `No Conditional Access policy that is on acts on ${who}, neither for everybody nor for all administrators. ${why}${waitingInWords(waiting)}`,
      subject: tenantParty(tenant),
      matter: ['risk', risk] as const,
      details: { policy: waiting },
    },
  ];
}

/** Administrators who are excluded are for another check. */
const isForAll = (policy: AccessPolicy) =>
  (policy.includeUsers ?? []).includes('all') && coversAdminPortals(policy);
