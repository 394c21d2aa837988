import { admins, idFor, staff, tenant } from './people.ts';
import {
  americanTime,
  type Dice,
  type Fields,
  inEnvelope,
  type LogRecord,
  minuteMs,
  secondMs,
  utcTime,
} from './records.ts';
import { homeOf } from './sign-ins.ts';

/** A few people whom Entra found risky and who proved themselves: each comes back to safe. */
export function riskRecords(dice: Dice, sometime: () => number): LogRecord[] {
  return staff.slice(0, 4).flatMap((who) => {
    const at = sometime();
    const person = { userDisplayName: who.name, userPrincipalName: who.upn };
    const state = (riskState: string, riskLevel: string, riskDetail: string, since: number) =>
      risk(dice, 'RiskyUsers', 'Risky user', since, who.id, {
        id: who.id,
        ...person,
        riskLastUpdatedDateTime: utcTime(since),
        ...{ riskState, riskLevel, riskDetail },
        isDeleted: false,
        isProcessing: false,
      });
    const found = risk(dice, 'UserRiskEvents', 'User Risk Detection', at, dice.guid(), {
      id: dice.guid().replaceAll('-', ''),
      requestId: dice.guid(),
      userId: who.id,
      ...person,
      ...{ riskType: 'unfamiliarFeatures', riskEventType: 'unfamiliarFeatures' },
      ...{ riskState: 'remediated', riskLevel: 'low', detectionTimingType: 'realtime' },
      riskDetail: 'userPassedMFADrivenByRiskBasedPolicy',
      ipAddress: homeOf(who),
      activityDateTime: utcTime(at),
      detectedDateTime: utcTime(at),
      additionalInfo: '[{"Key":"riskReasons","Value":["UnfamiliarASN"]}]',
    });
    const safe = dice.pick(['remediated', 'dismissed']);
    return [
      found,
      state('atRisk', 'low', 'none', at - 2 * minuteMs),
      state(safe, 'none', 'userPassedMFADrivenByRiskBasedPolicy', at),
    ];
  });
}

const risk = (
  dice: Dice,
  category: string,
  operationName: string,
  at: number,
  correlationId: string,
  properties: Fields,
) =>
  inEnvelope(dice, { category, operationName, at, correlationId, properties, time: americanTime });

/** What else comes through the same hub: Azure's own log, and one that nobody watches. */
export function sideLogs(dice: Dice, sometime: () => number): LogRecord[] {
  const reads = Array.from({ length: 6 }, () => graphRead(dice, sometime()));
  return [...reads, ...restart(dice, sometime()), ...restart(dice, sometime())];
}

const graphRead = (dice: Dice, at: number) =>
  inEnvelope(dice, {
    category: 'MicrosoftGraphActivityLogs',
    operationName: 'Microsoft Graph Activity',
    at,
    correlationId: dice.guid(),
    properties: {
      requestMethod: 'GET',
      requestUri: 'https://graph.microsoft.com/v1.0/me/messages?$top=10',
      responseStatusCode: 200,
      userId: dice.pick(staff).id,
      ipAddress: '198.51.100.7',
    },
  });

const subscription = idFor('subscription web');
const siteName = 'Microsoft.Web/sites/intranet';
const claimTypes = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/';

/** Somebody starts a web application anew: a row when it begins, and one when it is done. */
function restart(dice: Dice, at: number): LogRecord[] {
  const correlationId = dice.guid();
  const site = `/subscriptions/${subscription}/resourceGroups/web/providers/${siteName}`;
  const identity = {
    authorization: { scope: site, action: 'Microsoft.Web/sites/restart/action' },
    claims: {
      [`${claimTypes}upn`]: admins.ines.upn,
      'http://schemas.microsoft.com/identity/claims/objectidentifier': admins.ines.id,
      'http://schemas.microsoft.com/identity/claims/tenantid': tenant.id,
      ipaddr: '198.51.100.7',
    },
  };
  return ['Start', 'Success'].map((resultType, index) => {
    const happenedAt = at + index * 2 * secondMs;
    const { exportedAt, fields } = inEnvelope(dice, {
      category: 'Administrative',
      operationName: 'MICROSOFT.WEB/SITES/RESTART/ACTION',
      at: happenedAt,
      correlationId,
      properties: { eventCategory: 'Administrative', entity: site },
      more: {
        resultType,
        resourceId: site.toUpperCase(),
        callerIpAddress: '198.51.100.7',
        identity,
        level: 'Information',
      },
    });
    // Azure's log knows no other time than that of the event, and no tenant outside the claims.
    const { tenantId: _, Level: __, ...rest } = fields;
    return { exportedAt, fields: { ...rest, time: utcTime(happenedAt) } };
  });
}
