import { minuteMs } from '../time.ts';
import type { Drill } from './drill.ts';

/** Sign-in logs usually take two to ten minutes, and now and then much longer. */
export const graceForLateLogsMs = 30 * minuteMs;

/** When a drill that was not told by then has failed, epoch milliseconds. */
export const deadlineOf = ({ until }: Pick<Drill, 'until'>): number =>
  Date.parse(until) + graceForLateLogsMs;

export const isTold = ({ alerted }: Pick<Drill, 'alerted'>): boolean =>
  Object.keys(alerted).length > 0;

/** Whether its alert should have come by now, and has not. */
export const isOverdue = (drill: Drill, now: number): boolean =>
  drill.state !== 'cancelled' && !isTold(drill) && now > deadlineOf(drill);

/** Whether nothing of it is to come any more: it was seen, has failed, was cancelled, or its window is past. */
export const isPastOrJudged = ({ state, until }: Drill, now: number): boolean =>
  state !== 'declared' || now > Date.parse(until);
