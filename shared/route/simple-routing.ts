import type { RouteRule } from '../policy/route-words.ts';
import { strangers } from './accounts.ts';
import { routeFinding } from './route-finding.ts';
import type { RouteFinding, Routing } from './routing.ts';

/** Who hears of a finding by the routes alone. @param now - epoch milliseconds. */
export const routeBy = (
  routes: readonly RouteRule[],
  tenantName: (tenantId: string) => string,
  now: number,
): RouteFinding => {
  const rules = {
    routes,
    channels: {},
    inhibitions: [],
    silences: [],
    mutes: new Map(),
    accounts: strangers,
    tenantName,
    now,
  };
  return (finding) => routeFinding(finding, rules);
};

/** Routes alone, nothing else of a policy and nothing stored: for tests, and wherever findings are only counted. */
export const simpleRouting = (
  routes: readonly RouteRule[],
  tenantName: (tenantId: string) => string = (tenantId) => tenantId,
): Routing => ({
  at: async (now) => routeBy(routes, tenantName, now),
  async remember() {},
});
