import { service } from '../../respond/response.ts';
import { filled } from '../draft.ts';
import type { IncidentEvent } from '../siem-event.ts';
import {
  type Activities,
  activities,
  type Cloud,
  cloudOf,
  detectionFinding,
  type Handling,
  handlingOf,
  type Metadata,
  metadataOf,
  type Observable,
  type Priorities,
  priorities,
  type Severities,
  severities,
  type Target,
  targetObservables,
  targetOf,
  type UnmappedAnswer,
  unmappedAnswer,
} from './parts.ts';

/** What a turn of an incident fills of OCSF 1.8.0's Detection Finding: the incident is the finding. */
export type OcsfIncident = typeof detectionFinding &
  Activities &
  Severities &
  Priorities &
  Handling & {
    is_alert: false;
    time: number;
    message?: string;
    status_detail?: string;
    /** What people said. */
    comment?: string;
    metadata: Metadata;
    finding_info: {
      uid: string;
      title?: string;
      types: ['Incident'];
      first_seen_time: number;
      last_seen_time: number;
      modified_time: number;
      /** Its findings, by `finding_info.uid`: each of them has several events. */
      related_events?: { uid: string }[];
    };
    cloud?: Cloud;
    resources?: Target[];
    observables?: Observable[];
    unmapped: UnmappedAnswer & { matter: string; by: { id?: string; name?: string } };
  };

/** What became of an incident, as another finding that its own findings are related to. */
export function ocsfIncident(event: IncidentEvent): OcsfIncident {
  const { incident, change, answer, by, text, at } = event;
  const { id, revision, matter, severity, title, subject } = incident;
  const target = targetOf(subject);
  const isBySomebody = by.id !== service.id;
  return filled<OcsfIncident>({
    ...detectionFinding,
    ...(change === 'resolved' ? activities.close : activities.update),
    ...severities[severity],
    ...priorities[severity],
    ...handlingOf(answer),
    is_alert: false,
    time: Date.parse(at),
    message: text || title,
    status_detail: text,
    comment: isBySomebody ? text : undefined,
    metadata: metadataOf(event, {
      profiles: ['incident'],
      event_code: `incident.${change}`,
      sequence: revision,
      correlation_uid: id,
      original_time: at,
    }),
    finding_info: {
      uid: id,
      title,
      types: ['Incident'],
      first_seen_time: Date.parse(incident.firstAt),
      last_seen_time: Date.parse(incident.lastAt),
      modified_time: Date.parse(at),
      related_events: incident.findings.map((uid) => ({ uid })),
    },
    cloud: cloudOf(event),
    resources: [target],
    observables: targetObservables(target),
    unmapped: { ...unmappedAnswer(answer), matter, by },
  });
}
