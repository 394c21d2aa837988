import type { Snapshot, SnapshotAccount } from '../watch/directory.ts';
import { aboutUsers } from './about-users.ts';
import { groupAccounts, memberOfEach } from './group-accounts.ts';
import { readAzure } from './parts/azure.ts';
import { withNames } from './parts/azure-names.ts';
import { readDeclared, readUsers } from './parts/users.ts';
import type { Privilege } from './read-privilege.ts';
import { carried, type Sections, type TenantReading } from './read-tenant.ts';
import type { Reading } from './reading.ts';
import { workloadsOf } from './workload-accounts.ts';

/**
 * Everybody who is privileged or declared, with all that is known of them.
 *
 * @throws {ReadError}
 */
export async function readAccounts(
  reading: Reading,
  privilege: Privilege,
  tenant: TenantReading,
): Promise<{ accounts: SnapshotAccount[]; sections: Sections }> {
  const chosen = await choose(reading, privilege);
  const users = await usersOf(reading, chosen.users);
  const workloads = await workloadsOf(reading, privilege, [
    ...chosen.servicePrincipals,
    // Not a user: a policy may also name a script by the id of its service principal.
    ...[...chosen.declared].filter((id) => users.gone.has(id)),
  ]);
  const about = await aboutUsers(reading, users.rows);
  const groups = groupAccounts(privilege, tenant);
  const memberOf = await memberOfEach(reading, { privilege, groups, users: users.rows.keys() });
  const accounts = [...users.rows.values(), ...workloads.values(), ...groups.values()].map(
    (account): SnapshotAccount => ({
      ...account,
      ...about.get(account.id),
      assignments: privilege.assignments.get(account.id) ?? [],
      memberOf: memberOf.get(account.id) ?? (memberOf.isComplete ? [] : undefined),
    }),
  );
  return { accounts, sections: await azureSection(reading, accounts) };
}

type Chosen = { users: Set<string>; servicePrincipals: Set<string>; declared: Set<string> };

/** @throws {ReadError} */
async function choose(reading: Reading, privilege: Privilege): Promise<Chosen> {
  const { assignments, principals, roles, grants } = privilege;
  const counts = (role: string) => reading.privileged.has(role) || roles.isNotable(role);
  const privileged = [...assignments]
    .filter(([, held]) => held.some(({ roleTemplateId }) => counts(roleTemplateId)))
    .flatMap(([id]) => principals.get(id) ?? []);
  const idsOf = (type: string) => privileged.filter((one) => one.type === type).map(({ id }) => id);
  const declared = await readDeclared(reading.graph, Object.values(reading.tenant.accounts).flat());
  const servicePrincipals = new Set([...idsOf('servicePrincipal'), ...(grants?.dangerous ?? [])]);
  const others = [...declared].filter((id) => !servicePrincipals.has(id));
  return { users: new Set([...idsOf('user'), ...others]), servicePrincipals, declared };
}

/** Whoever is not told about keeps what was known of them: a person does not vanish by an error. */
async function usersOf(reading: Reading, ids: Iterable<string>) {
  const users = await readUsers(reading.graph, ids);
  if (users.failed.size > 0) {
    reading.note('users', [...users.failed.values()]);
    const before = new Map(reading.previous?.accounts.map((account) => [account.id, account]));
    for (const id of users.failed.keys()) {
      users.rows.set(id, before.get(id) ?? { id, type: 'user' });
    }
    reading.noteAge('users');
  }
  return users;
}

async function azureSection(
  reading: Reading,
  accounts: readonly SnapshotAccount[],
): Promise<Partial<Pick<Snapshot, 'azure'>>> {
  const { arm, graph, tenant } = reading;
  if (!arm) return {};
  const azure = await reading.optional('azure', async () => {
    const { section, errors } = await readAzure(arm);
    if (errors.length > 0) reading.note('azure', errors);
    if (section.subscriptions.length === 0 && !section.seesRoot) reading.noteGap(seesNothing);
    const about = { accounts, tenantId: tenant.id.toLowerCase() };
    return { ...section, assignments: await withNames(graph, section.assignments, about) };
  });
  const gap = reading.gapIn('azure');
  if (gap === seesNothing) return {};
  // Half of it would look as if the other half were gone.
  if (gap?.why === 'failed' && reading.previous?.azure) return carried(reading, 'azure');
  return azure ? { azure } : {};
}

const seesNothing = {
  part: 'azure' as const,
  why: 'permission' as const,
  detail:
    "No subscription is visible. If the tenant has any, give the app's identity the role Reader on the root management group.",
};
