import { cleanLine, type Html, html } from '../../clean-text.ts';
import type { Drill } from '../../drill/drill.ts';
import { type Incident, isBreakGlassIncident } from '../../incident.ts';
import type { ChecklistItem } from '../../respond/checklist.ts';
import type { Act } from '../../respond/journal.ts';
import type { KeptCase } from '../../tell/notify.ts';
import type { Reader } from '../access.ts';
import type { ConsoleDeps } from '../deps.ts';
import { breakable, fitting, shortLine } from '../fit.ts';
import type { Page } from '../frame.ts';
import { stylesheet } from '../style.ts';
import { momentsOf, timeline } from '../timeline.ts';
import { messagesOf, tellingText, toldWords } from '../told.ts';
import { age, moment, personText, spanText, timeText } from '../words.ts';
import { answerSheet, jump, type Typed } from './answer-sheet.ts';
import { closeSheet } from './close-sheet.ts';
import { factsSheet, lastActOf, leadOf, nextSheet } from './incident-facts.ts';
import { incidentMarks } from './incidents.ts';

export type IncidentView = {
  kept: KeptCase;
  acts: readonly Act[];
  checklist: readonly ChecklistItem[];
  /** Of this incident, the latest first. */
  drills: readonly Drill[];
  caller: Reader;
  /** The hidden field of its forms; null: they may not answer. */
  token: Html | null;
  /** Above all else: what became of what was just sent. */
  notice: Html | null;
  typed: Typed;
  /** Where the timeline goes on. */
  before: string | null;
  now: number;
};

type PageDeps = Pick<ConsoleDeps, 'about' | 'tenantName' | 'nextTierOf' | 'closing'>;

/** Everything about one incident, and what can be done about it. */
export function incidentPage(view: IncidentView, deps: PageDeps): Page {
  const { kept, acts, caller, token, now, typed } = view;
  const { incident } = kept;
  const path = `/incidents/${encodeURIComponent(incident.id)}`;
  const whyNot = caller.whyNot;
  const title = shortLine(incident.title, 480) || 'Without a title';
  const body = html`${view.notice}<div class="head all"><p class="small"><a href="/incidents">All incidents</a></p><div class="marks">${incidentMarks(incident)}</div><h1>${breakable(title)}</h1>${actsText(acts, now)}${token && incident.status === 'open' && jump}</div>
${factsSheet({ incident, lead: leadOf(kept), acts, tenant: deps.tenantName(incident.tenantId), about: deps.about, now })}
${answerSheet({ incident, token, action: `${path}/acknowledge`, whyNot, nextTier: deps.nextTierOf(incident), typed, now })}
${nextSheet({ lead: leadOf(kept), about: deps.about })}
${checklistSheet(view.checklist, token, path)}
${drillSheet(view.drills, incident, now)}
${toldSheet(kept, now)}
${closeSheet({ incident, token, person: caller.person.id, whyNot, closing: deps.closing, typed, now })}
${noteSheet(token, path)}
${evidenceSheet(kept, acts)}
`;
  const room = mostPageBytes - Buffer.byteLength(body.markup);
  return {
    title,
    part: 'incidents',
    isWide: true,
    body: [body, timeline(momentsOf(kept, acts), { before: view.before, path, now, room })],
  };
}

/** Of a page without its frame and its styles, so that all of it stays below 30 kB. */
const mostPageBytes = 30_000 - stylesheet.length - 3_200;

/** A token that renews itself is no act: ten of them say nothing that one did not. */
function actsText(acts: readonly Act[], now: number): Html | null {
  const own = acts.filter(({ isOwn }) => isOwn);
  const renewals = own.filter(({ isRenewal }) => isRenewal).length;
  const last = lastActOf(own);
  if (!last && renewals === 0) return null;
  const renewed = renewals > 0 && `renewed its session ${timesText(renewals)}`;
  const count = own.length - renewals;
  return html`<p>The account has ${last ? html`acted ${timesText(count)}, last ${age(last.at, now)}${renewed && `, and ${renewed}`}` : renewed}. <a href="#timeline">Timeline</a></p>`;
}

const timesText = (count: number) => (count === 1 ? 'once' : `${count} times`);

const checklistBytes = 4_600;

/** One form for all of it: the button that was pressed says which line. */
function checklistSheet(items: readonly ChecklistItem[], token: Html | null, path: string) {
  if (items.length === 0) return null;
  const { shown, left } = fitting(items, checklistBytes, (item) =>
    checklistItem(item, items.indexOf(item), token !== null),
  );
  const done = items.filter(({ isDone }) => isDone).length;
  return html`<section class="sheet all" aria-labelledby="checklist"><h2 id="checklist">Checklist: ${done} of ${items.length} done</h2><p class="soft">Glasswatch stops nothing by itself. Each line is for somebody to do.</p>${token ? html`<form class="line" method="post" action="${path}/check">${token}<ul class="check">${shown}</ul></form>` : html`<ul class="check">${shown}</ul>`}${left > 0 && html`<p class="soft">${left} more do not fit on this page.</p>`}</section>`;
}

