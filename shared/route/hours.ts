import { offHoursAt } from '../detect/rows/working-hours.ts';
import type { RouteRule } from '../policy/route-words.ts';

/** Whether a moment lies within the hours of a route. @param at - epoch milliseconds. */
export const isWithinHours = (at: number, during: NonNullable<RouteRule['during']>): boolean =>
  offHoursAt(at, { ...during, days: [...during.days], holidays: [] }) === undefined;
