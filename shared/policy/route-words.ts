import { isAtLeast, type Severity } from '../severity.ts';
import { listOf } from './problem.ts';
import type { Weekday } from './weekdays.ts';

/** A route of the policy, its lists untouchable and its names any text. What it leaves out fits all. */
export type RouteRule = {
  minSeverity: Severity;
  channels: readonly string[];
  tenants?: readonly string[] | undefined;
  detections?: readonly string[] | undefined;
  accounts?: readonly string[] | undefined;
  during?: Hours | undefined;
  digest?: 'daily' | 'weekly' | undefined;
  groupMinutes?: number | undefined;
};

type Hours = { days: readonly Weekday[]; from: string; to: string; timezone: string };

/** `medium and above of contoso by mfa-fatigue -> soc-teams, in the daily digest` */
export function routeInWords(route: RouteRule): string {
  const { minSeverity, channels, tenants, detections, accounts, during, digest, groupMinutes } =
    route;
  return [
    andAbove(minSeverity),
    tenants ? ` of ${listOf(tenants)}` : '',
    detections ? ` by ${listOf(detections)}` : '',
    accounts ? ` about ${listOf(accounts)}` : '',
    ` -> ${listOf(channels)}`,
    digest ? `, in the ${digest} digest` : '',
    groupMinutes ? `, updates together every ${groupMinutes} minutes` : '',
    during ? `, ${hoursInWords(during)}` : '',
  ].join('');
}

export const andAbove = (severity: Severity): string =>
  isAtLeast(severity, 'critical') ? severity : `${severity} and above`;

/** `mon tue, 22:00 to 06:00 of the next day, Europe/Berlin` */
export const hoursInWords = ({ days, from, to, timezone }: Hours): string =>
  `${days.join(' ')}, ${from} to ${to}${to < from ? ' of the next day' : ''}, ${timezone}`;
