import type { Finding } from '../../finding.ts';
import { service } from '../../respond/response.ts';
import type { Severity } from '../../severity.ts';
import { unique } from '../draft.ts';
import { heartbeatText, turnWords, whyClosed } from '../event-words.ts';
import type { SentinelRow } from '../sentinel-table.ts';
import type { Answer, FindingEvent, Heartbeat, IncidentEvent, SiemEvent } from '../siem-event.ts';
import { defineSiemFormat, product, ruleNameOf, techniqueOf, tenantIdOf } from '../siem-format.ts';

/** Rows of the custom table, all of them of one shape. */
export default defineSiemFormat({
  name: 'sentinel',
  finding: findingRow,
  incident: incidentRow,
  heartbeat: heartbeatRow,
});

const severities = {
  informational: { SeverityId: 1, SeverityName: 'Informational' },
  low: { SeverityId: 2, SeverityName: 'Low' },
  medium: { SeverityId: 3, SeverityName: 'Medium' },
  high: { SeverityId: 4, SeverityName: 'High' },
  critical: { SeverityId: 5, SeverityName: 'Critical' },
} as const;

const activities = { created: 'Create', updated: 'Update', closed: 'Close' } as const;

function findingRow(event: FindingEvent): SentinelRow {
  const { finding, change, state, answer } = event;
  const { detection, actor, source } = finding;
  return {
    ...rowOf(event, finding.time, finding.severity),
    FindingId: finding.id,
    Revision: finding.revision,
    IncidentId: finding.incident,
    ActivityName: activities[change],
    IsAlert: change === 'created',
    FindingTitle: finding.title,
    Description: finding.summary,
    RuleId: detection,
    RuleName: ruleNameOf(detection),
    ActorType: actor?.type ?? '',
    ActorId: actor?.id ?? '',
    ActorName: actor?.name ?? '',
    // As the log told it: what is no address may be all there is.
    ActorIp: actor?.ip ?? '',
    ...subjectOf(finding),
    Roles: finding.roles,
    ...attackOf(finding),
    SourceCategory: source.category,
    RecordIds: source.recordIds,
    CorrelationId: source.correlationId ?? '',
    Details: finding.details,
    FindingState: state,
    ...answerOf(answer),
    Comment: whyClosed(event),
  };
}

function incidentRow(event: IncidentEvent): SentinelRow {
  const { incident, change, answer, by, text, at } = event;
  const { verb } = turnWords[change];
  return {
    ...rowOf(event, at, incident.severity),
    Revision: incident.revision,
    IncidentId: incident.id,
    ActivityName: `${verb.charAt(0).toUpperCase()}${verb.slice(1)}`,
    FindingTitle: incident.title,
    ActorType: by.id === service.id ? 'other' : 'user',
    ActorId: by.id,
    ActorName: by.name,
    ...subjectOf(incident),
    IncidentMatter: incident.matter,
    FindingIds: incident.findings,
    ...answerOf(answer),
    Comment: text,
  };
}

function heartbeatRow(event: Heartbeat): SentinelRow {
  return {
    ...rowOf(event, event.at, 'informational'),
    ActivityName: 'Heartbeat',
    Description: heartbeatText(event),
    HeartbeatSequence: event.sequence,
    HeartbeatSeconds: event.intervalSeconds,
    LastRecordAt: event.lastRecordAt ?? '',
    EventsWaiting: event.waiting,
  };
}

/** Every column in the order of the table, with what all events have. */
const rowOf = (event: SiemEvent, time: string, severity: Severity) => ({
  // Log Analytics puts the time of arrival in the place of one that is days old, as when a password
  // was last changed: the time that is meant has a column of its own.
  TimeGenerated: time,
  OccurredAt: time,
  EventUid: event.uid,
  FindingId: '',
  Revision: 0,
  IncidentId: '',
  ActivityName: '',
  IsAlert: false,
  ...severities[severity],
  FindingTitle: '',
  Description: '',
  RuleId: '',
  RuleName: '',
  ProductVersion: product.version,
  EntraTenantId: tenantIdOf(event),
  ActorType: '',
  ActorId: '',
  ActorName: '',
  ActorIp: '',
  SubjectType: '',
  SubjectId: '',
  SubjectName: '',
  Roles: [],
  TechniqueIds: [],
  TacticIds: [],
  AttackVersion: '',
  SourceCategory: '',
  RecordIds: [],
  CorrelationId: '',
  Details: {},
  EventKind: event.kind,
  WrittenAt: event.at,
  FindingState: '',
  IncidentStatus: '',
  IncidentMatter: '',
  FindingIds: [],
  OwnerId: '',
  OwnerName: '',
  Claim: '',
  Verdict: '',
  IsDrill: false,
  Comment: '',
  HeartbeatSequence: 0,
  HeartbeatSeconds: 0,
  LastRecordAt: '',
  EventsWaiting: 0,
});

const answerOf = ({ status, owner, claim, verdict, isDrill }: Answer) => ({
  IncidentStatus: status,
  OwnerId: owner?.id ?? '',
  OwnerName: owner?.name ?? '',
  Claim: claim ?? '',
  Verdict: verdict ?? '',
  IsDrill: isDrill,
});

const subjectOf = ({ subject }: Pick<Finding, 'subject'>) => ({
  SubjectType: subject.type,
  SubjectId: subject.id ?? '',
  SubjectName: subject.name ?? '',
});

function attackOf({ techniques }: Finding) {
  const known = techniques.map(techniqueOf);
  const ids = known.map(({ technique, subTechnique }) => subTechnique?.uid ?? technique.uid);
  return {
    TechniqueIds: unique(ids),
    TacticIds: unique(known.flatMap(({ tactics }) => tactics.map(({ uid }) => uid))),
    AttackVersion: known.find(({ version }) => version)?.version ?? '',
  };
}
