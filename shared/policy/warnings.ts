import { severityRank } from '../severity.ts';
import { fold } from './as-written.ts';
import { breakGlassPrefix } from './detections.ts';
import type { Mistake } from './problem.ts';
import type { Policy, TenantPolicy } from './schema.ts';

/** What is allowed, but hardly meant. Only asked of a policy that is right otherwise. */
export const policyWarnings = (policy: Policy): Mistake[] => [
  ...unheardTenants(policy),
  ...loweredBreakGlass(policy),
];

/** Whether the route takes findings of this tenant, whatever detection they come from. */
export const isRouteOf = (
  { tenants, detections }: Policy['routes'][number],
  tenant: Pick<TenantPolicy, 'id' | 'name'>,
): boolean =>
  !detections &&
  (!tenants || tenants.some((one) => [tenant.id, fold(tenant.name)].includes(fold(one))));

function unheardTenants({ tenants, routes }: Policy): Mistake[] {
  // Every route takes critical findings: no minSeverity is above them.
  const unheard = tenants.filter((tenant) => !routes.some((route) => isRouteOf(route, tenant)));
  if (unheard.length === 0) return [];
  return [
    {
      path: ['routes'],
      point: 'key',
      reason: 'critical findings reach nobody',
      found: `no route for all detections of ${unheard.map(({ name }) => name).join(', ')}`,
      allowed: 'a route such as { minSeverity: high, channels: [soc-teams] }',
      severity: 'warning',
    },
  ];
}

function loweredBreakGlass({ detections }: Policy): Mistake[] {
  return Object.entries(detections).flatMap(([id, settings]): Mistake[] => {
    const { severity } = settings ?? {};
    if (!id.startsWith(breakGlassPrefix) || !severity) return [];
    if (severityRank(severity) >= severityRank('high')) return [];
    const path = ['detections', id, 'severity'];
    const reason = 'a used break-glass account should wake people up';
    const allowed = 'high, critical';
    return [{ path, point: 'value', reason, found: severity, allowed, severity: 'warning' }];
  });
}
