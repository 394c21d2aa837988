import type * as z from 'zod';
import { builtInRoleName, isBuiltInRole } from '../../roles.ts';
import type { Snapshot } from '../../watch/directory.ts';
import type { Reading } from '../reading.ts';
import { flaggedRoles, roleAssignments, roleDefinitions } from '../requests/roles.ts';

export type RoleAssignmentRow = z.output<typeof roleAssignments.row>;

export type Roles = {
  /** What is in force now: with PIM also what is activated at the moment. */
  inForce: RoleAssignmentRow[];
  /** The same in every tenant for Entra's own roles; of a tenant's own roles its id. */
  templateOf(roleId: string): string;
  nameOf(templateId: string): string | null;
  /** A role that the tenant made, or that Microsoft calls privileged: counts, whatever we know of it. */
  isNotable(templateId: string): boolean;
  definitions: NonNullable<Snapshot['roleDefinitions']>;
};

/** @throws {ReadError} */
export async function readRoles(reading: Reading): Promise<Roles> {
  const { graph } = reading;
  const [definitions, inForce, flagged] = await Promise.all([
    graph.list(roleDefinitions),
    graph.list(roleAssignments),
    flaggedIds(reading),
  ]);
  const byId = new Map(definitions.map((one) => [one.id, one]));
  const templateOf = (roleId: string) => byId.get(roleId)?.templateId ?? roleId;
  const names = new Map(
    definitions.map(({ id, templateId, displayName }) => [templateId ?? id, displayName ?? null]),
  );
  const own = new Set(
    definitions
      .filter(({ isBuiltIn }) => isBuiltIn === false)
      .map(({ id, templateId }) => templateId ?? id),
  );
  const isFlagged = (templateId: string) => flagged?.has(templateId) ?? null;
  return {
    inForce,
    templateOf,
    nameOf: (templateId) => builtInRoleName(templateId) ?? names.get(templateId) ?? null,
    // One that is in no list is newer than all of them.
    isNotable: (templateId) =>
      own.has(templateId) ||
      flagged?.has(templateId) === true ||
      !(isBuiltInRole(templateId) || names.has(templateId)),
    definitions: definitions
      .map(({ id, templateId, displayName, isBuiltIn }) => ({
        templateId: templateId ?? id,
        name: displayName,
        isBuiltIn,
        isPrivileged: isFlagged(templateId ?? id),
      }))
      .filter(({ isBuiltIn, isPrivileged }) => isBuiltIn === false || isPrivileged === true),
  };
}

/**
 * Undefined: not known. Beta alone tells, and may change at any time: then what it told before stands.
 */
async function flaggedIds(reading: Reading): Promise<ReadonlySet<string> | undefined> {
  const flagged = await reading.optional('roleFlags', () => reading.graph.list(flaggedRoles));
  if (flagged) return new Set(flagged.map(({ id, templateId }) => templateId ?? id));
  const before = reading.previous?.roleDefinitions;
  if (!before) return;
  reading.noteAge('roleFlags');
  const known = before.filter(({ isPrivileged }) => isPrivileged);
  return new Set(known.map(({ templateId }) => templateId));
}
