import type { RoleRef } from '../../finding.ts';
import { roleTier } from '../../roles.ts';
import type { Snapshot, SnapshotAccount } from '../../watch/directory.ts';
import { heldAt } from '../../watch/turns.ts';
import type { WatchedAccount } from '../../watch/watch-state.ts';
import type { PostureContext } from '../posture-check.ts';
import { nameOfRole } from '../wording.ts';
import { isHidden, isUnlicensed } from './gaps.ts';

type Listed = NonNullable<SnapshotAccount['assignments']>[number];

/** An assignment that the snapshot lists and that has not ended since. */
export type Assignment = Listed & { role: RoleRef };

/**
 * The privileged roles of an account as the snapshot lists them, without what ended since: by itself, or
 * by a removal that the log told of. What came since is told by the detections, then by the next snapshot.
 *
 * @returns undefined where the snapshot says nothing of the account's roles.
 */
export function privilegedAssignments(
  account: WatchedAccount,
  { watchlist, now }: Pick<PostureContext, 'watchlist' | 'now'>,
): Assignment[] | undefined {
  return account.snapshot?.assignments
    ?.filter(({ roleTemplateId }) => watchlist.roles.has(roleTemplateId))
    .flatMap((listed) => {
      const held = holdingIn(account, listed);
      return held && heldAt(held.turns, now) ? [{ ...listed, role: held.role }] : [];
    });
}

function holdingIn({ holdings }: WatchedAccount, { roleTemplateId, scope, state, via }: Listed) {
  const tier = state === 'eligible' ? 'eligible' : 'active';
  return holdings.find(
    (one) =>
      one.role.templateId === roleTemplateId &&
      one.role.scope === (scope ?? '/') &&
      one.tier === tier &&
      one.via === (via ?? null),
  );
}

/** Whether it is active for good and needs no activation; undefined where the snapshot does not say. */
export function isStanding({ state, until }: Listed, snapshot: Snapshot): boolean | undefined {
  if (state === 'eligible' || state === 'activated' || until) return false;
  // Without PIM nothing ends by itself; where PIM was not read, what was activated looks like the rest.
  if (isUnlicensed(snapshot, 'pim')) return true;
  if (isHidden(snapshot, 'pim')) return undefined;
  return state === 'active' && until === null ? true : undefined;
}

/** Whether roles are activated in PIM: the policy says so, or somebody is eligible for one. */
export function usesPim({
  tenant,
  snapshot,
}: Pick<PostureContext, 'tenant' | 'snapshot'>): boolean {
  const isOfPim = ({ state }: Listed) => state === 'eligible' || state === 'activated';
  return tenant.usesPim || snapshot.accounts.some(({ assignments }) => assignments?.some(isOfPim));
}

/** Each role once, the gravest first. */
export function rolesAmong(assignments: readonly { role: RoleRef }[]): RoleRef[] {
  const byKey = new Map(assignments.map(({ role }) => [keyOfRole(role), role]));
  return [...byKey]
    .sort(([a, one], [b, other]) => tierOf(one) - tierOf(other) || (a < b ? -1 : 1))
    .map(([, role]) => role);
}

export const keyOfRole = ({ templateId, scope }: RoleRef): string => `${templateId} ${scope}`;

const tierOf = ({ templateId }: RoleRef) => roleTier(templateId);

/** For a title: the gravest, and how many more. */
export const rolesInShort = ([gravest, ...more]: readonly RoleRef[]): string =>
  (gravest ? nameOfRole(gravest) : '') + (more.length > 0 ? ` and ${more.length} more` : '');

/** The incident that the detections of role changes tell of as well, where it is about one role. */
export const matterOfRoles = (roles: readonly RoleRef[]) =>
  ['role', ...roles.flatMap(({ templateId, scope }) => [templateId, scope])] as const;
