import type { Party } from '../../finding.ts';
import type { Context } from '../detection.ts';
import { calendarOf, type OffHours, offHoursAt } from './working-hours.ts';

/** Whether somebody is outside the hours that the policy gives them. Without hours nobody ever is. */
export function offHours(
  account: Party,
  at: number,
  { tenant, watchlist }: Context,
): OffHours | undefined {
  if (!tenant.workingHours) return undefined;
  const isThem = (written: string) => watchlist.isMeant(account, written);
  return offHoursAt(at, calendarOf(tenant.workingHours, isThem));
}
