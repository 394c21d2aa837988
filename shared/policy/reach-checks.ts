import { detectionIds } from '../detect/detection-ids.ts';
import { channels as kinds } from '../tell/channels/index.ts';
import { fold } from './as-written.ts';
import { breakGlassPrefix } from './detections.ts';
import { listOf, type Mistake } from './problem.ts';
import type { Policy, Route, TenantPolicy } from './schema.ts';

/** A break-glass alert must not depend on one thing, nor on the tenant whose last resort it tells of. */
const leastChannels = 2;

/**
 * Tenants whose critical break-glass findings would reach too few: two channels at least, one of them
 * outside the tenant. Floors, hours and digests do not count for these findings, and so not here. Asked
 * of a policy that is right otherwise; without any channel it can only replay, and is left alone.
 */
export function reachMistakes(policy: Policy): Mistake[] {
  if (Object.keys(policy.channels).length === 0) return [];
  return policy.tenants
    .filter(({ accounts }) => accounts.emergency.length > 0)
    .flatMap((tenant): Mistake[] => {
      const short = shortfallOf(tenant, policy);
      if (!short) return [];
      return [
        {
          path: ['routes'],
          point: 'key',
          reason: 'a break-glass alert must not depend on one thing, nor on the tenant it is about',
          found: `for ${tenant.name} ${short}`,
          allowed: `routes of critical findings to at least ${leastChannels} channels, one of them outside the tenant: ${outsideKinds}`,
        },
      ];
    });
}

const outside = kinds.filter(({ isOutside }) => isOutside).map(({ type }) => type);
const outsideKinds = listOf(
  outside.map((type) => (type === 'email' ? 'email over SMTP at another provider' : type)),
);

/** What is missing, in words: of all break-glass detections the one that reaches the fewest. */
function shortfallOf(tenant: TenantPolicy, { routes, channels }: Policy): string | undefined {
  const isOutside = (name: string) => outside.includes(channels[name]?.type ?? '');
  const reaches = breakGlassDetections
    .map((detection) => ({ detection, reached: reachedBy(detection, tenant, routes) }))
    .filter(({ reached }) => reached.length < leastChannels || !reached.some(isOutside))
    .sort((a, b) => a.reached.length - b.reached.length);
  const [worst] = reaches;
  if (!worst) return undefined;
  const { detection, reached } = worst;
  const isOfAll = reaches.length === breakGlassDetections.length;
  const what = isOfAll ? 'break-glass findings' : `findings of ${detection}`;
  const where = listOf(reached.map((name) => `${name} (${channels[name]?.type})`));
  if (reached.length === 0) return `critical ${what} reach no channel`;
  if (reached.length < leastChannels) return `critical ${what} reach ${where} alone`;
  return `critical ${what} reach ${where}, none of them outside the tenant`;
}

const breakGlassDetections = detectionIds.filter((id) => id.startsWith(breakGlassPrefix));

function reachedBy(detection: string, tenant: TenantPolicy, routes: readonly Route[]): string[] {
  const fitting = routes.filter(
    (route) =>
      isForTenant(route, tenant) &&
      (!route.detections || route.detections.some((one) => one === detection)) &&
      // A route for some accounts counts only if it is for all of these.
      (!route.accounts || tenant.accounts.emergency.every((one) => route.accounts?.includes(one))),
  );
  return [...new Set(fitting.flatMap(({ channels }) => channels))];
}

export const isForTenant = (
  { tenants }: Pick<Route, 'tenants'>,
  tenant: Pick<TenantPolicy, 'id' | 'name'>,
): boolean => !tenants || tenants.some((one) => [tenant.id, fold(tenant.name)].includes(fold(one)));
