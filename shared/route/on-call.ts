import { Cron } from 'croner';
import type { Schedule } from '../policy/people.ts';
import type { Policy } from '../policy.ts';
import type { Recipient } from '../tell/alert.ts';
import { dayMs, hourMs, minuteMs, parseTime, startOfDay } from '../time.ts';
import { wallClock } from '../wall-clock.ts';

type Staff = Pick<Policy, 'people' | 'schedules'>;

/**
 * Who is meant by names of schedules and people, each once, in the order of the names.
 *
 * @param at - epoch milliseconds.
 */
export function onCallAt(names: readonly string[], policy: Staff, at: number): Recipient[] {
  const ids = names.flatMap((name) => {
    const schedule = own(policy.schedules, name);
    return (schedule ? turnAt(schedule, at) : name) ?? [];
  });
  return [...new Set(ids)].flatMap((id) => recipientOf(id, policy) ?? []);
}

/** A person of the policy, as somebody who can be told; undefined if it names no such one. */
export function recipientOf(id: string, { people }: Pick<Policy, 'people'>): Recipient | undefined {
  const person = own(people, id);
  if (!person) return undefined;
  return { id, name: person.name, account: person.account ?? null, mail: person.mail ?? null };
}

/** A name may be that of something every object has. */
const own = <Value>(all: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(all, name) ? all[name] : undefined;

/**
 * Whose turn it is: a key of `people`. Before the first handover it is the first one's already, for
 * nobody on call would be worse.
 *
 * @param at - epoch milliseconds.
 */
export function turnAt(schedule: Schedule, at: number): string | undefined {
  const override = schedule.overrides.findLast(
    ({ from, until }) => at >= (parseTime(from) ?? Infinity) && at < (parseTime(until) ?? 0),
  );
  if (override) return override.person;
  const { people } = schedule;
  const turns = Math.max(handoversUntil(schedule, at), 1);
  return people[(turns - 1) % people.length];
}

/** Schedules with how far their handovers were counted: counting goes on from there, and not from years ago. */
const counted = new WeakMap<Schedule, { upTo: number; turns: number }>();

/**
 * How many handovers there were. They are counted on the calendar and not on the clock: a day on which
 * an hour is left out or comes twice has each of its handovers once, so that nobody's turn is skipped.
 */
function handoversUntil(schedule: Schedule, at: number): number {
  const until = latestWallTime(at, schedule.timezone);
  const cron = new Cron(schedule.handover, { timezone: 'UTC' });
  const known = counted.get(schedule);
  // A second before midnight: a handover at midnight itself begins the first turn.
  const start = { upTo: Date.parse(`${schedule.from}T00:00Z`) - secondMs, turns: 0 };
  let { upTo, turns } = known && known.upTo <= until ? known : start;
  let aDay: number | undefined;
  for (;;) {
    const next = cron.nextRun(new Date(upTo))?.getTime();
    if (next === undefined || next > until) break;
    const endOfDay = startOfDay(next) + dayMs - secondMs;
    const isFirstOfDay = startOfDay(upTo) < startOfDay(next);
    if (isFirstOfDay && endOfDay <= until) {
      // Each day that has handovers has them at the same hours: no need to look for every one.
      aDay ??= countOfDay(cron, next);
      [upTo, turns] = [endOfDay, turns + aDay];
    } else [upTo, turns] = [next, turns + 1];
  }
  counted.set(schedule, { upTo, turns });
  return turns;
}

const secondMs = 1000;
const hoursOfDay = 24;

const countOfDay = (cron: Cron, at: number): number =>
  cron
    .nextRuns(hoursOfDay, new Date(startOfDay(at) - secondMs))
    .filter((time) => startOfDay(time.getTime()) === startOfDay(at)).length;

/** No clock was ever put back by more. */
const longestShiftMs = 3 * hourMs;

/**
 * The latest that the clock on the wall has shown up to a moment, as if it were UTC. Where it was put
 * back, that is what it showed just before: what had come by then does not come again.
 */
function latestWallTime(at: number, timezone: string): number {
  const now = wallTime(at, timezone);
  const before = at - longestShiftMs;
  if (now - wallTime(before, timezone) >= longestShiftMs) return now;
  let latest = now;
  const minute = Math.floor(at / minuteMs) * minuteMs;
  for (let moment = minute; moment >= before; moment -= minuteMs) {
    latest = Math.max(latest, wallTime(moment, timezone));
  }
  return latest;
}

/** To the minute, as if it were UTC. */
function wallTime(at: number, timezone: string): number {
  const { day, time } = wallClock(at, timezone);
  return Date.parse(`${day}T${time}Z`);
}
