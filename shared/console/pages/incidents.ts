import { cleanLine, type Html, html } from '../../clean-text.ts';
import { type Incident, isBreakGlassIncident, isForTheRecord } from '../../incident.ts';
import { severityRank } from '../../severity.ts';
import { mostIncidents } from '../api.ts';
import { breakable, fitting } from '../fit.ts';
import type { Page } from '../frame.ts';
import { age, personText, severityWords } from '../words.ts';

/** What tells of other incidents, or of a channel, is nothing to be answered. */
const toldOnly = ['posture-digest', 'digest', 'canary'];

const mostBytes = 18_000;

/** @param from - how many of the list came on the pages before. */
export function incidentsPage(
  all: readonly Incident[],
  { from, now, tenantName }: { from: number; now: number; tenantName(id: string): string },
): Page {
  const matters = all.filter(({ matter }) => !toldOnly.includes(matter));
  const isOver = ({ status }: Incident) => status === 'resolved';
  const open = matters.filter((one) => !isOver(one) && !isForTheRecord(one)).toSorted(mostPressing);
  const over = matters.filter((one) => isOver(one) || isForTheRecord(one));
  const { shown, left } = fitting([...open, ...over].slice(from), mostBytes, (one) =>
    row(one, now, tenantName(one.tenantId)),
  );
  const openShown = Math.max(0, Math.min(shown.length, open.length - from));
  const next = from + shown.length;
  const waiting = open.filter(({ status }) => status === 'open').length;
  return {
    title: 'Incidents',
    part: 'incidents',
    body: html`<div class="stack"><h1>Incidents</h1><p class="soft">${summaryText(open.length, waiting)}</p></div>
${openShown > 0 && html`<section class="stack" aria-labelledby="open"><h2 id="open">Open</h2><ul class="list">${shown.slice(0, openShown)}</ul></section>`}
${shown.length > openShown && html`<section class="stack" aria-labelledby="over"><h2 id="over">Closed, over, or for the record</h2><ul class="list">${shown.slice(openShown)}</ul></section>`}
${(left > 0 || from > 0) && html`<p>${from > 0 && html`<a href="/incidents">Back to the first</a>`} ${left > 0 && html`<a href="/incidents?from=${next}">${left} more</a>`}</p>`}
${all.length >= mostIncidents && html`<p class="soft">Only ${mostIncidents} are listed: whatever wants an answer, then those that changed last.</p>`}`,
  };
}

function summaryText(open: number, waiting: number): string {
  if (open === 0) return 'Nothing is open.';
  if (waiting === 0) return `${open} open, and somebody has each of them.`;
  if (open === 1) return '1 open, and nobody has it.';
  if (waiting === open) return `${open} open, and nobody has any of them.`;
  return `${open} open. Nobody has ${waiting} of them.`;
}

/** What nobody has comes first, then the gravest, then what has waited longest. */
function mostPressing(a: Incident, b: Incident): number {
  const isTaken = (one: Incident) => Number(one.status === 'acknowledged');
  return (
    severityRank(b.severity) - severityRank(a.severity) ||
    isTaken(a) - isTaken(b) ||
    (a.openedAt < b.openedAt ? -1 : a.openedAt > b.openedAt ? 1 : 0) ||
    (a.id < b.id ? -1 : 1)
  );
}

function row(incident: Incident, now: number, tenant: string): Html {
  const { id, status, severity, title, response, findings } = incident;
  const isHot = status === 'open' && severity === 'critical';
  return html`<li class="sheet row${isHot && ' hot'}"><div class="marks">${incidentMarks(incident)}</div><h3><a href="/incidents/${encodeURIComponent(id)}">${breakable(cleanLine(title, 120) || 'Without a title')}</a></h3><p class="small soft">${stateText(incident, now)} · ${cleanLine(tenant, 60)}${findings > 1 && ` · ${findings} findings`}${response.drill && status !== 'resolved' && ' · a drill is declared'}</p></li>`;
}

/** How grave it is, where it stands, and whether it is a drill: words first, colours second. */
export function incidentMarks(incident: Incident): Html {
  const { severity, status, response } = incident;
  const state =
    status === 'open' && isForTheRecord(incident)
      ? html`<span class="mark">For the record</span>`
      : status === 'open'
        ? html`<span class="mark open">Open</span>`
        : status === 'acknowledged'
          ? html`<span class="mark">Somebody has it</span>`
          : html`<span class="mark good">${response.resolution ? 'Closed' : 'Over'}</span>`;
  return html`<span class="mark ${severity}">${severityWords[severity]}</span>${state}${isBreakGlassIncident(incident) && html`<span class="mark">Break-glass</span>`}${response.drill && html`<span class="mark drill">DRILL</span>`}`;
}

function stateText(incident: Incident, now: number): Html {
  const { status, response, openedAt, updatedAt } = incident;
  const { acknowledgement, resolution, askedAt } = response;
  if (status === 'acknowledged' && acknowledgement) {
    return html`${personText(acknowledgement.by)} has it, since ${age(acknowledgement.at, now)}`;
  }
  if (status === 'resolved') {
    return resolution
      ? html`closed by ${personText(resolution.by)}, ${age(resolution.at, now)}`
      : html`over, ${age(updatedAt, now)}`;
  }
  if (isForTheRecord(incident)) return html`found ${age(openedAt, now)}`;
  return html`nobody has it, ${askedAt ? html`asked ${age(askedAt, now)}` : html`opened ${age(openedAt, now)}`}`;
}
