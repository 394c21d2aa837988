import type { Snapshot } from '../watch/directory.ts';
import type { DirectoryPart } from '../watch/tenant-fields.ts';
import type { ApiError } from './graph.ts';
import { ReadError } from './reader.ts';
import { type Licence, permissionsOf } from './request.ts';

export type Gap = NonNullable<Snapshot['gaps']>[number];

/** What tells a missing permission from a missing licence: the answers alone often do not. */
export type Access = {
  /** What the token carries; undefined: not known. */
  permissions: ReadonlySet<string> | undefined;
  /** Service plans of the tenant; undefined: not known. */
  plans: ReadonlySet<string> | undefined;
};

const licences: Record<Licence, { name: string; plans: readonly string[] }> = {
  P1: {
    name: 'Microsoft Entra ID P1',
    plans: ['AAD_PREMIUM', 'AAD_PREMIUM_P2'],
  },
  P2: {
    name: 'Microsoft Entra ID P2 or ID Governance',
    plans: ['AAD_PREMIUM_P2', 'ENTRA_IDENTITY_GOVERNANCE'],
  },
};

const unlicensedCodes = new Set([
  'Authentication_RequestFromNonPremiumTenantOrB2CTenant',
  'AadPremiumLicenseRequired',
]);

/** Why something could not be read. `names` are the permissions, or the licence, that are missing. */
export type Refusal = {
  why: 'permission' | 'licence' | 'failed';
  names: readonly string[];
  /** The permissions are there, and it was refused all the same. */
  isHeld?: boolean;
};

export function refusalOf({ request, because }: ReadError, access: Access): Refusal {
  const { status, code } = because;
  const needed = permissionsOf(request);
  const isArm = request.bucket === 'arm';
  if (status === 403 && !isArm) {
    const missing = needed.filter((name) => access.permissions?.has(name) === false);
    if (missing.length > 0 && !unlicensedCodes.has(code))
      return { why: 'permission', names: missing };
  }
  const { licence } = request;
  const mayBeLicence =
    unlicensedCodes.has(code) || (status === 403 && !isArm && access.permissions !== undefined);
  if (licence && mayBeLicence) {
    const { name, plans } = licences[licence];
    const has = access.plans && plans.some((plan) => access.plans?.has(plan));
    // Seen at random in tenants that do have it: it passes.
    if (has) return { why: 'failed', names: [] };
    return { why: 'licence', names: [name] };
  }
  if (status === 403) {
    const isHeld = !isArm && needed.every((name) => access.permissions?.has(name));
    return { why: 'permission', names: needed, isHeld };
  }
  return { why: 'failed', names: [] };
}

const listed = (names: readonly string[]) => names.join(' and ');

export function detailOf({ why, names, isHeld }: Refusal, { request, because }: ReadError): string {
  if (why === 'licence') return `The tenant has no licence for this: it takes ${listed(names)}.`;
  if (isHeld) {
    return `Microsoft Graph refuses this although the token carries ${listed(names)}: a policy of the service may stand in the way.`;
  }
  if (why === 'permission') {
    return request.bucket === 'arm'
      ? `Azure refuses this without the role ${listed(names)}: give it to the identity that reads.`
      : `Microsoft Graph refuses this without ${listed(names)}: grant it to the identity that reads. A permission granted lately counts once the identity gets a new token, up to a day later.`;
  }
  return `${inWords(because)} (${request.path}).`;
}

function inWords({ status, code }: ApiError): string {
  switch (code) {
    case 'NoAnswer':
      return 'There was no answer';
    case 'OutOfTime':
      return 'The time for reading the directory was over';
    case 'NoToken':
      return 'The app got no token for it';
    case 'ForeignLink':
      return 'The next page would have been on another host, which is not asked';
    case 'EndlessPages':
      return 'The pages led in circles';
    case 'NotUnderstood':
      return 'The answer was not as expected';
    default:
      return status === 429 ? 'Asked too often, for too long' : `It answered ${status}`;
  }
}

const gravest = ['permission', 'licence', 'failed'] as const;

/** One gap of a part, whatever was refused of it: the gravest reason, with all that is missing for it. */
export function gapOf(part: DirectoryPart, errors: readonly unknown[], access: Access): Gap {
  const refusals = errors
    .filter((error) => error instanceof ReadError)
    .map((error) => ({ error, refusal: refusalOf(error, access) }));
  const why = gravest.find((one) => refusals.some(({ refusal }) => refusal.why === one));
  const alike = refusals.filter(({ refusal }) => refusal.why === why);
  const [first] = alike;
  if (!first) return { part, why: 'failed', detail: 'What was read of it was not understood.' };
  const names = [...new Set(alike.flatMap(({ refusal }) => refusal.names))];
  const detail = detailOf({ ...first.refusal, names }, first.error);
  const isHeld = alike.every(({ refusal }) => refusal.isHeld);
  return { part, why: first.refusal.why, detail, ...(isHeld && { isHeld }) };
}
