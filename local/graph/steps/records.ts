import { randomUUID } from 'node:crypto';
import { minuteMs, timeAt } from '../identifiers.ts';
import type { Entity, Fields, Tenant, User } from '../model.ts';

/** A record as diagnostic settings write it to the hub. */
export type HubRecord = Fields & { time: string; operationName: string; category: string };

/** A person, or the service that did it for them. */
export type By = User | 'MS-PIM';

/** Records reach the hub within minutes; Graph shows the row later, and not always in order. */
const exportLagMs = 90_000;
const rowLagMs = { least: 2 * minuteMs, most: 15 * minuteMs };

/** Times within the records: seven digits of a second. */
const longTime = (at: number) => `${new Date(at).toISOString().slice(0, 23)}0000+00:00`;
const hubTime = (at: number) => longTime(at).replace('+00:00', 'Z');

const address = '198.51.100.23';

export type Audit = {
  operation: string;
  at: number;
  by: By;
  targets: readonly Fields[];
  category?: string;
  service?: string;
  type?: string;
  reason?: string;
  details?: Readonly<Record<string, string>>;
};

const initiator = (by: By) =>
  by === 'MS-PIM'
    ? {
        user: null,
        app: {
          appId: null,
          displayName: 'MS-PIM',
          servicePrincipalId: null,
          servicePrincipalName: null,
        },
      }
    : {
        user: {
          id: by.fields.id,
          displayName: null,
          userPrincipalName: by.fields.userPrincipalName,
          ipAddress: address,
          roles: [],
        },
      };

const prefixes: Record<string, string> = {
  PIM: 'PIM',
  'Azure RBAC (Elevated Access)': 'AzureRBAC',
};

/** Writes a row into the audit log of the tenant. Returns it as the hub delivers it. */
export function writeAudit(tenant: Tenant, given: Audit): HubRecord {
  const { operation, at, by, service = 'Core Directory', details = {} } = given;
  const correlationId = randomUUID();
  const properties: Entity = {
    id: `${prefixes[service] ?? 'Directory'}_${correlationId}_${Math.floor(at / 1000)}`,
    category: given.category ?? 'RoleManagement',
    correlationId,
    result: 'success',
    resultReason: given.reason ?? '',
    activityDisplayName: operation,
    activityDateTime: longTime(at),
    loggedByService: service,
    operationType: given.type ?? 'Assign',
    userAgent: null,
    initiatedBy: initiator(by),
    targetResources: given.targets,
    additionalDetails: Object.entries(details).map(([key, value]) => ({ key, value })),
  };
  tenant.directoryAudits.push({
    arrivesAt: at + rowLag(correlationId),
    fields: asGraph(properties, at),
  });
  return {
    time: hubTime(at + exportLagMs),
    resourceId: `/tenants/${tenant.id}/providers/Microsoft.aadiam`,
    operationName: operation,
    operationVersion: '1.0',
    category: 'AuditLogs',
    tenantId: tenant.id,
    resultSignature: 'None',
    durationMs: 0,
    ...(by !== 'MS-PIM' && { callerIpAddress: address }),
    correlationId,
    identity: by === 'MS-PIM' ? by : by.fields.displayName,
    Level: 4,
    properties,
  };
}

const rowLag = (id: string) => {
  const { least, most } = rowLagMs;
  return least + (Number.parseInt(id.slice(0, 6), 16) % (most - least));
};

/** The same row as Graph lists it: some fields are the export's alone. */
function asGraph(
  { userAgent: _, initiatedBy, targetResources, ...rest }: Entity,
  at: number,
): Entity {
  const { user, app } = initiatedBy as { user?: Fields | null; app?: Fields | null };
  const { roles: __, ...person } = user ?? {};
  const targets = targetResources as readonly Fields[];
  return {
    ...rest,
    activityDateTime: timeAt(at),
    initiatedBy: { user: user ? person : null, app: app ?? null },
    targetResources: targets.map(({ administrativeUnits: ___, ...target }) => target),
  } as Entity;
}

/** Values are JSON within strings. */
export const changes = (values: Readonly<Record<string, string>>) =>
  Object.entries(values).map(([displayName, value]) => ({
    displayName,
    oldValue: null,
    newValue: JSON.stringify(value),
  }));

export const target = (type: string, id: string, more: Fields = {}) => ({
  id,
  displayName: null,
  type,
  modifiedProperties: [],
  administrativeUnits: [],
  ...more,
});

type AzureWrite = { operation: string; at: number; by: User; resourceId: string; request?: Fields };

/** A row of Azure Activity: what is done at the root of the tenant, to its export for one. */
export function writeActivity(tenant: Tenant, given: AzureWrite): HubRecord {
  const { operation, at, by, resourceId, request } = given;
  const { id, userPrincipalName, displayName } = by.fields;
  const correlationId = randomUUID();
  tenant.azure.activity.push({
    eventTimestamp: timeAt(at),
    correlationId,
    caller: userPrincipalName,
    resourceId,
    operationName: { value: operation, localizedValue: operation },
    status: { value: 'Succeeded', localizedValue: 'Succeeded' },
  });
  const schemas = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims';
  const microsoft = 'http://schemas.microsoft.com/identity/claims';
  return {
    time: hubTime(at),
    resourceId: resourceId.toUpperCase(),
    operationName: operation.toUpperCase(),
    category: 'Administrative',
    resultType: 'Success',
    resultSignature: 'Succeeded.',
    durationMs: '214',
    callerIpAddress: address,
    correlationId,
    tenantId: tenant.id,
    identity: {
      authorization: { scope: resourceId, action: operation, evidence: { role: 'Owner' } },
      claims: {
        aud: 'https://management.core.windows.net/',
        iss: `https://sts.windows.net/${tenant.id}/`,
        appid: 'c44b4083-3bb0-49c1-b47d-974e53cbdf3c',
        name: displayName,
        ipaddr: address,
        [`${microsoft}/objectidentifier`]: id,
        [`${microsoft}/tenantid`]: tenant.id,
        [`${schemas}/upn`]: userPrincipalName,
        [`${schemas}/name`]: userPrincipalName,
      },
    },
    level: 'Information',
    properties: {
      ...(request && { requestbody: JSON.stringify(request) }),
      statusCode: 'OK',
      eventCategory: 'Administrative',
      entity: resourceId,
      message: operation,
      hierarchy: tenant.id,
    },
  };
}
