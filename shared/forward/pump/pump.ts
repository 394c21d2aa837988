import { randomUUID } from 'node:crypto';
import type { Shelf } from '../../shelf.ts';
import { isoOf } from '../../time.ts';
import type { Waiting } from '../feed.ts';
import { type Claim, type ClaimRow, takeClaim } from './claim.ts';
import { drain, pageSize } from './drain.ts';
import { dueHeartbeats } from './heartbeat.ts';
import { beat, probe } from './pump-heartbeats.ts';
import { type DrainDeps, type Holds, isHeld, type Run, type Turn } from './pump-run.ts';
import { troubleOf } from './send-batch.ts';
import type { BeatDeps } from './send-heartbeat.ts';
import type { SinkToSend } from './send-wave.ts';
import {
  afterTrouble,
  isResting,
  openState,
  type SinkState,
  type StateBook,
  type Trouble,
} from './sink-state.ts';

export type PumpDeps = DrainDeps &
  Omit<BeatDeps, 'waiting'> & {
    /** By the name of the sink, both. */
    states: Shelf<SinkState>;
    claims: Shelf<ClaimRow>;
    /** When to stop and let another one go on. Left out: four minutes. */
    forMs?: number;
    /** Kept for the next pump of the same sink. */
    holds?: Holds;
  };

export type PumpReport = {
  sink: string;
  /** `busy`: another pump is at it. `resting`: the sink is to be left alone until `next`. */
  ended: 'drained' | 'out of time' | 'in trouble' | 'resting' | 'busy';
  /** Events that the sink took, heartbeats not included. */
  taken: number;
  /** Events that the policy does not want there. */
  filtered: number;
  /** Events that lie with the dead letters now. */
  refused: number;
  /** When to look again, epoch milliseconds; null: when something new waits. */
  next: number | null;
  /** Null where another pump is at it. */
  state: SinkState | null;
  /** Since when the oldest that still waits does, as far as we looked, UTC ISO 8601. */
  waitingSince: string | null;
};

const usuallyMs = 4 * 60_000;
const keepEveryMs = 5_000;
/** Longer than the longest pause: what is older was settled by another process. */
const holdKeptMs = 10 * 60_000;

type Pumping = Run & {
  deps: PumpDeps;
  /** Epoch milliseconds. */
  until: number;
  /** As it is stored; undefined: another pump is at it. */
  state: SinkState | undefined;
};

/**
 * 9 forward: sends a sink what waits for it, one pump at a time. Stopped anywhere, the next one goes on:
 * what was sent and not settled comes again with the same uid.
 *
 * @throws {WatchError} STORE_UNAVAILABLE: doing it again is safe.
 */
export async function pump(sink: SinkToSend, deps: PumpDeps): Promise<PumpReport> {
  const run: Pumping = {
    ...{ sink, deps, trouble: undefined, putOff: undefined, state: undefined },
    ...{ held: deps.holds ?? new Map(), unsaved: new Set(), isReadable: false },
    counts: { taken: 0, filtered: 0, refused: 0 },
    until: deps.now() + (deps.forMs ?? usuallyMs),
  };
  forgetOld(run);
  for (;;) {
    const ended = await takeTurn(run);
    if (ended === 'busy') return reportOf(run, 'busy', []);
    const rest = await deps.feed.waiting(sink.name, { limit: pageSize });
    if (ended === 'resting' || run.trouble) return reportOf(run, ended ?? 'in trouble', rest);
    // Whoever noted something while we were at it found the sink claimed, and went away.
    const isNews = ({ incident }: Waiting) =>
      !isHeld(incident, run, deps.now()) && !run.unsaved.has(incident);
    const hasNews = rest.some(isNews);
    const isLate = deps.now() >= run.until;
    if (!hasNews || isLate) return reportOf(run, hasNews ? 'out of time' : 'drained', rest);
  }
}

function forgetOld({ held, deps }: Pumping): void {
  for (const [incident, { until }] of held) {
    if (deps.now() - until > holdKeptMs) held.delete(incident);
  }
}

/** @returns undefined once the turn was taken. */
async function takeTurn(run: Pumping): Promise<'busy' | 'resting' | undefined> {
  const { sink, deps } = run;
  const claim = await takeClaim(deps.claims, sink.name, randomUUID(), deps.now);
  if (!claim) return 'busy';
  // A request may last longer than the claim.
  const keeping = setInterval(() => void claim.keep(), keepEveryMs);
  keeping.unref();
  try {
    const book = await openState(deps.states, sink.name, { now: deps.now, isOurs: claim.isHeld });
    run.state = book.state();
    if (isResting(run.state, deps.now())) return 'resting';
    await work(run, claim, book);
    if (!claim.isHeld()) return 'busy';
    run.state = book.state();
    return undefined;
  } finally {
    clearInterval(keeping);
    await claim.release();
  }
}

async function work(run: Pumping, claim: Claim, book: StateBook): Promise<void> {
  const { sink, deps } = run;
  const turn: Turn = {
    book,
    probe: (tenantId) => probe(tenantId, sink, book, deps),
    async mayGoOn() {
      if (run.trouble || deps.now() >= run.until) return false;
      await claim.keep();
      return claim.isHeld();
    },
  };
  const before = run.counts.taken;
  run.trouble = faultInOpening(sink);
  const silent = run.trouble ? undefined : await beat(run, turn, deps);
  await drain(run, turn, deps);

  await claim.keep();
  conclude(run, run.counts.taken > before ? undefined : silent, book);
  await book.save();
}

function faultInOpening(sink: SinkToSend): Trouble | undefined {
  try {
    sink.open();
    return undefined;
  } catch (error) {
    return troubleOf(error);
  }
}

function conclude(run: Pumping, silent: Trouble | undefined, book: StateBook): void {
  const { sink, deps } = run;
  const now = deps.now();
  const random = (deps.random ?? Math.random)();
  const trouble = run.trouble ?? silent;
  if (trouble) book.note((state) => afterTrouble(state, trouble, { now, random }));
  const { heartbeats } = book.state();
  const isBeatLeft = dueHeartbeats(sink.heartbeatTenants, heartbeats, now).length > 0;
  // Events that come meanwhile are not to wait because a heartbeat was refused.
  if (!run.trouble && silent && !isBeatLeft) book.note((state) => ({ ...state, nextAt: null }));
  run.trouble ??= silent;
}

function reportOf(run: Pumping, ended: PumpReport['ended'], rest: readonly Waiting[]): PumpReport {
  const { sink, counts } = run;
  const state = ended === 'busy' ? null : (run.state ?? null);
  return {
    ...{ sink: sink.name, ended, ...counts, state },
    next: nextOf(ended, state, run),
    waitingSince: oldestOf(rest),
  };
}

/** UTC ISO 8601. */
export const oldestOf = (rest: readonly Waiting[]): string | null =>
  rest.length > 0 ? isoOf(Math.min(...rest.map(({ since }) => since))) : null;

function nextOf(
  ended: PumpReport['ended'],
  state: SinkState | null,
  { held, deps }: Pumping,
): number | null {
  if (ended === 'out of time') return deps.now();
  if (state?.nextAt) return Date.parse(state.nextAt);
  // What is over and was not tried again has been settled by somebody else.
  const holds = [...held.values()].filter(({ until }) => until > deps.now());
  return holds.length > 0 ? Math.min(...holds.map(({ until }) => until)) : null;
}
