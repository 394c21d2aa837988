import { cleanLine, type Html, html } from '../../clean-text.ts';
import type { Drill } from '../../drill/drill.ts';
import { type DrillStep, drillSteps } from '../../drill/drill-steps.ts';
import { dayMs, isoOf } from '../../time.ts';
import type { DrillAccount } from '../deps.ts';
import { breakable, fitting } from '../fit.ts';
import type { Page } from '../frame.ts';
import { age, moment, personText, timeText } from '../words.ts';

export type DrillTyped = Partial<Record<'account' | 'from' | 'minutes' | 'reason', string>>;

type DrillsView = {
  drills: readonly Drill[];
  accounts: readonly DrillAccount[];
  /** The hidden field of the form; null: they may not declare one. */
  token: Html | null;
  notice: Html | null;
  typed: DrillTyped;
  tenantName(id: string): string;
  now: number;
};

/** How long a window may be, in minutes. */
const lengths = [
  ['30', '30 minutes'],
  ['60', '1 hour'],
  ['120', '2 hours'],
  ['240', '4 hours'],
  ['480', '8 hours'],
  ['1440', '24 hours'],
] as const;

const stateMarks: Record<Drill['state'], { text: string; look: string }> = {
  declared: { text: 'Declared', look: 'open' },
  seen: { text: 'Seen', look: 'good' },
  failed: { text: 'Failed', look: 'bad' },
  cancelled: { text: 'Cancelled', look: '' },
};

export const drillMark = (state: Drill['state']): Html => {
  const { text, look } = stateMarks[state];
  return html`<span class="mark ${look}">${text}</span>`;
};

export function drillsPage(view: DrillsView): Page {
  const { drills, accounts, now, tenantName } = view;
  const { shown, left } = fitting(
    drills,
    9_000,
    (one) =>
      html`<li class="sheet row"><div class="marks">${drillMark(one.state)}</div><h3><a href="/drills/${encodeURIComponent(one.id)}">${breakable(cleanLine(one.account.name, 100))}</a></h3><p>${timeText(one.from)} to ${timeText(one.until)}</p><p class="small soft">declared by ${personText(one.declaredBy)}, ${age(one.declaredAt, now)}: ${cleanLine(one.reason, 160)}</p></li>`,
  );
  const proven = fitting(accounts, 4_000, (one) => accountRow(one, now, tenantName(one.tenantId)));
  return {
    title: 'Drills',
    part: 'drills',
    isWide: true,
    body: html`${view.notice}<div class="head all"><h1>Drills</h1><p class="soft">A drill shows that a break-glass account works, and that its alarm is heard. It is told like any other use, marked as a drill.</p></div>
<section class="sheet" aria-labelledby="proven"><h2 id="proven">Proven by a drill</h2>${
      proven.shown.length > 0
        ? html`<table class="cards"><thead><tr><th scope="col">Account</th><th scope="col">Last proven</th></tr></thead><tbody>${proven.shown}</tbody></table>`
        : html`<p>The policy names no break-glass account, or the directory has not been read yet.</p>`
    }</section>
${view.token ? declareForm(view, view.token) : html`<section class="sheet"><h2>Declare a drill</h2><p class="soft">That takes the app role Responder or Admin.</p></section>`}
<section class="stack all" aria-labelledby="calendar"><h2 id="calendar">Calendar</h2>${shown.length > 0 ? html`<ul class="list">${shown}</ul>` : html`<p class="soft">No drill has been declared yet.</p>`}${left > 0 && html`<p class="soft">${left} earlier ones do not fit on this page.</p>`}</section>`,
  };
}

function accountRow(account: DrillAccount, now: number, tenant: string): Html {
  const { name, lastProvenAt, maxAgeDays } = account;
  const last = lastProvenAt === null ? null : Date.parse(lastProvenAt);
  const days = last === null ? null : Math.floor((now - last) / dayMs);
  const isLate = days === null || days > maxAgeDays;
  return html`<tr><th scope="row">${breakable(cleanLine(name, 80))}<br><span class="small soft">${cleanLine(tenant, 60)}</span></th><td>${isLate && html`<span class="mark warn">${days === null ? 'Never' : 'Too long ago'}</span> `}${days === null ? `it should be every ${maxAgeDays} days` : `${daysText(days)} ago, of at most ${maxAgeDays}`}</td></tr>`;
}

const daysText = (days: number) =>
  days === 0 ? 'less than a day' : days === 1 ? '1 day' : `${days} days`;

