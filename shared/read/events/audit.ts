import type { Actor, Party } from '../../finding.ts';
import { parseTime } from '../../time.ts';
import { type AuditEvent, type AuditTarget, eventIdFrom } from '../event.ts';
import {
  asAddress,
  asDisplayName,
  asGuid,
  asId,
  asList,
  asObject,
  asText,
  fold,
  isRaw,
  type Raw,
  unwrapJson,
} from '../raw.ts';
import type { Envelope } from './envelope-fields.ts';
import { privilegeChangeOf } from './privilege.ts';

/** @returns the event, or why the record can't be judged. */
export function toAuditEvent(envelope: Envelope): AuditEvent | string {
  const { record, properties } = envelope;
  const activity = asText(record.operationName) ?? asText(properties.activityDisplayName);
  if (!activity) return 'operationName: missing or no text; it says what was done';
  const at = parseTime(properties.activityDateTime) ?? envelope.emittedAt;
  if (at === undefined) return 'properties.activityDateTime and time: neither is a time';

  const initiator = asObject(properties.initiatedBy);
  const targets = asList(properties.targetResources).map(toTarget);
  const actor = toActor(initiator, record);
  const operation = fold(activity);
  const service = asText(properties.loggedByService) ?? '';
  const isByPim = isPimService(initiator, record);
  const base = {
    kind: 'audit' as const,
    tenantId: envelope.tenantId,
    category: envelope.category,
    at,
    emittedAt: envelope.emittedAt,
    correlationId: asText(properties.correlationId) ?? asText(record.correlationId) ?? null,
    actor,
    activity,
    operation,
    service,
    auditCategory: fold(asText(properties.category) ?? ''),
    result: isSuccess(properties.result ?? record.result)
      ? ('success' as const)
      : ('failure' as const),
    reason: reasonIn(properties) ?? asText(record.resultDescription) ?? null,
    targets,
    details: toDetails(properties.additionalDetails),
    actorLabel: asText(asObject(initiator.user).displayName) ?? null,
    actorAppId: asGuid(asObject(initiator.app).appId) ?? null,
    isByPim,
    // What PIM writes of its own accord names PIM in the operation; the second row does not.
    isPimTwin: isByPim && !/^pim$/i.test(service) && !/\bpim\b/.test(operation),
  };
  const id =
    asText(properties.id) ??
    eventIdFrom(at, operation, actor?.id ?? actor?.name, ...targets.map(({ party }) => party.id));
  return { ...base, id, privilege: privilegeChangeOf(base) };
}

/** Some routes leave it empty, and say the same in the description. */
const reasonIn = (properties: Raw) =>
  asText(properties.resultReason) ?? asText(properties.resultDescription);

/** `success` in any case; very old records write `0`. */
function isSuccess(result: unknown): boolean {
  const word = asText(result)?.toLowerCase();
  return word === 'success' || word === '0';
}

function toActor(initiator: Raw, record: Raw): Actor | null {
  const ip = asAddress(record.callerIpAddress) ?? null;
  const user = asObject(initiator.user);
  const id = asGuid(user.id) ?? null;
  const name = asText(user.userPrincipalName) ?? asDisplayName(user.displayName) ?? null;
  if (id || name) return { type: 'user', id, name, ip: asAddress(user.ipAddress) ?? ip };
  const app = asObject(initiator.app);
  const appName = asDisplayName(app.displayName) ?? asDisplayName(app.servicePrincipalName) ?? null;
  const appId = asGuid(app.servicePrincipalId) ?? null;
  if (appId || appName) return { type: 'servicePrincipal', id: appId, name: appName, ip };
  return null;
}

/** Letter by letter: `MS–PIM` or `MS-PIM-Helper` is somebody else. */
const pimNames = new Set(['ms-pim', 'ms-pim-fairfax', 'ms-pim-mooncake']);
export const pimAppId = '01fc33a7-78ba-4d2f-a4b7-768e336e890e';

/** PIM's own service, which writes each change a second time. Another app may take its name, but not its app id. */
function isPimService(initiator: Raw, record: Raw): boolean {
  const user = asObject(initiator.user);
  const app = asObject(initiator.app);
  if (asText(user.id) || asText(user.userPrincipalName)) return false;
  const name = asText(app.displayName) ?? asText(user.displayName) ?? asText(record.identity) ?? '';
  const appId = asId(app.appId);
  if (appId && appId !== pimAppId) return false;
  const written = name.toLowerCase();
  return pimNames.has(written) || (written === 'azure ad pim' && !asText(app.displayName));
}

const kinds = new Map<string, Party['type']>([
  ['user', 'user'],
  ['serviceprincipal', 'servicePrincipal'],
  ['managedidentity', 'servicePrincipal'],
  ['group', 'group'],
  ['application', 'application'],
  ['device', 'device'],
  ['policy', 'policy'],
  ['role', 'role'],
]);

function toTarget(target: Raw): AuditTarget {
  const kind = (asText(target.type) ?? '').toLowerCase().replaceAll(' ', '');
  const displayName = asDisplayName(target.displayName) ?? null;
  const name = asText(target.userPrincipalName) ?? displayName;
  return {
    kind,
    party: { type: kinds.get(kind) ?? 'other', id: asGuid(target.id) ?? null, name },
    displayName,
    changes: toChanges(target.modifiedProperties),
    administrativeUnits: toUnits(target.administrativeUnits),
  };
}

function toChanges(modified: unknown): AuditTarget['changes'] {
  const changes = new Map<string, { before: unknown; after: unknown }>();
  for (const one of asList(modified)) {
    const name = asText(one.displayName)?.toLowerCase();
    if (!name || changes.has(name)) continue;
    changes.set(name, { before: unwrapJson(one.oldValue), after: unwrapJson(one.newValue) });
  }
  return changes;
}

function toUnits(units: unknown): readonly string[] {
  if (!Array.isArray(units)) return [];
  return units.map((unit) => asGuid(isRaw(unit) ? unit.id : unit) ?? '').filter((id) => id !== '');
}

function toDetails(details: unknown): ReadonlyMap<string, string> {
  const map = new Map<string, string>();
  const parsed = unwrapJson(details);
  const pairs =
    isRaw(parsed) && parsed.key === undefined
      ? Object.entries(parsed).map(([key, value]) => ({ key, value }))
      : asList(parsed);
  for (const { key, value } of pairs) {
    const name = asText(key)?.toLowerCase();
    const text = asText(value);
    if (name && text !== undefined && !map.has(name)) map.set(name, text);
  }
  return map;
}
