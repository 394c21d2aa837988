import { bounds, type Trace, type TraceKind } from './trace.ts';

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
  if (before.kind === 'signIn' && after.kind === 'signIn') {
    return after.emittedAt > before.emittedAt ? after : before;
  }
  const first = after.at < before.at ? after : before;
  if (!('lastAt' in before) || !('lastAt' in after)) return first;
  const lastAt = Math.max(before.lastAt, after.lastAt);
  return first === before && lastAt === before.lastAt ? before : ({ ...first, lastAt } as Trace);
}

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
