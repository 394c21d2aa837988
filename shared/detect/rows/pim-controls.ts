import type { Party, RoleRef } from '../../finding.ts';
import type { AuditEvent } from '../../read/event.ts';
import { roleOf } from '../../read/events/privilege.ts';
import { isBuiltInRole } from '../../roles.ts';
import type { Context } from '../detection.ts';
import { azureRole, isAzurePlane } from './pim-azure.ts';

/** What PIM's settings hold for: a role of the directory, a group, a role over Azure's resources. */
export type Governed = {
  subject: Party;
  roles: readonly RoleRef[];
  /** Nobody gets any of the watched privilege by it. */
  isHarmless: boolean;
};

export function governedBy(event: AuditEvent, { watchlist }: Context): Governed {
  const role = event.targets.find(({ kind }) => kind === 'role');
  const named = role?.party ?? event.targets[0]?.party ?? tenantOf(event);
  if (isAzurePlane(event)) {
    const azure = azureRole(event);
    return { subject: named, roles: azure ? [azure] : [], isHarmless: !azure };
  }
  const group = event.targets.find(({ kind }) => kind === 'group')?.party;
  if (group && event.auditCategory === 'groupmanagement') {
    const roles = watchlist.rolesOf(group, event.at);
    return { subject: group, roles, isHarmless: roles.length === 0 };
  }
  const { templateId, name } = roleOf(event);
  if (!templateId) return { subject: named, roles: [], isHarmless: false };
  // A custom role may hold anything: only a role that we know to be harmless is.
  const isHarmless = isBuiltInRole(templateId) && !watchlist.roles.has(templateId);
  const subject = { type: 'role' as const, id: templateId, name };
  return { subject, roles: [{ templateId, name, scope: '/' }], isHarmless };
}

/** For what concerns PIM as a whole. */
export const tenantOf = ({ tenantId, targets }: AuditEvent): Party => ({
  type: 'other',
  id: tenantId,
  name: targets.find(({ kind }) => kind === 'directory')?.displayName ?? null,
});
