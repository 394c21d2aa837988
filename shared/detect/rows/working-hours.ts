import type { TenantPolicy } from '../../policy.ts';
import { dayMs, dayOf } from '../../time.ts';
import { wallClock } from '../../wall-clock.ts';

/** When people work, as the policy says it: the hours of all, and of those who have their own. */
export type WorkingHours = NonNullable<TenantPolicy['workingHours']>;
export type Calendar = Omit<WorkingHours, 'people'>;

/** A moment at which nobody is expected. */
export type OffHours = {
  /**
   * The day (YYYY-MM-DD) that the free time belongs to: from the hour at which work begins, or would
   * begin, to the same hour of the next day. An evening and the night after it are one.
   */
  night: string;
  /** What the clock showed where the person works: `23:40 Europe/Berlin`. */
  clock: string;
};

/**
 * The hours that hold for an account: its own, if it has any, with its own days off; else those of all.
 *
 * @param isThem - whether an account of the policy (id or UPN, in lower case) is the one in question.
 */
export function calendarOf(
  { people, ...shared }: WorkingHours,
  isThem: (account: string) => boolean,
): Calendar {
  return people.find(({ account }) => isThem(account)) ?? shared;
}

/** @param at - epoch milliseconds. @returns undefined within working hours. */
export function offHoursAt(at: number, calendar: Calendar): OffHours | undefined {
  const { timezone, from } = calendar;
  const { day, time } = wallClock(at, timezone);
  // What is before the hour at which work begins belongs to the day before, a night shift too.
  const night = time < from ? dayBefore(day) : day;
  if (isDuty(time, calendar) && isWorkday(night, calendar)) return undefined;
  return { night, clock: `${time} ${timezone}` };
}

/** The last minute that can be written stands for the end of the day. */
const lastMinute = '23:59';

function isDuty(time: string, { from, to }: Calendar): boolean {
  if (to <= from) return time >= from || time < to;
  return time >= from && (time < to || to === lastMinute);
}

const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

function isWorkday(day: string, { days, holidays }: Calendar): boolean {
  const weekday = weekdays[new Date(`${day}T00:00Z`).getUTCDay()];
  return days.some((one) => one === weekday) && !holidays.includes(day);
}

const dayBefore = (day: string) => dayOf(Date.parse(`${day}T00:00Z`) - dayMs);
