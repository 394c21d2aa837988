import type { Drill } from './drill.ts';

/** When an account of a tenant last signed in, in a drill whose alert came; epoch milliseconds. */
export function provenDrills(
  drills: readonly Drill[],
  tenantId: string,
): (accountId: string) => number | undefined {
  const latest = new Map<string, number>();
  for (const { account, signedInAt, state, tenantId: of } of drills) {
    if (state !== 'seen' || signedInAt === null || of !== tenantId) continue;
    latest.set(account.id, Math.max(latest.get(account.id) ?? 0, Date.parse(signedInAt)));
  }
  return (accountId) => latest.get(accountId);
}
