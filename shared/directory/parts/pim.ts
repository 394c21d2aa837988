import type * as z from 'zod';
import type { Snapshot } from '../../watch/directory.ts';
import type { Holding } from '../holdings.ts';
import type { GraphReader } from '../reader.ts';
import { activeRoles, eligibleRoles } from '../requests/roles.ts';
import type { RoleAssignmentRow, Roles } from './roles.ts';

export type EligibleRow = z.output<typeof eligibleRoles.row>;
export type ActiveRow = z.output<typeof activeRoles.row>;
export type RolePim = { active: ActiveRow[]; eligible: EligibleRow[] };

/** @throws {ReadError} */
export async function readPim(graph: GraphReader): Promise<RolePim> {
  return { active: await graph.list(activeRoles), eligible: await graph.list(eligibleRoles) };
}

type Held = Pick<
  RoleAssignmentRow,
  'principalId' | 'roleDefinitionId' | 'directoryScopeId' | 'appScopeId'
>;

const heldBy = (row: Held, { templateOf }: Roles) => ({
  principalId: row.principalId,
  roleId: templateOf(row.roleDefinitionId),
  scope: row.directoryScopeId ?? row.appScopeId ?? '/',
});

type Who = Pick<Holding, 'principalId' | 'roleId' | 'scope'>;
export const keyOfHolding = ({ principalId, roleId, scope }: Who) =>
  [principalId, roleId, scope].join(' ');

/**
 * Who holds a role by themselves.
 *
 * @param pim - undefined where PIM could not be read: nothing is eligible then, and nothing outside it.
 */
export function holdingsOf(
  roles: Roles,
  pim: RolePim | undefined,
  eligible: readonly EligibleRow[],
): Holding[] {
  const planned = (pim?.active ?? []).map((row) => ({ row, ...heldBy(row, roles) }));
  const fromPim = planned
    // What comes by way of a group is derived from the group; these rows may be missing.
    .filter(({ row }) => !isByGroup(row) || isActivated(row))
    .map(({ row, ...held }) => ({
      ...held,
      state: isActivated(row) ? ('activated' as const) : ('active' as const),
      until: row.endDateTime ?? null,
      since: row.startDateTime ?? null,
      isOutsidePim: false,
    }));
  // Not by the rows of groups: who has a role both ways may have the direct one past PIM.
  const knownToPim = new Set(fromPim.map(keyOfHolding));
  const otherwise = roles.inForce
    .map((row) => heldBy(row, roles))
    .filter((held) => !knownToPim.has(keyOfHolding(held)))
    .map((held) => ({
      ...held,
      state: 'active' as const,
      until: null,
      since: null,
      ...(pim && { isOutsidePim: true }),
    }));
  const possible = eligible
    .filter((row) => !isByGroup(row))
    .map((row) => ({
      ...heldBy(row, roles),
      state: 'eligible' as const,
      until: row.endDateTime ?? null,
      since: row.startDateTime ?? null,
    }));
  return [...fromPim, ...otherwise, ...possible];
}

/**
 * PIM's lists lag behind by half a minute, so that an activation may look as if it had come from
 * nowhere. What is new since the previous snapshot waits for the next one before that is said of it.
 */
export function withoutHaste(holdings: readonly Holding[], previous: Snapshot): Holding[] {
  const known = new Set(
    previous.accounts.flatMap(({ id, assignments }) =>
      (assignments ?? [])
        .filter(({ via, state }) => !via && state !== 'eligible')
        .map(({ roleTemplateId, scope }) =>
          keyOfHolding({ principalId: id, roleId: roleTemplateId, scope: scope ?? '/' }),
        ),
    ),
  );
  return holdings.map((holding) => {
    if (!holding.isOutsidePim || known.has(keyOfHolding(holding))) return holding;
    const { isOutsidePim: _, ...rest } = holding;
    return rest;
  });
}

const isActivated = ({ assignmentType }: ActiveRow) =>
  assignmentType?.toLowerCase() === 'activated';

const isByGroup = ({ memberType }: Pick<EligibleRow, 'memberType'>) =>
  memberType?.toLowerCase() === 'group';
