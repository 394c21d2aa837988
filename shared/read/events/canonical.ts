import { isRaw, type Raw } from '../raw.ts';

/** Every field name that we read, as Entra spells it in an Event Hub. */
const names = [
  ...['time', 'category', 'operationName', 'resultType', 'resultSignature', 'callerIpAddress'],
  ...['correlationId', 'identity', 'tenantId', 'resourceId', 'properties', 'durationMs', 'records'],
  ...['id', 'result', 'resultReason', 'activityDisplayName', 'activityDateTime', 'loggedByService'],
  'resultDescription',
  ...['initiatedBy', 'targetResources', 'additionalDetails', 'user', 'app', 'displayName', 'type'],
  ...['userPrincipalName', 'ipAddress', 'servicePrincipalId', 'servicePrincipalName', 'appId'],
  ...['modifiedProperties', 'oldValue', 'newValue', 'administrativeUnits', 'key', 'value'],
  ...['createdDateTime', 'userId', 'userType', 'userDisplayName', 'signInIdentifier', 'status'],
  ...['appDisplayName', 'resourceDisplayName', 'errorCode', 'failureReason', 'location', 'city'],
  ...['countryOrRegion', 'clientAppUsed', 'userAgent', 'deviceDetail', 'deviceId', 'browser'],
  ...['operatingSystem', 'mfaDetail', 'authMethod', 'authenticationRequirement', 'sessionId'],
  ...['authenticationDetails', 'authenticationMethod', 'authenticationMethodDetail', 'succeeded'],
  ...['authenticationStepResultDetail', 'authenticationStepRequirement', 'authenticationProtocol'],
  ...['isInteractive', 'originalRequestId', 'homeTenantId', 'resourceTenantId', 'riskState'],
  ...['riskLevel', 'riskLevelDuringSignIn', 'riskLevelAggregated', 'riskDetail', 'riskEventType'],
  ...['riskType', 'detectedDateTime', 'lastUpdatedDateTime', 'riskLastUpdatedDateTime', 'claims'],
  ...[
    'authorization',
    'scope',
    'action',
    'requestbody',
    'originalTransferMethod',
    'signInEventTypes',
  ],
  ...['alternateSignInName', 'crossTenantAccessType', 'statusCode', 'eventCategory'],
  ...['resourceIdentity', 'geoCoordinates', 'latitude', 'longitude', 'autonomousSystemNumber'],
  ...['isCompliant', 'isManaged', 'trustType', 'conditionalAccessStatus', 'networkType'],
  ...['appliedConditionalAccessPolicies', 'servicePrincipalCredentialKeyId', 'incomingTokenType'],
  ...['networkLocationDetails', 'riskEventTypes', 'riskEventTypes_v2', 'requestId'],
  ...['caller', 'eventDataId', 'eventTimestamp', 'hierarchy', 'httpRequest', 'clientIpAddress'],
  ...['resourceUri', 'subStatus', 'entity'],
];
const byLowerCase = new Map(names.map((name) => [name.toLowerCase(), name]));
const exact = new Set(names);

// Azure Activity's own keys differ in case by design (`RoleLocation`, `Level`): only fields that we read count.
const isMisspelt = (key: string) => {
  const known = misspelt.get(key);
  if (known !== undefined) return known;
  const answer = !exact.has(key) && byLowerCase.has(key.toLowerCase());
  if (misspelt.size < mostRemembered) misspelt.set(key, answer);
  return answer;
};
// The same few hundred keys come in every record; a hostile record must not fill the memory with others.
const misspelt = new Map<string, boolean>();
const mostRemembered = 2_000;

// Log Analytics has its own names for some columns.
const renamed = new Map([
  ['timegenerated', 'time'],
  ['aadtenantid', 'tenantId'],
  ['aadoperationtype', 'operationType'],
]);

/** Deeper than this, Entra writes nothing that we read. */
const maxDepth = 8;

/**
 * The record with its keys as Entra spells them, where a relay wrote them in PascalCase or lower case.
 * A record that is as it should be comes back untouched.
 */
export function canonical(record: Raw): Raw {
  const row = record.OperationNameValue === undefined ? record : activityRow(record);
  return isSpelledRight(row) ? row : (respell(row, 0) as Raw);
}

/** What a workspace calls the columns of Azure Activity; those called plainly hold words for people, or nothing. */
const activityColumns = [
  ['OperationNameValue', 'OperationName'],
  ['ActivityStatusValue', 'ResultType'],
  ['CategoryValue', 'Category'],
  ['_ResourceId', 'ResourceId'],
  ['Properties_d', 'Properties'],
  ['Claims_d', 'Claims'],
  ['Authorization_d', 'Authorization'],
] as const;

/** Its tenant stands in the columns of the caller; `TenantId` is the workspace. */
function activityRow({ TenantId: _, ...row }: Raw): Raw {
  const named = activityColumns.filter(([column]) => !isEmpty(row[column]));
  return { ...row, ...Object.fromEntries(named.map(([column, name]) => [name, row[column]])) };
}

const isEmpty = (value: unknown) =>
  isRaw(value) ? Object.keys(value).length === 0 : typeof value !== 'string' || value === '';

function isSpelledRight(record: Raw): boolean {
  for (const key in record) if (isMisspelt(key)) return false;
  const { properties } = record;
  if (isRaw(properties)) for (const key in properties) if (isMisspelt(key)) return false;
  return record.properties !== undefined || record.TimeGenerated === undefined;
}

function respell(value: unknown, depth: number): unknown {
  if (depth > maxDepth) return value;
  if (Array.isArray(value)) return value.map((one) => respell(one, depth + 1));
  if (!isRaw(value)) return value;
  // A row of Log Analytics calls its workspace `TenantId`, and the tenant by a name of its own.
  const isRow = depth === 0 && value.AADTenantId !== undefined;
  const fields = Object.entries(value).filter(([key]) => !isRow || key !== 'TenantId');
  const entries = fields.map(([key, inner]) => {
    const lower = key.toLowerCase();
    const name = byLowerCase.get(lower) ?? (depth === 0 ? renamed.get(lower) : undefined) ?? key;
    return [name, respell(inner, depth + 1)] as const;
  });
  return Object.fromEntries(entries);
}
