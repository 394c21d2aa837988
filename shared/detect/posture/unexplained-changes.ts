import { dayMs, minuteMs } from '../../time.ts';
import { isReading, lagMs, type Turn } from '../../watch/turns.ts';
import type { Holding, WatchedAccount } from '../../watch/watch-state.ts';

/** A role that one reading of the directory had and the other had not, and no record tells why. */
export type UnexplainedChange = {
  holding: Holding;
  effect: 'grant' | 'removal';
  /** The two readings, epoch milliseconds. */
  before: number;
  seen: number;
};

/** A reading takes minutes, and copies of the directory differ: an event this much later still explains it. */
const slackMs = 30 * minuteMs;
/** Older ones are history: whoever did not act on it in a month has let it be. */
const longestMs = 30 * dayMs;

/**
 * The changes of an account's roles that two readings show and no record explains.
 *
 * @param accounts - all of the tenant: what a group got or lost explains what its members did.
 * @param settleMs - how long a record may take to arrive.
 */
export function unexplainedChanges(
  account: WatchedAccount,
  accounts: ReadonlyMap<string, WatchedAccount>,
  now: number,
  settleMs: number,
): UnexplainedChange[] {
  return account.holdings.flatMap((holding) => {
    const turns = holding.turns.filter((turn) => !isHearsay(turn));
    // A later one that has not settled yet must not hide it: a role may come and go with each reading.
    const hasSettled = (index: number) => now - (turns[index]?.at ?? now) >= settleMs;
    const index = turns.findLastIndex((_, n) => isJump(holding, turns, n) && hasSettled(n));
    const [earlier, turn] = [turns[index - 1], turns[index]];
    if (!earlier || !turn || now - turn.at > longestMs) return [];
    // Since then a record told of it, or it has run out.
    const isOver = turns.some(
      ({ held }, n) => n > index && held !== turn.held && !isJump(holding, turns, n),
    );
    if (isOver) return [];
    const span = { from: earlier.at, to: turn.at + slackMs, held: turn.held };
    if (isToldOfRole(holding, account, span)) return [];
    if (isToldOfGroup(holding, account, accounts, span)) return [];
    if (!turn.held && wasSwitchedOff(account, span)) return [];
    const effect = turn.held ? 'grant' : 'removal';
    return { holding, effect, before: earlier.at, seen: turn.at };
  });
}

/** Told in passing, by a record of something else: it says that the state was there, not how it came. */
const isHearsay = ({ isState, isTold }: Turn) => isState === true && isTold === true;

/** Whether a reading shows another state than the one before it left behind. */
function isJump({ role }: Holding, turns: readonly Turn[], index: number): boolean {
  const [before, turn] = [turns[index - 1], turns[index]];
  if (!before || !turn || !isReading(turn)) return false;
  // Taken away, as a record told, and there again. A record that leaves out the scope ends them all.
  if (!isReading(before)) {
    const isUndone = !before.held && turn.held && turn.at - before.at >= lagMs;
    return isUndone && role.scope === '/' && turns.slice(0, index - 1).some(isReading);
  }
  const hasRunOut = before.held && before.until !== undefined && before.until <= turn.at;
  if (before.held !== turn.held) return !hasRunOut;
  // It had run out, and is there again for another while.
  return hasRunOut && turn.until !== before.until;
}

/** When it changed, and to what. */
type Span = { from: number; to: number; held: boolean };

function isTold(turns: readonly Turn[], { from, to, held }: Span): boolean {
  const told = turns.filter((turn) => !isReading(turn) && turn.at > from - lagMs && turn.at <= to);
  // What was told just before the first reading may not have been in its copy yet.
  return told.some(({ at }) => at > from) || told.at(-1)?.held === held;
}

/** What a record says where it does not tell the scope. */
const untoldScopes = new Set(['/', '/administrativeUnits/unknown']);

/** A record of the role itself, also one that leaves out for which part of the tenant it is. */
const isToldOfRole = (
  { role, tier, via, turns }: Holding,
  { holdings }: WatchedAccount,
  span: Span,
): boolean =>
  // That somebody activates a role says that it was possible, and not who made it so.
  isTold(tier === 'eligible' ? turns.filter((turn) => !isHearsay(turn)) : turns, span) ||
  holdings.some(
    (one) =>
      one.role.templateId === role.templateId &&
      one.tier === tier &&
      one.via === via &&
      one.role.scope !== role.scope &&
      untoldScopes.has(one.role.scope) &&
      isTold(
        one.turns.filter(({ held }) => held === span.held),
        span,
      ),
  );

/** The member joined or left, or the group itself got or lost the role. */
function isToldOfGroup(
  { via, role }: Holding,
  account: WatchedAccount,
  accounts: ReadonlyMap<string, WatchedAccount>,
  span: Span,
): boolean {
  if (via === null) return false;
  const memberships = account.memberships.filter(({ group }) => group === via);
  // What is unexplained of the group is told of the group, and once.
  const own = (accounts.get(via)?.holdings ?? []).filter(
    (one) => one.role.templateId === role.templateId,
  );
  return (
    memberships.some(({ turns }) => isTold(turns, span)) ||
    own.some(({ turns }) =>
      turns.some(({ at }, n) => at <= span.to && at > span.from && isTurn(turns, n)),
    )
  );
}

const isTurn = (turns: readonly Turn[], index: number): boolean =>
  turns[index]?.held !== turns[index - 1]?.held;

/** A deleted account loses its roles without a row for each. */
const wasSwitchedOff = ({ enabled }: WatchedAccount, span: Span): boolean =>
  isTold(
    enabled.filter(({ held }) => !held),
    span,
  );
