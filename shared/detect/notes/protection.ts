import type { Note } from '../../memory/memories.ts';
import { protectionSubject } from '../../memory/subject.ts';
import type { AccessPolicyTrace } from '../../memory/trace.ts';
import type { AuditEvent } from '../../read/event.ts';
import type { Watchlist } from '../../watch/watchlist.ts';
import { accessPolicyChange } from '../rows/conditional-access.ts';
import { traceOf } from './change-trace.ts';

/**
 * What may undo that Conditional Access leaves the break-glass accounts alone: the policies
 * themselves, and the groups by which they are left out.
 */
export function protectionNotes(event: AuditEvent, watchlist: Watchlist): Note[] {
  if (event.result !== 'success') return [];
  const trace = policyTrace(event) ?? membershipTrace(event, watchlist);
  return trace ? [{ subject: protectionSubject, trace }] : [];
}

/** More than any policy should name. */
const mostIds = 1_000;

function policyTrace(event: AuditEvent): AccessPolicyTrace | undefined {
  const change = accessPolicyChange(event);
  const after = change?.after?.conditionOf('users');
  // The directory's own row of the change names the same policy a second time.
  if (!change?.isFirstHand || !after) return undefined;
  const before = change.before?.conditionOf('users');
  const dropped = [...(before?.exclude ?? [])].filter((id) => !after.exclude.has(id));
  const named = [...after.include].filter((id) => !before?.include.has(id));
  if (dropped.length + named.length === 0) return undefined;
  return {
    kind: 'accessPolicy',
    id: event.id,
    at: event.at,
    operation: event.activity,
    recordId: event.id,
    correlationId: event.correlationId,
    by: event.actor,
    policy: change.policy,
    dropped: dropped.slice(0, mostIds),
    named: named.slice(0, mostIds),
    excluded: [...after.exclude].slice(0, mostIds),
  };
}

function membershipTrace(event: AuditEvent, watchlist: Watchlist) {
  const change = event.privilege;
  if (change?.of.kind !== 'group' || change.stage === 'request') return undefined;
  if (!watchlist.isBreakGlass(change.holder)) return undefined;
  const what = change.effect === 'grant' ? 'granted' : 'removed';
  return traceOf(event, { what }, change.holder, watchlist);
}
