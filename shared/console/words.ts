import { cleanLine, html } from '../clean-text.ts';
import type { Incident } from '../incident.ts';
import { isBreakGlassIncident } from '../incident.ts';
import { claimWords } from '../respond/life.ts';
import type { Acknowledgement, Claim, Person, Verdict } from '../respond/response.ts';
import type { Severity } from '../severity.ts';
import { dayMs, hourMs, minuteMs, parseTime } from '../time.ts';

/** Words that the pages share. */

export const severityWords: Record<Severity, string> = {
  critical: 'Critical',
  high: 'High',
  medium: 'Medium',
  low: 'Low',
  informational: 'Information',
};

type Choice<Value extends string> = { value: Value; title: string; hint: string };

/** What somebody who takes an incident can say that it is. */
export const claimsFor = (incident: Incident): readonly Choice<Claim>[] =>
  isBreakGlassIncident(incident)
    ? [
        { value: 'drill', title: 'A drill', hint: 'It was planned.' },
        { value: 'emergency', title: 'An emergency', hint: 'We need the account, and use it.' },
        { value: 'misuse', title: 'Misuse', hint: 'Nobody should be using it.' },
        { value: 'unknown', title: 'Not known yet', hint: 'I am finding out.' },
      ]
    : [
        { value: 'expected', title: 'Expected', hint: 'Planned work, by whoever should do it.' },
        { value: 'emergency', title: 'An emergency', hint: 'Not planned, and it had to be done.' },
        { value: 'misuse', title: 'Misuse', hint: 'This should not have happened.' },
        { value: 'unknown', title: 'Not known yet', hint: 'I am finding out.' },
      ];

/** What somebody who closes it can say that it was. */
export function verdictsFor(incident: Incident): readonly Choice<Verdict>[] {
  const common: Choice<Verdict>[] = [
    {
      value: 'true',
      title: 'A true finding',
      hint: 'It was an attack, or a fault that is put right.',
    },
    { value: 'misuse', title: 'Misuse', hint: 'One of us did what they should not.' },
    { value: 'false', title: 'A false alarm', hint: 'It was not what it was told as.' },
  ];
  return isBreakGlassIncident(incident)
    ? [
        { value: 'drill', title: 'A drill', hint: 'It was planned, and went as planned.' },
        { value: 'expected', title: 'Expected', hint: 'An emergency, and a justified use.' },
        ...common,
      ]
    : [
        { value: 'expected', title: 'Expected', hint: 'Planned work, or a justified change.' },
        ...common,
      ];
}

const identifiedWords: Record<Person['identifiedBy'], string> = {
  'sign-in': '',
  link: ' (by personal link)',
  'command line': ' (at the command line)',
  policy: ' (in the policy)',
  service: '',
};

/** A person, and how we know who it is where that is not by sign-in. */
export const personText = ({ name, identifiedBy }: Person) =>
  `${cleanLine(name, 80) || 'Somebody unnamed'}${identifiedWords[identifiedBy]}`;

/** `4 min`, `2 h 5 min`, `3 days`. */
export function spanText(ms: number): string {
  const span = Math.abs(ms);
  if (span < minuteMs) return `${Math.floor(span / 1000)} s`;
  if (span < hourMs) return `${Math.floor(span / minuteMs)} min`;
  if (span < 2 * dayMs) {
    const minutes = Math.floor((span % hourMs) / minuteMs);
    return `${Math.floor(span / hourMs)} h${minutes > 0 ? ` ${minutes} min` : ''}`;
  }
  return `${Math.floor(span / dayMs)} days`;
}

export function ageText(at: number, now: number): string {
  if (Math.abs(now - at) < 1000) return 'just now';
  return at < now ? `${spanText(now - at)} ago` : `in ${spanText(at - now)}`;
}

/** `2026-11-20 02:05:12 UTC`; whatever is no time is shown as it is. */
export function timeText(iso: string): string {
  const at = parseTime(iso);
  if (at === undefined) return cleanLine(iso, 40);
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** As {@link timeText}, without the day if that is today. */
export function clockText(iso: string, now: number): string {
  const text = timeText(iso);
  const today = `${new Date(now).toISOString().slice(0, 10)} `;
  return text.startsWith(today) ? text.slice(today.length) : text;
}

/** A moment, and how long ago it was when the page was made. */
export function moment(iso: string, now: number) {
  const at = parseTime(iso);
  if (at === undefined) return html`${cleanLine(iso, 40)}`;
  return html`<time datetime="${new Date(at).toISOString()}">${timeText(iso)}</time> <span class="soft">(${ageText(at, now)})</span>`;
}

/** Only how long ago; the moment itself is there for whoever asks. */
export function age(iso: string, now: number) {
  const at = parseTime(iso);
  if (at === undefined) return html`${cleanLine(iso, 40)}`;
  const exact = new Date(at).toISOString();
  return html`<time datetime="${exact}" title="${timeText(iso)}">${ageText(at, now)}</time>`;
}

/** `Ana Ruiz has it since 02:05:12 UTC: an emergency, CA lock-out`. */
export function takenText({ by, at, claim, reason }: Acknowledgement): string {
  const why = cleanLine(reason, 300);
  return `${personText(by)} has it since ${timeText(at).slice(11)}: ${claimWords[claim]}${why && `, ${why}`}`;
}
