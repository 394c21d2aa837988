import { createHash } from 'node:crypto';
import { Html, html } from '../clean-text.ts';
import { nameOf } from '../detect/wording.ts';
import {
  howOf,
  isDue,
  linesOf,
  momentOf,
  readLine,
  stateWords,
  totalsLine,
  whoseOf,
} from './card-text.ts';
import { partNames } from './gaps.ts';
import { type Trend, trendLine } from './history.ts';
import type { AzureHolder, Holder, Inventory } from './inventory.ts';
import { pageStyle } from './page-style.ts';
import { type ItemState, itemStates, type Scorecard, type ScoredItem } from './scorecard.ts';

type Stage = Scorecard['stages'][number];

// Its own sheet and nothing else: no script, no picture, no form, whatever a name tries to be.
const sheetHash = createHash('sha256').update(pageStyle).digest('base64');
const contentPolicy = `default-src 'none'; style-src 'sha256-${sheetHash}'; base-uri 'none'; form-action 'none'`;

/** Beside the colour and the word, for whoever looks along the edge of the page. */
const marks: Record<ItemState, string> = {
  met: '✓',
  notMet: '✕',
  unknown: '?',
  attested: '✎',
  outside: '–',
};

/** The scorecard as one page by itself: to be read, printed and filed. */
export const scorecardPage = (card: Scorecard, inventory: Inventory, trend?: Trend): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no">
<title>Privileged access of ${card.tenant.name}, ${card.at.slice(0, 10)}</title>
<style>${new Html(pageStyle)}</style>
</head>
<body>
<a class="skip" href="#stages">To the stages</a>
<header>
<h1>Privileged access of ${card.tenant.name}</h1>
<p>${totalsLine(card.totals)}.${trend && html` ${trendLine(trend)}.`}</p>
<p class="muted">Measured against Microsoft’s guidance on securing privileged access. Judged as of ${momentOf(card.at)}. ${readLine(card)}. Tenant ${card.tenant.id}.</p>
${numbers(card)}
${notMet(card)}
${legend}
</header>
<main id="stages">
${card.stages.map(stageSection)}
${beside(card)}
${dark(card)}
${holders(inventory)}
${azure(inventory)}
</main>
<footer>Written by Glasswatch. It shows what could be read at that moment, and says what could not.</footer>
</body>
</html>
`.markup;

const numbers = ({ stages, totals }: Scorecard) => html`<table class="numbers">
<caption>Items by state and stage</caption>
<thead><tr><th scope="col">State</th>${stages.map(({ stage }) => html`<th scope="col"><a href="#stage-${stage}">Stage ${stage}</a></th>`)}<th scope="col">All</th></tr></thead>
<tbody>
${itemStates.map(
  (state) =>
    html`<tr><th scope="row">${stateWords[state]}</th>${stages.map((one) => html`<td>${one.totals[state]}</td>`)}<td>${totals[state]}</td></tr>
`,
)}
</tbody>
</table>
`;

function notMet({ stages }: Scorecard) {
  const open = stages.flatMap(({ items }) => items).filter(({ state }) => state === 'notMet');
  if (open.length === 0) return null;
  return html`<h2>Not met <span>${open.length}</span></h2>
