import type { Note } from '../../memory/memories.ts';
import { accountSubject } from '../../memory/subject.ts';
import type { RiskTrace } from '../../memory/trace.ts';
import type { RiskEvent } from '../../read/event.ts';
import type { Watchlist } from '../../watch/watchlist.ts';

/** What Entra thought of a watched account, or of any application, and when. */
export function riskNotes(event: RiskEvent, watchlist: Watchlist): Note[] {
  const { account, at, level, state, riskType: type, ip, isState, requestId } = event;
  if (account.type === 'user' && !watchlist.isPrivileged(account, at)) return [];
  const trace: RiskTrace = {
    kind: 'risk',
    // One thing is told again as it comes to stand otherwise.
    id: `${event.id} ${state} ${event.updatedAt}`,
    at,
    level,
    state,
    type,
    ip,
    isState,
    requestId,
    recordId: event.id,
  };
  return [{ subject: accountSubject(account, watchlist), trace }];
}
