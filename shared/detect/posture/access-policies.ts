import { isBuiltInRole } from '../../roles.ts';
import type { Snapshot } from '../../watch/directory.ts';
import { heldAt } from '../../watch/turns.ts';
import type { WatchedAccount } from '../../watch/watch-state.ts';
import type { Watchlist } from '../../watch/watchlist.ts';
import { isGuest } from '../posture-check.ts';
import { nameOf } from '../wording.ts';
import { isMultiFactor, isPhishingResistant } from './authentication-strength.ts';

/** A Conditional Access policy. What it leaves out it does not set: Graph tells a policy whole. */
export type AccessPolicy = NonNullable<Snapshot['conditionalAccess']>[number];

/** Who signs in, as a policy sees it. */
export type PolicySubject = {
  id: string;
  /** The ids of its groups, nested ones included. */
  groups: readonly string[];
  /** The template ids of built-in roles held in the whole tenant. */
  roles: readonly string[];
  isGuest?: boolean;
  /** The groups of which it is known whether it is in them; left out: all. */
  knownGroups?: ReadonlySet<string>;
};

/** @returns undefined where the policies were not read. One that only reports is not enabled. */
export const enabledPolicies = (snapshot: Pick<Snapshot, 'conditionalAccess'>) =>
  policiesIn(snapshot, 'enabled');

export const reportOnlyPolicies = (snapshot: Pick<Snapshot, 'conditionalAccess'>) =>
  policiesIn(snapshot, 'enabledForReportingButNotEnforced');

const policiesIn = (
  { conditionalAccess }: Pick<Snapshot, 'conditionalAccess'>,
  wanted: AccessPolicy['state'],
): AccessPolicy[] | undefined => conditionalAccess?.filter(({ state }) => state === wanted);

export const nameOfPolicy = ({ id, name }: AccessPolicy): string =>
  nameOf({ id, name: name ?? null });

/**
 * An account as policies see it once it has activated what it is eligible for: before that it is no
 * administrator.
 */
export function subjectOfPolicy(
  account: WatchedAccount,
  watchlist: Watchlist,
  now: number,
): PolicySubject {
  const { accounts } = watchlist.state;
  const groups = groupsOf(account, watchlist, now);
  const holders = [account, ...groups.flatMap((id) => accounts.get(id) ?? [])];
  const roles = holders
    .flatMap(({ holdings }) => holdings.filter(({ turns }) => heldAt(turns, now)))
    // Policies by role see neither a role in a part of the tenant nor one of the tenant's own.
    .filter(({ role }) => role.scope === '/' && isBuiltInRole(role.templateId))
    .map(({ role }) => role.templateId);
  return {
    id: account.id,
    groups,
    roles: [...new Set(roles)],
    isGuest: isGuest(account),
    ...(areAllGroupsTold(account, watchlist)
      ? {}
      : { knownGroups: new Set([...groups, ...toldGroups(account, watchlist)]) }),
  };
}

/** Then a group that policies name and the snapshot has not is one that was deleted. */
const areAllGroupsTold = ({ snapshot }: WatchedAccount, { state }: Watchlist): boolean =>
  Boolean(snapshot?.memberOf) && state.unread?.includes('groups') === false;

/** Those that the snapshot lists, with what the stream told since. */
function groupsOf(
  account: WatchedAccount,
  watchlist: Watchlist,
  now: number,
  seen: ReadonlySet<string> = new Set(),
): string[] {
  if (seen.has(account.id)) return [];
  const { accounts, takenAt } = watchlist.state;
  const joined = account.memberships.filter(({ turns }) => heldAt(turns, now));
  const toldSince = account.memberships.filter(({ turns }) => {
    const last = turns.at(-1);
    return (last?.until ?? last?.at ?? 0) > (takenAt ?? 0);
  });
  const listed = account.snapshot?.memberOf ?? [];
  const met = new Set([...seen, account.id]);
  const around = joined
    .flatMap(({ group }) => accounts.get(group) ?? [])
    .flatMap((group) => groupsOf(group, watchlist, now, met));
  return [
    ...new Set([
      ...listed.filter((id) => !toldSince.some(({ group }) => group === id)),
      ...joined.map(({ group }) => group),
      ...around,
    ]),
  ];
}

/** The groups of a snapshot that does not say what it lacks: an account is in those it lists alone. */
function toldGroups({ snapshot }: WatchedAccount, { state }: Watchlist): string[] {
  if (!snapshot?.memberOf) return [];
  return [...state.accounts.values()]
    .filter((one) => one.type === 'group' && one.snapshot !== null)
    .map(({ id }) => id);
}

export const includes = (policy: AccessPolicy, subject: PolicySubject): boolean =>
  meet(policy.includeUsers, usersOf(subject)) ||
  meet(policy.includeGroups, subject.groups) ||
  meet(policy.includeRoles, subject.roles);

export const excludes = (policy: AccessPolicy, subject: PolicySubject): boolean =>
  meet(policy.excludeUsers, usersOf(subject)) ||
  meet(policy.excludeGroups, subject.groups) ||
  meet(policy.excludeRoles, subject.roles);

