import { cleanLine, defangLinks } from '../clean-text.ts';
import { type Alert, headlineOf, isAllClear } from './alert.ts';
import { clock, clockLine } from './clock-line.ts';

/** The whole alert as plain text, for readers, screens and archives that show no HTML. */
export function mailText(alert: Alert): string {
  const { title, summary, clocks, why } = alert;
  const others = othersOf(alert);
  const action = actionOf(alert);
  const parts = [
    `${headlineOf(alert)}: ${plain(title)}\n${tenantOf(alert)}`,
    [drillLine(alert), answerLine(alert), askedLine(alert)].filter(Boolean).join('\n'),
    plain(summary),
    action && `${action.title}:\n${action.url}${action.note && `\n${action.note}`}`,
    block('What to do next', stepsOf(alert)),
    block('What happened', factsOf(alert).map(pair)),
    clockLine(clocks),
    why && `Why it matters: ${plain(why, 600)}`,
    others > 0 && block(`Also in this incident (${others})`, alsoLines(alert)),
    idsOf(alert).map(pair).join('\n'),
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

export const maxNext = 10;
const maxFacts = 40;
const maxAsked = 20;
const maxAlso = 20;

/** Cleaned again, for a channel vouches for what it sends; and no mail program shall make links of it. */
export const plain = (text: string, maxGraphemes = 500) =>
  defangLinks(cleanLine(text, maxGraphemes));

export const isLink = (link: string | null): link is string =>
  link !== null && /^https?:\/\/[^\s<>"]{1,2000}$/.test(link);

type Action = { title: string; url: string; note: string };

/**
 * The one thing to press. Programs that check links in mails open it, so the page behind it only shows.
 * Whoever has a link of their own gets no other.
 */
export function actionOf(alert: Alert): Action | null {
  const { link, personal } = alert;
  if (personal?.link && isLink(personal.link.url)) {
    const until = clock(personal.link.until, alert.clocks.detectedAt.slice(0, 10));
    return {
      title: 'Answer without signing in',
      url: personal.link.url,
      note:
        `This link is yours alone, works once, until ${until} UTC. ` +
        'Never forward it: whoever has it answers in your name.',
    };
  }
  return isLink(link) ? { title: actionTitle(alert), url: link, note: '' } : null;
}

/** What a button to the page says. */
export function actionTitle(alert: Alert): string {
  if (alert.kind === 'canary') return 'Confirm that it has arrived';
  if (alert.kind === 'digest') return 'Open the incidents';
  return isAllClear(alert) || alert.kind === 'acknowledged'
    ? 'Open the incident'
    : 'Open and answer';
}

export const stepsOf = ({ next }: Alert) =>
  next.slice(0, maxNext).map((step, i) => `${i + 1}. ${plain(step)}`);

/** What people have done about it. */
export const answerLine = ({ answer }: Alert) => answer && plain(answer);

export function drillLine({ drill, clocks }: Alert): string | null {
  if (!drill) return null;
  const until = clock(drill.until, clocks.detectedAt.slice(0, 10));
  return `DRILL, declared by ${plain(drill.declaredBy, 80)} until ${until} UTC. Treat it as real until you know.`;
}

/** The names of those who are asked to answer. */
export const askedOf = ({ onCall }: Alert) =>
  onCall
    .slice(0, maxAsked)
    .map(({ name }) => plain(name, 80))
    .join(', ');

export const askedLine = (alert: Alert) => alert.onCall.length > 0 && `On call: ${askedOf(alert)}`;

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
