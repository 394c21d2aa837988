import type { SignInEvent } from '../../read/event.ts';
import type { Severity } from '../../severity.ts';

/** Microsoft's own directories: partner centre, documentation, support and the like are in there. */
const microsoftTenants: ReadonlySet<string | null> = new Set([
  '72f988bf-86f1-41af-91ab-2d7cd011db47',
  'f8cdef31-a31e-4b4a-93e4-5f571e91255a',
]);

/** A Teams channel shared between organisations, or a service that hands the sign-in through: nobody chose to go there. */
const inPassing: ReadonlySet<string> = new Set(['b2bdirectconnect', 'passthrough']);

/** The other directory that somebody at home here signs in to, if it is one to ask about. */
export function foreignResourceOf(event: SignInEvent): string | null {
  const { tenantId, homeTenantId, resourceTenantId, crossTenantAccess } = event;
  if (resourceTenantId === tenantId || isElsewhere(homeTenantId, tenantId)) return null;
  if (inPassing.has(crossTenantAccess) || microsoftTenants.has(resourceTenantId)) return null;
  return resourceTenantId;
}

/** The other directory that somebody who signs in here is at home in. */
export function foreignHomeOf({ tenantId, homeTenantId, resourceTenantId }: SignInEvent) {
  if (homeTenantId === tenantId || isElsewhere(resourceTenantId, tenantId)) return null;
  return homeTenantId;
}

/** Where a record leaves it out, it is the tenant whose log this is. */
const isElsewhere = (id: string | null, tenantId: string) => id !== null && id !== tenantId;

/** Between a partner and its customer both have agreed to it (GDAP). */
export const severityOfCrossing = ({ crossTenantAccess }: SignInEvent): Severity =>
  crossTenantAccess === 'serviceprovider' ? 'low' : 'medium';
