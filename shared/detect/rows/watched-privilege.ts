import type { Party, RoleRef } from '../../finding.ts';
import type { AuditEvent } from '../../read/event.ts';
import type { PrivilegeChange } from '../../read/privilege-change.ts';
import type { Context, Match } from '../detection.ts';
import { nameOf, nameOfRole, rolesInWords } from '../wording.ts';

/** Privilege that somebody gets, asks for or loses: a watched role itself, or a group that carries some. */
export type WatchedPrivilege = {
  holder: Party;
  roles: readonly RoleRef[];
  /** What people call it: `Global Administrator`, `operators (User Administrator)`. */
  name: string;
  matter: Match['matter'];
};

/** @param at - when, epoch milliseconds: what a group carries changes with time. */
export function watchedPrivilege(
  { of, holder, scope }: PrivilegeChange,
  at: number,
  { watchlist }: Context,
): WatchedPrivilege | undefined {
  if (of.kind === 'group') {
    const group = { type: 'group' as const, id: of.id, name: of.name };
    const roles = watchlist.rolesOf(group, at);
    if (roles.length === 0) return undefined;
    // A row may leave the name out.
    const groupName = of.name === of.id ? (watchlist.account(group)?.name ?? of.id) : of.name;
    const name = `${nameOf({ id: null, name: groupName })} (${rolesInWords(roles)})`;
    return { holder, roles, name, matter: ['role', of.id] };
  }
  const { templateId } = of;
  if (!templateId || !watchlist.roles.has(templateId)) return undefined;
  const role = { templateId, name: of.name, scope };
  return { holder, roles: [role], name: nameOfRole(role), matter: ['role', templateId, scope] };
}

/** Whether a row takes privilege away: not the end of an activation, nor that of what had an end. */
export function takesPrivilege({ at, isByPim, privilege }: AuditEvent): boolean {
  if (privilege?.effect !== 'revoke' || privilege.way === 'pim-activation') return false;
  const hasRunOut = privilege.until !== undefined && privilege.until <= at;
  return !isByPim && !hasRunOut;
}
