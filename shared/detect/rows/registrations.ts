import type { AuditEvent } from '../../read/event.ts';
import { identityServiceId } from './app-credentials.ts';

export const isRegistration = ({ operation, result }: AuditEvent) =>
  operation === 'add service principal' && result === 'success';

/** The tenant that Microsoft's own applications belong to. */
const microsoftTenant = 'f8cdef31-a31e-4b4a-93e4-5f571e91255a';

/** Services that create service principals of their own accord, with their application ids as far as known. */
const platform = new Map<string, string | null>([
  ['microsoft azure ad internal - jit provisioning', null],
  ['managed service identity', identityServiceId],
  ['windows azure service management api', '797f4846-ba00-4fd7-ba43-dac1f8f63013'],
]);

/**
 * Whether a service principal came with the platform: of an application of Microsoft's, for a managed
 * identity, with a subscription. Entra writes down how it came about; older rows name only who did it.
 *
 * @see https://learn.microsoft.com/entra/identity/monitoring-health/understand-service-principal-creation-with-new-audit-log-properties
 */
export function isPlatformRegistration({ details, actor, actorAppId }: AuditEvent): boolean {
  if (details.get('appownerorganizationid')?.toLowerCase() === microsoftTenant) return true;
  const way = details.get('serviceprincipalprovisioningtype')?.toLowerCase();
  if (way) return way !== 'other';
  const appId = platform.get(actor?.name?.toLowerCase() ?? '');
  if (appId === undefined || actor?.type !== 'servicePrincipal') return false;
  return actorAppId === null || actorAppId === appId;
}
