import { cleanLine, defangLinks } from '../clean-text.ts';
import { type Alert, headlineOf } from './alert.ts';
import { clock, clockLine } from './clock-line.ts';

/** The whole alert as plain text, for readers, screens and archives that show no HTML. */
export function mailText(alert: Alert): string {
  const { title, summary, next, clocks, why, link } = alert;
  const others = othersOf(alert);
  const parts = [
    `${headlineOf(alert)}: ${plain(title)}\n${tenantOf(alert)}`,
    plain(summary),
    block(
      'What to do next',
      next.slice(0, maxNext).map((step, i) => `${i + 1}. ${plain(step)}`),
    ),
    block('What happened', factsOf(alert).map(pair)),
    clockLine(clocks),
    why && `Why it matters: ${plain(why, 600)}`,
    others > 0 && block(`Also in this incident (${others})`, alsoLines(alert)),
    isLink(link) && `Open the incident:\n${link}`,
    idsOf(alert).map(pair).join('\n'),
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

export const maxNext = 10;
const maxFacts = 40;
const maxAlso = 20;

/** Cleaned again, for a channel vouches for what it sends; and no mail program shall make links of it. */
export const plain = (text: string, maxGraphemes = 500) =>
  defangLinks(cleanLine(text, maxGraphemes));

export const isLink = (link: string | null): link is string =>
  link !== null && /^https?:\/\/[^\s<>"]{1,2000}$/.test(link);

export const tenantOf = ({ tenant }: Alert) => plain(tenant.name || tenant.id, 80);

export type Row = readonly [label: string, value: string];

export const factsOf = ({ facts }: Alert) =>
  facts.slice(0, maxFacts).map(({ label, value }): Row => [plain(label, 40), plain(value)]);

export const idsOf = (alert: Alert) =>
  [
    ['Detection', alert.detection],
    ['ATT&CK', alert.techniques.slice(0, 8).join(', ')],
    ['Incident', `${alert.incident}, revision ${alert.revision}`],
    ['Finding', alert.finding],
    ['Delivery', alert.id],
    ['Tenant', alert.tenant.id],
  ]
    .map(([label = '', value = '']): Row => [label, plain(value, 200)])
    .filter(([, value]) => value !== '');

export const othersOf = (alert: Alert) => (alert.also.length > 0 ? alert.findings - 1 : 0);

export function alsoLines(alert: Alert): string[] {
  const day = alert.clocks.detectedAt.slice(0, 10);
  const shown = alert.also
    .slice(0, maxAlso)
    .map(
      ({ severity, title, time }) =>
        `${severity.toUpperCase()} ${plain(title, 150)} (${clock(time, day)} UTC)`,
    );
  const rest = othersOf(alert) - shown.length;
  return rest > 0 ? [...shown, `and ${rest} more`] : shown;
}

const pair = ([label, value]: Row) => `${label}: ${value}`;

const block = (title: string, lines: readonly string[]) =>
  lines.length > 0 && [title, ...lines].join('\n');
