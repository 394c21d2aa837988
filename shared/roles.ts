import data from './data/entra-roles.json' with { type: 'json' };
import { fold } from './read/raw.ts';

/**
 * Entra's built-in roles and which of them are privileged: dated data, see shared/data/NOTICE.md.
 * Microsoft's own flag leaves out roles that its guidance calls highly privileged (Exchange and
 * SharePoint Administrator), so a role counts if it is flagged, listed beside, or of the top tier.
 */
export const builtInRoles: readonly { id: string; name: string }[] = Object.entries(data.roles).map(
  ([id, [name]]) => ({ id: id.toLowerCase(), name: String(name) }),
);

const nameById = new Map(builtInRoles.map(({ id, name }) => [id, name]));

const topTier = new Set(data.topTier.map((id) => id.toLowerCase()));

const shippedPrivileged: ReadonlySet<string> = new Set([
  ...Object.entries(data.roles)
    .filter(([, [, isPrivileged]]) => isPrivileged)
    .map(([id]) => id.toLowerCase()),
  ...data.alsoWatch.map((id) => id.toLowerCase()),
  ...topTier,
]);

export const globalAdministrator = '62e90394-69f5-4237-9190-012177145e10';
const privilegedRoleAdministrator = 'e8611ab8-c189-46e8-94e1-60213ab1f814';
const privilegedAuthenticationAdministrator = '7be44c8a-adaf-4e2a-84d6-ab2649e08a13';

/** The names that old records and APIs still use, and the well-known object names of the directory. */
const otherNames = new Map([
  ['company administrator', globalAdministrator],
  ['tenantadmins', globalAdministrator],
  ['exchange service administrator', '29232cdf-9323-42fd-ade2-1d097af3e4de'],
  ['sharepoint service administrator', 'f28a1f50-f6e7-4571-818b-6a12f2af6b6c'],
  ['intune service administrator', '3a2c62db-5318-420d-8d74-23affee5d9d5'],
  ['power bi administrator', 'a9ea8996-122f-4c74-9520-8edcd192826c'],
  ['azure ad joined device local administrator', '9f06204d-73c1-4d4c-880a-6edb90606fd8'],
]);

const idByName = new Map(builtInRoles.map(({ id, name }) => [fold(name), id]));

export const isBuiltInRole = (templateId: string) => nameById.has(templateId);
export const builtInRoleName = (templateId: string) => nameById.get(templateId);

/** The template id that a name stands for. Custom roles may carry any name: never prefer this to an id. */
export const roleIdByName = (name: string) =>
  idByName.get(fold(name)) ?? otherNames.get(fold(name));

/** How far a role reaches: 0 is the whole tenant, 1 a way to it, 2 privileged all the same. */
export type RoleTier = 0 | 1 | 2;

export function roleTier(templateId: string): RoleTier {
  if (isTenantWide(templateId) || templateId === privilegedAuthenticationAdministrator) return 0;
  return topTier.has(templateId) ? 1 : 2;
}

/** Global Administrator or Privileged Role Administrator, who can make themselves the former. */
export const isTenantWide = (templateId: string) =>
  templateId === globalAdministrator || templateId === privilegedRoleAdministrator;

/** The privileged roles of a tenant: the shipped list with what its policy adds and removes. */
export function privilegedRoles(changes?: {
  add: readonly string[];
  remove: readonly string[];
}): ReadonlySet<string> {
  const roles = new Set(shippedPrivileged);
  for (const role of changes?.add ?? []) roles.add(roleIdByName(role) ?? role.toLowerCase());
  for (const role of changes?.remove ?? []) roles.delete(roleIdByName(role) ?? role.toLowerCase());
  return roles;
}
