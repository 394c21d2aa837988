import type * as z from 'zod';
import type { Snapshot } from '../../watch/directory.ts';
import type { GraphReader } from '../reader.ts';
import { type AccessPolicyRow, accessPolicies, strengths } from '../requests/tenant.ts';

type Policy = NonNullable<Snapshot['conditionalAccess']>[number];
type Strength = z.output<typeof strengths.row>;

/** @throws {ReadError} */
export async function readConditionalAccess(graph: GraphReader): Promise<Policy[]> {
  const rows = await graph.list(accessPolicies);
  const isBare = rows.some(({ grantControls }) => {
    const strength = grantControls?.authenticationStrength;
    return strength && !strength.allowedCombinations;
  });
  const known: Strength[] = isBare ? await graph.list(strengths) : [];
  return rows.map((row) => policyOf(row, known));
}

const lower = (texts: readonly string[] | null | undefined) =>
  (texts ?? []).map((text) => text.toLowerCase()).filter((text) => text !== '');

/** The kinds of guests that Graph tells apart in newer policies; the usual one stands for all. */
const guestsIn = (
  guests: { guestOrExternalUserTypes?: string | null | undefined } | null | undefined,
) =>
  /\bb2bCollaborationGuest\b/i.test(guests?.guestOrExternalUserTypes ?? '')
    ? ['guestsorexternalusers']
    : [];

const words = (list: string | null | undefined) =>
  (list ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word && word !== 'none');

function policyOf(row: AccessPolicyRow, known: readonly Strength[]): Policy {
  const { conditions, grantControls } = row;
  const { users, applications, locations, platforms, devices } = conditions;
  const filter = devices?.deviceFilter;
  return {
    id: row.id,
    name: row.displayName,
    state: row.state,
    includeUsers: [...lower(users?.includeUsers), ...guestsIn(users?.includeGuestsOrExternalUsers)],
    excludeUsers: [...lower(users?.excludeUsers), ...guestsIn(users?.excludeGuestsOrExternalUsers)],
    includeGroups: lower(users?.includeGroups),
    excludeGroups: lower(users?.excludeGroups),
    includeRoles: lower(users?.includeRoles),
    excludeRoles: lower(users?.excludeRoles),
    includeApps: lower(applications?.includeApplications),
    excludeApps: lower(applications?.excludeApplications),
    userActions: applications?.includeUserActions ?? [],
    clientAppTypes: conditions.clientAppTypes ?? [],
    includeLocations: locations?.includeLocations ?? [],
    excludeLocations: locations?.excludeLocations ?? [],
    includePlatforms: platforms?.includePlatforms ?? [],
    excludePlatforms: platforms?.excludePlatforms ?? [],
    userRiskLevels: conditions.userRiskLevels ?? [],
    signInRiskLevels: conditions.signInRiskLevels ?? [],
    authenticationFlows: words(conditions.authenticationFlows?.transferMethods),
    deviceFilter: filter?.rule ? `${filter.mode ?? 'include'}: ${filter.rule}` : null,
    grant: grantControls
      ? {
          operator: grantControls.operator,
          controls: grantControls.builtInControls ?? [],
          strength: strengthOf(grantControls.authenticationStrength, known),
        }
      : null,
  };
}

type Named = NonNullable<AccessPolicyRow['grantControls']>['authenticationStrength'];

function strengthOf(named: Named, known: readonly Strength[]) {
  if (!named) return null;
  const full = known.find(({ id }) => id === named.id);
  return {
    id: named.id,
    name: named.displayName ?? full?.displayName ?? null,
    combinations: named.allowedCombinations ?? full?.allowedCombinations ?? null,
  };
}

/** Groups that policies count in or leave out. */
export const groupsNamedIn = (policies: readonly Policy[]): Set<string> =>
  new Set(
    policies.flatMap(({ includeGroups, excludeGroups }) => [
      ...(includeGroups ?? []),
      ...(excludeGroups ?? []),
    ]),
  );