/** Ask {@link isUnsure} first: a group of which nothing is known counts as one it is not in. */
export const appliesTo = (policy: AccessPolicy, subject: PolicySubject): boolean =>
  includes(policy, subject) && !excludes(policy, subject);

/** Whether it hangs on a group of which nobody told whether the subject is in it. */
export function isUnsure(policy: AccessPolicy, subject: PolicySubject): boolean {
  if (excludes(policy, subject)) return false;
  const { knownGroups } = subject;
  const hasUntold = (groups: Texts) =>
    knownGroups !== undefined && (groups ?? []).some((id) => !knownGroups.has(id));
  return hasUntold(includes(policy, subject) ? policy.excludeGroups : policy.includeGroups);
}

const usersOf = ({ id, isGuest: isFromOutside }: PolicySubject) =>
  isFromOutside ? ['all', 'guestsorexternalusers', id] : ['all', id];

const meet = (some: Texts, others: readonly string[]) =>
  (some ?? []).some((one) => others.includes(one));

export const blocks = (policy: AccessPolicy): boolean => demands(policy, ['block']);

/** Whether nobody gets by it without more than one factor: a lesser control beside `or` would do. */
export const demandsMfa = (policy: AccessPolicy): boolean => demands(policy, ['mfa']);

export const demandsPhishingResistant = (policy: AccessPolicy): boolean =>
  demands(policy, [phishingResistance]);

/** A device that the tenant manages, and nothing instead of it. */
export const demandsManagedDevice = (policy: AccessPolicy): boolean =>
  demands(policy, ['compliantdevice', 'domainjoineddevice']);

/** Whether nobody gets by it without one of the controls, which are written in lower case. */
export function demands({ grant }: AccessPolicy, wanted: readonly string[]): boolean {
  const asked = [
    ...lower(grant?.controls).map((control) => [control]),
    ...(grant?.strength ? [worthOf(grant.strength)] : []),
  ];
  const isWanted = (control: readonly string[]) => meet(control, wanted);
  if (grant?.operator?.toLowerCase() === 'and') return asked.some(isWanted);
  return asked.length > 0 && asked.every(isWanted);
}

const phishingResistance = 'phishing resistance';

/** What else a strength is as good as. */
const worthOf = (strength: Parameters<typeof isMultiFactor>[0]): string[] => [
  ...(isMultiFactor(strength) ? ['mfa'] : []),
  ...(isPhishingResistant(strength) ? [phishingResistance] : []),
];

/** The portals of administrators, and what the Azure portal and its command lines work on. */
export const adminPortals = [
  'microsoftadminportals',
  '797f4846-ba00-4fd7-ba43-dac1f8f63013',
] as const;

/** They are in the first of those, and can be left out by themselves. */
const partsOfPortals = [
  'c44b4083-3bb0-49c1-b47d-974e53cbdf3c', // Azure portal
  '00000006-0000-0ff1-ce00-000000000000', // Microsoft 365 admin center
];

export const coversAdminPortals = (policy: AccessPolicy): boolean =>
  adminPortals.every((portal) => coversPortal(policy, portal));

export function coversPortal(
  { includeApps, excludeApps }: AccessPolicy,
  portal: (typeof adminPortals)[number],
): boolean {
  const parts = portal === 'microsoftadminportals' ? partsOfPortals : [];
  return meet(includeApps, ['all', portal]) && !meet(excludeApps, [portal, ...parts]);
}

export type Condition =
  | 'locations'
  | 'platforms'
  | 'devices'
  | 'clients'
  | 'flows'
  | 'userRisk'
  | 'signInRisk'
  | 'others';

/**
 * Whether it holds for some of the sign-ins only: from some places, devices or clients, or with a risk.
 *
 * @param apart - conditions that are not looked at.
 */
export const isNarrowed = (policy: AccessPolicy, ...apart: readonly Condition[]): boolean =>
  conditionsOf(policy).some((condition) => !apart.includes(condition));

function conditionsOf(policy: AccessPolicy): Condition[] {
  const isSet: Record<Condition, boolean> = {
    locations: isPart(policy.includeLocations) || isAny(policy.excludeLocations),
    platforms: isPart(policy.includePlatforms) || isAny(policy.excludePlatforms),
    devices: Boolean(policy.deviceFilter),
    clients: !takesUsualClients(policy),
    flows: isAny(policy.authenticationFlows),
    userRisk: isAny(policy.userRiskLevels),
    signInRisk: isAny(policy.signInRiskLevels),
    others: isAny(policy.otherConditions),
  };
  return (Object.keys(isSet) as Condition[]).filter((condition) => isSet[condition]);
}

type Texts = readonly string[] | null | undefined;

const isAny = (some: Texts) => (some ?? []).length > 0;
const isPart = (some: Texts) => isAny(some) && !lower(some).includes('all');

/** Clients of old protocols can't do MFA; what counts is browsers and modern programs. */
function takesUsualClients({ clientAppTypes }: AccessPolicy): boolean {
  const types = lower(clientAppTypes);
  if (types.length === 0 || types.includes('all')) return true;
  return types.includes('browser') && types.includes('mobileappsanddesktopclients');
}

/** The texts of a policy, which Graph may write in any case. */
export const lower = (some: Texts): string[] => (some ?? []).map((one) => one.toLowerCase());
