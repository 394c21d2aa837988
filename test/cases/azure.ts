import { type Case, found } from './case.ts';
import { at, guid, otherTenantId, people, policy, tenantId } from './world.ts';

const { ruth, tara } = people;
const subscription = `/subscriptions/${guid('subscription shop')}`;
const owner = '8e3af657-a8ff-443c-a75c-2fe8c4bcb635';
const reader = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';
const hub = `${subscription}/resourceGroups/soc/providers/Microsoft.EventHub/namespaces/logs/eventhubs/entra`;

const schemas = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/';
const claims = {
  'http://schemas.microsoft.com/identity/claims/objectidentifier': ruth.id,
  'http://schemas.microsoft.com/identity/claims/tenantid': tenantId,
  [`${schemas}upn`]: ruth.upn,
  appid: 'c44b4083-3bb0-49c1-b47d-974e53cbdf3c',
};

/** One row of a request, as the hub delivers it: no tenant but in the claims. */
const row = (resultType: string, operation: string, resourceId: string, properties: object) => ({
  time: at('12:00'),
  resourceId: resourceId.toUpperCase(),
  operationName: operation.toUpperCase(),
  category: 'Administrative',
  resultType,
  resultSignature: `${resultType}.`,
  correlationId: guid(`request ${operation}`),
  callerIpAddress: '192.0.2.24',
  identity: {
    // What gave ruth the right; not what she gave.
    authorization: { action: operation, scope: resourceId, evidence: { role: 'Owner' } },
    claims,
  },
  properties,
});
const request = (
  operation: string,
  resourceId: string,
  body: object | null,
  ending = 'Success',
) => [
  row('Start', operation, resourceId, body ? { requestbody: JSON.stringify(body) } : {}),
  row('Accept', operation, resourceId, { statusCode: 'Accepted' }),
  row(ending, operation, resourceId, { statusCode: ending === 'Success' ? 'Created' : 'Conflict' }),
];
const assigns = (roleId: string, ending?: string) =>
  request(
    'Microsoft.Authorization/roleAssignments/write',
    `${subscription}/providers/Microsoft.Authorization/roleAssignments/${guid('assignment')}`,
    {
      Id: guid('assignment'),
      Properties: {
        PrincipalId: tara.id,
        PrincipalType: 'User',
        RoleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${roleId}`,
        Scope: subscription,
      },
    },
    ending,
  );

/** The same as a workspace holds it; its `TenantId` is the workspace. */
const asRow = ({
  identity,
  properties,
  time,
  operationName,
  resultType,
  resourceId,
  ...rest
}: ReturnType<typeof row>) => ({
  TenantId: guid('workspace'),
  TimeGenerated: time,
  OperationName: 'Create role assignment',
  OperationNameValue: operationName,
  ActivityStatusValue: resultType,
  CategoryValue: rest.category,
  Caller: ruth.upn,
  CallerIpAddress: rest.callerIpAddress,
  CorrelationId: rest.correlationId,
  Authorization: JSON.stringify(identity.authorization),
  Claims: JSON.stringify(identity.claims),
  Properties: JSON.stringify(properties),
  _ResourceId: resourceId.toLowerCase(),
  Type: 'AzureActivity',
});

const given = [found('rbac-privileged-assigned', tara, 'high')];
const deletion = request('Microsoft.EventHub/namespaces/eventhubs/delete', hub, null);
const declared = policy({ tenant: { ownResources: { resourceIds: [hub] } } });

export const azure: readonly Case[] = [
  { name: 'a ruling role: three rows, one finding', records: assigns(owner), expect: given },
  { name: 'the rows the other way round', records: assigns(owner).toReversed(), expect: given },
  {
    name: 'rows of a workspace, two tenants in the policy',
    policy: policy({ tenants: [{ id: otherTenantId, name: 'fabrikam' }] }),
    records: assigns(owner).map(asRow),
    expect: given,
  },
  { name: 'a lesser role, given by an Owner', records: assigns(reader), expect: [] },
  { name: 'a ruling role, not given', records: assigns(owner, 'Failure'), expect: [] },
  {
    name: 'the hub of the logs deleted',
    policy: declared,
    records: deletion,
    expect: [found('eventhub-tampered', { id: hub.toLowerCase() }, 'critical')],
  },
  {
    name: 'the hub of the logs, not deleted',
    policy: declared,
    records: request('Microsoft.EventHub/namespaces/eventhubs/delete', hub, null, 'Failure'),
    expect: [found('eventhub-tampered', { id: hub.toLowerCase() }, 'low')],
  },
  {
    name: 'a hub of somebody else deleted',
    policy: declared,
    records: request('Microsoft.EventHub/namespaces/eventhubs/delete', `${hub}-2`, null),
    expect: [],
  },
];
