import type { RoleRef } from '../../finding.ts';
import { roleTier } from '../../roles.ts';

/** Whether one of the roles reaches the whole tenant. In a part of it (`scope`) none does. */
export const holdsTopRole = (roles: readonly RoleRef[]): boolean =>
  roles.some(({ templateId, scope }) => scope === '/' && roleTier(templateId) === 0);
