import type { RoleRef } from '../../finding.ts';
import { parseTime } from '../../time.ts';
import { heldAt, type Turn } from '../../watch/turns.ts';
import type { Holding, WatchedAccount } from '../../watch/watch-state.ts';
import type { PostureContext } from '../posture-check.ts';

/** A role that somebody may activate, and when that was last done. Times are epoch milliseconds. */
export type EligibleUse = {
  role: RoleRef;
  /** Known to be held from then on, so that an activation would have been seen. */
  watchedSince: number;
  /** When it was given; null where it was there before anybody watched, and nobody tells since when. */
  givenAt: number | null;
  usedAt: number | null;
};

export function eligibleUse(
  account: WatchedAccount,
  { watchlist, now }: Pick<PostureContext, 'watchlist' | 'now'>,
): EligibleUse[] {
  return account.holdings
    .filter(({ tier, role }) => tier === 'eligible' && watchlist.roles.has(role.templateId))
    .flatMap((holding) => {
      const run = heldAt(holding.turns, now) ? runAt(holding.turns, now) : undefined;
      if (!run) return [];
      const { since: watchedSince, isFromStart } = run;
      const startsAt = listedStart(account, holding);
      return {
        role: holding.role,
        watchedSince,
        givenAt: isFromStart ? watchedSince : startsAt <= watchedSince ? startsAt : null,
        usedAt: usedAt(account, holding, now),
      };
    });
}

/** The time without interruption that a moment lies in. */
function runAt(turns: readonly Turn[], now: number) {
  const told = turns.filter(({ at }) => at <= now);
  const start = told.findLastIndex((turn, n) => turn.held && !lastsUntil(told[n - 1], turn.at));
  const first = told[start];
  // A first reading finds what was there before; an event, or a reading before without it, tells the start.
  return first && { since: first.at, isFromStart: !first.isState || start > 0 };
}

const lastsUntil = (turn: Turn | undefined, at: number): boolean =>
  turn?.held === true && (turn.until === undefined || turn.until >= at);

/** Later than what is known of it, it is the start of a renewal. */
function listedStart({ snapshot }: WatchedAccount, { role, via }: Holding): number {
  const listed = snapshot?.assignments?.find(
    (one) =>
      one.state === 'eligible' &&
      one.roleTemplateId === role.templateId &&
      (one.scope ?? '/') === role.scope &&
      (one.via ?? null) === via,
  );
  return parseTime(listed?.since) ?? Number.POSITIVE_INFINITY;
}

/** Whoever holds it active has it in use, however that came about. */
function usedAt(account: WatchedAccount, { role, via }: Holding, now: number): number | null {
  const roles = account.holdings.filter(
    (one) =>
      one.tier === 'active' &&
      one.role.templateId === role.templateId &&
      // The row of an activation does not always name the unit.
      (one.role.scope === role.scope || one.role.scope === '/'),
  );
  // Whoever is eligible for a group activates the membership, and not the role.
  const memberships = account.memberships.filter(({ group }) => group === via);
  const times = [...roles, ...memberships]
    .flatMap(({ turns }) => turns)
    .filter(({ at, held }) => held && at <= now)
    .map(({ at }) => at);
  return times.length > 0 ? Math.max(...times) : null;
}
