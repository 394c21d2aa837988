import { dayMs, minuteMs } from '../../time.ts';
import { isReading, type Turn } from '../../watch/turns.ts';
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
    const index = holding.turns.findLastIndex((_, n) => isJump(holding.turns, n));
    const [earlier, turn] = [holding.turns[index - 1], holding.turns[index]];
    if (!earlier || !turn || now - turn.at < settleMs || now - turn.at > longestMs) return [];
    // Since then a record told of it, or the state is as it was.
    if (holding.turns.slice(index + 1).some(({ held }) => held !== turn.held)) return [];
    const span = { from: earlier.at, to: turn.at + slackMs };
    if (isTold(holding.turns, span)) return [];
    if (isToldOfGroup(holding, account, accounts, span)) return [];
    if (!turn.held && wasSwitchedOff(account, span)) return [];
    const effect = turn.held ? 'grant' : 'removal';
    return { holding, effect, before: earlier.at, seen: turn.at };
  });
}

/** Whether a reading shows another state than the one before it, which had not run out by itself. */
function isJump(turns: readonly Turn[], index: number): boolean {
  const [before, turn] = [turns[index - 1], turns[index]];
  if (!before || !turn || before.held === turn.held) return false;
  if (!isReading(before) || !isReading(turn)) return false;
  return !(before.held && before.until !== undefined && before.until <= turn.at);
}

type Span = { from: number; to: number };

const isTold = (turns: readonly Turn[], { from, to }: Span): boolean =>
  turns.some((turn) => !isReading(turn) && turn.at > from && turn.at <= to);

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
