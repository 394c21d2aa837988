import type { Snapshot } from '../../watch/directory.ts';
import { listOf } from '../wording.ts';
import {
  type AccessPolicy,
  enabledPolicies,
  nameOfPolicy,
  reportOnlyPolicies,
} from './access-policies.ts';
import { isUnlicensed } from './gaps.ts';

type Known = Pick<Snapshot, 'conditionalAccess' | 'gaps'>;

/** Without a licence for Conditional Access there are none. @returns undefined where they were not read. */
export const policiesInForce = (snapshot: Known): AccessPolicy[] | undefined =>
  enabledPolicies(snapshot) ?? (isUnlicensed(snapshot, 'conditionalAccess') ? [] : undefined);

/** Names of the policies that would do, were they on. */
export const waitingPolicies = (
  snapshot: Known,
  would: (policy: AccessPolicy) => boolean,
): string[] => (reportOnlyPolicies(snapshot) ?? []).filter(would).map(nameOfPolicy);

/** To go behind what is said of those that are on. */
export const waitingInWords = (names: readonly string[]): string =>
  names.length > 0 ? ` Would do, but only report: ${listOf(names)}.` : '';
