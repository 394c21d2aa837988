import type { Grant, Tenant } from '../model.ts';
import { objectRow } from './principals.ts';
import { type Row, row } from './row.ts';

const typeNames: Record<string, string> = {
  user: 'User',
  group: 'Group',
  servicePrincipal: 'ServicePrincipal',
};

function grantRow(tenant: Tenant, grant: Grant): Row {
  const principal = objectRow(tenant, grant.principalId);
  const resource = objectRow(tenant, grant.resourceId);
  return row('appRoleAssignment', {
    id: grant.id,
    deletedDateTime: null,
    appRoleId: grant.appRoleId,
    createdDateTime: '2025-03-03T09:00:00Z',
    principalDisplayName: principal?.fields.displayName ?? null,
    principalId: grant.principalId,
    principalType: typeNames[principal?.type ?? ''] ?? 'ServicePrincipal',
    resourceDisplayName: resource?.fields.displayName ?? null,
    resourceId: grant.resourceId,
  });
}

export const grantedOf = (tenant: Tenant, resourceId: string): Row[] =>
  tenant.grants
    .filter((grant) => grant.resourceId === resourceId)
    .map((grant) => grantRow(tenant, grant));

export const grantedTo = (tenant: Tenant, principalId: string): Row[] =>
  tenant.grants
    .filter((grant) => grant.principalId === principalId)
    .map((grant) => grantRow(tenant, grant));

export const delegatedRows = (
  { delegatedGrants }: Tenant,
  property?: 'clientId' | 'principalId',
  id?: string,
): Row[] =>
  delegatedGrants
    .filter((fields) => property === undefined || fields[property] === id)
    .map((fields) => row('oAuth2PermissionGrant', fields));
