import { accountSubject, rulersSubject } from '../../memory/subject.ts';
import type { ChangeTrace } from '../../memory/trace.ts';
import type { AuditEvent } from '../../read/event.ts';
import { globalAdministrator } from '../../roles.ts';
import { dayMs } from '../../time.ts';
import type { Context } from '../detection.ts';
import type { RoleChange } from './change-history.ts';

/** So late a record may come. */
const latestMs = dayMs;

/**
 * The removals of roles that a row tells of, and those of other Global Administrators that it shows in
 * another light: how many were left depends on all rows of the time before.
 */
export function removalsToTell(event: AuditEvent, { past, watchlist }: Context): RoleChange[] {
  const { privilege, at } = event;
  if (privilege?.of.kind !== 'role') return [];
  const own = past
    .all('change', accountSubject(privilege.holder, watchlist))
    .filter(({ recordId }) => recordId === event.id);
  const rulers = past.all('change', rulersSubject);
  const isOfRulers = rulers.some(({ recordId }) => recordId === event.id);
  const later = rulers.filter((one) => isOfRulers && one.at >= at && one.at - at <= latestMs);
  const removals = [...own, ...later].filter(isRoleRemoval);
  return [...new Map(removals.map((one) => [one.id, one])).values()];
}

const isRoleRemoval = (change: ChangeTrace): change is RoleChange =>
  change.what === 'removed' && change.role !== null;

/**
 * What a removal means for those who rule the tenant.
 *
 * @returns also how much was known, so that the judgement that knew the most is kept.
 */
export function rulersLeft({ role, at }: RoleChange, { past, watchlist }: Context) {
  if (role.templateId !== globalAdministrator) return { areFew: false, known: 0 };
  const left = watchlist.holdersOf(globalAdministrator, at)?.length ?? Number.POSITIVE_INFINITY;
  const known = past.all('change', rulersSubject).filter((one) => one.at <= at).length;
  return { areFew: left <= 1, known };
}
