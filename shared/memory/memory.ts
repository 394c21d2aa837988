import { bounds, type SignInTrace, type Trace, type TraceKind } from './trace.ts';

/** All that is remembered of one subject, in the order of the events. */
export type Memory = readonly Trace[];

/**
 * Adds traces. The answer depends on what was seen, not on the order in which it came.
 *
 * @returns the very same memory if nothing is new.
 */
export function unite(memory: Memory, traces: readonly Trace[]): Memory {
  const byKey = new Map(memory.map((trace) => [keyOf(trace), trace]));
  let isNew = false;
  for (const trace of traces) {
    const before = byKey.get(keyOf(trace));
    const after = before ? uniteTwo(before, trace) : trace;
    if (after === before) continue;
    byKey.set(keyOf(trace), after);
    isNew = true;
  }
  if (!isNew) return memory;
  const kept = withinBounds([...byKey.values()].sort(byTime));
  return isSame(kept, memory) ? memory : kept;
}

const keyOf = ({ kind, id }: Trace) => `${kind} ${id}`;
const byTime = (a: Trace, b: Trace) => a.at - b.at || (keyOf(a) < keyOf(b) ? -1 : 1);

/** Two traces of one thing: the row that was written last is right; else the first event tells of it. */
function uniteTwo(before: Trace, after: Trace): Trace {
  if (before.kind === 'signIn' && after.kind === 'signIn') return uniteRows(before, after);
  const first = orderOfEvents(after, before) < 0 ? after : before;
  if (!('lastAt' in before) || !('lastAt' in after)) return first;
  const lastAt = Math.max(before.lastAt, after.lastAt);
  return first === before && lastAt === before.lastAt ? before : ({ ...first, lastAt } as Trace);
}

/** The row that was written last, and whether any other said something else. */
function uniteRows(before: SignInTrace, after: SignInTrace): SignInTrace {
  const last = orderOfRows(before, after) < 0 ? after : before;
  const isOtherwise = before.errorCode !== after.errorCode || before.mfa !== after.mfa;
  const isCorrected = isOtherwise || before.isCorrected || after.isCorrected || false;
  return isCorrected && !last.isCorrected ? { ...last, isCorrected } : last;
}

/** Of rows written in one moment, a success ends the sign-in, and the row that says more is the later. */
const orderOfRows = (a: SignInTrace, b: SignInTrace) =>
  a.emittedAt - b.emittedAt ||
  Number(a.errorCode === 0) - Number(b.errorCode === 0) ||
  (a.said?.length ?? 0) - (b.said?.length ?? 0) ||
  compare(wordsOf(a), wordsOf(b));
/** Of one version, whatever is known of the others. */
const wordsOf = (row: SignInTrace) => JSON.stringify({ ...row, isCorrected: undefined });

/** Events of one moment are told apart in some way, as long as it is always the same. */
const orderOfEvents = (a: Trace, b: Trace) =>
  a.at - b.at || compare(nameIn(a), nameIn(b)) || compare(textOf(a), textOf(b));
const nameIn = (trace: Trace) => ('recordId' in trace ? trace.recordId : '');
/** Without what grows. */
const textOf = (trace: Trace) => JSON.stringify({ ...trace, lastAt: 0 });

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** The old go, as seen from the latest event, and of too many of one kind the oldest. */
function withinBounds(traces: readonly Trace[]): Memory {
  const latest = Math.max(...traces.map(endOf));
  const counts = new Map<TraceKind, number>();
  const kept: Trace[] = [];
  for (const trace of traces.toReversed()) {
    const { keptMs, most } = bounds[trace.kind];
    const count = (counts.get(trace.kind) ?? 0) + 1;
    if (latest - endOf(trace) > keptMs || count > most) continue;
    counts.set(trace.kind, count);
    kept.push(trace);
  }
  return kept.reverse();
}

const endOf = (trace: Trace) => ('lastAt' in trace ? trace.lastAt : trace.at);

const isSame = (a: Memory, b: Memory) =>
  a.length === b.length && a.every((trace, index) => trace === b[index]);

/** When nothing of it is of use any more, epoch milliseconds. */
export const expiryOf = (memory: Memory): number =>
  Math.max(0, ...memory.map((trace) => endOf(trace) + bounds[trace.kind].keptMs));
