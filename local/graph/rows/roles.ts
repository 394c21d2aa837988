import { entraRoles } from '../contract.ts';
import { idFor } from '../identifiers.ts';
import type { Holding, Tenant } from '../model.ts';
import { isInForce } from './in-force.ts';
import { objectRow } from './principals.ts';
import { type Row, row } from './row.ts';

/** The roles of every tenant, then its own. Beta alone says which are privileged: see the contract. */
export function roleDefinitionRows({ customRoles }: Tenant): Row[] {
  const builtIn = Object.entries(entraRoles).map(([id, [displayName, isPrivileged]]) =>
    row('unifiedRoleDefinition', {
      id,
      description: `What ${displayName} may do.`,
      displayName,
      isBuiltIn: true,
      isEnabled: true,
      isPrivileged,
      resourceScopes: ['/'],
      rolePermissions: [],
      templateId: id,
      version: '1',
    }),
  );
  const custom = customRoles.map((fields) =>
    row('unifiedRoleDefinition', {
      isBuiltIn: false,
      isEnabled: true,
      isPrivileged: false,
      resourceScopes: ['/'],
      rolePermissions: [],
      templateId: fields.id,
      version: '1',
      ...fields,
    }),
  );
  return [...builtIn, ...custom];
}

const roleRow = (tenant: Tenant, id: string) =>
  roleDefinitionRows(tenant).find(({ fields }) => fields.id === id) ?? null;

/** Who, which role, where: what an assignment and its instances may expand. */
const around = (tenant: Tenant, { principalId, roleId, scope }: Holding) => ({
  principal: () => objectRow(tenant, principalId) ?? null,
  roleDefinition: () => roleRow(tenant, roleId),
  directoryScope: () => objectRow(tenant, scope.split('/').at(-1) ?? '') ?? null,
});

const base = ({ principalId, roleId, scope }: Holding) => ({
  principalId,
  roleDefinitionId: roleId,
  directoryScopeId: scope,
  appScopeId: null,
});

const active = (tenant: Tenant, now: number) =>
  tenant.holdings.filter(({ kind }) => kind === 'active').filter(isInForce(now));
const eligible = (tenant: Tenant, now: number) =>
  tenant.holdings.filter(({ kind }) => kind === 'eligible').filter(isInForce(now));

/** What is in force now, activated or not. */
export const roleAssignmentRows = (tenant: Tenant, now: number): Row[] =>
  active(tenant, now).map((holding) => {
    const { appScopeId: _, ...fields } = base(holding);
    const { principal, roleDefinition, directoryScope } = around(tenant, holding);
    return row(
      'unifiedRoleAssignment',
      { id: holding.id, ...fields },
      { navigation: { principal, roleDefinition, directoryScope } },
    );
  });

export const assignmentInstanceRows = (tenant: Tenant, now: number): Row[] =>
  active(tenant, now)
    .filter(({ isOutsidePim }) => !isOutsidePim)
    .map((holding) =>
      row(
        'unifiedRoleAssignmentScheduleInstance',
        {
          id: holding.id,
          ...base(holding),
          startDateTime: holding.start,
          endDateTime: holding.end,
          assignmentType: holding.activatedFrom === undefined ? 'Assigned' : 'Activated',
          memberType: 'Direct',
          roleAssignmentOriginId: holding.id,
          roleAssignmentScheduleId: idFor(`schedule ${holding.id}`),
        },
        {
          navigation: {
            ...around(tenant, holding),
            activatedUsing: () =>
              eligibilityInstanceRows(tenant, now).find(
                ({ fields }) => fields.id === holding.activatedFrom,
              ) ?? null,
          },
        },
      ),
    );

export const eligibilityInstanceRows = (tenant: Tenant, now: number): Row[] =>
  eligible(tenant, now).map((holding) =>
    row(
      'unifiedRoleEligibilityScheduleInstance',
      {
        id: holding.id,
        ...base(holding),
        startDateTime: holding.start,
        endDateTime: holding.end,
        memberType: 'Direct',
        roleEligibilityScheduleId: idFor(`schedule ${holding.id}`),
      },
      { navigation: around(tenant, holding) },
    ),
  );

/** The plans behind the instances: those of the future stand here first. */
export function scheduleRows(tenant: Tenant, kind: Holding['kind'], now: number): Row[] {
  const isAssignment = kind === 'active';
  return tenant.holdings
    .filter((holding) => holding.kind === kind && !holding.isOutsidePim)
    .filter(({ end }) => end === null || now < Date.parse(end))
    .map((holding) =>
      row(
        isAssignment ? 'unifiedRoleAssignmentSchedule' : 'unifiedRoleEligibilitySchedule',
        {
          id: idFor(`schedule ${holding.id}`),
          ...base(holding),
          createdDateTime: holding.start,
          createdUsing: idFor(`schedule ${holding.id}`),
          modifiedDateTime: null,
          status: 'Provisioned',
          memberType: 'Direct',
          ...(isAssignment && {
            assignmentType: holding.activatedFrom === undefined ? 'Assigned' : 'Activated',
          }),
          scheduleInfo: {
            startDateTime: holding.start,
            recurrence: null,
            expiration: {
              type: holding.end === null ? 'noExpiration' : 'afterDateTime',
              endDateTime: holding.end,
              duration: null,
            },
          },
        },
        { navigation: around(tenant, holding) },
      ),
    );
}

/** By way of groups too, for one principal. */
export function transitiveAssignmentRows(tenant: Tenant, principalId: string, now: number): Row[] {
  const within = new Set([
    principalId,
    ...tenant.groups
      .filter(({ fields, members }) => fields.isAssignableToRole && members.includes(principalId))
      .map(({ fields }) => fields.id),
  ]);
  return roleAssignmentRows(tenant, now).filter(({ fields }) =>
    within.has(String(fields.principalId)),
  );
}
