import type { Party } from '../../finding.ts';
import { parseTime } from '../../time.ts';
import { type AuthenticationStep, eventIdFrom, type GeoPoint, type SignInEvent } from '../event.ts';
import {
  asAddress,
  asDisplayName,
  asFlag,
  asId,
  asList,
  asNumber,
  asObject,
  asText,
  asTexts,
  fold,
  type Raw,
} from '../raw.ts';
import type { Envelope } from './envelope-fields.ts';

/** @returns the event, or why the record can't be judged. */
export function toSignInEvent(envelope: Envelope, flow: SignInEvent['flow']): SignInEvent | string {
  const { record, properties } = envelope;
  const at = parseTime(properties.createdDateTime) ?? envelope.emittedAt;
  if (at === undefined) return 'properties.createdDateTime and time: neither is a time';
  const status = asObject(properties.status);
  const errorCode = errorCodeOf(status, record);
  if (errorCode === undefined)
    return 'properties.status.errorCode and resultType: neither is a number';

  const account = accountOf(properties, flow);
  const ip = asAddress(properties.ipAddress) ?? asAddress(record.callerIpAddress) ?? null;
  const requestId =
    asText(properties.originalRequestId) ??
    asText(properties.id) ??
    eventIdFrom(at, account.id, ip);
  return {
    kind: 'signIn',
    id: asText(properties.id) ?? eventIdFrom(at, account.id, account.name, ip, errorCode),
    tenantId: envelope.tenantId,
    category: envelope.category,
    at,
    emittedAt: envelope.emittedAt,
    correlationId: asText(properties.correlationId) ?? asText(record.correlationId) ?? null,
    actor: { ...account, ip },
    flow: flow === 'user' && asFlag(properties.isInteractive) === false ? 'refresh' : flow,
    account,
    typedName: typedNameOf(properties),
    accountIsGuest: isGuest(envelope),
    homeTenantId: asId(properties.homeTenantId) ?? null,
    resourceTenantId: asId(properties.resourceTenantId) ?? null,
    crossTenantAccess: fold(asText(properties.crossTenantAccessType) ?? 'none'),
    errorCode,
    failureReason: asText(status.failureReason) ?? null,
    requestId,
    sessionId: asId(properties.sessionId) ?? null,
    ...clientOf(properties),
    ip,
    place: placeOf(properties, record),
    asn: asNumber(properties.autonomousSystemNumber) || null,
    isTrustedPlace: asList(properties.networkLocationDetails).some(({ networkType }) =>
      /^trusted/i.test(asText(networkType) ?? ''),
    ),
    ...authenticationOf(properties, status),
    conditionalAccess: fold(asText(properties.conditionalAccessStatus) ?? ''),
    refusedBy: asList(properties.appliedConditionalAccessPolicies)
      .filter(({ result }) => fold(asText(result) ?? '') === 'failure')
      .map(({ displayName, id }) => asDisplayName(displayName) ?? asText(id) ?? '')
      .filter(Boolean),
    credentialId: asText(properties.servicePrincipalCredentialKeyId)?.toLowerCase() || null,
    incomingToken: fold(asText(properties.incomingTokenType) ?? 'none'),
    risk: riskOf(properties),
  };
}

/** The number in `status`; `resultType` (text, or a number in relays) where that is missing. */
function errorCodeOf(status: Raw, record: Raw): number | undefined {
  return asNumber(status.errorCode) ?? asNumber(record.resultType);
}

function riskOf(properties: Raw): SignInEvent['risk'] {
  const types = properties.riskEventTypes_v2 ?? properties.riskEventTypes;
  return {
    level: fold(asText(properties.riskLevelDuringSignIn) ?? 'none'),
    state: fold(asText(properties.riskState) ?? 'none'),
    detail: fold(asText(properties.riskDetail) ?? 'none'),
    types: asTexts(types).map(fold),
  };
}

