import type { Finding } from '../../finding.ts';
import { unique } from '../draft.ts';
import * as siem from '../siem-format.ts';

/** The custom table of a Log Analytics workspace; its stream is `Custom-` and this. */
export const sentinelTable = 'Glasswatch_CL';

/**
 * The columns of the table and of the stream's declaration. The service drops what is not declared
 * without a word, so every row has each of these and no other.
 *
 * @see https://learn.microsoft.com/azure/azure-monitor/logs/create-custom-table
 */
export const sentinelColumns = [
  { name: 'TimeGenerated', type: 'datetime' },
  { name: 'OccurredAt', type: 'datetime' },
  { name: 'EventUid', type: 'string' },
  { name: 'FindingId', type: 'string' },
  { name: 'Revision', type: 'int' },
  { name: 'IncidentId', type: 'string' },
  { name: 'ActivityName', type: 'string' },
  { name: 'IsAlert', type: 'boolean' },
  { name: 'SeverityId', type: 'int' },
  { name: 'SeverityName', type: 'string' },
  { name: 'FindingTitle', type: 'string' },
  { name: 'Description', type: 'string' },
  { name: 'RuleId', type: 'string' },
  { name: 'RuleName', type: 'string' },
  { name: 'ProductVersion', type: 'string' },
  { name: 'EntraTenantId', type: 'string' },
  { name: 'ActorType', type: 'string' },
  { name: 'ActorId', type: 'string' },
  { name: 'ActorName', type: 'string' },
  { name: 'ActorIp', type: 'string' },
  { name: 'SubjectType', type: 'string' },
  { name: 'SubjectId', type: 'string' },
  { name: 'SubjectName', type: 'string' },
  { name: 'Roles', type: 'dynamic' },
  { name: 'TechniqueIds', type: 'dynamic' },
  { name: 'TacticIds', type: 'dynamic' },
  { name: 'AttackVersion', type: 'string' },
  { name: 'SourceCategory', type: 'string' },
  { name: 'RecordIds', type: 'dynamic' },
  { name: 'CorrelationId', type: 'string' },
  { name: 'Details', type: 'dynamic' },
] as const;

type Values = {
  string: string;
  int: number;
  boolean: boolean;
  datetime: string;
  dynamic: readonly unknown[] | Readonly<Record<string, unknown>>;
};

/** Texts that nothing is known of are '', and lists are empty: a column is never null. */
export type SentinelRow = {
  [Column in (typeof sentinelColumns)[number] as Column['name']]: Values[Column['type']];
};

const severities = {
  informational: { id: 1, name: 'Informational' },
  low: { id: 2, name: 'Low' },
  medium: { id: 3, name: 'Medium' },
  high: { id: 4, name: 'High' },
  critical: { id: 5, name: 'Critical' },
} as const;

/** A finding as a row of the custom table. */
export default siem.defineSiemFormat({ name: 'sentinel', event: sentinelRow });

function sentinelRow(finding: Finding): SentinelRow {
  const { detection, source } = finding;
  const isFirst = finding.revision === 1;
  return {
    // Log Analytics puts the time of arrival in the place of one that is days old, as when a password
    // was last changed: the time that is meant has a column of its own.
    TimeGenerated: finding.time,
    OccurredAt: finding.time,
    EventUid: siem.eventUidOf(finding),
    FindingId: finding.id,
    Revision: finding.revision,
    IncidentId: finding.incident,
    ActivityName: isFirst ? 'Create' : 'Update',
    IsAlert: isFirst,
    SeverityId: severities[finding.severity].id,
    SeverityName: severities[finding.severity].name,
    FindingTitle: finding.title,
    Description: finding.summary,
    RuleId: detection,
    RuleName: siem.ruleNameOf(detection),
    ProductVersion: siem.product.version,
    EntraTenantId: finding.tenantId,
    ...peopleOf(finding),
    Roles: finding.roles,
    ...attackOf(finding),
    SourceCategory: source.category,
    RecordIds: source.recordIds,
    CorrelationId: source.correlationId ?? '',
    Details: finding.details,
  };
}

const peopleOf = ({ actor, subject }: Finding) => ({
  ActorType: actor?.type ?? '',
  ActorId: actor?.id ?? '',
  ActorName: actor?.name ?? '',
  // As the log told it: what is no address may be all there is.
  ActorIp: actor?.ip ?? '',
  SubjectType: subject.type,
  SubjectId: subject.id ?? '',
  SubjectName: subject.name ?? '',
});

function attackOf({ techniques }: Finding) {
  const known = techniques.map(siem.techniqueOf);
  const ids = known.map(({ technique, subTechnique }) => subTechnique?.uid ?? technique.uid);
  return {
    TechniqueIds: unique(ids),
    TacticIds: unique(known.flatMap(({ tactics }) => tactics.map(({ uid }) => uid))),
    AttackVersion: known.find(({ version }) => version)?.version ?? '',
  };
}
