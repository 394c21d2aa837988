import type { PathEntry } from './contract.ts';
import { GraphError } from './errors.ts';
import { isGuid } from './identifiers.ts';
import type { Tenant } from './model.ts';
import { propertiesOf } from './query/inspect.ts';
import type { Options } from './query/options.ts';

/** @throws {GraphError} 403: no permission of the token opens the path. */
export function checkPermission({ least, alt = [], allOf }: PathEntry, roles: readonly string[]) {
  const holds = (name: string) => roles.includes(name);
  const isEnough = allOf ? least.every(holds) : least.some(holds);
  if (!isEnough && !alt.some(holds)) throw denied();
}

const denied = () =>
  new GraphError(
    403,
    'Authorization_RequestDenied',
    'Insufficient privileges to complete the operation.',
  );

const noPremium = () =>
  new GraphError(
    403,
    'Authentication_RequestFromNonPremiumTenantOrB2CTenant',
    "Neither tenant is B2C or tenant doesn't have premium license",
  );

/** @throws {GraphError} The tenant lacks the licence; each service says so in its own way. */
export function checkLicence({ lic, thr }: PathEntry, tenant: Tenant): void {
  const { licence, hasWorkloadIdPremium, hasIntune } = tenant;
  if (lic === undefined) return;
  if (lic === 'Intune') {
    if (!hasIntune) throw new GraphError(403, 'Forbidden', 'Tenant is not licensed for Intune.');
    return;
  }
  if (lic === 'Workload ID Premium') {
    if (!hasWorkloadIdPremium) throw unlicensed();
    return;
  }
  if (lic.startsWith('P1')) {
    if (licence !== 'Free') return;
    throw thr === 'idp-ca' && lic !== 'P1' ? unlicensed() : noPremium();
  }
  if (licence === 'P2') return;
  if (thr === 'pim') {
    throw new GraphError(
      400,
      'AadPremiumLicenseRequired',
      'The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license.',
    );
  }
  throw thr === 'access-reviews'
    ? new GraphError(403, 'AccessDenied', 'The tenant has no license for access reviews.')
    : unlicensed();
}

const unlicensed = () =>
  new GraphError(403, 'Forbidden', 'Your tenant is not licensed for this feature.');

/**
 * Sign-ins of users ask for more than the users themselves.
 *
 * @throws {GraphError} 403, and 400 unless the user is named by id.
 */
export function checkSignInActivity(
  { path }: PathEntry,
  options: Options,
  asked: { roles: readonly string[]; tenant: Tenant; keys: readonly string[] },
): void {
  if (!asksForSignIns(options)) return;
  if (asked.tenant.licence === 'Free') throw noPremium();
  if (!asked.roles.includes('AuditLog.Read.All')) throw denied();
  const [id = ''] = asked.keys;
  if (path === '/users/{id}' && !isGuid(id)) {
    throw new GraphError(
      400,
      'BadRequest',
      'Get By Key only supports UserId and the key has to be a valid Guid',
    );
  }
}

export const asksForSignIns = ({ select, filter }: Options): boolean =>
  select?.includes('signInActivity') === true ||
  (filter !== undefined && propertiesOf(filter).has('signInActivity'));