function accountOf(properties: Raw, flow: SignInEvent['flow']): Party {
  if (flow === 'workload') {
    const name =
      asDisplayName(properties.servicePrincipalName) ?? asDisplayName(properties.appDisplayName);
    const id = asId(properties.servicePrincipalId);
    return { type: 'servicePrincipal', id: id ?? null, name: name ?? null };
  }
  const name = asText(properties.userPrincipalName) ?? asDisplayName(properties.userDisplayName);
  return { type: 'user', id: asId(properties.userId) ?? null, name: name ?? null };
}

function typedNameOf(properties: Raw): string | null {
  const typed =
    asText(properties.signInIdentifier) ??
    asText(properties.alternateSignInName) ??
    asText(properties.userPrincipalName);
  return typed?.toLowerCase() ?? null;
}

function isGuest({ properties, tenantId }: Envelope): boolean {
  const home = asId(properties.homeTenantId);
  return (
    fold(asText(properties.userType) ?? '') === 'guest' || (home !== undefined && home !== tenantId)
  );
}

function clientOf(properties: Raw) {
  const device = asObject(properties.deviceDetail);
  return {
    app: appParty(properties.appId, properties.appDisplayName),
    // In a row of Log Analytics `resourceId` names the log; the resource has a column of its own.
    resource: appParty(
      properties.resourceIdentity ?? properties.resourceId,
      properties.resourceDisplayName,
    ),
    device: {
      id: asId(device.deviceId) ?? null,
      name: asText(device.displayName) ?? null,
      os: asText(device.operatingSystem) ?? null,
      browser: asText(device.browser) ?? null,
      isCompliant: asFlag(device.isCompliant) ?? null,
      isManaged: asFlag(device.isManaged) ?? null,
      trustType: asText(device.trustType) ?? null,
    },
    clientApp: asText(properties.clientAppUsed) ?? null,
    userAgent: asText(properties.userAgent) ?? null,
    protocol: protocolOf(properties),
    transferMethod: fold(asText(properties.originalTransferMethod) ?? 'none'),
  };
}

const appParty = (id: unknown, name: unknown): Party => ({
  type: 'application',
  id: asId(id) ?? null,
  name: asText(name) ?? null,
});

function protocolOf(properties: Raw): string | null {
  const protocol = fold(asText(properties.authenticationProtocol) ?? 'none');
  return protocol === 'none' ? null : protocol;
}

function placeOf(properties: Raw, record: Raw) {
  const location = asObject(properties.location);
  const country = asText(location.countryOrRegion) ?? asText(record.location);
  return {
    country: country && /^[a-z]{2}$/i.test(country) ? country.toUpperCase() : null,
    city: asText(location.city) ?? null,
    point: pointOf(asObject(location.geoCoordinates)),
  };
}

function pointOf({ latitude, longitude }: Raw): GeoPoint | null {
  const [north, east] = [asNumber(latitude), asNumber(longitude)];
  if (north === undefined || east === undefined || (north === 0 && east === 0)) return null;
  return Math.abs(north) <= 90 && Math.abs(east) <= 180
    ? { latitude: north, longitude: east }
    : null;
}

function authenticationOf(properties: Raw, status: Raw) {
  const requirement = fold(asText(properties.authenticationRequirement) ?? '');
  return {
    requirement: requirement.startsWith('multi')
      ? ('multi' as const)
      : requirement.startsWith('single')
        ? ('single' as const)
        : ('unknown' as const),
    steps: asList(properties.authenticationDetails).map(toStep),
    mfaMethod: asText(asObject(properties.mfaDetail).authMethod) ?? null,
    statusDetail: asText(status.additionalDetails) ?? null,
  };
}

const toStep = (step: Raw): AuthenticationStep => ({
  method: fold(asText(step.authenticationMethod) ?? ''),
  methodDetail: fold(asText(step.authenticationMethodDetail) ?? ''),
  requirement: fold(asText(step.authenticationStepRequirement) ?? ''),
  result: fold(asText(step.authenticationStepResultDetail) ?? ''),
  succeeded: asFlag(step.succeeded),
});
