import { heartbeatText } from '../event-words.ts';
import type { Heartbeat } from '../siem-event.ts';
import { detailsOf, identityOf } from './fields.ts';
import { fittedLine, headerOf, one } from './line.ts';

export function cefHeartbeat(event: Heartbeat): string {
  const { at, sequence, intervalSeconds, lastRecordAt, waiting } = event;
  const groups = [
    identityOf(event, {
      time: Date.parse(at),
      id: undefined,
      verb: 'heartbeat',
      number: ['sequence', sequence],
    }),
    one('cat', 'heartbeat'),
    detailsOf({ intervalSeconds, lastRecordAt, waiting }),
  ];
  return fittedLine(
    headerOf('heartbeat', 'Heartbeat', 'informational'),
    groups,
    heartbeatText(event),
  );
}
