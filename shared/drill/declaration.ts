import { cleanLine } from '../clean-text.ts';
import { breakGlassIncident } from '../detect/found.ts';
import { derivedId } from '../finding.ts';
import type { Person } from '../respond/response.ts';
import { hourMs, isoOf, minuteMs, parseTime } from '../time.ts';
import type { Watchlist } from '../watch/watchlist.ts';
import { type Drill, unseen } from './drill.ts';
import { drillAccount } from './drill-account.ts';

/** What somebody declares. `account` is an object id or a UPN; the times are UTC ISO 8601. */
export type Declaration = {
  tenantId: string;
  account: string;
  from: string;
  until: string;
  reason: string;
};

export const shortestDrillMs = 10 * minuteMs;
export const longestDrillMs = 24 * hourMs;
/** Whoever fills in "now" needs a while to press. */
const mostLateMs = 5 * minuteMs;
const longestReason = 300;

type Scene = {
  /** Of the tenant; undefined if the policy does not name it. */
  watchlist: Watchlist | undefined;
  /** Every drill there is. */
  others: readonly Drill[];
  by: Person;
  /** Epoch milliseconds. */
  now: number;
};

/** The drill that a declaration makes, or the sentence that refuses it. */
export function drillFrom(
  given: Declaration,
  { watchlist, others, by, now }: Scene,
): Drill | string {
  if (!watchlist) return 'The policy names no such tenant.';
  const account = drillAccount(cleanLine(given.account), watchlist, now);
  if (typeof account === 'string') return account;
  // Whoever holds such an account would call the night on which it is stolen a drill.
  if (watchlist.isBreakGlass({ type: 'user', id: by.id, name: null })) {
    return 'A break-glass account declares no drill: do it as yourself.';
  }
  const reason = cleanLine(given.reason, longestReason);
  if (!reason) return 'Say why: a drill needs a reason.';
  const window = windowFrom(given, now);
  if (typeof window === 'string') return window;
  const { from, until } = window;
  const other = others.find(
    (one) =>
      one.state !== 'cancelled' &&
      one.tenantId === watchlist.tenant.id &&
      one.account.id === account.id &&
      Date.parse(one.from) <= until &&
      Date.parse(one.until) >= from,
  );
  if (other) {
    return `There is a drill of this account from ${other.from} to ${other.until} already (${other.id}).`;
  }
  const tenantId = watchlist.tenant.id;
  return {
    id: derivedId('drill', tenantId, account.id, isoOf(from), isoOf(now)).slice(0, 12),
    tenantId,
    account: { id: account.id, name: cleanLine(account.name) },
    incident: breakGlassIncident(tenantId, { type: 'user', ...account }, watchlist),
    declaredBy: { ...by, name: cleanLine(by.name, 80) },
    declaredAt: isoOf(now),
    reason,
    from: isoOf(from),
    until: isoOf(until),
    ...unseen,
  };
}

function windowFrom(
  given: Pick<Declaration, 'from' | 'until'>,
  now: number,
): { from: number; until: number } | string {
  const [start, until] = [parseTime(given.from), parseTime(given.until)];
  if (start === undefined || until === undefined) {
    return 'A time is UTC ISO 8601, such as 2026-11-20T09:00:00Z.';
  }
  // A use that has happened is no drill: nobody may make it one afterwards.
  if (start < now - mostLateMs) return 'A drill is declared before it begins.';
  if (until - start < shortestDrillMs) return 'A drill lasts at least 10 minutes.';
  if (until - start > longestDrillMs) return 'A drill lasts at most 24 hours.';
  // Whoever asks for an hour has one, however long the asking took.
  const late = Math.max(0, now - start);
  return { from: start + late, until: until + late };
}
