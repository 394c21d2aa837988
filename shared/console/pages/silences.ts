import { cleanLine, type Html, html } from '../../clean-text.ts';
import type { Silence } from '../../route/silence.ts';
import { breakable, fitting } from '../fit.ts';
import type { Page } from '../frame.ts';
import { age, moment, personText } from '../words.ts';

export type SilenceTyped = Partial<Record<'detections' | 'accounts' | 'hours' | 'reason', string>>;

type SilencesView = {
  silences: readonly Silence[];
  token: Html | null;
  notice: Html | null;
  typed: SilenceTyped;
  tenantName(id: string): string;
  now: number;
};

const lengths = [
  ['1', '1 hour'],
  ['4', '4 hours'],
  ['24', '1 day'],
  ['168', '7 days'],
  ['720', '30 days'],
] as const;

export const silenceHours: readonly string[] = lengths.map(([hours]) => hours);

export function silencesPage(view: SilencesView): Page {
  const { silences, now } = view;
  const isInForce = ({ ended, until }: Silence) => ended === null && Date.parse(until) > now;
  const inForce = silences.filter(isInForce).toSorted((a, b) => (a.until < b.until ? -1 : 1));
  const over = silences
    .filter((one) => !isInForce(one))
    .toSorted((a, b) => (a.until < b.until ? 1 : -1));
  const first = fitting(inForce, 8_000, (one) => row(one, view, true));
  const second = fitting(over, 4_000, (one) => row(one, view, false));
  const list = html`<ul class="list">${first.shown}</ul>${first.left > 0 && html`<p class="soft">${first.left} more do not fit on this page.</p>`}`;
  return {
    title: 'Silences',
    part: 'silences',
    isWide: true,
    body: html`${view.notice}<div class="head all"><h1>Silences</h1><p class="soft">What is silenced is kept, and told to nobody. Break-glass accounts are never silenced.</p></div>
<section class="stack" aria-labelledby="force"><h2 id="force">In force</h2>${
      first.shown.length === 0
        ? html`<p class="soft">Nothing is silenced.</p>`
        : view.token
          ? html`<form class="line" method="post" action="/silences/end">${view.token}${list}</form>`
          : list
    }</section>
${view.token ? declareForm(view, view.token) : html`<section class="sheet"><h2>Silence something</h2><p class="soft">That takes the app role Responder or Admin.</p></section>`}
${second.shown.length > 0 && html`<section class="stack all" aria-labelledby="ended"><h2 id="ended">Ended</h2><ul class="list">${second.shown}</ul></section>`}`,
  };
}

function row(silence: Silence, { token, tenantName, now }: SilencesView, isInForce: boolean): Html {
  const { id, detections, accounts, tenants, by, reason, createdAt, until, ended } = silence;
  const list = (all: readonly string[], none: string) =>
    all.length === 0
      ? none
      : `${all
          .slice(0, 6)
          .map((one) => cleanLine(one, 80))
          .join(', ')}${all.length > 6 ? ` and ${all.length - 6} more` : ''}`;
  return html`<li class="sheet row"><h3>${list(detections, 'Nothing')}</h3><p>${accounts.length === 0 ? 'About all accounts' : html`About ${breakable(list(accounts, ''))}`}${tenants.length > 0 && `, in ${list(tenants.map(tenantName), '')}`}</p><p>${cleanLine(reason, 200)}</p><p class="small soft">${personText(by)}, ${age(createdAt, now)}. ${ended ? html`Ended by ${personText(ended.by)}, ${age(ended.at, now)}.` : html`Until ${moment(until, now)}.`}</p>${isInForce && token && by.identifiedBy !== 'policy' && html`<button class="second small" name="id" value="${id}">End it now</button>`}</li>`;
}

function declareForm({ typed }: SilencesView, token: Html): Html {
  const chosen = typed.hours ?? '4';
  return html`<section class="sheet" aria-labelledby="silence"><h2 id="silence">Silence something</h2><form method="post" action="/silences">${token}
<div class="field"><label for="detections">Detections <span class="hint">Their ids, with commas between them.</span></label><input type="text" id="detections" name="detections" required autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="1000" value="${cleanLine(typed.detections, 1000)}"></div>
<div class="field"><label for="accounts">Accounts <span class="hint">Object ids or user principal names. Left empty: all, but for what is critical.</span></label><input type="text" id="accounts" name="accounts" autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="1000" value="${cleanLine(typed.accounts, 1000)}"></div>
<div class="field"><label for="hours">For</label><select id="hours" name="hours">${lengths.map(([value, text]) => html`<option value="${value}"${value === chosen && html` selected`}>${text}</option>`)}</select></div>
<div class="field"><label for="reason">Why</label><input type="text" id="reason" name="reason" maxlength="300" required autocomplete="off" value="${cleanLine(typed.reason, 300)}"></div>
<button>Silence it</button></form></section>`;
}
