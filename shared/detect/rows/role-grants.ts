import type { Party, RoleRef } from '../../finding.ts';
import type { AuditEvent } from '../../read/event.ts';
import type { PrivilegeChange, PrivilegeWay } from '../../read/privilege-change.ts';
import { isTenantWide, roleTier } from '../../roles.ts';
import type { Severity } from '../../severity.ts';
import { hourOf } from '../../time.ts';
import type { Context, Match } from '../detection.ts';
import { auditDetails, nameOf, nameOfRole } from '../wording.ts';

/** A row that gives somebody a privileged role of the directory. */
export type RoleGrant = { holder: Party; role: RoleRef; change: PrivilegeChange };

/**
 * The privileged role that a row tried to give, whether or not it was given.
 * The second row that PIM's own service writes of each change is left out: the first names the person.
 */
export function attemptedRoleGrant(
  event: AuditEvent,
  { watchlist }: Context,
): RoleGrant | undefined {
  const change = event.privilege;
  if (change?.effect !== 'grant' || change.of.kind !== 'role' || event.isPimTwin) return;
  const { templateId, name } = change.of;
  if (!templateId || !watchlist.roles.has(templateId)) return;
  return { holder: change.holder, role: { templateId, name, scope: change.scope }, change };
}

/** The privileged role that a row says was given. */
export function roleGrant(event: AuditEvent, context: Context): RoleGrant | undefined {
  const grant = attemptedRoleGrant(event, context);
  return grant && event.result === 'success' && grant.change.stage === 'done' ? grant : undefined;
}

/** An assignment made in the directory or by an administrator in PIM; not somebody's own activation. */
const assigns = new Set<PrivilegeWay>(['core', 'core-scoped', 'pim-permanent', 'pim-timebound']);
export const isAssignment = ({ change }: RoleGrant) => assigns.has(change.way);

/** Groups and applications have detections of their own; a row may not tell what the holder is. */
export const isToPerson = ({ holder }: RoleGrant) =>
  holder.type === 'user' || holder.type === 'other';

/** High for the roles that rule the whole tenant or are a way to it, medium for the others. */
export const severityOfRole = ({ templateId }: RoleRef): Severity =>
  roleTier(templateId) < 2 ? 'high' : 'medium';

/** For holders that can't answer for themselves: critical where the role rules the tenant. */
export const severityForWorkload = ({ templateId }: RoleRef): Severity =>
  isTenantWide(templateId) ? 'critical' : 'high';

/**
 * One click writes several rows with one correlation id, which the client chooses. So the hour stands
 * beside it: the same id used again later is news.
 */
export const oneClick = (event: AuditEvent) => ({
  key: event.correlationId ?? event.id,
  gathered: { hours: [hourOf(event.at)] },
});

/** What all findings of a given role have in common; `how` ends the title: "…, outside PIM". */
export function grantMatch(event: AuditEvent, { holder, role }: RoleGrant, how: string) {
  const { key, gathered } = oneClick(event);
  const title = `${nameOf(event.actor)} > ${nameOf(holder)}: ${nameOfRole(role)}${how}`;
  return {
    key: [holder.id ?? holder.name, role.templateId, role.scope, key],
    title,
    summary: `${nameOf(event.actor)} gave ${nameOf(holder)} the role ${nameOfRole(role)}${how} (${event.activity}).`,
    subject: holder,
    roles: [role],
    matter: ['role', role.templateId, role.scope],
    gathered,
    details: auditDetails(event),
  } satisfies Match;
}