function declareForm({ accounts, typed, now }: DrillsView, token: Html): Html {
  const options = accounts.slice(0, 30).map(({ tenantId, id, name }) => {
    const value = `${tenantId}/${id}`;
    return html`<option value="${value}"${typed.account === value && html` selected`}>${cleanLine(name, 80)}</option>`;
  });
  const chosen = typed.minutes ?? '60';
  return html`<section class="sheet" aria-labelledby="declare"><h2 id="declare">Declare a drill</h2><form method="post" action="/drills">${token}
<div class="field"><label for="account">Account</label><select id="account" name="account" required>${options}</select></div>
<div class="field"><label for="from">From, in UTC <span class="hint">Left empty: from now. It is ${timeText(isoOf(now))}.</span></label><input type="datetime-local" id="from" name="from" value="${cleanLine(typed.from, 20)}"></div>
<div class="field"><label for="minutes">For</label><select id="minutes" name="minutes">${lengths.map(([value, text]) => html`<option value="${value}"${value === chosen && html` selected`}>${text}</option>`)}</select></div>
<div class="field"><label for="reason">Why</label><input type="text" id="reason" name="reason" maxlength="300" required autocomplete="off" value="${cleanLine(typed.reason, 300)}"></div>
<button>Declare it</button></form></section>`;
}

type DrillView = {
  drill: Drill;
  token: Html | null;
  notice: Html | null;
  tenant: string;
  now: number;
};

/** The evidence of one drill, on one page that prints well. */
export function drillPage({ drill, token, notice, tenant, now }: DrillView): Page {
  const { shown } = fitting(drillSteps(drill), 7_000, stepRow);
  return {
    title: `Drill of ${cleanLine(drill.account.name, 100)}`,
    part: 'drills',
    body: html`${notice}<div class="head"><p class="small no-print"><a href="/drills">All drills</a></p><div class="marks">${drillMark(drill.state)}<span class="mark drill">DRILL</span></div><h1>Drill of ${breakable(cleanLine(drill.account.name, 100))}</h1><p>${cleanLine(drill.reason, 300)}</p></div>
<section class="sheet" aria-labelledby="about"><h2 id="about">What was declared</h2><dl class="facts"><dt>Tenant</dt><dd>${cleanLine(tenant, 80)}</dd><dt>Account</dt><dd>${breakable(cleanLine(drill.account.name, 100))} <span class="soft small">${cleanLine(drill.account.id, 64)}</span></dd><dt>By</dt><dd>${personText(drill.declaredBy)}, ${moment(drill.declaredAt, now)}</dd><dt>Window</dt><dd>${timeText(drill.from)} to ${timeText(drill.until)}</dd><dt>Drill</dt><dd><code>${cleanLine(drill.id, 64)}</code></dd></dl><p class="no-print"><a href="/incidents/${encodeURIComponent(drill.incident)}">The incident, with everything the account did</a></p></section>
<section class="sheet" aria-labelledby="steps"><h2 id="steps">What was seen</h2><table class="cards"><thead><tr><th scope="col">Step</th><th scope="col">When</th><th scope="col">Since the sign-in</th></tr></thead><tbody>${shown}</tbody></table>${drill.state === 'failed' && html`<p><b>It failed:</b> the window went by, and the time that a log may need, without an alert.</p>`}</section>
${token && drill.state === 'declared' && html`<form class="sheet" method="post" action="/drills/${encodeURIComponent(drill.id)}/cancel">${token}<p>A drill can be cancelled until the account has signed in.</p><button class="second">Cancel it</button></form>`}`,
  };
}

const stepTexts: Record<DrillStep['step'], string> = {
  declared: 'Declared',
  'signed in': 'Signed in',
  arrived: 'Log arrived',
  detected: 'Detected',
  alerted: 'Alert',
  acknowledged: 'Acknowledged',
  closed: 'Closed',
};

function stepRow({ step, channel, by, at, afterMs }: DrillStep): Html {
  return html`<tr><th scope="row">${stepTexts[step]}${channel && ` on ${cleanLine(channel, 64)}`}${by && html`<br><span class="small soft">${personText(by)}</span>`}</th><td>${at ? timeText(at) : html`<span class="soft">not seen</span>`}</td><td>${afterMs === null || afterMs < 0 ? '' : `+${exactSpan(afterMs)}`}</td></tr>`;
}

/** To the second: it is what a drill is there to measure. */
function exactSpan(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  return [h > 0 && `${h} h`, (h > 0 || m > 0) && `${m} min`, `${s} s`].filter(Boolean).join(' ');
}
