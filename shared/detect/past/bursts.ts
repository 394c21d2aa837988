import { accountSubject } from '../../memory/subject.ts';
import type { FailureTrace, SignInTrace } from '../../memory/trace.ts';
import type { SignInEvent } from '../../read/event.ts';
import { dayMs, dayOf, minuteMs } from '../../time.ts';
import type { Context } from '../detection.ts';
import { knowledgeOf } from './told-from-traces.ts';
import { crowded } from './windows.ts';

export type Crowd<T> = {
  /** Which of the traces make a crowd. */
  counts: (trace: T) => boolean;
  /** What tells them apart: see windows.ts. */
  by: (trace: T) => string;
  least: number;
  windowMinutes: number;
};

/** What came too often, on one UTC day, and when. */
export type Burst<T> = {
  day: string;
  traces: readonly [T, ...T[]];
  moments: readonly number[];
};

/** All bursts among some traces, by the UTC day: whatever comes late, it stays on its day. */
export function burstsOf<T extends SignInTrace | FailureTrace>(
  traces: readonly T[],
  { counts, by, least, windowMinutes }: Crowd<T>,
): Burst<T>[] {
  // A failure stands for all within five minutes: the first and the last are as good as all of them.
  const points = traces
    .filter(counts)
    .flatMap((trace) => [trace.at, lastOf(trace)].map((at) => ({ at, trace })));
  const windowMs = windowMinutes * minuteMs;
  const found = crowded(points, { windowMs, least, by: ({ trace }) => by(trace) });
  const byDay = Map.groupBy(found, ({ at }) => Math.floor(at / dayMs));
  return [...byDay].flatMap(([day, some]) => {
    const [first, ...rest] = new Set(some.map(({ trace }) => trace));
    const moments = some.map(({ at }) => at);
    return first ? { day: dayOf(day * dayMs), traces: [first, ...rest], moments } : [];
  });
}

/** Whether something at that moment may be a part of a burst. */
export const isAround = (
  { moments }: Pick<Burst<unknown>, 'moments'>,
  moment: number,
  { windowMinutes }: { windowMinutes: number },
) => moments.some((at) => Math.abs(at - moment) <= windowMinutes * minuteMs);

const lastOf = (trace: SignInTrace | FailureTrace) =>
  trace.kind === 'failure' ? trace.lastAt : trace.at;

/** Those around a UTC day, of which a burst on that day may be a part. */
export function around<T extends { at: number }>(traces: readonly T[], day: string): T[] {
  const start = Date.parse(day);
  return traces.filter(({ at }) => at >= start - dayMs && at < start + 2 * dayMs);
}

/** A burst of a watched account's own sign-ins. */
export type AccountBurst = Burst<SignInTrace> & { precedence: string; isWithdrawn?: true };

/**
 * The bursts that a row of a watched account's sign-ins is, or was, a part of.
 *
 * @param name - of the kind of burst.
 */
export function accountBursts(
  name: string,
  event: SignInEvent,
  { watchlist, past }: Context,
  crowd: Crowd<SignInTrace>,
): AccountBurst[] {
  if (!watchlist.isPrivileged(event.account, event.at)) return [];
  const subject = accountSubject(event.account, watchlist);
  const traces = past.all('signIn', subject);
  const own = traces.find(({ id }) => id === event.id);
  if (!own) return [];
  const told = (burst: Burst<SignInTrace>) => ({
    ...burst,
    precedence: knowledgeOf(around(traces, burst.day)),
  });
  const limits = `${crowd.least} in ${crowd.windowMinutes}`;
  const all = past.once(`${name} ${limits} ${subject}`, () => burstsOf(traces, crowd).map(told));
  const bursts = all.filter((burst) => isAround(burst, own.at, crowd));
  if (crowd.counts(own) || !own.isCorrected) return bursts;
  // An earlier version of the row may have counted: then its burst may be none.
  const counts = (trace: SignInTrace) => trace === own || crowd.counts(trace);
  const gone = burstsOf(traces, { ...crowd, counts })
    .filter((burst) => isAround(burst, own.at, crowd))
    .filter(({ day }) => !bursts.some((burst) => burst.day === day));
  return [...bursts, ...gone.map((burst) => ({ ...told(burst), isWithdrawn: true as const }))];
}
