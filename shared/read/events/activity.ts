import type { Actor } from '../../finding.ts';
import { parseTime } from '../../time.ts';
import { type ActivityEvent, eventIdFrom } from '../event.ts';
import {
  asAddress,
  asGuid,
  asObject,
  asText,
  fold,
  plainOf,
  type Raw,
  unwrapJson,
} from '../raw.ts';
import type { Envelope } from './envelope-fields.ts';

/** @returns the event, or why the record can't be judged. */
export function toActivityEvent({
  record,
  properties,
  ...envelope
}: Envelope): ActivityEvent | string {
  // Copies from the API write `{ value, localizedValue }` where the hub has plain text.
  const activity = asText(plainOf(record.operationName));
  if (!activity) return 'operationName: missing or no text; it says what was done';
  const at = parseTime(record.time) ?? parseTime(record.eventTimestamp);
  if (at === undefined) return 'time: missing or no time';

  // The hub has claims and authorization in the identity, the API beside it.
  const identity = record.identity === undefined ? record : asObject(record.identity);
  const resourceId = asText(record.resourceId)?.toLowerCase() ?? '';
  const operation = fold(activity);
  const correlationId = asText(record.correlationId) ?? null;
  const result = resultOf(
    asText(plainOf(record.resultType)) ?? asText(plainOf(record.status)) ?? '',
  );
  return {
    kind: 'activity',
    id: asText(record.eventDataId) ?? eventIdFrom(at, operation, correlationId, resourceId, result),
    tenantId: envelope.tenantId,
    category: envelope.category,
    at,
    emittedAt: envelope.emittedAt,
    correlationId,
    actor: actorOf(asObject(identity.claims), record),
    activity,
    operation,
    resourceId,
    scope: asText(asObject(identity.authorization).scope)?.toLowerCase() ?? resourceId,
    result,
    properties: new Map(
      Object.entries(properties).map(([key, value]) => [key.toLowerCase(), unwrapJson(value)]),
    ),
  };
}

function resultOf(word: string): ActivityEvent['result'] {
  if (/^succe/i.test(word)) return 'success';
  return /^fail/i.test(word) ? 'failure' : 'started';
}

const schemas = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/';

function actorOf(claims: Raw, record: Raw): Actor | null {
  const objectId = asGuid(claims['http://schemas.microsoft.com/identity/claims/objectidentifier']);
  const upn = asText(claims[`${schemas}upn`]) ?? asText(claims.upn);
  const caller = asText(record.caller) ?? asText(claims[`${schemas}name`]) ?? asText(claims.name);
  const name = upn ?? caller ?? asText(claims.appid) ?? null;
  if (!objectId && !name) return null;
  const isApp = !upn && asText(claims.idtyp) !== 'user' && claims[`${schemas}name`] === undefined;
  return {
    type: isApp ? 'servicePrincipal' : 'user',
    id: objectId ?? null,
    name,
    ip: asAddress(record.callerIpAddress) ?? asAddress(claims.ipaddr) ?? null,
  };
}
