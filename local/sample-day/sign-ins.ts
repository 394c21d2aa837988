import { apps, type Place, places } from './apps.ts';
import { idFor, type Person, tenant, type Workload } from './people.ts';
import { type Dice, eventTime, type Fields, inEnvelope, type LogRecord } from './records.ts';

const step = (authenticationMethod: string, detail: string, requirement: string, more = {}) => ({
  authenticationMethod,
  succeeded: true,
  authenticationStepResultDetail: detail,
  authenticationStepRequirement: requirement,
  ...more,
});
const password = step('Password', 'Correct password', 'Primary authentication', {
  authenticationMethodDetail: 'Password in the cloud',
});
const second = 'Multi-factor authentication';

/** How somebody proves who they are, as the steps tell it. */
export const factors = {
  password: [password],
  approval: [password, step('Mobile app notification', 'MFA completed in Azure AD', second)],
  code: [password, step('OATH verification code', 'MFA successfully completed', second)],
  claim: [
    step(
      'Previously satisfied',
      'First factor requirement satisfied by claim in the token',
      'Primary authentication',
    ),
    step('Previously satisfied', 'MFA requirement satisfied by claim in the token', second),
  ],
  hello: [step('Windows Hello for Business', '', 'Primary authentication')],
  passkey: [step('FIDO2 security key', '', 'Primary authentication')],
  none: [],
} as const;
export type Factors = keyof typeof factors;

export const multiFactors = ['approval', 'approval', 'code', 'claim', 'hello', 'passkey'] as const;

const failures = new Map([
  [50126, 'Error validating credentials due to invalid username or password.'],
  [50074, 'Strong Authentication is required.'],
  [50140, 'This error occurred due to "Keep me signed in" interrupt when the user was signing-in.'],
  [50058, 'Session information is not sufficient for single-sign-on.'],
]);

export type SignIn = {
  who: Person;
  at: number;
  factors?: Factors;
  app?: { id: string; name: string };
  resource?: { id: string; name: string };
  errorCode?: number;
  /** Of one flow: what the browser keeps while it goes on. */
  flow?: string;
  session?: string;
  id?: string;
  ip?: string;
  place?: Place;
  client?: string;
  isRefresh?: boolean;
  more?: Fields;
};

/** The address that somebody has at home. */
export const homeOf = ({ upn }: Person) =>
  `192.0.2.${10 + (Number.parseInt(idFor(upn).slice(0, 4), 16) % 240)}`;

const officeOf = ({ site }: Person) => (site === 'Seattle' ? '198.51.100.7' : '2001:db8:7::71');

/** With a port, or with the colons that some IPv6 addresses wrongly begin with. */
const oddAddress = (ip: string) => (ip.includes(':') ? `::${ip}` : `${ip}:50123`);

const userAgent =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/154.0.0.0 Safari/537.36 Edg/154.0.0.0';

