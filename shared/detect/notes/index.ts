import type { Note } from '../../memory/memories.ts';
import type { TenantPolicy } from '../../policy.ts';
import type { LogEvent } from '../../read/event.ts';
import type { Watchlist } from '../../watch/watchlist.ts';
import { azureRequestNotes } from './azure-requests.ts';
import { activityNotes, changeNotes } from './changes.ts';
import { protectionNotes } from './protection.ts';
import { riskNotes } from './risk.ts';
import { signInNotes } from './sign-ins.ts';
import { sourceNotes } from './sources.ts';

/** What an event leaves in memory, for all detections that look back. Nothing, for nearly all events. */
export function notesOf(event: LogEvent, watchlist: Watchlist, tenant: TenantPolicy): Note[] {
  switch (event.kind) {
    case 'signIn':
      return [...signInNotes(event, watchlist, tenant), ...sourceNotes(event, watchlist, tenant)];
    case 'audit':
      return [...changeNotes(event, watchlist), ...protectionNotes(event, watchlist)];
    case 'risk':
      return riskNotes(event, watchlist);
    case 'activity':
      return [...activityNotes(event, watchlist), ...azureRequestNotes(event)];
  }
}
