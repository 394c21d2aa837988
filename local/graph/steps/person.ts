import type { Tenant, User } from '../model.ts';

/** @throws {Error} Nobody has that object id. */
export function personAt({ users }: Tenant, id: string): User {
  const found = users.find(({ fields }) => fields.id === id);
  if (!found) throw new Error(`No user has the id ${id}.`);
  return found;
}
