import type { Actor } from '../../finding.ts';
import { parseTime } from '../../time.ts';
import { type ActivityEvent, eventIdFrom } from '../event.ts';
import {
  asAddress,
  asDisplayName,
  asGuid,
  asId,
  asObject,
  asText,
  fold,
  isGuid,
  plainOf,
  type Raw,
  unwrapJson,
} from '../raw.ts';
import { pimAppId } from './audit.ts';
import { isOperation } from './categories.ts';
import type { Envelope } from './envelope-fields.ts';

/** @returns the event, or why the record can't be judged. */
export function toActivityEvent({
  record,
  properties,
  ...envelope
}: Envelope): ActivityEvent | string {
  // The hub has claims and authorization in the identity, the API and workspaces beside it.
  const identity = asObject(record.identity);
  const claims = withLowerCaseKeys(asObject(identity.claims ?? record.claims));
  const authorization = asObject(identity.authorization ?? record.authorization);
  const activity = operationOf(record, authorization);
  if (!activity) return 'operationName: missing or no text; it says what was done';
  const at = parseTime(record.time) ?? parseTime(record.eventTimestamp);
  if (at === undefined) return 'time: missing or no time';

  const resource = firstText(record.resourceId, record.resourceUri, properties.entity) ?? '';
  const resourceId = resource.toLowerCase().replace(/\/+$/, '');
  const operation = fold(activity);
  const correlationId = asText(record.correlationId) ?? null;
  const ending = endingOf(record, properties);
  const actor = actorOf(claims, record);
  return {
    kind: 'activity',
    id:
      firstText(record.eventDataId, properties.eventDataId) ??
      eventIdFrom(at, operation, correlationId, resourceId, ending),
    tenantId: envelope.tenantId,
    category: envelope.category,
    at,
    emittedAt: envelope.emittedAt,
    correlationId,
    actor,
    activity,
    operation,
    resourceId,
    scope: asText(authorization.scope)?.toLowerCase() ?? resourceId,
    result: resultOf(ending),
    isByPim: actor?.type === 'servicePrincipal' && asId(claims.appid) === pimAppId,
    properties: new Map(
      Object.entries(properties).map(([key, value]) => [key.toLowerCase(), unwrapJson(value)]),
    ),
  };
}

/** Where the name of the operation is only words for people, the right that it needed names it. */
function operationOf(record: Raw, authorization: Raw): string | undefined {
  // Copies from the API write `{ value, localizedValue }` where the hub has plain text.
  const named = asText(plainOf(record.operationName));
  if (named && isOperation(named)) return named;
  return asText(authorization.action) ?? named;
}

/** Most copies say how it ended in a word; some have only the code that was answered. */
function endingOf(
  { resultType, status, subStatus, resultSignature }: Raw,
  properties: Raw,
): string {
  return firstText(resultType, status, properties.statusCode, subStatus, resultSignature) ?? '';
}

const succeeded = /^(succe|ok$|created|no ?content|20[0134])/i;
const failed = /^(fail|cancel|forbidden|unauthori|bad ?request|not ?found|conflict|[45]\d\d)/i;

function resultOf(ending: string): ActivityEvent['result'] {
  if (succeeded.test(ending)) return 'success';
  return failed.test(ending) ? 'failure' : 'started';
}

const firstText = (...fields: readonly unknown[]) =>
  fields.map((field) => asText(plainOf(field))).find((text) => text !== undefined);

const withLowerCaseKeys = (claims: Raw): Raw =>
  Object.fromEntries(Object.entries(claims).map(([key, value]) => [key.toLowerCase(), value]));

const microsoft = 'http://schemas.microsoft.com/identity/claims/';
const schemas = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/';

function actorOf(claims: Raw, record: Raw): Actor | null {
  const caller = asText(record.caller) ?? asText(claims[`${schemas}name`]);
  const callerId = caller && isGuid(caller) ? asId(caller) : undefined;
  const id = asGuid(claims[`${microsoft}objectidentifier`]) ?? asGuid(claims.oid) ?? callerId;
  const upn = asText(claims[`${schemas}upn`]) ?? asText(claims.upn);
  const name = upn ?? (callerId ? undefined : caller) ?? asDisplayName(claims.name);
  const appId = asId(claims.appid);
  if (!id && !name && !appId) return null;
  const isUser =
    upn !== undefined ||
    asText(claims.idtyp) === 'user' ||
    claims[`${schemas}name`] !== undefined ||
    asText(record.caller)?.includes('@') === true;
  return {
    type: isUser ? 'user' : 'servicePrincipal',
    id: id ?? null,
    name: name ?? (id ? null : (appId ?? null)),
    ip:
      asAddress(record.callerIpAddress) ??
      asAddress(asObject(record.httpRequest).clientIpAddress) ??
      asAddress(claims.ipaddr) ??
      null,
  };
}
