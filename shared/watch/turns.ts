import { minuteMs } from '../time.ts';

/**
 * Something that begins and ends, told by events that may come late or in the wrong order:
 * a list of turns, sorted by when they happened.
 */
export type Turn = {
  /** Epoch milliseconds. */
  at: number;
  held: boolean;
  /** When it ends by itself. */
  until?: number;
  /** Seen as a state, so it had begun (or ended) at an unknown time before. */
  isState?: true;
  /** It was a record that told of the state, not a reading of the directory. */
  isTold?: true;
};

/** Whether a reading of the directory saw it, and no record told of it. */
export const isReading = ({ isState, isTold }: Turn): boolean => isState === true && !isTold;

const mostTurns = 24;

/** Adds a turn in its place; the same turn told twice is one, whichever came first. */
export function addTurn(turns: Turn[], turn: Turn): void {
  turns.splice(0, turns.length, ...uniteTurns(turns, [turn]));
}

/** One list of turns out of two, the same in whichever order they are given. */
export function uniteTurns(a: readonly Turn[], b: readonly Turn[]): Turn[] {
  const byMoment = new Map<string, Turn>();
  for (const turn of [...a, ...b]) {
    const key = `${turn.at} ${turn.held}`;
    const same = byMoment.get(key);
    byMoment.set(key, same ? uniteTurn(same, turn) : { ...turn });
  }
  // At the same moment the loss comes last: a grant and its end in one click leave nothing.
  const turns = [...byMoment.values()].sort(
    (x, y) => x.at - y.at || Number(y.held) - Number(x.held),
  );
  while (turns.length > mostTurns) turns.splice(leastTelling(turns), 1);
  return turns;
}

/** Of a moment told twice the later end counts, and the word of an event outweighs that of a snapshot. */
function uniteTurn(a: Turn, b: Turn): Turn {
  const isState = a.isState && b.isState;
  const told = [a, b].flatMap(({ until }) => until ?? []);
  // An event may leave its end out. A snapshot that shows none beside one shows a role held for good.
  const ends = isState && told.length < 2 ? [] : told;
  return {
    at: a.at,
    held: a.held,
    ...(ends.length > 0 && { until: Math.max(...ends) }),
    ...(isState && { isState }),
    ...(isState && (a.isTold || b.isTold) && { isTold: true }),
  };
}

/** A snapshot between two that say the same tells nothing; else the oldest turn goes. */
function leastTelling(turns: readonly Turn[]): number {
  const index = turns.findIndex((turn, at) => {
    const [before, after] = [turns[at - 1], turns[at + 1]];
    const isBetween = turn.isState && before?.isState && after?.isState;
    return isBetween && before.held === turn.held && after.held === turn.held;
  });
  return Math.max(index, 0);
}

/** So far apart are the two rows that PIM and the directory write of one change. */
const twinMs = 60_000;

/** Graph answers out of copies that lag: what an event told in the minutes before outweighs them. */
export const lagMs = 10 * minuteMs;

/** Whether it held at a moment. */
export function heldAt(turns: readonly Turn[], at: number): boolean {
  const index = lastTelling(turns, at);
  const last = turns[index];
  if (last) {
    const until = last.until ?? endOfTwin(turns, index);
    return last.held && (until === undefined || at <= until);
  }
  const first = turns[0];
  if (!first) return false;
  // Before the first word of it: a state lasted already, a removal ended what had been, a grant began it.
  return first.isState ? first.held : !first.held;
}

/** The latest word on a moment. */
function lastTelling(turns: readonly Turn[], at: number): number {
  const index = turns.findLastIndex((turn) => turn.at <= at);
  const last = turns[index];
  if (!last || !isReading(last)) return index;
  const event = turns.findLastIndex((turn, n) => n < index && !turn.isState);
  const told = turns[event];
  const isNewer =
    told && told.held !== last.held && last.at - told.at < lagMs && !hasEnded(told, last.at);
  return isNewer ? event : index;
}

const hasEnded = ({ until }: Turn, at: number) => until !== undefined && until < at;

/** The directory's row of a change in PIM comes seconds behind PIM's own, and leaves out the end. */
function endOfTwin(turns: readonly Turn[], index: number): number | undefined {
  const [before, turn] = [turns[index - 1], turns[index]];
  if (!before?.held || !turn?.held || turn.isState) return undefined;
  return turn.at - before.at <= twinMs ? before.until : undefined;
}
