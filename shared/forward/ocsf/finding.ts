import { type Draft, filled, textOf, textsOf } from '../draft.ts';
import { whyClosed } from '../event-words.ts';
import type { FindingEvent } from '../siem-event.ts';
import { isReplaced, ruleNameOf, techniqueOf } from '../siem-format.ts';
import { type Evidence, evidenceObservables, evidenceOf, isMapped } from './evidence.ts';
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
  type Named,
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

type Attack = { version?: string; tactic?: Named; technique: Named; sub_technique?: Named };

/** What a finding fills of OCSF 1.8.0's Detection Finding. Times are epoch milliseconds. */
export type OcsfFinding = typeof detectionFinding &
  Activities &
  Severities &
  Priorities &
  Handling & {
    is_alert: boolean;
    time: number;
    message?: string;
    status_code?: string;
    status_detail?: string;
    metadata: Metadata;
    finding_info: {
      uid: string;
      title?: string;
      desc?: string;
      analytic: { type_id: 1; type: 'Rule'; uid: string; name: string };
      attacks?: Attack[];
      created_time: number;
      modified_time?: number;
      data_sources?: string[];
      related_events?: { uid: string; type?: string }[];
    };
    cloud?: Cloud;
    evidences?: Evidence[];
    resources?: Target[];
    observables?: Observable[];
    tickets?: { uid: string }[];
    unmapped: UnmappedAnswer & { details?: Record<string, unknown> } & Record<string, unknown>;
  };

const activityOf = {
  created: activities.create,
  updated: activities.update,
  closed: activities.close,
} as const;

/**
 * A finding as an OCSF 1.8.0 Detection Finding: its texts cleaned, nothing empty in it, and under
 * `unmapped` what OCSF has no attribute for.
 *
 * @see https://schema.ocsf.io/1.8.0/classes/detection_finding
 */
export function ocsfFinding(event: FindingEvent): OcsfFinding {
  const { finding, change, answer, at } = event;
  const { revision, severity, summary, techniques, source, subject } = finding;
  const [evidence, target] = [evidenceOf(finding), targetOf(subject)];
  const { error, failure, ticket } = textsOf(finding.details);
  return filled<OcsfFinding>({
    ...detectionFinding,
    ...activityOf[change],
    ...severities[severity],
    ...priorities[severity],
    ...handlingOf(answer, change === 'closed'),
    // An update says more of what was alerted on before; a second alert would page twice for one thing.
    is_alert: change === 'created',
    time: Date.parse(finding.time),
    message: textOf(summary) ?? finding.title,
    status_code: error,
    status_detail: whyClosed(event) || failure,
    metadata: metadataOf(event, {
      profiles: ['incident'],
      event_code: `finding.${change}`,
      sequence: revision,
      correlation_uid: finding.incident,
      log_name: source.category,
      original_event_uid: source.recordIds[0],
      original_time: finding.time,
    }),
    finding_info: {
      uid: finding.id,
      title: finding.title,
      desc: summary,
      analytic: {
        type_id: 1,
        type: 'Rule',
        uid: finding.detection,
        name: ruleNameOf(finding.detection),
      },
      attacks: [...new Set(techniques)].flatMap(attacksOf),
      // A finding has no time of its own, only that of what happened.
      created_time: Date.parse(finding.time),
      modified_time: change === 'created' ? undefined : Date.parse(at),
      data_sources: [source.category],
      related_events: source.recordIds.map((uid) => ({ uid, type: source.category })),
    },
    cloud: cloudOf(event),
    evidences: [evidence],
    resources: [target],
    observables: [...evidenceObservables(evidence), ...targetObservables(target)],
    tickets: ticket ? [{ uid: ticket }] : undefined,
    unmapped: {
      ...unmappedAnswer(answer),
      // As found, with what the evidence shows of it: their keys are a contract that searches rest on.
      details: finding.details,
      roles: finding.roles,
      correlationId: source.correlationId,
      techniques: techniques.filter(isReplaced),
      subject: target ? undefined : subject,
      actor: isMapped(finding.actor) ? undefined : finding.actor,
    },
  });
}

/** One entry for each tactic: OCSF has deprecated the list of them. */
function attacksOf(id: string): Draft<Attack>[] {
  const { version, technique, subTechnique, tactics } = techniqueOf(id);
  const attack = { version, technique, sub_technique: subTechnique };
  return tactics.length > 0 ? tactics.map((tactic) => ({ ...attack, tactic })) : [attack];
}
