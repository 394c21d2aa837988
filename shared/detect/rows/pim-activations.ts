import type { AuditEvent } from '../../read/event.ts';
import { privilegeChangeOf } from '../../read/events/privilege.ts';
import type { Context, Match } from '../detection.ts';
import { auditDetails, nameOf } from '../wording.ts';
import { type WatchedPrivilege, watchedPrivilege } from './watched-privilege.ts';

const completed = 'add member to role completed (pim activation)';
const requested = 'add member to role requested (pim activation)';

export const isActivationRequest = ({ operation }: AuditEvent) => operation === requested;

/** What a row says was activated: made active by somebody who is eligible for it. */
export function activation(event: AuditEvent, context: Context): WatchedPrivilege | undefined {
  const isDone = event.operation === completed && event.result === 'success';
  return isDone ? askedActivation(event, context) : undefined;
}

/**
 * What any row of a request is about: asked for, activated, denied. Roles over Azure's resources are
 * another plane and none of it.
 */
export function askedActivation(event: AuditEvent, context: Context): WatchedPrivilege | undefined {
  // Only the completed row changes privilege, but all of them name the same targets.
  const change = privilegeChangeOf({ ...event, operation: completed });
  return change && watchedPrivilege(change, event.at, context);
}

/** What the findings of an activation have in common; `how` ends the title: "…, without MFA". */
export function activationMatch(event: AuditEvent, asked: WatchedPrivilege, how: string) {
  const { holder, roles, name, matter } = asked;
  return {
    key: [event.id],
    title: `${nameOf(holder)} activated ${name}${how}`,
    summary: `${nameOf(holder)} activated ${name}${how} (${event.activity}).`,
    subject: holder,
    roles,
    matter,
    details: auditDetails(event),
  } satisfies Match;
}
