import type { SnapshotAccount } from '../../watch/directory.ts';
import { isExternal, userFields } from '../people.ts';
import type { GraphReader } from '../reader.ts';
import {
  groupById,
  type ServicePrincipalRow,
  servicePrincipalById,
  userInPassing,
} from '../requests/principals.ts';
import type { AzureAssignment } from './azure.ts';

type Known = { name: string | null; isExternal: boolean | null };

/** Azure knows ids alone: who they are, and whether they are from outside, is in the directory. */
export async function withNames(
  graph: GraphReader,
  assignments: readonly AzureAssignment[],
  { accounts, tenantId }: { accounts: readonly SnapshotAccount[]; tenantId: string },
): Promise<AzureAssignment[]> {
  const known = new Map(accounts.map((account) => [account.id, knownOf(account, tenantId)]));
  const missing = (type: string) =>
    new Set(
      assignments
        .map(({ principal }) => principal)
        .filter((principal) => principal.type === type && !known.has(principal.id))
        .map(({ id }) => id),
    );
  for (const [id, outcome] of await graph.ones(userInPassing, missing('user'))) {
    if ('value' in outcome) known.set(id, knownOf(userFields(outcome.value), tenantId));
  }
  for (const [id, outcome] of await graph.ones(groupById, missing('group'))) {
    if ('value' in outcome)
      known.set(id, { name: outcome.value.displayName ?? null, isExternal: null });
  }
  for (const [id, outcome] of await graph.ones(servicePrincipalById, missing('servicePrincipal'))) {
    if ('value' in outcome) known.set(id, knownOf(workload(outcome.value), tenantId));
  }
  return assignments.map((assignment) => {
    const about = known.get(assignment.principal.id);
    if (!about) return assignment;
    return {
      ...assignment,
      principal: { ...assignment.principal, name: about.name },
      isExternal: assignment.isExternal ?? about.isExternal,
    };
  });
}

type Workload = Pick<ServicePrincipalRow, 'id' | 'displayName' | 'appOwnerOrganizationId'>;

const workload = ({ id, displayName, appOwnerOrganizationId }: Workload): SnapshotAccount => ({
  id,
  type: 'servicePrincipal',
  displayName,
  homeTenantId: appOwnerOrganizationId,
});

function knownOf(account: SnapshotAccount, tenantId: string): Known {
  const name = account.userPrincipalName ?? account.displayName ?? null;
  if (account.type === 'user') return { name, isExternal: isExternal(account) };
  const { homeTenantId } = account;
  return { name, isExternal: homeTenantId ? homeTenantId !== tenantId : null };
}
