import { filled } from '../draft.ts';
import { heartbeatText } from '../event-words.ts';
import type { Heartbeat } from '../siem-event.ts';
import { type Cloud, cloudOf, type Metadata, metadataOf, severities } from './parts.ts';

const constants = {
  category_uid: 0,
  category_name: 'Uncategorized',
  class_uid: 0,
  class_name: 'Base Event',
  // OCSF has no activity of its own for it: 99 is what the source names.
  activity_id: 99,
  activity_name: 'Heartbeat',
  type_uid: 99,
  type_name: 'Base Event: Other',
  timezone_offset: 0,
} as const;

/** What a heartbeat fills of OCSF's Base Event. */
export type OcsfHeartbeat = typeof constants &
  (typeof severities)['informational'] & {
    time: number;
    message: string;
    metadata: Metadata;
    cloud?: Cloud;
    unmapped: { intervalSeconds: number; lastRecordAt?: string; waiting: number };
  };

/**
 * That we are alive: no finding, so the class of what OCSF has no class for.
 *
 * @see https://schema.ocsf.io/1.8.0/classes/base_event
 */
export function ocsfHeartbeat(event: Heartbeat): OcsfHeartbeat {
  const { at, sequence, intervalSeconds, lastRecordAt, waiting } = event;
  return filled<OcsfHeartbeat>({
    ...constants,
    ...severities.informational,
    time: Date.parse(at),
    message: heartbeatText(event),
    metadata: metadataOf(event, {
      profiles: [],
      event_code: 'heartbeat',
      sequence,
      original_time: at,
    }),
    cloud: cloudOf(event),
    unmapped: { intervalSeconds, lastRecordAt: lastRecordAt ?? undefined, waiting },
  });
}
