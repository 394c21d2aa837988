import { heartbeatText } from '../event-words.ts';
import type { Heartbeat } from '../siem-event.ts';
import { type EcsEvent, ecsEvent } from './parts.ts';

/** That we are alive: the state of a service, and no measurement, so `state` rather than `metric`. */
export function ecsHeartbeat(event: Heartbeat): EcsEvent {
  const { at, sequence, intervalSeconds, lastRecordAt, waiting } = event;
  return ecsEvent(event, {
    '@timestamp': at,
    message: heartbeatText(event),
    event: { kind: 'state', type: ['info'], action: 'heartbeat', sequence },
    glasswatch: {
      severity: 'informational',
      heartbeat: {
        interval_seconds: intervalSeconds,
        waiting,
        last_record_at: lastRecordAt ?? undefined,
      },
    },
  });
}
