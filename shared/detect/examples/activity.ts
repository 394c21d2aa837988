import { exampleTenantId } from './tenant.ts';

type Someone = { id: string; upn: string } | { id: string; name: string };

export const subscription = '/subscriptions/00000000-0000-4000-8000-0000000000a1';
export const group = `${subscription}/resourceGroups/soc`;
/** What the watch of the example tenant rests on, where an example says so. */
export const own = {
  namespace: `${group}/providers/Microsoft.EventHub/namespaces/soc-logs`,
  hub: `${group}/providers/Microsoft.EventHub/namespaces/soc-logs/eventhubs/entra`,
  site: `${group}/providers/Microsoft.Web/sites/glasswatch`,
  storage: `${group}/providers/Microsoft.Storage/storageAccounts/glasswatch`,
  alerts: `${group}/providers/Microsoft.Insights/actionGroups/soc`,
} as const;

/** A policy that says what the watch rests on. */
export const declaring = (...resourceIds: string[]) => ({
  ownResources: { diagnosticSettings: ['to-soc-hub'], resourceIds },
});

const schemas = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/';
const microsoft = 'http://schemas.microsoft.com/identity/claims/';
const portal = 'c44b4083-3bb0-49c1-b47d-974e53cbdf3c';

/** The claims of a person at the portal, or of an application. */
export const claimsOf = (who: Someone, appId = portal) => ({
  aud: 'https://management.azure.com/',
  appid: appId,
  ipaddr: '198.51.100.7',
  [`${microsoft}objectidentifier`]: who.id,
  [`${microsoft}tenantid`]: exampleTenantId,
  ...('upn' in who
    ? { name: 'Somebody', [`${schemas}upn`]: who.upn, [`${schemas}name`]: who.upn }
    : { idtyp: 'app' }),
});

/** A row of Azure Activity as the hub delivers it, of a request that was carried out. */
export function activity(
  who: Someone,
  operation: string,
  resourceId: string,
  fields: object = {},
  properties: object = {},
) {
  return {
    time: '2026-11-20T12:00:00.0000000Z',
    resourceId: resourceId.toUpperCase(),
    operationName: operation.toUpperCase(),
    category: 'Administrative',
    resultType: 'Success',
    resultSignature: 'Succeeded.',
    durationMs: '0',
    callerIpAddress: '198.51.100.7',
    correlationId: '00000000-0000-4000-8000-0000000000c1',
    identity: {
      authorization: { scope: resourceId, action: operation, evidence: { role: 'Owner' } },
      claims: claimsOf(who),
    },
    level: 'Information',
    properties: {
      statusCode: 'OK',
      eventCategory: 'Administrative',
      entity: resourceId,
      message: operation,
      hierarchy: `${exampleTenantId}/${subscription.split('/')[2]}`,
      ...properties,
    },
    ...fields,
  };
}

type ActivityRecord = ReturnType<typeof activity>;

/** The row of the start of a request, some seconds before its end. */
export const started = (record: ActivityRecord, properties: object = {}) => ({
  ...record,
  time: '2026-11-20T11:59:58.0000000Z',
  resultType: 'Start',
  resultSignature: 'Started.',
  properties: { ...record.properties, statusCode: null, ...properties },
});

export const accepted = (record: ActivityRecord) => ({
  ...record,
  resultType: 'Accept',
  resultSignature: 'Accepted.Accepted',
});

export const refused = (record: ActivityRecord) => ({
  ...record,
  resultType: 'Failure',
  resultSignature: 'Failed.Forbidden',
  properties: { ...record.properties, statusCode: 'Forbidden' },
});

/** The same row as the API of Azure gives it. */
export const asApi = ({
  identity,
  time,
  operationName,
  resultType,
  ...record
}: ActivityRecord) => ({
  authorization: identity.authorization,
  claims: identity.claims,
  caller: 'somebody@example.com',
  channels: 'Operation',
  correlationId: record.correlationId,
  eventDataId: '00000000-0000-4000-8000-0000000000e1',
  eventName: { value: 'EndRequest', localizedValue: 'End request' },
  category: { value: record.category, localizedValue: record.category },
  eventTimestamp: time,
  operationName: { value: operationName, localizedValue: 'Change something' },
  resourceId: record.resourceId,
  status: { value: resultType === 'Success' ? 'Succeeded' : resultType },
  subStatus: { value: 'OK', localizedValue: 'OK (HTTP Status Code: 200)' },
  httpRequest: { clientIpAddress: record.callerIpAddress },
  properties: record.properties,
  tenantId: exampleTenantId,
});

/** The same row as a workspace holds it. */
export const asRow = ({
  identity,
  time,
  operationName,
  resultType,
  ...record
}: ActivityRecord) => ({
  TenantId: '99999999-0000-4000-8000-000000000001',
  SourceSystem: 'Azure',
  TimeGenerated: time,
  OperationName: 'Change something',
  OperationNameValue: operationName,
  ActivityStatusValue: resultType,
  ActivitySubstatusValue: 'OK',
  Authorization: JSON.stringify(identity.authorization),
  Claims: JSON.stringify(identity.claims),
  Properties: JSON.stringify(record.properties),
  Caller: 'somebody@example.com',
  CallerIpAddress: record.callerIpAddress,
  CategoryValue: record.category,
  CorrelationId: record.correlationId,
  EventDataId: '00000000-0000-4000-8000-0000000000e2',
  Hierarchy: record.properties.hierarchy,
  _ResourceId: record.resourceId.toLowerCase(),
  Type: 'AzureActivity',
});