<ul class="plain">${open.map(({ id, title, who }) => html`<li><a href="#${id}">${title}</a>${who.count > 0 && html` <span class="muted">(${who.count})</span>`}</li>`)}</ul>
`;
}

const meanings: Record<ItemState, string> = {
  met: 'All that is seen is as it should be.',
  notMet: 'Something was found against it.',
  unknown: 'Nothing was found, and not all was seen.',
  attested: 'A person vouches for what no machine sees.',
  outside: 'Can’t be seen from here, and nobody vouches for it.',
};

const legend = html`<h2>What the states mean</h2>
<dl class="legend">${itemStates.map((state) => html`<dt>${badge(state)}</dt><dd>${meanings[state]}</dd>`)}</dl>
`;

function badge(state: ItemState): Html {
  return html`<span class="state ${state}"><span aria-hidden="true">${marks[state]} </span>${stateWords[state]}</span>`;
}

const stageSection = ({
  stage,
  name,
  totals,
  items,
}: Stage) => html`<section aria-labelledby="stage-${stage}">
<h2 id="stage-${stage}">Stage ${stage}: ${name} <span>${totalsLine(totals)}</span></h2>
<ul class="items">
${items.map(itemRow)}
</ul>
</section>
`;

const itemRow = (item: ScoredItem) => html`<li class="item" id="${item.id}">
<div>${badge(item.state)}</div>
<div>
<h3>${item.title}</h3>
<dl>
${linesOf(item).map(
  (
    { label, text },
    index,
    all,
  ) => html`${all[index - 1]?.label !== label && html`<dt>${label}</dt>`}<dd>${text}</dd>
`,
)}
${isDue(item) && pair('To do', item.todo)}
${item.checks.length > 0 && pair('Checks', item.checks.join(', '))}
${item.detections.length > 0 && pair('In the log', item.detections.join(', '))}
<dt>Guidance</dt><dd><a href="${item.guidance}" rel="noreferrer">learn.microsoft.com</a></dd>
</dl>
</div>
</li>
`;

const pair = (label: string, text: string) => html`<dt>${label}</dt><dd>${text}</dd>
`;

const beside = ({ beside: some }: Scorecard) =>
  some.length > 0 &&
  html`<section><h2>Found besides</h2>
<p class="muted">Under no item of the guidance.</p>
<ul class="plain">
${some.map(({ check, against }) => against.shown.map(({ what }) => html`<li>${what} <span class="muted">(${check})</span></li>`))}
</ul></section>
`;

const dark = ({ gaps }: Scorecard) =>
  gaps.length > 0 &&
  html`<section><h2>Not read <span>${gaps.length}</span></h2>
<table class="stack" role="table">
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Part of the directory</th><th scope="col" role="columnheader">Why</th></tr></thead>
<tbody role="rowgroup">
${gaps.map(
  ({
    part,
    detail,
    asOf,
  }) => html`<tr role="row"><th scope="row" role="rowheader">${partNames[part]}</th><td role="cell">${detail}${asOf && html` What is known of it is of ${momentOf(asOf)}.`}</td></tr>
`,
)}
</tbody></table></section>
`;

const holders = ({
  holders: all,
}: Inventory) => html`<section><h2>Who holds what <span>${all.length}</span></h2>
${all.length === 0 && html`<p>Nobody, as far as the directory tells.</p>`}
${all.length > 0 && holderTable(all)}
</section>
`;

const holderTable = (all: readonly Holder[]) => html`<table class="stack" role="table">
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Account</th><th scope="col" role="columnheader">Kind and owner</th><th scope="col" role="columnheader">Roles, and how</th></tr></thead>
<tbody role="rowgroup">
${all.map(holderRow)}
</tbody></table>
`;

const holderRow = (
  holder: Holder,
) => html`<tr role="row"><th scope="row" role="rowheader">${nameOf(holder.party)}</th><td role="cell">${whoseOf(holder)}</td><td role="cell">
<ul class="plain">${holder.holds.map((held) => html`<li>${held.role}: ${howOf(held)}${!held.isPrivileged && html` <span class="muted">(not watched as privileged)</span>`}</li>`)}</ul></td></tr>
`;

const azure = ({ azure: all }: Inventory) =>
  all.length > 0 &&
  html`<section><h2>Who can give roles away in Azure <span>${all.length}</span></h2>
<table class="stack" role="table">
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Account</th><th scope="col" role="columnheader">Role</th><th scope="col" role="columnheader">Of</th><th scope="col" role="columnheader">How</th></tr></thead>
<tbody role="rowgroup">
${all.map(azureRow)}
</tbody></table></section>
`;

const azureRow = ({ party, role, place, how, isExternal }: AzureHolder) =>
  html`<tr role="row"><th scope="row" role="rowheader">${nameOf(party)}</th><td role="cell">${role}</td><td role="cell">${place}</td><td role="cell">${how}${isExternal && ', from outside'}</td></tr>
`;
