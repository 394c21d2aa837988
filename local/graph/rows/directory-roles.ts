import { entraRoles } from '../contract.ts';
import { idFor } from '../identifiers.ts';
import type { Tenant } from '../model.ts';
import { isInForce } from './in-force.ts';
import { objectRow, objectRows } from './principals.ts';
import { type Row, row } from './row.ts';

const active = (tenant: Tenant, now: number) =>
  tenant.holdings.filter(({ kind }) => kind === 'active').filter(isInForce(now));

/** Directory roles have ids of their own, and exist once somebody has held them. */
export const directoryRoleId = (roleId: string) => idFor(`directory role ${roleId}`);

export function directoryRoleRows(tenant: Tenant): Row[] {
  const held = new Set(
    tenant.holdings.filter(({ kind }) => kind === 'active').map(({ roleId }) => roleId),
  );
  return Object.entries(entraRoles)
    .filter(([id]) => held.has(id))
    .map(([id, [displayName]]) =>
      row('directoryRole', {
        id: directoryRoleId(id),
        deletedDateTime: null,
        description: `What ${displayName} may do.`,
        displayName,
        roleTemplateId: id,
      }),
    );
}

/** Who is in a directory role now, tenant-wide. */
export const directoryRoleMembers = (tenant: Tenant, id: string, now: number): Row[] =>
  objectRows(
    tenant,
    new Set(
      active(tenant, now)
        .filter(({ roleId, scope }) => directoryRoleId(roleId) === id && scope === '/')
        .map(({ principalId }) => principalId),
    ),
  );

export const directoryRoleTemplateRows = (): Row[] =>
  Object.entries(entraRoles).map(([id, [displayName]]) =>
    row('directoryRoleTemplate', {
      id,
      deletedDateTime: null,
      description: `What ${displayName} may do.`,
      displayName,
    }),
  );

/** Roles held within one administrative unit. */
export const scopedMemberRows = (tenant: Tenant, unitId: string, now: number): Row[] =>
  active(tenant, now)
    .filter(({ scope }) => scope === `/administrativeUnits/${unitId}`)
    .map(({ id, roleId, principalId }) =>
      row('scopedRoleMembership', {
        id,
        administrativeUnitId: unitId,
        roleId: directoryRoleId(roleId),
        roleMemberInfo: {
          id: principalId,
          displayName: objectRow(tenant, principalId)?.fields.displayName ?? null,
        },
      }),
    );
