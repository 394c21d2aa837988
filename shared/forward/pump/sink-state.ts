import { cleanLine } from '../../clean-text.ts';
import type { Shelf } from '../../shelf.ts';
import { dayMs, hourMs, isoOf, minuteMs } from '../../time.ts';
import type { Refusal } from '../sink-status.ts';

/** How a sink has fared. Times UTC ISO 8601. */
export type SinkState = {
  /** When it took something last. */
  lastSuccessAt: string | null;
  /** Its first failure since then; null while it works. */
  failingSince: string | null;
  /** Pumps since then that came to nothing. */
  failures: number;
  /** What the receiver said last when something went wrong, without secrets. */
  lastError: string | null;
  /** It is to be left alone until then. */
  nextAt: string | null;
  /** When it gave no proper answer last, after an hour or more of trouble; or nobody asked it so long. */
  awayAt: string | null;
  /** When an event was sent last, or tried to. */
  triedAt: string | null;
  /** How many events it has ever refused for good. */
  refused: number;
  /** The newest of these first, a few. */
  refusals: readonly Refusal[];
  /** The number of the last heartbeat that it took or refused for good, by tenant. */
  heartbeats: Readonly<Record<string, number>>;
  savedAt: string;
};

export const unknownState: SinkState = {
  lastSuccessAt: null,
  failingSince: null,
  failures: 0,
  lastError: null,
  nextAt: null,
  awayAt: null,
  triedAt: null,
  refused: 0,
  refusals: [],
  heartbeats: {},
  savedAt: isoOf(0),
};

/** Why nothing more can be sent for now. */
export type Trouble = {
  /** In the receiver's words where it gave any, without secrets. */
  says: string;
  /** What it asked for. */
  retryAfterMs?: number;
  /** It did not judge events at all: it is away, busy, or lets us not in. */
  isAway: boolean;
};

/** What a receiver says is cut to that, wherever we keep it. */
const longestWords = 500;
export const wordsOf = (says: string) => cleanLine(says, longestWords);

/** The first pause after a failure; each further one is twice as long. */
const firstPauseMs = 5_000;
const longestPauseMs = 5 * minuteMs;
/** No receiver is granted more; what is longer was written down by a clock that was wrong. */
const longestRestMs = 3 * hourMs;
/** What lasts less is a restart, or a busy moment. */
const longTroubleMs = hourMs;
/** An event that is neither taken nor refused for good within that time is given up. */
export const patienceMs = 3 * dayMs;

/**
 * How long to leave a sink alone that has failed so often before.
 *
 * @param random - from 0 to 1: the pauses of several sinks must not keep step.
 */
export const pauseMs = (failures: number, random: number): number =>
  Math.ceil(Math.min(firstPauseMs * 2 ** failures, longestPauseMs) * (0.5 + random / 2));

/** Whether the sink is to be left alone. */
export function isResting({ nextAt }: SinkState, now: number): boolean {
  const restMs = nextAt === null ? 0 : Date.parse(nextAt) - now;
  return restMs > 0 && restMs <= longestRestMs;
}

/** It took something. */
export const afterSuccess = (state: SinkState, now: number): SinkState => ({
  ...state,
  lastSuccessAt: isoOf(now),
  failingSince: null,
  failures: 0,
  nextAt: null,
});

/** @param random - as for {@link pauseMs}. */
export function afterTrouble(
  state: SinkState,
  { says, retryAfterMs, isAway }: Trouble,
  { now, random }: { now: number; random: number },
): SinkState {
  const failingSince = state.failingSince ?? isoOf(now);
  const isLong = now - Date.parse(failingSince) >= longTroubleMs;
  const pause = pauseMs(state.failures, random);
  // A receiver that asks to be asked again at once would be asked without end.
  const asked = retryAfterMs === undefined ? pause : Math.max(retryAfterMs, firstPauseMs / 2);
  return {
    ...state,
    failingSince,
    failures: state.failures + 1,
    lastError: wordsOf(says),
    nextAt: isoOf(now + asked),
    awayAt: isAway && isLong ? isoOf(now) : state.awayAt,
  };
}

/** Events are sent. If none was for long it was perhaps we who stood still, and not the receiver. */
function afterTry(state: SinkState, now: number): SinkState {
  const { triedAt, awayAt } = state;
  const isFirstForLong = triedAt !== null && now - Date.parse(triedAt) >= longTroubleMs;
  return { ...state, triedAt: isoOf(now), awayAt: isFirstForLong ? isoOf(now) : awayAt };
}

/**
 * Whether an event has had its time. Not counted is the time that the receiver was away for long, or that
 * we were: to wait that out is what the events are kept for.
 *
 * @param writtenAt - UTC ISO 8601.
 */
export function isGivenUp(writtenAt: string, { awayAt }: SinkState, now: number): boolean {
  const since = Math.max(Date.parse(writtenAt), awayAt === null ? 0 : Date.parse(awayAt));
  return now - since >= patienceMs;
}

/** The state of a sink while a pump works for it. */
export type StateBook = {
  state(): SinkState;
  /** Events are about to be sent. */
  tries(): void;
  /** It took something. */
  worked(): void;
  /** It refused an event for good. */
  refused(uid: string, says: string): void;
  /** Any other change. Nothing of this is saved by itself. */
  note(change: (state: SinkState) => SinkState): void;
  /** Saves what was noted: at once if it is news, else once a minute. */
  save(): Promise<void>;
};

/** All of them lie with the dead letters. */
const mostRefusals = 20;
/** As long as all is well it is written down so often at most. */
const savedEveryMs = minuteMs;

/**
 * @param isOurs - only whoever has the claim of the sink may write, and what that one knows counts.
 * @throws {WatchError} STORE_UNAVAILABLE; `save` too.
 */
export async function openState(
  shelf: Shelf<SinkState>,
  sink: string,
  { now, isOurs }: { now(): number; isOurs(): boolean },
): Promise<StateBook> {
  let saved: SinkState = { ...unknownState, ...(await shelf.get(sink))?.value };
  let state = saved;
  const note = (change: (state: SinkState) => SinkState) => {
    state = change(state);
  };
  return {
    state: () => state,
    note,
    tries: () => note((one) => afterTry(one, now())),
    worked: () => note((one) => afterSuccess(one, now())),
    refused: (uid, says) =>
      note(({ refused, refusals, ...rest }) => ({
        ...rest,
        refused: refused + 1,
        refusals: [{ uid, says, at: isoOf(now()) }, ...refusals].slice(0, mostRefusals),
      })),
    async save() {
      if (state === saved || !isOurs()) return;
      const isOld = now() - Date.parse(saved.savedAt) >= savedEveryMs;
      if (!isOld && !isNews(saved, state)) return;
      state = { ...state, savedAt: isoOf(now()) };
      await shelf.put(sink, state);
      saved = state;
    },
  };
}

/** All but that it is still well, and in use. */
const isNews = (before: SinkState, after: SinkState): boolean => newsOf(before) !== newsOf(after);
const newsOf = (state: SinkState) =>
  JSON.stringify({ ...state, lastSuccessAt: null, triedAt: null });