/** A sign-in of a person, or (`isRefresh`) the renewal of their token. */
export function signIn(dice: Dice, given: SignIn): LogRecord {
  const { who, at, errorCode = 0, isRefresh = false, place = places[who.site] } = given;
  const id = given.id ?? dice.guid();
  const flow = given.flow ?? dice.guid();
  const app = given.app ?? apps.office;
  const resource = given.resource ?? app;
  const ip = given.ip ?? dice.pick([officeOf(who), officeOf(who), homeOf(who)]);
  const steps = isRefresh || errorCode === 50126 ? [] : factors[given.factors ?? 'approval'];
  const isMulti = steps.some(
    ({ authenticationStepRequirement }) => authenticationStepRequirement === second,
  );
  const prompted = isMulti && errorCode === 0 ? steps.at(-1) : undefined;
  const failureReason = failures.get(errorCode);
  const properties = {
    id,
    createdDateTime: eventTime(at),
    userDisplayName: who.name,
    userPrincipalName: who.upn,
    userId: who.id,
    appId: app.id,
    appDisplayName: app.name,
    ipAddress: ip,
    status: {
      errorCode,
      ...(failureReason && { failureReason }),
      ...(prompted && { additionalDetails: prompted.authenticationStepResultDetail }),
    },
    clientAppUsed: given.client ?? (isRefresh ? 'Mobile Apps and Desktop clients' : 'Browser'),
    userAgent,
    deviceDetail: {
      deviceId: idFor(`device ${who.upn}`),
      displayName: `LT-${who.name.split(' ')[0]?.toUpperCase()}`,
      operatingSystem: 'Windows 11',
      browser: 'Edge 154.0.0',
      isCompliant: true,
      isManaged: true,
      trustType: 'Azure AD joined',
    },
    location: locationOf(place),
    mfaDetail:
      given.factors === 'approval' && prompted ? { authMethod: 'Mobile app notification' } : {},
    correlationId: flow,
    conditionalAccessStatus: errorCode === 0 ? 'success' : 'notApplied',
    appliedConditionalAccessPolicies: [],
    originalRequestId: id,
    isInteractive: !isRefresh,
    tokenIssuerType: 'AzureAD',
    authenticationProcessingDetails: [{ key: 'Is CAE Token', value: 'False' }],
    networkLocationDetails: [],
    processingTimeInMilliseconds: dice.between(60, 640),
    riskDetail: 'none',
    riskLevelAggregated: 'none',
    riskLevelDuringSignIn: 'none',
    riskState: 'none',
    resourceDisplayName: resource.name,
    resourceId: resource.id,
    resourceTenantId: tenant.id,
    homeTenantId: tenant.id,
    tenantId: tenant.id,
    authenticationDetails: steps.map((one) => ({
      authenticationStepDateTime: eventTime(at),
      ...one,
    })),
    authenticationRequirement: isMulti ? 'multiFactorAuthentication' : 'singleFactorAuthentication',
    signInIdentifier: who.upn,
    userType: who.upn.includes('#EXT#') ? 'Guest' : 'Member',
    autonomousSystemNumber: 64500,
    crossTenantAccessType: 'none',
    uniqueTokenIdentifier: Buffer.from(id).toString('base64url'),
    incomingTokenType: isRefresh ? 'refreshToken' : 'none',
    authenticationProtocol: 'none',
    originalTransferMethod: 'none',
    sessionId: given.session ?? dice.guid(),
    ...given.more,
  };
  return inEnvelope(dice, {
    category: isRefresh ? 'NonInteractiveUserSignInLogs' : 'SignInLogs',
    operationName: 'Sign-in activity',
    at,
    correlationId: flow,
    properties,
    more: {
      resultType: dice.between(1, 30) === 1 ? errorCode : String(errorCode),
      resultSignature: errorCode === 0 ? 'SUCCESS' : 'FAILURE',
      callerIpAddress: dice.between(1, 20) === 1 ? oddAddress(ip) : ip,
      identity: who.name,
      location: place.country,
    },
  });
}

const locationOf = ({ city, state, country, latitude, longitude }: Place) => ({
  city,
  state,
  countryOrRegion: country,
  geoCoordinates: { latitude, longitude },
});

/** A sign-in of a program: no person, no steps, and a risk that is always `low`. */
export function workloadSignIn(dice: Dice, workload: Workload, at: number): LogRecord {
  const isManaged = workload.address === '';
  return inEnvelope(dice, {
    category: isManaged ? 'ManagedIdentitySignInLogs' : 'ServicePrincipalSignInLogs',
    operationName: 'Sign-in activity',
    at,
    correlationId: dice.guid(),
    properties: {
      id: dice.guid(),
      createdDateTime: eventTime(at),
      ...(!isManaged && { userDisplayName: '', userPrincipalName: '', userId: '' }),
      appId: workload.appId,
      appDisplayName: workload.name,
      ipAddress: workload.address,
      status: { errorCode: 0 },
      location: isManaged
        ? { geoCoordinates: { latitude: 0, longitude: 0 } }
        : locationOf(places.Seattle),
      servicePrincipalId: workload.id,
      servicePrincipalName: workload.name,
      servicePrincipalCredentialKeyId: isManaged ? '' : idFor(`key ${workload.name}`),
      resourceDisplayName: apps.graph.name,
      resourceId: apps.graph.id,
      authenticationRequirement: '',
      riskLevelDuringSignIn: 'low',
      conditionalAccessStatus: 'notApplied',
      clientCredentialType: isManaged ? 'none' : 'clientSecret',
      uniqueTokenIdentifier: Buffer.from(dice.guid()).toString('base64url'),
    },
    more: {
      resultType: '0',
      callerIpAddress: workload.address,
      location: isManaged ? '' : 'US',
    },
  });
}
