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
  /** Seen as a state by a snapshot, so it had begun (or ended) at an unknown time before. */
  isState?: true;
};

const mostTurns = 24;

/** Adds a turn in its place; the same turn told twice is one. */
export function addTurn(turns: Turn[], turn: Turn): void {
  if (turns.some(({ at, held }) => at === turn.at && held === turn.held)) return;
  turns.push(turn);
  // At the same moment the loss comes last: a grant and its end in one click leave nothing.
  turns.sort((a, b) => a.at - b.at || Number(b.held) - Number(a.held));
  turns.splice(0, turns.length - mostTurns);
}

/** Whether it held at a moment. */
export function heldAt(turns: readonly Turn[], at: number): boolean {
  const last = turns.findLast((turn) => turn.at <= at);
  if (last) return last.held && (last.until === undefined || at <= last.until);
  const first = turns[0];
  if (!first) return false;
  // Before the first word of it: a state lasted already, a removal ended what had been, a grant began it.
  return first.isState ? first.held : !first.held;
}
