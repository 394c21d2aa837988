import { turnAt } from '../route/on-call.ts';
import type { Escalation, Tier } from './escalations.ts';
import { listOf } from './problem.ts';
import { andAbove } from './route-words.ts';
import type { Policy } from './schema.ts';

/** Who answers, who is on call, what happens while nobody does, and how break-glass incidents end. */
export const describeStaff = (policy: Policy, { now }: { now?: Date | undefined }): string[] => [
  ...describePeople(policy),
  ...describeSchedules(policy, now),
  ...describeEscalations(policy),
  describeClosing(policy),
];

function describePeople({ people }: Policy): string[] {
  const lines = Object.entries(people).map(([id, { name, account, mail }]) => {
    const signsIn = account ? `signs in as ${account}` : 'CAN NOT SIGN IN to the console';
    return `  ${id}: ${name}, ${signsIn}, ${mail ? `links to ${mail}` : 'gets NO LINKS by mail'}`;
  });
  if (lines.length > 0) return ['Who may answer incidents:', ...lines];
  return ['Who may answer incidents: whoever has the app role Responder or Admin'];
}

function describeSchedules({ schedules }: Policy, now: Date | undefined): string[] {
  const lines = Object.entries(schedules).map(([name, schedule]) => {
    const { people, handover, timezone, from, overrides } = schedule;
    const turn = now && turnAt(schedule, now.getTime());
    return [
      `  ${name}: ${people.join(', then ')}`,
      `handover "${handover}" ${timezone} from ${from}`,
      ...(overrides.length > 0 ? [`overrides: ${overrides.length}`] : []),
      ...(turn ? [`on call now: ${turn}`] : []),
    ].join('; ');
  });
  return lines.length > 0 ? ['On call:', ...lines] : [];
}

function describeEscalations({ escalations }: Policy): string[] {
  if (escalations.length === 0) return ['While nobody answers: !! NOTHING, nobody is asked again'];
  const lines = escalations.flatMap((escalation) => {
    const { tiers, acknowledgedForMinutes } = escalation;
    return [
      `  ${incidentsOf(escalation)}:`,
      ...tiers.map((tier) => `    ${afterInWords(tier)}: ${tierInWords(tier)}`),
      ...repeatsOf(escalation).map((line) => `    ${line}`),
      `    an acknowledgement runs out after ${minutesInWords(acknowledgedForMinutes)}`,
    ];
  });
  return ['While nobody answers:', ...lines];
}

function incidentsOf({ minSeverity, breakGlassOnly, tenants }: Escalation): string {
  const what = breakGlassOnly ? ', about a break-glass account' : '';
  return `${andAbove(minSeverity)}${what}${tenants ? `, of ${listOf(tenants)}` : ''}`;
}

/** `soc-pager, asking primary` */
export function tierInWords({ channels, onCall }: Pick<Tier, 'channels' | 'onCall'>): string {
  const where = channels.length > 0 ? listOf(channels) : 'wherever it was told';
  return onCall.length > 0 ? `${where}, asking ${listOf(onCall)}` : where;
}

export const repeatsOf = ({ repeatMinutes }: Pick<Escalation, 'repeatMinutes'>): string[] =>
  repeatMinutes === undefined
    ? []
    : [`the last again every ${minutesInWords(repeatMinutes)}, a day long`];

export const afterInWords = ({ afterMinutes }: Pick<Tier, 'afterMinutes'>): string =>
  afterMinutes === 0 ? 'at once' : `after ${minutesInWords(afterMinutes)}`;

export const minutesInWords = (count: number): string =>
  count === 1 ? '1 minute' : `${count} minutes`;

const describeClosing = ({ closing: { secondPerson, reason } }: Policy): string =>
  secondPerson
    ? 'A break-glass incident is closed by somebody else than who acknowledged it'
    : `!! ONE PERSON ALONE may acknowledge and close a break-glass incident (${reason ?? ''})`;
