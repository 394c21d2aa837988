import data from '../../data/dangerous-permissions.json' with { type: 'json' };
import { applicationPermission } from '../../detect/rows/permissions.ts';
import type { SnapshotAccount } from '../../watch/directory.ts';
import type { GraphReader } from '../reader.ts';
import {
  type ApplicationRow,
  apis,
  applicationOwners,
  applicationsByAppId,
  applicationsInOneRequest,
  grantsOfApi,
  type ServicePrincipalRow,
  servicePrincipalById,
  servicePrincipalOwners,
} from '../requests/principals.ts';
import { type Owner, ownerOf, valuesOf } from './groups.ts';

type Permission = NonNullable<SnapshotAccount['permissions']>[number];
type Credential = NonNullable<SnapshotAccount['credentials']>[number];

export type Grants = {
  /** What each service principal may do with Microsoft's APIs, dangerous or not. */
  permissions: Map<string, Permission[]>;
  /** Who may do something dangerous. */
  dangerous: Set<string>;
};

/**
 * Who was granted which application permissions of Microsoft's APIs.
 *
 * @throws {ReadError}
 */
export async function readGrants(graph: GraphReader): Promise<Grants> {
  const found = await graph.list(apis, ...Object.keys(data.apis));
  const permissions = new Map<string, Permission[]>();
  const dangerous = new Set<string>();
  for (const api of found) {
    const names = new Map((api.appRoles ?? []).map(({ id, value }) => [id, value]));
    for (const { principalId, principalType, appRoleId } of await graph.list(grantsOfApi, api.id)) {
      if (principalType && principalType.toLowerCase() !== 'serviceprincipal') continue;
      const known = applicationPermission(appRoleId);
      if (known) dangerous.add(principalId);
      const permission = {
        id: appRoleId,
        name: names.get(appRoleId) ?? known?.name ?? null,
        resource: api.displayName ?? api.appId,
      };
      permissions.set(principalId, [...(permissions.get(principalId) ?? []), permission]);
    }
  }
  return { permissions, dangerous };
}

/**
 * Service principals with their credentials and owners, those of their application included.
 *
 * @throws {ReadError}
 */
export async function readServicePrincipals(
  graph: GraphReader,
  ids: Iterable<string>,
  { tenantId, grants }: { tenantId: string; grants: Grants },
): Promise<Map<string, SnapshotAccount>> {
  const rows = valuesOf(await graph.ones(servicePrincipalById, ids));
  const owners = valuesOf(await graph.lists(servicePrincipalOwners, rows.keys()));
  // The application of a vendor lies in the vendor's tenant, out of our sight.
  const own = [...rows.values()].filter((row) => row.appOwnerOrganizationId === tenantId);
  const applications = await applicationsOf(graph, own);
  const appOwners = valuesOf(
    await graph.lists(
      applicationOwners,
      [...applications.values()].map(({ id }) => id),
    ),
  );
  return new Map(
    [...rows].map(([id, row]) => {
      const application = applications.get(row.appId ?? '');
      const known = [...(owners.get(id) ?? []), ...(appOwners.get(application?.id ?? '') ?? [])];
      return [id, accountOf(row, application, { owners: known.map(ownerOf), grants })];
    }),
  );
}

async function applicationsOf(
  graph: GraphReader,
  rows: readonly ServicePrincipalRow[],
): Promise<Map<string, ApplicationRow>> {
  const appIds = [...new Set(rows.flatMap(({ appId }) => appId ?? []))];
  const applications = new Map<string, ApplicationRow>();
  for (let from = 0; from < appIds.length; from += applicationsInOneRequest) {
    const some = appIds.slice(from, from + applicationsInOneRequest);
    // The declared filter has room for so many: the last one fills what is left.
    const filled = Array.from(
      { length: applicationsInOneRequest },
      (_, at) => some[at] ?? some.at(-1),
    );
    for (const row of await graph.list(
      applicationsByAppId,
      ...filled.map((appId) => appId ?? ''),
    )) {
      applications.set(row.appId, row);
    }
  }
  return applications;
}

function accountOf(
  row: ServicePrincipalRow,
  application: ApplicationRow | undefined,
  { owners, grants }: { owners: readonly Owner[]; grants: Grants },
): SnapshotAccount {
  return {
    id: row.id,
    type: 'servicePrincipal',
    displayName: row.displayName,
    enabled: row.accountEnabled,
    appId: row.appId,
    homeTenantId: row.appOwnerOrganizationId,
    permissions: grants.permissions.get(row.id) ?? [],
    credentials: credentialsOf(row, application),
    owners: [...new Map(owners.map((owner) => [owner.id, owner])).values()],
  };
}

/** Those of a managed identity are the platform's: nobody has them, and it renews them by itself. */
function credentialsOf(
  row: ServicePrincipalRow,
  application: ApplicationRow | undefined,
): Credential[] {
  if (row.servicePrincipalType?.toLowerCase() === 'managedidentity') return [];
  const sources = application ? [row, application] : [row];
  const all = sources.flatMap(({ passwordCredentials, keyCredentials }) => [
    ...(passwordCredentials ?? []).map((one) => credentialOf('secret', one)),
    ...(keyCredentials ?? [])
      // The half that signs tokens for others opens nothing by itself.
      .filter(({ usage }) => usage?.toLowerCase() !== 'sign')
      .map((one) => credentialOf('certificate', one)),
  ]);
  return [
    ...new Map(all.map((one) => [`${one.kind} ${one.id ?? JSON.stringify(one)}`, one])).values(),
  ];
}

type Written = NonNullable<ApplicationRow['passwordCredentials']>[number];

const credentialOf = (kind: Credential['kind'], written: Written): Credential => ({
  kind,
  id: written.keyId,
  name: written.displayName,
  startsAt: written.startDateTime,
  endsAt: written.endDateTime,
});
