import type { Note } from '../../memory/memories.ts';
import { resourceSubject } from '../../memory/subject.ts';
import type { ActivityEvent } from '../../read/event.ts';
import { askedRole, assignsRole, rulingRoles } from '../rows/azure-roles.ts';
import { askedExport, writesExport } from '../rows/entra-exports.ts';

/** What the rows of a request leave with the resource: each tells a part of it, or nothing new. */
export function azureRequestNotes(event: ActivityEvent): Note[] {
  if (event.isByPim) return [];
  const isDone = event.result === 'success';
  const subject = requestedResource(event);
  const { id, at, correlationId, actor } = event;
  const row = { id, at, isDone, correlationId, by: actor };
  if (writesExport(event)) {
    const asked = askedExport(event);
    return asked || isDone ? [{ subject, trace: { kind: 'exportRequest', ...row, asked } }] : [];
  }
  if (!assignsRole(event)) return [];
  const asked = askedRole(event);
  // Most assignments are of a role that nobody here asks about.
  const isOfInterest = asked ? rulingRoles.has(asked.roleId) : isDone;
  return isOfInterest ? [{ subject, trace: { kind: 'roleRequest', ...row, asked } }] : [];
}

/** What the rows of a request are remembered by: the setting or assignment that it writes. */
export const requestedResource = ({ resourceId }: ActivityEvent) => resourceSubject(resourceId);
