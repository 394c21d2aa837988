import { parseTime } from '../time.ts';
import type { Snapshot, SnapshotAccount } from '../watch/directory.ts';
import type { DirectoryPart } from '../watch/tenant-fields.ts';
import type { Holding, Membership } from './holdings.ts';
import { holdingFrom } from './parts/confirm.ts';
import { keyOfHolding } from './parts/pim.ts';

// What could not be read this time is taken over from the last snapshot, and the gap says how old it is.

/** What parts say of the tenant. */
export const sectionOf = {
  organization: 'organization',
  conditionalAccess: 'conditionalAccess',
  securityDefaults: 'securityDefaults',
  authenticationMethods: 'authenticationMethods',
  consent: 'consent',
  pimSettings: 'pimSettings',
  pimAlerts: 'pimAlerts',
  accessReviews: 'accessReviews',
  secureScore: 'secureScore',
  azure: 'azure',
  logExport: 'logExport',
} as const satisfies Partial<Record<DirectoryPart, keyof Snapshot>>;

/** What parts say of each account. */
export const fieldsOf = {
  signInActivity: ['lastSignInAt'],
  registration: ['mfaRegistered', 'mfaCapable', 'methods'],
  mailRules: ['forwardsMailTo'],
  risk: ['risk'],
} as const satisfies Partial<Record<DirectoryPart, readonly (keyof SnapshotAccount)[]>>;

/** When the previous snapshot had read a part: it may have taken it over itself. */
export function readAt(previous: Snapshot, part: DirectoryPart): string | undefined {
  const gap = previous.gaps?.find((one) => one.part === part);
  return gap?.asOf ?? previous.takenAt ?? undefined;
}

export function fieldsBefore(
  previous: Snapshot | undefined,
  keys: readonly (keyof SnapshotAccount)[],
): Map<string, Partial<SnapshotAccount>> {
  const found = new Map<string, Partial<SnapshotAccount>>();
  for (const account of previous?.accounts ?? []) {
    const known = keys.filter((key) => account[key] !== undefined);
    if (known.length === 0) continue;
    found.set(account.id, Object.fromEntries(known.map((key) => [key, account[key]])));
  }
  return found;
}

const holdingsIn = (previous: Snapshot): Holding[] =>
  previous.accounts.flatMap(({ id, assignments }) =>
    (assignments ?? []).filter(({ via }) => !via).map((assignment) => holdingFrom(id, assignment)),
  );

const isOver = ({ until }: { until: string | null }, now: number) => {
  const end = parseTime(until);
  return end !== undefined && end <= now;
};

/** Without PIM: what is in force as it was known, and what was possible before and is not over. */
export function withPimBefore(
  current: readonly Holding[],
  previous: Snapshot,
  now: number,
): Holding[] {
  const before = holdingsIn(previous).filter((holding) => !isOver(holding, now));
  const active = new Map(
    before.filter(({ state }) => state !== 'eligible').map((one) => [keyOfHolding(one), one]),
  );
  return [
    ...current.map((holding) => active.get(keyOfHolding(holding)) ?? holding),
    ...before.filter(({ state }) => state === 'eligible'),
  ];
}

/** Who could let themselves into a group, and is not in it now. */
export function membershipsBefore(
  current: readonly Membership[],
  previous: Snapshot,
  now: number,
): Membership[] {
  const present = new Set(current.map(({ groupId, principalId }) => `${groupId} ${principalId}`));
  return previous.accounts.flatMap(({ id: principalId, assignments }) =>
    (assignments ?? []).flatMap(({ via, state, until, since }): Membership[] => {
      if (!via || state !== 'eligible' || present.has(`${via} ${principalId}`)) return [];
      const membership: Membership = {
        groupId: via,
        principalId,
        state,
        until: until ?? null,
        since: since ?? null,
      };
      return isOver(membership, now) ? [] : [membership];
    }),
  );
}
