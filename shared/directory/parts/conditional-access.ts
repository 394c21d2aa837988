import type * as z from 'zod';
import { cleanLine } from '../../clean-text.ts';
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

/** The kinds of guests that Graph tells apart in newer policies; who has an account here is one of these. */
const usualGuest = /\bb2bCollaborationGuest\b/i;
const anyGuest =
  /\b(?:internalGuest|b2bCollaborationGuest|b2bCollaborationMember|otherExternalUser)\b/i;

/** The usual kind stands for all that a policy includes; whoever may be left out is not protected. */
const guestsIn = (
  guests: { guestOrExternalUserTypes?: string | null | undefined } | null | undefined,
  kind: RegExp,
) => (kind.test(guests?.guestOrExternalUserTypes ?? '') ? ['guestsorexternalusers'] : []);

/** Each of these has a field of its own, or is about workloads. */
const ownConditions = new Set([
  'users',
  'applications',
  'clientAppTypes',
  'locations',
  'platforms',
  'devices',
  'userRiskLevels',
  'signInRiskLevels',
  'authenticationFlows',
  'clientApplications',
  'servicePrincipalRiskLevels',
]);

const saysNothing = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === '' ||
  value === 'none' ||
  (typeof value === 'object' && Object.values(value).every(saysNothing));

/** Microsoft adds conditions: a policy with one that nobody here knows does not hold for all sign-ins. */
const otherConditions = ({ conditions }: AccessPolicyRow): string[] => [
  ...Object.entries(conditions)
    .filter(([name]) => !ownConditions.has(name) && !name.includes('@'))
    .flatMap(([name, value]) => (saysNothing(value) ? [] : cleanLine(name, 80))),
  ...(conditions.applications?.applicationFilter?.rule ? ['applicationFilter'] : []),
];

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
    includeUsers: [
      ...lower(users?.includeUsers),
      ...guestsIn(users?.includeGuestsOrExternalUsers, usualGuest),
    ],
    excludeUsers: [
      ...lower(users?.excludeUsers),
      ...guestsIn(users?.excludeGuestsOrExternalUsers, anyGuest),
    ],
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
    otherConditions: otherConditions(row),
    grant: grantControls
      ? {
          operator: grantControls.operator,
          controls: controlsOf(grantControls),
          strength: strengthOf(grantControls.authenticationStrength, known),
        }
      : null,
  };
}

/** Beside `or`, to accept some terms would do instead of a second factor. */
const controlsOf = ({
  builtInControls,
  termsOfUse,
  customAuthenticationFactors,
}: NonNullable<AccessPolicyRow['grantControls']>): string[] => [
  ...(builtInControls ?? []),
  ...(termsOfUse?.length ? ['termsOfUse'] : []),
  ...(customAuthenticationFactors?.length ? ['customAuthenticationFactor'] : []),
];

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
