import type { Dice, Fields, LogRecord } from '../../local/sample-day/records.ts';
import { type SignIn, signIn } from '../../local/sample-day/sign-ins.ts';
import type { Device } from './devices.ts';
import type { Network } from './places.ts';

export type Visit = Omit<SignIn, 'ip' | 'place'> & { from: Network; on: Device };

/** What Entra says of the codes that an ordinary day brings. */
const reasons = new Map([
  [
    16000,
    'Either multiple user identities are available for the current request or selected account is not supported for the scenario.',
  ],
  [
    50053,
    "The account is locked, you've tried to sign in too many times with an incorrect user ID or password.",
  ],
  [50055, 'The password is expired.'],
  [50057, 'The user account is disabled.'],
  [50034, 'The user account does not exist in the directory.'],
  [50074, 'Strong Authentication is required.'],
  [
    50076,
    'Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access the resource.',
  ],
  [50089, 'Flow token expired - Authentication Failed.'],
  [50126, 'Error validating credentials due to invalid username or password.'],
  [50133, 'Session is invalid due to expiration or recent password change.'],
  [50173, 'The provided grant has expired due to it being revoked, a fresh auth token is needed.'],
  [65001, 'The user or administrator has not consented to use the application.'],
  [70008, 'The provided authorization code or refresh token has expired due to inactivity.'],
  [
    70043,
    'The refresh token has expired or is invalid due to sign-in frequency checks by conditional access.',
  ],
  [
    70044,
    'The session has expired or is invalid due to sign-in frequency checks by conditional access.',
  ],
  [700082, 'The refresh token has expired due to inactivity.'],
  [500121, 'Authentication failed during strong authentication request.'],
  [500133, 'Assertion is not within its valid time range.'],
]);

/** After these the log has not even the first step. */
const withoutSteps = new Set([50126, 50053, 50034, 50057, 16000, 50089]);

/** A sign-in from somewhere on something. */
export function visit(dice: Dice, { from, on, more, ...given }: Visit): LogRecord {
  const { errorCode = 0 } = given;
  const failureReason = reasons.get(errorCode);
  const status = failureReason ? { status: { errorCode, failureReason } } : {};
  const named = [{ networkType: 'trustedNamedLocation', networkNames: ['Offices'] }];
  return signIn(dice, {
    ...given,
    ...(withoutSteps.has(errorCode) && { factors: 'none' }),
    ip: from.ip,
    place: from.place,
    more: {
      autonomousSystemNumber: from.asn,
      deviceDetail: on.detail,
      userAgent: on.userAgent,
      networkLocationDetails: from.isTrusted ? named : [],
      ...status,
      ...more,
    },
  });
}

/** The prompt went to the telephone and nobody looked at it in time. */
export const expiredPrompt = (at: number): Fields => {
  const step = (method: string, succeeded: boolean, result: string, requirement: string) => ({
    authenticationStepDateTime: new Date(at).toISOString(),
    authenticationMethod: method,
    succeeded,
    authenticationStepResultDetail: result,
    authenticationStepRequirement: requirement,
  });
  const said = 'MFA denied; user did not respond to mobile app notification';
  return {
    status: {
      errorCode: 500121,
      failureReason: reasons.get(500121),
      additionalDetails: said,
    },
    authenticationRequirement: 'multiFactorAuthentication',
    mfaDetail: { authMethod: 'Mobile app notification' },
    authenticationDetails: [
      step('Password', true, 'Correct password', 'Primary authentication'),
      step('Mobile app notification', false, said, 'Multi-factor authentication'),
    ],
  };
};

/** By the token that a device has of its user: `primaryRefreshToken`, a claim and no password. */
export const byToken: Fields = { incomingTokenType: 'primaryRefreshToken' };
