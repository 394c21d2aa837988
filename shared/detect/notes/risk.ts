import type { Note } from '../../memory/memories.ts';
import { accountSubject } from '../../memory/subject.ts';
import type { RiskEvent } from '../../read/event.ts';
import type { Watchlist } from '../../watch/watchlist.ts';

/** What Entra thought of a watched account, and when. */
export function riskNotes(event: RiskEvent, watchlist: Watchlist): Note[] {
  const { id, at, level, state, riskType: type, ip } = event;
  if (!watchlist.isPrivileged(event.account, at)) return [];
  const subject = accountSubject(event.account, watchlist);
  return [{ subject, trace: { kind: 'risk', id, at, level, state, type, ip } }];
}
