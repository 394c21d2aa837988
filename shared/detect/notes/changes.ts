import type { Party } from '../../finding.ts';
import type { Note } from '../../memory/memories.ts';
import { accountKey, accountSubject, requestSubject } from '../../memory/subject.ts';
import type { ChangeTrace } from '../../memory/trace.ts';
import type { ActivityEvent, AuditEvent } from '../../read/event.ts';
import type { Watchlist } from '../../watch/watchlist.ts';
import { isMethodChange } from '../method-changes.ts';
import { passwordEvent } from '../password-events.ts';
import { isSensitiveActivity, isSensitiveAudit } from '../sensitive-operations.ts';

type Change = Pick<ChangeTrace, 'what'> & Partial<Pick<ChangeTrace, 'role' | 'tier'>>;

/** What a row of the audit log leaves with whom it was done to, with whoever did it, and with its request. */
export function changeNotes(event: AuditEvent, watchlist: Watchlist): Note[] {
  if (event.result !== 'success' || event.isPimTwin) return [];
  return [
    ...privilegeNotes(event, watchlist),
    ...requestNotes(event, watchlist),
    ...accountNotes(event, watchlist),
    ...(isSensitiveAudit(event) ? controlNotes(event, watchlist) : []),
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
  // An activation that ends takes nothing away.
  if (change.effect === 'revoke' && isActivation) return [];
  const what = change.effect === 'revoke' ? 'removed' : isActivation ? 'activated' : 'granted';
  const trace = traceOf(event, { what, role, tier: change.tier }, change.holder, watchlist);
  return notesFor([change.holder, event.actor], trace, watchlist);
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
  const holder = event.privilege?.holder ?? userAmong(event);
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
  const target = userAmong(event);
  if (!target) return [];
  const what = lifecycle.get(event.operation) ?? watchedChange(event, target, watchlist);
  if (!what) return [];
  return notesFor([target], traceOf(event, { what }, target, watchlist), watchlist);
}

function watchedChange(
  event: AuditEvent,
  target: Party,
  watchlist: Watchlist,
): ChangeTrace['what'] | undefined {
  if (!watchlist.isPrivileged(target, event.at)) return undefined;
  if (event.operation === 'enable account') return 'enabled';
  if (passwordEvent(event, watchlist)) return 'password';
  return isMethodChange(event) ? 'method' : undefined;
}

function controlNotes(event: AuditEvent | ActivityEvent, watchlist: Watchlist): Note[] {
  const trace = traceOf(event, { what: 'control' }, null, watchlist);
  return notesFor([event.actor], trace, watchlist);
}

/** One note for each party; whoever acts on themself has one. */
function notesFor(
  parties: readonly (Party | null)[],
  trace: ChangeTrace,
  watchlist: Watchlist,
): Note[] {
  const known = parties.filter((party) => party !== null && (party.id ?? party.name) !== null);
  const subjects = new Set(known.map((party) => accountSubject(party as Party, watchlist)));
  return [...subjects].map((subject) => ({ subject, trace }));
}

function traceOf(
  event: AuditEvent | ActivityEvent,
  { what, role = null, tier = null }: Change,
  of: Party | null,
  watchlist: Watchlist,
): ChangeTrace {
  return {
    kind: 'change',
    // One row can be two things: a role activated, and a request that came to its end.
    id: `${event.id} ${what}`,
    at: event.at,
    what,
    operation: event.activity,
    by: event.actor && accountKey(event.actor, watchlist),
    byName: event.actor?.name ?? null,
    of: of && accountKey(of, watchlist),
    ofName: of?.name ?? null,
    ip: event.actor?.ip ?? null,
    role,
    tier,
    requestId: event.kind === 'audit' ? requestIdOf(event) : null,
    correlationId: event.correlationId,
  };
}

const requestIdOf = ({ details }: AuditEvent) =>
  details.get('roleassignmentrequestid')?.toLowerCase() ?? null;

const userAmong = ({ targets }: AuditEvent) => targets.find(({ kind }) => kind === 'user')?.party;
