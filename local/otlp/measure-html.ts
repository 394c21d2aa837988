import { type Html, html } from '../../shared/clean-text.ts';
import type { ReceivedMeasure, Series } from './series-store.ts';
import { quantile, type Spread } from './spread.ts';

export const measureCss = `
.measure { padding: 10px 16px 12px; } .measure h2 { margin: 0; font-size: 16px; } .measure p { margin: 2px 0 6px; }
.series { list-style: none; margin: 0; padding: 0; }
.series li { display: flex; flex-wrap: wrap; gap: 4px 8px; align-items: baseline; padding: 5px 0; border-top: 1px solid var(--line); }
.series .value { margin-left: auto; text-align: right; font-variant-numeric: tabular-nums; }
`;

/** What a measure is, and each of its series. */
export const measureArticle = ({ name, kind, unit, says, series }: ReceivedMeasure): Html =>
  html`<article id="${name}"><div class="measure">
<h2>${name}</h2>
<p>${says} <span class="soft">${kindWords[kind]}</span></p>
<ul class="series">${series.map((one) => seriesLine(one, unit))}</ul>
</div></article>`;

const kindWords = {
  counter: 'Added up since the start.',
  gauge: 'As it last stood.',
  histogram: 'All since the start.',
} as const;

const seriesLine = ({ about, value, spread }: Series, unit: string): Html =>
  html`<li>${Object.entries(about).map(
    ([key, word]) => html`<span class="badge">${key}: ${word}</span>`,
  )}<span class="value">${spread ? spreadWords(spread, unit) : html`<b>${amount(value ?? 0, unit)}</b>`}</span></li>`;

function spreadWords(spread: Spread, unit: string): Html {
  const { count, sum, max } = spread;
  const mean = count === 0 ? 0 : sum / count;
  const shares = [
    ['half within', quantile(spread, 0.5)],
    ['95 % within', quantile(spread, 0.95)],
    ['longest', max ?? 0],
  ] as const;
  const others = shares.map(([words, value]) => `${words} ${amount(value, unit)}`);
  return html`<b>mean ${amount(mean, unit)}</b> <span class="soft">${[`of ${whole.format(count)}`, ...others].join(' · ')}</span>`;
}

const plain = new Intl.NumberFormat('en', { maximumSignificantDigits: 3, useGrouping: false });
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** What stands in braces only says what is counted, and the measure's name does that. */
function amount(value: number, unit: string): string {
  if (unit.startsWith('{') || unit === '') return whole.format(value);
  if (unit !== 's') return `${plain.format(value)} ${unit}`;
  const [minute, hour] = [60, 3_600];
  if (value >= 2 * hour) return `${plain.format(value / hour)} h`;
  if (value >= 2 * minute) return `${plain.format(value / minute)} min`;
  return `${plain.format(value)} s`;
}
