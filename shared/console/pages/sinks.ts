import { cleanLine, type Html, type HtmlValue, html } from '../../clean-text.ts';
import type { Refusal, SinkStatus } from '../../forward/sink-status.ts';
import { dayMs, minuteMs } from '../../time.ts';
import { breakable, fitting, shortLine } from '../fit.ts';
import type { Page } from '../frame.ts';
import { age, moment } from '../words.ts';

/** For all sinks together, and for what each has refused. */
const pageBytes = 15_000;
const refusalBytes = 9_000;
/** What has waited so long is late, though nothing has failed. */
const lateMs = 15 * minuteMs;

export function sinksPage(sinks: readonly SinkStatus[], now: number): Page {
  const share = Math.floor(refusalBytes / Math.max(1, sinks.filter(hasRefused).length));
  const { shown, left } = fitting(sinks, pageBytes, (one) => row(one, share, now));
  return {
    title: 'Sinks',
    part: 'sinks',
    body: html`<div class="head"><h1>Sinks</h1><p class="soft">Where everything that is found goes, for a SIEM to keep. Whatever is not taken waits, in its order, and is tried on.</p></div>
${shown.length > 0 ? html`<ul class="list">${shown}</ul>` : html`<p class="sheet">The policy names no sink, so nothing goes to a SIEM.</p>`}${left > 0 && html`<p class="soft">${left} more do not fit on this page.</p>`}`,
  };
}

const hasRefused = ({ refused }: SinkStatus) => refused > 0;

function row(sink: SinkStatus, share: number, now: number): Html {
  const { name, what, failingSince, lastError, heartbeat } = sink;
  const mark = markOf(sink, now);
  const answer = shortLine(lastError, 500);
  return html`<li class="sheet row"><div class="marks"><span class="mark ${mark.look}">${mark.text}</span></div><h2>${cleanLine(name, 64)} <span class="soft small">${breakable(shortLine(what, 300))}</span></h2>
${
  failingSince &&
  html`<p>Failing since ${moment(failingSince, now)}. ${answer ? html`The last try: <q>${answer}</q>` : 'Nothing is known of why.'}</p>`
}<p>${takenText(sink, now)} ${waitingText(sink, now)}</p>
<p class="small soft">${heartbeat ? 'A heartbeat goes there every five minutes.' : 'The policy sends no heartbeat there: nothing in the SIEM shows when we are silent.'}</p>
${refusalList(sink, share, now)}</li>`;
}

function markOf(
  { failingSince, lastTakenAt, waitingSince, refusals }: SinkStatus,
  now: number,
): { text: string; look: string } {
  if (failingSince) return { text: 'Failing', look: 'bad' };
  if (waitingSince && now - Date.parse(waitingSince) >= lateMs)
    return { text: 'Late', look: 'warn' };
  const [newest] = refusals;
  if (newest && now - Date.parse(newest.at) < dayMs) return { text: 'Refuses some', look: 'warn' };
  return lastTakenAt
    ? { text: 'Works', look: 'good' }
    : { text: 'Nothing taken yet', look: 'warn' };
}

function takenText({ lastTakenAt, failingSince, heartbeat }: SinkStatus, now: number): HtmlValue {
  if (lastTakenAt) return html`It took something last ${moment(lastTakenAt, now)}.`;
  if (failingSince) return 'It has never taken anything.';
  return heartbeat
    ? 'It has taken nothing yet: the first heartbeat comes within five minutes of the start.'
    : 'It has taken nothing yet: nothing was found since the policy names it.';
}

function waitingText({ waiting, isMoreWaiting, waitingSince }: SinkStatus, now: number): HtmlValue {
  if (waiting === 0) return 'Nothing waits for it.';
  const many = isMoreWaiting ? `At least ${waiting} events wait` : `${waiting} events wait`;
  const count = waiting === 1 && !isMoreWaiting ? 'One event waits' : many;
  if (!waitingSince) return `${count} for it.`;
  return html`${count} for it, the oldest since ${moment(waitingSince, now)}.`;
}

function refusalList({ name, refused, refusals }: SinkStatus, share: number, now: number): Html {
  if (refused === 0) return html`<p class="small soft">It has refused nothing.</p>`;
  const { shown } = fitting(refusals, share, (one) => refusal(one, now));
  const count = refused === 1 ? 'One event' : `${refused} events`;
  const which = shown.length < refused && shown.length > 0 && html` The newest ${shown.length}:`;
  return html`<details><summary>${count} refused for good</summary><p class="small soft">They lie in the dead letters, with what the receiver said.${which}</p><ul class="list small" aria-label="Refused by ${cleanLine(name, 64)}">${shown}</ul></details>`;
}

const refusal = ({ uid, says, at }: Refusal, now: number): Html =>
  html`<li><code>${shortLine(uid, 100)}</code> ${age(at, now)}: <q>${shortLine(says, 300)}</q></li>`;
