import { idFor, type Person, tenant, type Workload } from '../../local/sample-day/people.ts';
import {
  type Dice,
  type Fields,
  inEnvelope,
  type LogRecord,
  secondMs,
  utcTime,
} from '../../local/sample-day/records.ts';
import { type Moment, moment, sometime, whileAtWork } from './moment.ts';
import { admins, programs } from './people.ts';

export const subscriptions = ['web', 'data', 'lab'].map((name) => idFor(`subscription ${name}`));
const microsoft = 'http://schemas.microsoft.com/identity/claims/';
const schemas = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/';
const isPerson = (by: Person | Workload): by is Person => 'upn' in by;

/** What pipelines and people do in Azure. */
export const azureDay: readonly [number, (dice: Dice) => Moment[]][] = [
  [10, deploys],
  [2, resourceRole],
  [2, diagnostics],
  [3, byHand],
];

type Deed = {
  at: number;
  by: Person | Workload;
  operation: string;
  resource: string;
  body?: Fields;
};

/** A row when it begins, for some one when it is accepted, and one when it is done. */
function deed(dice: Dice, { at, by, operation, resource, body }: Deed): Moment[] {
  const correlationId = dice.guid();
  const steps = dice.pick([
    ['Start', 'Success'],
    ['Start', 'Accept', 'Success'],
    ['Start', 'Failure'],
  ]);
  return steps.map((resultType, n) =>
    moment(at + n * 2 * secondMs, (when) =>
      activityRow(
        dice,
        { at: when, by, operation, resource, ...(body && { body }) },
        resultType,
        correlationId,
      ),
    ),
  );
}

export function activityRow(
  dice: Dice,
  { at, by, operation, resource, body }: Deed,
  resultType: string,
  correlationId: string,
): LogRecord {
  const ip = isPerson(by) ? '198.51.100.7' : '198.18.251.3';
  const claims = {
    [`${microsoft}objectidentifier`]: by.id,
    [`${microsoft}tenantid`]: tenant.id,
    ipaddr: ip,
    ...(isPerson(by)
      ? { [`${schemas}upn`]: by.upn, [`${schemas}name`]: by.upn, idtyp: 'user' }
      : { appid: by.appId, idtyp: 'app' }),
  };
  const { exportedAt, fields } = inEnvelope(dice, {
    ...{ category: 'Administrative', operationName: operation.toUpperCase(), at, correlationId },
    properties: {
      ...{ eventCategory: 'Administrative', entity: resource },
      ...(body && { requestbody: JSON.stringify(body) }),
    },
    more: {
      ...{
        resultType,
        resourceId: resource.toUpperCase(),
        callerIpAddress: ip,
        level: 'Information',
      },
      identity: {
        authorization: { scope: resource, action: operation, evidence: { role: 'Owner' } },
        claims,
      },
    },
  });
  // Azure's log knows no other time than that of the event, and no tenant outside the claims.
  const { tenantId: _, Level: __, ...rest } = fields;
  return { exportedAt, fields: { ...rest, time: utcTime(at) } };
}

const groupOf = (dice: Dice) =>
  `/subscriptions/${dice.pick(subscriptions)}/resourceGroups/rg-${dice.between(1, 30)}`;

function deploys(dice: Dice): Moment[] {
  const group = groupOf(dice);
  const [operation, resource] = dice.pick([
    ['Microsoft.Resources/deployments/write', `deployments/d${dice.between(1, 9999)}`],
    ['Microsoft.Web/sites/config/write', 'Microsoft.Web/sites/intranet/config/appsettings'],
    ['Microsoft.Storage/storageAccounts/write', 'Microsoft.Storage/storageAccounts/files'],
    [
      'Microsoft.Storage/storageAccounts/listKeys/action',
      'Microsoft.Storage/storageAccounts/files',
    ],
    ['Microsoft.KeyVault/vaults/write', 'Microsoft.KeyVault/vaults/app'],
  ] as const);
  const given = { at: sometime(dice), by: programs.pipeline, operation };
  return deed(dice, { ...given, resource: `${group}/providers/${resource}` });
}

/** The identity of an application may read one registry, or one vault. */
function resourceRole(dice: Dice): Moment[] {
  const vault = `${groupOf(dice)}/providers/Microsoft.KeyVault/vaults/app`;
  const name = dice.guid();
  const [secretsUser, registryPull, contributor] = [
    '4633458b-17de-408a-b874-0445c86b69e6',
    '7f951dda-4ed3-4680-a7ca-43fe172d538d',
    'b24988ac-6180-42a0-ab88-20f7382dd24c',
  ];
  const roleId = dice.pick([secretsUser, registryPull, contributor]);
  return deed(dice, {
    ...{
      at: sometime(dice),
      by: programs.pipeline,
      operation: 'Microsoft.Authorization/roleAssignments/write',
    },
    resource: `${vault}/providers/Microsoft.Authorization/roleAssignments/${name}`,
    body: {
      Id: name,
      Properties: {
        ...{ PrincipalId: dice.guid(), PrincipalType: 'ServicePrincipal', Scope: vault },
        RoleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${roleId}`,
      },
    },
  });
}

/** Logs of a resource are sent somewhere for the first time. */
function diagnostics(dice: Dice): Moment[] {
  const site = `${groupOf(dice)}/providers/Microsoft.Web/sites/app-${dice.between(1, 99)}`;
  return deed(dice, {
    ...{
      at: sometime(dice),
      by: programs.pipeline,
      operation: 'Microsoft.Insights/diagnosticSettings/write',
    },
    resource: `${site}/providers/Microsoft.Insights/diagnosticSettings/to-workspace`,
    body: { properties: { logs: [{ category: 'AppServiceHTTPLogs', enabled: true }] } },
  });
}

function byHand(dice: Dice): Moment[] {
  const by = dice.pick([admins.ravi, admins.sven, admins.erin]);
  const [operation, resource] = dice.pick([
    ['Microsoft.Web/sites/restart/action', 'Microsoft.Web/sites/intranet'],
    ['Microsoft.Compute/virtualMachines/start/action', 'Microsoft.Compute/virtualMachines/vm-1'],
    ['Microsoft.Resources/tags/write', 'Microsoft.Resources/tags/default'],
  ] as const);
  const given = { at: whileAtWork(dice, by.site), by, operation };
  return deed(dice, { ...given, resource: `${groupOf(dice)}/providers/${resource}` });
}
