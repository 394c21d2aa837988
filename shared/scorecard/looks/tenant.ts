import {
  type AccessPolicy,
  demandsMfa,
  demandsPhishingResistant,
  enabledPolicies,
  isNarrowed,
} from '../../detect/posture/access-policies.ts';
import { isHidden, isUnlicensed } from '../../detect/posture/gaps.ts';
import { unread } from '../../detect/posture-check.ts';
import { nameOf } from '../../detect/wording.ts';
import { dayMs, dayOf, parseTime } from '../../time.ts';
import type { DirectoryPart } from '../../watch/tenant-fields.ts';
import type { Facts, Sight } from '../item.ts';

/** Where nothing is synchronised there is no hash either; where something is, applications can't ask. */
export function hashSync({ snapshot }: Facts): Sight[] {
  const isSynced = snapshot.organization?.onPremisesSyncEnabled;
  if (isSynced === undefined) return [unread(snapshot, 'organization')];
  if (isSynced !== true) return [{ note: 'Nothing is synchronised from on-premises.' }];
  const unknown =
    'The directory is synchronised. Whether password hashes are, Graph does not tell an application.';
  return [{ unknown }];
}

/** Everybody is asked for MFA, wherever they sign in: by security defaults, or by a policy that is on. */
export function mfaForAll({ snapshot }: Facts): Sight[] {
  if (snapshot.securityDefaults?.enabled) return [{ note: 'Security defaults are on.' }];
  if (isWithoutAccessPolicies(snapshot) && snapshot.securityDefaults) {
    const what = 'Security defaults are off, and there is no licence for Conditional Access.';
    return [{ against: null, what }];
  }
  const policies = enabledPolicies(snapshot);
  if (!policies) return [unread(snapshot, 'conditionalAccess')];
  const [best] = policies.filter(isForAll).sort((a, b) => leftOut(a) - leftOut(b));
  if (!best) {
    const what = 'No Conditional Access policy that is on asks everybody for MFA, for every app.';
    return [{ against: null, what }];
  }
  const name = nameOf({ id: best.id, name: best.name ?? null });
  const counts = [
    ...countOf(best.excludeUsers, 'account'),
    ...countOf(best.excludeGroups, 'group'),
    ...countOf(best.excludeRoles, 'role'),
    ...countOf(best.excludeApps, 'app'),
  ];
  return [
    { note: `Asked by ${name}${counts.length > 0 ? `; it leaves out ${counts.join(', ')}` : ''}.` },
  ];
}

const isForAll = (policy: AccessPolicy): boolean =>
  Boolean(policy.includeUsers?.includes('all') && policy.includeApps?.includes('all')) &&
  demandsMfa(policy) &&
  !isNarrowed(policy);

const leftOut = ({ excludeUsers, excludeGroups, excludeRoles, excludeApps }: AccessPolicy) =>
  [excludeUsers, excludeGroups, excludeRoles, excludeApps].flatMap((some) => some ?? []).length;

const countOf = (some: readonly string[] | null | undefined, what: string): string[] => {
  const count = some?.length ?? 0;
  return count > 0 ? [`${count} ${what}${count > 1 ? 's' : ''}`] : [];
};

/** Whether there are policies at all; what they ask of whom is for the checks. */
export function accessPoliciesOn({ snapshot }: Facts): Sight[] {
  if (isWithoutAccessPolicies(snapshot)) {
    return [{ against: null, what: 'The tenant has no licence for Conditional Access.' }];
  }
  const policies = enabledPolicies(snapshot);
  if (!policies) return [unread(snapshot, 'conditionalAccess')];
  if (policies.length === 0) {
    return [{ against: null, what: 'No Conditional Access policy is on.' }];
  }
  const all = snapshot.conditionalAccess?.length ?? 0;
  return [{ note: `Policies that are on: ${policies.length} of ${all}.` }];
}

const isWithoutAccessPolicies = (snapshot: Facts['snapshot']): boolean =>
  !snapshot.conditionalAccess && isUnlicensed(snapshot, 'conditionalAccess');

/** Older than that, the score tells of another tenant. */
const oldestScoreMs = 30 * dayMs;

export function secureScoreKnown({ snapshot, now }: Facts): Sight[] {
  const { secureScore } = snapshot;
  if (!secureScore) return [unread(snapshot, 'secureScore')];
  const at = parseTime(secureScore.at ?? snapshot.takenAt);
  if (at === undefined) return [{ unknown: 'The score that was read does not tell its day.' }];
  if (now - at > oldestScoreMs) return [{ unknown: `The last score is of ${dayOf(at)}.` }];
  const { current, max } = secureScore;
  const share = max > 0 ? `, ${Math.round((current / max) * 100)} %` : '';
  return [{ note: `${current} of ${max} points${share}, on ${dayOf(at)}.` }];
}

const phoneMethods = ['sms', 'voice'];

/** Whether anything asks for more than a code on a phone. No finding: a passkey may be used unasked. */
export function phishingResistanceAsked({ snapshot }: Facts): Sight[] {
  const policies = enabledPolicies(snapshot);
  if (!policies || policies.some(demandsPhishingResistant)) return [];
  return [
    { note: 'No Conditional Access policy that is on asks for a method that resists phishing.' },
  ];
}

/** Where NIST applies they are restricted; elsewhere it is a remark. */
export function phoneMethodsAllowed({ snapshot }: Facts): Sight[] {
  const { authenticationMethods } = snapshot;
  if (!authenticationMethods) return [unread(snapshot, 'authenticationMethods')];
  const allowed = phoneMethods.filter((method) =>
    authenticationMethods.some(({ id, enabled }) => enabled && id.toLowerCase() === method),
  );
  return allowed.length > 0
    ? [{ note: `The policy of methods allows ${allowed.join(' and ')}; NIST restricts both.` }]
    : [];
}

/** Who holds what: all the places were read that can be. */
export function holdersRead({ snapshot }: Facts): Sight[] {
  const parts: DirectoryPart[] = ['roles', 'pim', 'groups', 'groupPim'];
  const missing = parts.filter((part) => isHidden(snapshot, part));
  return [
    ...missing.map((part) => unread(snapshot, part)),
    ...(snapshot.azure ? [] : [unread(snapshot, 'azure')]),
  ];
}
