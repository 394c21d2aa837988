import { cleanLine } from '../../shared/clean-text.ts';
import type { Drill } from '../../shared/drill/drill.ts';
import { drillSteps } from '../../shared/drill/drill-steps.ts';
import { deadlineOf, graceForLateLogsMs } from '../../shared/drill/overdue.ts';
import { isoOf, minuteMs } from '../../shared/time.ts';
import { table } from '../table.ts';

const minutes = (ms: number) => Math.round(ms / minuteMs);

/** `2 min 5 s` */
export function delay(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1000);
  const [h, min, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const parts = [h > 0 && `${h} h`, min > 0 && `${min} min`, (s > 0 || seconds === 0) && `${s} s`];
  return `${ms < 0 ? '-' : ''}${parts.filter(Boolean).join(' ')}`;
}

/** What happens next, in order, and when it fails. */
export function startedText(drill: Drill): string {
  const { id, account, from, until } = drill;
  const name = cleanLine(account.name);
  return `Drill ${id} of ${name} is declared: ${from} to ${until}.

What happens next:
  1. Somebody signs in with ${name} between these times, with the credential from its safe.
  2. The sign-in log brings it here, usually within 2 to 10 minutes.
  3. The alert is told as that of a real use, on the same channels and as loudly. It says DRILL.
  4. Whoever is on call acknowledges it; another person closes it.
  5. \`glasswatch drill show ${id}\` has the evidence: each step with its time.

It fails if no channel has taken an alert by ${isoOf(deadlineOf(drill))}: ${minutes(graceForLateLogsMs)} minutes after its end,
for logs that are late. Then drill-not-alerted is told, critical.
It does not take place? \`glasswatch drill cancel ${id}\` before anybody has signed in.
`;
}

export const listText = (drills: readonly Drill[]): string =>
  drills.length === 0
    ? 'No drill has been declared yet.\n'
    : table(
        ['id', 'state', 'from', 'until', 'account', 'declared by'],
        drills.map(({ id, state, from, until, account, declaredBy }) => [
          id,
          state,
          from,
          until,
          cleanLine(account.name),
          cleanLine(declaredBy.name),
        ]),
      );

const stateWords: Record<Drill['state'], string> = {
  declared: 'declared; no alert has been told yet',
  seen: 'seen: its alert was told',
  failed: 'FAILED: its alert was not told in time',
  cancelled: 'cancelled',
};

/** The evidence of a drill. */
export function evidenceText(drill: Drill): string {
  const { id, account, reason, from, until, state, tenantId, incident } = drill;
  const rows = drillSteps(drill).map(({ step, channel, by, at, afterMs }) => [
    channel === null ? step : `${step} on ${cleanLine(channel)}`,
    at ?? '-',
    afterMs === null ? '' : delay(afterMs),
    by ? `${cleanLine(by.name)} (${by.identifiedBy})` : '',
  ]);
  return [
    `Drill ${id}: ${stateWords[state]}`,
    '',
    `Account    ${cleanLine(account.name)} (${account.id})`,
    `Tenant     ${tenantId}`,
    `Window     ${from} to ${until}`,
    `Reason     ${cleanLine(reason, 300)}`,
    `Incident   ${incident}`,
    '',
    table(['step', 'when', 'after sign-in', 'by'], rows),
  ].join('\n');
}
