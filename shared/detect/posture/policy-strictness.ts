import { type AccessPolicy, blocks, demandsMfa, isNarrowed, lower } from './access-policies.ts';

/** Whether whoever gets by a policy would, by the other, be stopped or asked just the same. */
export function isAsStrict(other: AccessPolicy, policy: AccessPolicy): boolean {
  if (isNarrowed(other) && conditionsIn(other) !== conditionsIn(policy)) return false;
  return blocks(other) || (demandsMfa(other) && !blocks(policy));
}

const conditionsIn = (policy: AccessPolicy): string =>
  JSON.stringify([
    ...[
      ...[policy.includeLocations, policy.excludeLocations],
      ...[policy.includePlatforms, policy.excludePlatforms],
      ...[policy.userRiskLevels, policy.signInRiskLevels],
      ...[policy.clientAppTypes, policy.authenticationFlows],
    ].map((some) => lower(some).sort()),
    policy.deviceFilter ?? '',
  ]);
