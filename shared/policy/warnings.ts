import { severityRank } from '../severity.ts';
import { dayMs, dayOf, parseTime } from '../time.ts';
import { breakGlassPrefix } from './detections.ts';
import type { Mistake } from './problem.ts';
import { isForTenant } from './reach-checks.ts';
import type { Policy, TenantPolicy } from './schema.ts';
import { mostSilentDays } from './silences.ts';
import { sinkWarnings } from './sink-checks.ts';

/** What is allowed, but hardly meant. Only asked of a policy that is right otherwise. */
export const policyWarnings = (policy: Policy, now: number): Mistake[] => [
  ...unheardTenants(policy),
  ...loweredBreakGlass(policy),
  ...longSilences(policy, now),
  ...loneAnswerer(policy),
  ...unreachable(policy),
  ...sinkWarnings(policy),
];

/** Whether the route takes critical findings of this tenant, whatever detection they come from. */
export const isRouteOf = (
  route: Policy['routes'][number],
  tenant: Pick<TenantPolicy, 'id' | 'name'>,
): boolean => !route.detections && !route.accounts && isForTenant(route, tenant);

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

/** How long is too long depends on the day it is read: what was right when it was written must go on. */
function longSilences({ silences }: Policy, now: number): Mistake[] {
  return silences.flatMap(({ until }, index): Mistake[] => {
    const start = (parseTime(until) ?? 0) - mostSilentDays * dayMs;
    if (start <= now) return [];
    const path = ['silences', index, 'until'];
    const reason = `a silence lasts ${mostSilentDays} days at most, so this one counts from ${dayOf(start)} on`;
    const allowed = `a moment at most ${mostSilentDays} days ahead`;
    return [{ path, point: 'value', reason, found: until, allowed, severity: 'warning' }];
  });
}

/** Who acknowledged a break-glass incident may not close it. */
function loneAnswerer({ people, closing }: Policy): Mistake[] {
  const [one, ...others] = Object.keys(people);
  if (one === undefined || others.length > 0 || !closing.secondPerson) return [];
  return [
    {
      path: ['people'],
      point: 'key',
      reason: 'nobody could close a break-glass incident',
      found: `${one} alone`,
      allowed: 'two people at least',
      severity: 'warning',
    },
  ];
}

/** Asked by an escalation, but neither by a mail of their own nor by a mention. */
function unreachable({ people, schedules, escalations }: Policy): Mistake[] {
  const named = escalations.flatMap(({ tiers }) => tiers.flatMap(({ onCall }) => onCall));
  const asked = new Set(named.flatMap((name) => schedules[name]?.people ?? name));
  return Object.entries(people)
    .filter(([name, { account, mail }]) => asked.has(name) && !account && !mail)
    .map(([name]) => ({
      path: ['people', name],
      point: 'key',
      reason: 'an escalation asks for them',
      found: 'neither an account nor a mail address',
      allowed: 'one of them, or both',
      severity: 'warning',
    }));
}