function checklistItem(
  { id, text, isDone, how, canTick }: ChecklistItem,
  at: number,
  mayTick: boolean,
) {
  const button =
    mayTick &&
    canTick &&
    html`<button class="second small" name="${isDone ? 'undo' : 'do'}" value="${cleanLine(id, 64)}" aria-describedby="i${at}">${isDone ? 'Take back' : 'Mark as done'}</button>`;
  return html`<li><div id="i${at}"><p><b>${isDone ? 'Done:' : 'To do:'}</b> ${cleanLine(text, 300)}</p>${how && html`<p class="small soft">${cleanLine(how, 200)}</p>`}</div>${button}</li>`;
}

function drillSheet(drills: readonly Drill[], incident: Incident, now: number): Html | null {
  if (!isBreakGlassIncident(incident)) return null;
  const { drill } = incident.response;
  const { shown } = fitting(
    drills.slice(0, 5),
    1_000,
    (one) =>
      html`<li><a href="/drills/${encodeURIComponent(one.id)}">${timeText(one.from)} to ${timeText(one.until)}</a>, declared by ${personText(one.declaredBy)}: ${one.state}</li>`,
  );
  return html`<section class="sheet" aria-labelledby="drill"><h2 id="drill">Drill calendar</h2>${
    drill
      ? html`<p><b>A drill was declared</b> by ${cleanLine(drill.declaredBy, 80)}, until ${moment(drill.until, now)}. Ask them all the same: an intruder may know of it.</p>`
      : html`<p>No drill was declared for this use.</p>`
  }${shown.length > 0 && html`<ul>${shown}</ul>`}</section>`;
}

const toldBytes = 1_900;

function toldSheet({ deliveries }: KeptCase, now: number): Html {
  const newest = messagesOf(deliveries.map(({ value }) => value)).toSorted((a, b) =>
    a.at < b.at ? 1 : a.at > b.at ? -1 : 0,
  );
  const { shown, left } = fitting(newest, toldBytes, (one) => {
    const { text, trouble } = toldWords(one.deliveries);
    return html`<li><b>${tellingText(one.kind)}</b> <span class="soft">${age(one.at, now)}</span>${text && html`: ${shortLine(text, 400)}`}${trouble && html`<br><span class="trouble">${shortLine(trouble, 300)}</span>`}</li>`;
  });
  return html`<section class="sheet" aria-labelledby="told"><h2 id="told">Who was told</h2>${
    shown.length === 0
      ? html`<p>Nobody: no route of the policy names a channel for it.</p>`
      : html`<ul class="told small">${shown}</ul>${left > 0 && html`<p class="soft small">${left === 1 ? '1 earlier one stands' : `${left} earlier ones stand`} in the timeline.</p>`}`
  }</section>`;
}

const noteSheet = (token: Html | null, path: string) =>
  token &&
  html`<section class="sheet" aria-labelledby="note"><h2 id="note">Write a note</h2><form method="post" action="${path}/note">${token}<div class="field"><label for="text">For whoever reads this later</label><textarea id="text" name="text" maxlength="1000" required></textarea></div><button class="second">Keep the note</button></form></section>`;

function evidenceSheet({ incident, findings, entries }: KeptCase, acts: readonly Act[]): Html {
  const records = new Set([
    ...findings.flatMap(({ records = [] }) => records.map(({ sha256 }) => sha256)),
    ...acts.flatMap(({ record }) => (record ? [record.sha256] : [])),
  ]);
  const chained = entries.filter(({ seq }) => seq !== null).length;
  const first = Date.parse(incident.firstAt);
  const last = Date.parse(incident.lastAt);
  return html`<section class="sheet${isBreakGlassIncident(incident) && html` all`}" aria-labelledby="evidence"><h2 id="evidence">Evidence</h2><dl class="facts"><dt>Raw records kept</dt><dd>${records.size}</dd><dt>Journal</dt><dd>${entries.length === 1 ? '1 entry' : `${entries.length} entries`}, ${chained} of them in the ledger</dd><dt>From first to last finding</dt><dd>${spanText(last - first)}</dd><dt>Incident</dt><dd><code>${cleanLine(incident.id, 64)}</code></dd></dl><p class="soft small">To take it along: <code>npx glasswatch evidence export ${cleanLine(incident.id, 64)}</code></p></section>`;
}
