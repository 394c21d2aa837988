/** The custom table of a Log Analytics workspace; its stream is `Custom-` and this. */
export const sentinelTable = 'Glasswatch_CL';

/**
 * The columns of the table and of the stream's declaration. The service drops what is not declared
 * without a word, so every row has each of these and no other. New ones go to the end.
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
  { name: 'EventKind', type: 'string' },
  { name: 'WrittenAt', type: 'datetime' },
  { name: 'FindingState', type: 'string' },
  { name: 'IncidentStatus', type: 'string' },
  { name: 'IncidentMatter', type: 'string' },
  { name: 'FindingIds', type: 'dynamic' },
  { name: 'OwnerId', type: 'string' },
  { name: 'OwnerName', type: 'string' },
  { name: 'Claim', type: 'string' },
  { name: 'Verdict', type: 'string' },
  { name: 'IsDrill', type: 'boolean' },
  { name: 'Comment', type: 'string' },
  { name: 'HeartbeatSequence', type: 'int' },
  { name: 'HeartbeatSeconds', type: 'int' },
  // A text, for there may be none, and a time is never empty.
  { name: 'LastRecordAt', type: 'string' },
  { name: 'EventsWaiting', type: 'int' },
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
