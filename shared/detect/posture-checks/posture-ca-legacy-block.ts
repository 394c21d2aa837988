import {
  accessPolicies,
  blocking,
  noAccessLicence,
  reportOnly,
} from '../examples/access-policies.ts';
import { people } from '../examples/tenant.ts';
import {
  type AccessPolicy,
  blocks,
  enabledPolicies,
  isNarrowed,
  lower,
} from '../posture/access-policies.ts';
import { isUnlicensed } from '../posture/gaps.ts';
import { once } from '../posture/once.ts';
import { policiesInForce, waitingInWords, waitingPolicies } from '../posture/policies-in-force.ts';
import { definePostureCheck, type PostureContext, tenantParty, unread } from '../posture-check.ts';

const shut = {
  old: { ...blocking, clientAppTypes: ['exchangeActiveSync', 'other'] },
  codes: { ...blocking, authenticationFlows: ['deviceCodeFlow'] },
};
const defaultsOn = { securityDefaults: { enabled: true } };

export default definePostureCheck({
  id: 'posture-ca-legacy-block',
  title: 'Old protocols or device codes not blocked',
  severity: 'medium',
  severityVaries: 'Low for device codes.',
  categories: ['Graph'],
  techniques: ['T1078.004', 'T1110.003', 'T1528'],
  source:
    'https://learn.microsoft.com/entra/identity/conditional-access/policy-block-legacy-authentication',
  why: 'Old protocols know passwords alone, so nothing stops whoever guesses one. A device code can be sent to somebody, who then signs in for the attacker.',
  triage: [
    'Look at the sign-ins of the last month by client: who still uses an old protocol, and for what?',
    'Block them for everybody and all apps; except by account what is left, each with an end.',
    'Device codes: block the flow, and except only the accounts of meeting rooms or tools that need it.',
  ],
  falsePositives: [
    'Old protocols that are switched off in Exchange itself: only the second line is missing.',
    'A policy for some apps or users alone counts as none.',
  ],

  check: (context) => once([...oldProtocols(context), ...deviceCodes(context)]),

  examples: () => [
    { name: 'old protocols are open', directory: accessPolicies(shut.codes), expect: 'medium' },
    {
      name: 'the block only reports',
      directory: accessPolicies(shut.codes, { ...shut.old, ...reportOnly }),
      expect: 'medium',
    },
    {
      name: 'one of two protocols is blocked',
      directory: accessPolicies(shut.codes, { ...shut.old, clientAppTypes: ['other'] }),
      expect: 'medium',
    },
    {
      name: 'the other of the two is blocked',
      directory: accessPolicies(shut.codes, {
        ...shut.old,
        clientAppTypes: ['exchangeActiveSync'],
      }),
      expect: 'medium',
    },
    {
      name: 'asked for MFA, which they can not do: some let it pass',
      directory: accessPolicies(shut.codes, { clientAppTypes: ['exchangeActiveSync', 'other'] }),
      expect: 'medium',
    },
    {
      name: 'blocked for some',
      directory: accessPolicies(shut.codes, { ...shut.old, includeUsers: [people.ada.id] }),
      expect: 'medium',
    },
    {
      name: 'blocked for some apps',
      directory: accessPolicies(shut.codes, { ...shut.old, includeApps: ['office365'] }),
      expect: 'medium',
    },
    {
      name: 'blocked for all apps but one',
      directory: accessPolicies(shut.codes, { ...shut.old, excludeApps: ['office365'] }),
      expect: 'medium',
    },
    {
      name: 'blocked outside the offices',
      directory: accessPolicies(shut.codes, { ...shut.old, excludeLocations: ['AllTrusted'] }),
      expect: 'medium',
    },
    {
      name: 'no licence, and no security defaults',
      directory: { ...noAccessLicence, securityDefaults: { enabled: false } },
      expect: 'medium',
    },
    {
      name: 'policies that are on, and nobody said anything of security defaults',
      directory: { ...accessPolicies(shut.codes), securityDefaults: undefined },
      expect: 'medium',
    },
    { name: 'device codes are open', directory: accessPolicies(shut.old), expect: 'low' },
    {
      name: 'another flow is blocked',
      directory: accessPolicies(shut.old, {
        ...blocking,
        authenticationFlows: ['authenticationTransfer'],
      }),
      expect: 'low',
    },
    {
      name: 'device codes are blocked outside the offices',
      directory: accessPolicies(shut.old, { ...shut.codes, excludeLocations: ['AllTrusted'] }),
      expect: 'low',
    },
    {
      name: 'device codes are asked for MFA, which the victim does',
      directory: accessPolicies(shut.old, { authenticationFlows: ['deviceCodeFlow'] }),
      expect: 'low',
    },
    {
      name: 'security defaults know nothing of device codes',
      directory: { ...defaultsOn, conditionalAccess: [] },
      expect: 'low',
    },
    { name: 'both are shut', directory: accessPolicies(shut.old, shut.codes), expect: 'nothing' },
    {
      name: 'shut by one policy each',
      directory: accessPolicies(
        { ...shut.old, clientAppTypes: ['other'] },
        { ...shut.old, clientAppTypes: ['ExchangeActiveSync'] },
        shut.codes,
      ),
      expect: 'nothing',
    },
    {
      name: 'shut, break-glass accounts excepted',
      directory: accessPolicies(
        { ...shut.old, excludeUsers: [people.glass.id] },
        { ...shut.codes, excludeUsers: [people.glass.id] },
      ),
      expect: 'nothing',
    },
    {
      name: 'shut, whatever security defaults are',
      directory: { ...accessPolicies(shut.old, shut.codes), securityDefaults: undefined },
      expect: 'nothing',
    },
    { name: 'the policies were not read', expect: 'unknown' },
    {
      name: 'not read, and security defaults are off',
      directory: { securityDefaults: { enabled: false } },
      expect: 'unknown',
    },
    {
      name: 'no licence, but security defaults',
      directory: { ...noAccessLicence, ...defaultsOn },
      expect: 'unknown',
    },
    {
      name: 'no licence, and nobody knows of security defaults',
      directory: noAccessLicence,
      expect: 'unknown',
    },
  ],
});

