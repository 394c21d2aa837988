import type { Tenant } from '../model.ts';
import { directoryRoleMembers } from './directory-roles.ts';
import { peopleOf } from './principals.ts';

/** The members that the changes of a collection tell of. */
export function membersAt(path: string, tenant: Tenant, id: string, now: number): string[] {
  if (path.startsWith('/groups')) {
    const group = tenant.groups.find(({ fields }) => fields.id === id);
    return group ? peopleOf(tenant, group, 'member', now).toSorted() : [];
  }
  if (path.startsWith('/directoryRoles')) {
    return directoryRoleMembers(tenant, id, now)
      .map(({ fields }) => String(fields.id))
      .toSorted();
  }
  return [];
}
