import type { Party } from '../../finding.ts';
import type { Note } from '../../memory/memories.ts';
import { requestSubject, rulersSubject } from '../../memory/subject.ts';
import type { ChangeTrace } from '../../memory/trace.ts';
import type { ActivityEvent, AuditEvent } from '../../read/event.ts';
import { globalAdministrator } from '../../roles.ts';
import type { Watchlist } from '../../watch/watchlist.ts';
import { accountTarget, enabledAccount } from '../rows/account-changes.ts';
import { applicationOf } from '../rows/applications.ts';
import { madeMember } from '../rows/guests.ts';
import { methodChange } from '../rows/method-changes.ts';
import { isBlockedReset, passwordEvent } from '../rows/password-events.ts';
import { isPlatformRegistration, isRegistration } from '../rows/registrations.ts';
import { isSensitiveActivity, isSensitiveAudit } from '../rows/sensitive-operations.ts';
import { takesPrivilege } from '../rows/watched-privilege.ts';
import { notesFor, otherThanActor, requestIdOf, traceOf } from './change-trace.ts';

/** What a row of the audit log leaves with whom it was done to, with whoever did it, and with its request. */
export function changeNotes(event: AuditEvent, watchlist: Watchlist): Note[] {
  if (event.result !== 'success' || event.isPimTwin) return [];
  return [
    ...privilegeNotes(event, watchlist),
    ...requestNotes(event, watchlist),
    ...accountNotes(event, watchlist),
    ...registrationNotes(event, watchlist),
    ...(isSensitiveAudit(event, watchlist) ? controlNotes(event, watchlist) : []),
  ];
}

/** Sensitive changes in Azure, with whoever made them. */
export function activityNotes(event: ActivityEvent, watchlist: Watchlist): Note[] {
  if (event.result !== 'success' || !isSensitiveActivity(event)) return [];
  return controlNotes(event, watchlist);
}

function privilegeNotes(event: AuditEvent, watchlist: Watchlist): Note[] {
  const change = event.privilege;
  if (change?.stage !== 'done' || change.way === 'pim-extended') return [];
  const role = privilegedRoleOf(event, watchlist);
  if (!role) return [];
  const isActivation = change.way === 'pim-activation';
  if (change.effect === 'revoke' && !takesPrivilege(event)) return [];
  const what = change.effect === 'revoke' ? 'removed' : isActivation ? 'activated' : 'granted';
  const trace = traceOf(event, { what, role, tier: change.tier }, change.holder, watchlist);
  const notes = notesFor([change.holder, event.actor], trace, watchlist);
  const isOfRulers = change.of.kind === 'role' && role.templateId === globalAdministrator;
  return isOfRulers && !isActivation ? [...notes, { subject: rulersSubject, trace }] : notes;
}

/** The role itself, or that of the group that was joined. */
function privilegedRoleOf(event: AuditEvent, watchlist: Watchlist): ChangeTrace['role'] {
  const change = event.privilege;
  if (change?.of.kind === 'role') {
    const { templateId, name } = change.of;
    if (!templateId || !watchlist.roles.has(templateId)) return null;
    return { templateId, name, scope: change.scope };
  }
  if (change?.of.kind !== 'group') return null;
  const { id, name } = change.of;
  return watchlist.rolesOf({ type: 'group', id, name }, event.at)[0] ?? null;
}

const requested = /^add member to role (requested|approval requested) \(pim activation\)$/;
const approved = /^add member to role request approved \(pim activation\)$/;
const activated = /^add member to role completed \(pim activation\)$/;

function requestNotes(event: AuditEvent, watchlist: Watchlist): Note[] {
  const requestId = requestIdOf(event);
  const { operation } = event;
  const what = requested.test(operation)
    ? 'requested'
    : approved.test(operation)
      ? 'approved'
      : activated.test(operation)
        ? 'activated'
        : undefined;
  if (!requestId || !what) return [];
  const holder = event.privilege?.holder ?? otherThanActor(event) ?? accountTarget(event)?.party;
  const trace = traceOf(event, { what }, holder ?? null, watchlist);
  return [{ subject: requestSubject(requestId), trace }];
}

const lifecycle = new Map<string, ChangeTrace['what']>([
  ['add user', 'created'],
  ['invite external user', 'created'],
  ['delete user', 'deleted'],
  ['hard delete user', 'deleted'],
]);

function accountNotes(event: AuditEvent, watchlist: Watchlist): Note[] {
  const target = accountTarget(event)?.party ?? methodChange(event, watchlist)?.account;
  if (!target) return [];
  const what = madeMember(event) ? 'member' : lifecycle.get(event.operation);
  if (what) return notesFor([target], traceOf(event, { what }, target, watchlist), watchlist);
  return watchlist.isPrivileged(target, event.at) ? accessNotes(event, target, watchlist) : [];
}

/** Changes of how an administrator gets in: with the account, and with whoever made them. */
function accessNotes(event: AuditEvent, target: Party, watchlist: Watchlist): Note[] {
  const password = isBlockedReset(event) ? undefined : passwordEvent(event, watchlist);
  const method = methodChange(event, watchlist);
  const what = enabledAccount(event)
    ? 'enabled'
    : password
      ? 'password'
      : method
        ? 'method'
        : undefined;
  if (!what) return [];
  const trace = traceOf(event, { what, ...(method && { method }) }, target, watchlist);
  const isOwn = password?.isOwn || method?.isOwn;
  // Self-service names no person, or the service that did the work and where that stands.
  const ip = event.actor?.type === 'user' ? trace.ip : null;
  const told = isOwn
    ? { ...trace, by: trace.of, byName: trace.ofName, byType: trace.ofType, ip }
    : trace;
  return notesFor([target, isOwn ? null : event.actor], told, watchlist);
}

function registrationNotes(event: AuditEvent, watchlist: Watchlist): Note[] {
  if (!isRegistration(event) || isPlatformRegistration(event)) return [];
  const app = applicationOf(event, watchlist);
  return notesFor([event.actor], traceOf(event, { what: 'registered' }, app, watchlist), watchlist);
}

function controlNotes(event: AuditEvent | ActivityEvent, watchlist: Watchlist): Note[] {
  const trace = traceOf(event, { what: 'control' }, null, watchlist);
  return notesFor([event.actor], trace, watchlist);
}