type Context = Pick<PostureContext, 'snapshot' | 'tenant'>;

/** Security defaults block them as well. */
function oldProtocols({ snapshot, tenant }: Context) {
  const { securityDefaults } = snapshot;
  const waiting = waitingPolicies(snapshot, (policy) =>
    oldTypes.some((type) => shutsType(policy, type)),
  );
  const policies = policiesInForce(snapshot);
  if (securityDefaults?.enabled || shutsOld(policies ?? [])) return [];
  if (!policies) return [unread(snapshot, 'conditionalAccess')];
  // With a policy that is on, security defaults can't be.
  if (!securityDefaults && policies.length === 0) return [unread(snapshot, 'securityDefaults')];
  const isWithout = isUnlicensed(snapshot, 'conditionalAccess');
  const why = isWithout
    ? ' There is no licence for Conditional Access, and security defaults are off.'
    : waitingInWords(waiting);
  return [
    {
      key: ['old protocols'],
      title: 'Old protocols without MFA are not blocked',
      summary: `No policy blocks old protocols, which know a password alone, for everybody and every app.${why}`,
      subject: tenantParty(tenant),
      matter: ['tenant-policy', 'old protocols'] as const,
      details: { policy: waiting },
    },
  ];
}

function deviceCodes({ snapshot, tenant }: Context) {
  const isShut = enabledPolicies(snapshot)?.some(shutsCodes);
  const waiting = waitingPolicies(snapshot, shutsCodes);
  if (isShut) return [];
  if (isShut === undefined) return [unread(snapshot, 'conditionalAccess')];
  return [
    {
      key: ['device codes'],
      title: 'Sign-ins by device code are not blocked',
      summary: `No policy blocks device codes for everybody: a code sent to an administrator is enough to sign in as that one.${waitingInWords(waiting)}`,
      severity: 'low' as const,
      subject: tenantParty(tenant),
      matter: ['tenant-policy', 'device codes'] as const,
      details: { policy: waiting },
    },
  ];
}

const oldTypes = ['exchangeactivesync', 'other'] as const;

const shutsOld = (policies: readonly AccessPolicy[]) =>
  oldTypes.every((type) => policies.some((policy) => shutsType(policy, type)));

const shutsType = (policy: AccessPolicy, type: (typeof oldTypes)[number]) =>
  lower(policy.clientAppTypes).includes(type) &&
  blocksForAll(policy) &&
  !isNarrowed(policy, 'clients');

const shutsCodes = (policy: AccessPolicy) =>
  lower(policy.authenticationFlows).includes('devicecodeflow') &&
  blocksForAll(policy) &&
  !isNarrowed(policy, 'flows');

/** Exceptions are for another check, if an administrator is among them. */
const blocksForAll = (policy: AccessPolicy) =>
  blocks(policy) &&
  (policy.includeUsers ?? []).includes('all') &&
  (policy.includeApps ?? []).includes('all') &&
  (policy.excludeApps ?? []).length === 0;
