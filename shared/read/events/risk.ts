import type { Party } from '../../finding.ts';
import { parseTime } from '../../time.ts';
import { eventIdFrom, type RiskEvent } from '../event.ts';
import { asAddress, asDisplayName, asId, asText, fold } from '../raw.ts';
import type { Envelope } from './envelope-fields.ts';

/** @returns the event, or why the record can't be judged. */
export function toRiskEvent({ record, properties, ...envelope }: Envelope): RiskEvent | string {
  const isWorkload = /serviceprincipal/i.test(envelope.category);
  const at =
    parseTime(properties.activityDateTime) ??
    parseTime(properties.detectedDateTime) ??
    parseTime(properties.riskLastUpdatedDateTime) ??
    parseTime(properties.lastUpdatedDateTime) ??
    envelope.emittedAt;
  if (at === undefined) return 'properties.activityDateTime and time: neither is a time';

  // The id of a RiskyUsers record is the user's own; a detection has one of its own beside the user's.
  const ownId = asId(properties.id);
  const accountId = asId(properties.userId) ?? asId(properties.servicePrincipalId) ?? ownId;
  const account: Party = {
    type: isWorkload ? 'servicePrincipal' : 'user',
    id: accountId ?? null,
    name:
      asText(properties.userPrincipalName) ??
      asDisplayName(properties.userDisplayName) ??
      asDisplayName(properties.servicePrincipalDisplayName) ??
      // A risky service principal is called so by its own record; a risky user never is.
      (isWorkload ? asDisplayName(properties.displayName) : undefined) ??
      null,
  };
  const state = fold(asText(properties.riskState) ?? 'none');
  const isState = accountId === ownId;
  return {
    kind: 'risk',
    id:
      ownId && !isState
        ? ownId
        : eventIdFrom('risk', at, accountId, state, asText(properties.riskLevel)),
    tenantId: envelope.tenantId,
    category: envelope.category,
    at,
    emittedAt: envelope.emittedAt,
    correlationId: asText(properties.correlationId) ?? asText(record.correlationId) ?? null,
    actor: null,
    account,
    isState,
    requestId: isState ? null : (asId(properties.requestId) ?? null),
    updatedAt:
      parseTime(properties.lastUpdatedDateTime) ??
      parseTime(properties.riskLastUpdatedDateTime) ??
      at,
    riskType: asText(properties.riskEventType) ?? asText(properties.riskType) ?? null,
    state,
    level: fold(asText(properties.riskLevel) ?? 'none'),
    detail: asText(properties.riskDetail) ?? null,
    ip: asAddress(properties.ipAddress) ?? asAddress(record.callerIpAddress) ?? null,
  };
}
