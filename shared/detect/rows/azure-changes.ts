import { cleanLine } from '../../clean-text.ts';
import type { Party } from '../../finding.ts';
import type { ActivityEvent } from '../../read/event.ts';
import type { Severity } from '../../severity.ts';
import type { Match } from '../detection.ts';
import { nameOf } from '../wording.ts';
import { holderOf, lastNameOf } from './own-resources.ts';

/** All that lies in the group goes with it; so it is told of by the detections of what it held. */
export const deletesGroup = ({ operation }: ActivityEvent) =>
  operation === 'microsoft.resources/subscriptions/resourcegroups/delete';

export const deletes = ({ operation }: ActivityEvent) => operation.endsWith('/delete');

/** A resource in Azure; for a lock or a setting, what it lies on: so what befalls it is one case. */
export function resourceOf(resourceId: string): Party {
  const id = holderOf(resourceId);
  return { type: 'other', id: id || null, name: lastNameOf(id) || null };
}

const deeds = [
  [/\/delete$/, 'deleted'],
  [/\/stop\/action$/, 'stopped'],
  [/\/listkeys\/action$/, 'keys read'],
  [/\/regeneratekeys?\/action$/, 'keys replaced'],
  [/\/servicemembers\/action$/, 'server added'],
] as const;

const deedOf = (operation: string) =>
  deeds.find(([pattern]) => pattern.test(operation))?.[1] ?? 'changed';

/**
 * A change of something that the watch rests on. Azure writes the start, the acceptance and the end of
 * one request as rows of their own: only the end tells. One that was refused is kept, and wakes nobody.
 *
 * @param thing - for people: `Event Hub`.
 */
export function changeMatch(
  event: ActivityEvent,
  severity: Severity,
  thing: string,
): Match | undefined {
  if (event.result === 'started') return;
  const { operation, resourceId, result, correlationId } = event;
  const subject = resourceOf(resourceId);
  const isRefused = result === 'failure';
  const what = subject.name ? `${thing} ${nameOf(subject)}` : thing;
  const deed = `${deedOf(operation)}${isRefused ? ', refused' : ''}`;
  return {
    key: [operation, resourceId, result, correlationId ?? event.id],
    title: `${nameOf(event.actor)} > ${what}: ${deed}`,
    summary: `${nameOf(event.actor)}, ${what}: ${deed} (${cleanLine(operation)}).`,
    severity: isRefused ? 'low' : severity,
    subject,
    matter: ['the-watch'],
    details: { operation: cleanLine(operation), resource: cleanLine(resourceId, 300) },
  };
}

/** The same of something that may or may not be our own: an attempt that failed says nothing. */
export const changeElsewhere = (event: ActivityEvent, severity: Severity, thing: string) =>
  event.result === 'success' ? changeMatch(event, severity, thing) : undefined;
