import type { SnapshotAccount } from '../watch/directory.ts';
import { fieldsBefore } from './carry.ts';
import { readServicePrincipals } from './parts/applications.ts';
import type { Privilege } from './read-privilege.ts';
import type { Reading } from './reading.ts';

const workloadKeys = [
  'type',
  'id',
  'displayName',
  'enabled',
  'appId',
  'homeTenantId',
  'permissions',
  'credentials',
  'owners',
] as const;

/** Without the permission to read them, those that hold a role are known by name at least. */
export async function workloadsOf(
  reading: Reading,
  { grants, principals }: Privilege,
  ids: readonly string[],
): Promise<Map<string, SnapshotAccount>> {
  const tenantId = reading.tenant.id.toLowerCase();
  const read =
    grants &&
    (await reading.optional('applications', () =>
      readServicePrincipals(reading.graph, ids, { tenantId, grants }),
    ));
  if (read) return read;
  // Whoever may make itself an administrator stays watched, even once we may not look any more.
  const before = [...fieldsBefore(reading.previous, workloadKeys).values()].filter(isWorkload);
  if (before.length > 0) reading.noteAge('applications');
  const named = ids.flatMap((id) => {
    const principal = principals.get(id);
    return principal?.type === 'servicePrincipal'
      ? [{ id, type: 'servicePrincipal' as const, displayName: principal.name }]
      : [];
  });
  return new Map([...named, ...before].map((account) => [account.id, account]));
}

const isWorkload = (account: Partial<SnapshotAccount>): account is SnapshotAccount =>
  account.type === 'servicePrincipal';
