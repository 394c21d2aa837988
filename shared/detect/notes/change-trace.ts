import type { Party } from '../../finding.ts';
import type { Note } from '../../memory/memories.ts';
import { accountKey, accountSubject } from '../../memory/subject.ts';
import type { ChangeTrace } from '../../memory/trace.ts';
import type { ActivityEvent, AuditEvent } from '../../read/event.ts';
import { asAddress } from '../../read/raw.ts';
import type { Watchlist } from '../../watch/watchlist.ts';

type Change = Pick<ChangeTrace, 'what'> & Partial<Pick<ChangeTrace, 'role' | 'tier' | 'method'>>;

/** One note for each party; whoever acts on themself has one. */
export function notesFor(
  parties: readonly (Party | null)[],
  trace: ChangeTrace,
  watchlist: Watchlist,
): Note[] {
  const known = parties.filter((party) => party !== null && (party.id ?? party.name) !== null);
  const subjects = new Set(known.map((party) => accountSubject(party as Party, watchlist)));
  return [...subjects].map((subject) => ({ subject, trace }));
}

export function traceOf(
  event: AuditEvent | ActivityEvent,
  { what, role = null, tier = null, method }: Change,
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
    recordId: event.id,
    by: event.actor && accountKey(event.actor, watchlist),
    byName: event.actor?.name ?? null,
    byType: event.actor?.type ?? null,
    of: of && accountKey(of, watchlist),
    ofName: of?.name ?? null,
    ofType: of?.type ?? null,
    // PIM writes the address of whoever asked among its details.
    ip: addressIn(event) ?? event.actor?.ip ?? null,
    role,
    tier,
    requestId: event.kind === 'audit' ? requestIdOf(event) : null,
    correlationId: event.correlationId,
    ...(method && { method: { effect: method.effect, isOwn: method.isOwn } }),
  };
}

/** PIM gives all rows of one request the same. */
export const requestIdOf = ({ details }: AuditEvent) =>
  details.get('roleassignmentrequestid')?.toLowerCase() ?? null;

const addressIn = (event: AuditEvent | ActivityEvent) =>
  event.kind === 'audit' ? asAddress(event.details.get('ipaddr')) : undefined;

/** Where PIM names more than one person, whoever acted is not the one it is about. */
export const otherThanActor = ({ targets, actor }: AuditEvent) =>
  targets.find(({ kind, party }) => kind === 'user' && party.id !== actor?.id)?.party;
