import { cleanLine } from '../clean-text.ts';
import { nameOf } from '../detect/wording.ts';
import type { Incident } from '../incident.ts';
import { claimWords, verdictWords } from '../respond/life.ts';
import type { Acknowledgement, Resolution } from '../respond/response.ts';
import { clock, durationText } from './clock-line.ts';

/**
 * What people have done about an incident, in one sentence; null while nobody has had the time.
 *
 * @param at - UTC ISO 8601: when it is told. Times of the same day go without the day.
 */
export function answerOf({ status, response }: Incident, at: string): string | null {
  const day = at.slice(0, 10);
  const { acknowledgement, resolution } = response;
  if (status === 'resolved') return resolution && closedText(resolution, day);
  if (status === 'acknowledged') return acknowledgement && takenText(acknowledgement, day);
  const past = acknowledgement
    ? `${nameOf(acknowledgement.by)} took it at ${clock(acknowledgement.at, day)} UTC, which counts no more`
    : resolution && closedText(resolution, day);
  return [past, waitingText(response, at)].filter(Boolean).join('. ') || null;
}

const takenText = ({ by, at, claim, reason }: Acknowledgement, day: string) =>
  `${nameOf(by)} has it since ${clock(at, day)} UTC: ${claimWords[claim]}${reasonText(reason)}`;

const closedText = ({ by, at, verdict, reason }: Resolution, day: string) =>
  `${nameOf(by)} closed it at ${clock(at, day)} UTC: ${verdictWords[verdict]}${reasonText(reason)}`;

const reasonText = (reason: string) => (reason === '' ? '' : `, ${cleanLine(reason, 200)}`);

function waitingText({ askedAt, tiersTold }: Incident['response'], at: string): string | null {
  const waitedMs = askedAt === null ? Number.NaN : Date.parse(at) - Date.parse(askedAt);
  if (tiersTold === 0 || !(waitedMs >= 1000)) return null;
  return `Nobody has answered for ${durationText(waitedMs)} · step ${tiersTold}`;
}

/** For everybody but the one who has it. */
export function nextWhenTaken({ response }: Incident): string {
  const { acknowledgement } = response;
  if (!acknowledgement) return 'Nothing for now.';
  const { by, at, until } = acknowledgement;
  const end =
    until === null
      ? ''
      : ` It is open again at ${clock(until, at.slice(0, 10))} UTC, unless it is closed by then.`;
  return `Nothing, unless ${nameOf(by)} asks you for help or you know better.${end}`;
}
