import { cleanLine, defangLinks } from '../clean-text.ts';
import { guidPattern } from '../policy/fields.ts';
import type { Severity } from '../severity.ts';
import { type Alert, headlineOf, isAllClear, type Recipient } from './alert.ts';
import { clock, clockLine } from './clock-line.ts';
import { actionTitle, drillLine } from './mail-text.ts';

/** Teams takes about 28 KB; the flow's own wrapping and its copies need room too. */
const maxBodyBytes = 20_000;

/** How much of each list is shown; what does not fit is cut in the order of `cutNext`. */
type Extent = { also: number; facts: number; next: number; prose: boolean };

/**
 * The body that a Workflows webhook posts as a card. A bare card is answered with 202 and then fails
 * inside the flow, so the envelope is not optional.
 *
 * @returns JSON of less than 20 KB in UTF-8, whatever the alert holds.
 */
export function teamsMessage(alert: Alert): string {
  let extent: Extent | undefined = {
    also: Math.min(alert.also.length, 10),
    facts: Math.min(alert.facts.length, 20),
    next: Math.min(alert.next.length, 6),
    prose: true,
  };
  let body = messageOf(alert, extent);
  while (Buffer.byteLength(body) >= maxBodyBytes) {
    extent = cutNext(extent);
    if (!extent) break;
    body = messageOf(alert, extent);
  }
  return body;
}

/** Evidence goes first; what an alert is for (severity, title, clocks, ids, link) never goes. */
function cutNext(extent: Extent): Extent | undefined {
  if (extent.also > 0) return { ...extent, also: extent.also - 1 };
  if (extent.facts > 4) return { ...extent, facts: extent.facts - 1 };
  if (extent.next > 1) return { ...extent, next: extent.next - 1 };
  if (extent.prose) return { ...extent, prose: false };
  return extent.facts > 0 || extent.next > 0 ? { ...extent, facts: 0, next: 0 } : undefined;
}

function messageOf(alert: Alert, extent: Extent): string {
  const content = cardOf(alert, extent);
  const contentType = 'application/vnd.microsoft.card.adaptive';
  return JSON.stringify({
    type: 'message',
    attachments: [{ contentType, contentUrl: null, content }],
  });
}

function cardOf(alert: Alert, extent: Extent) {
  const mentions = mentionsOf(alert);
  const isLinked = alert.link !== null && isPressable(alert.link);
  return {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    // 1.5 exists, but old phone clients show the fallback for it.
    version: '1.4',
    // Shown where the card can not be, perhaps as Markdown: our own words only.
    fallbackText: `${alert.severity.toUpperCase()}: ${ours(alert.detection)}. Incident ${ours(alert.incident)}.`,
    msteams: { width: 'Full', ...(mentions.length > 0 && { entities: mentions }) },
    body: [
      heading(alert),
      ...notes(alert),
      ...asked(alert, mentions),
      ...(extent.prose && alert.summary ? [line(run(alert.summary, 500))] : []),
      ...nextSteps(alert, extent),
      ...facts(alert, extent),
      { ...line(run(clockLine(alert.clocks), 200, { isSubtle: true })), separator: true },
      ...(extent.prose && alert.why
        ? [line(run(`Why: ${alert.why}`, 600, { isSubtle: true }))]
        : []),
      ...also(alert, extent),
      ids(alert),
      ...(alert.link !== null && !isLinked ? [line(run(`Open: ${alert.link}`, 500))] : []),
    ],
    ...(isLinked && {
      actions: [{ type: 'Action.OpenUrl', title: actionTitle(alert), url: alert.link }],
    }),
  };
}

/** Teams opens https alone; the embedded stack shows its own card, and links to itself. */
const isPressable = (link: string) =>
  /^(?:https:\/\/|http:\/\/127\.0\.0\.1[:/])\S{1,2000}$/.test(link);

const containerStyles: Record<Severity, string> = {
  critical: 'attention',
  high: 'warning',
  medium: 'accent',
  low: 'emphasis',
  informational: 'emphasis',
};

function heading(alert: Alert) {
  const { severity, title, tenant } = alert;
  return {
    type: 'Container',
    style: isAllClear(alert) ? 'good' : containerStyles[severity],
    bleed: true,
    items: [
      {
        type: 'TextBlock',
        style: 'heading',
        weight: 'Bolder',
        text: headlineOf(alert),
        wrap: true,
      },
      { ...line(run(title, 200, { size: 'Large', weight: 'Bolder' })), spacing: 'Small' },
      { ...line(run(tenant.name || tenant.id, 80, { isSubtle: true })), spacing: 'Small' },
    ],
  };
}

/** A drill, and what people have done about it. */
function notes(alert: Alert) {
  const drill = drillLine(alert);
  return [
    ...(drill ? [line(run(drill, 200, { weight: 'Bolder' }))] : []),
    ...(alert.answer ? [line(run(alert.answer, 400, { weight: 'Bolder' }))] : []),
  ];
}

const mostMentions = 10;

type Mention = ReturnType<typeof mentionOf>[number];

function mentionsOf({ onCall }: Alert): Mention[] {
  const byAccount = new Map(
    onCall.flatMap(mentionOf).map((mention) => [mention.mentioned.id, mention]),
  );
  return [...byAccount.values()].slice(0, mostMentions);
}

/**
 * Teams calls a person by name where the very text of an entity stands in a text block, and refuses the
 * whole card if it stands in none. A text block is Markdown, so only plain characters of a name are left.
 */
function mentionOf({ account, name }: Recipient) {
  const shown = cleanLine(name, 60)
    .replace(/[^\p{L}\p{N} .'-]/gu, ' ')
    .replace(/ +/g, ' ')
    .trim();
  if (account === null || !isAccount(account) || shown === '') return [];
  const text = `<at>${shown}</at>`;
  return [{ type: 'mention', text, mentioned: { id: account, name: shown } }];
}

/** An object id or a user principal name; nothing else may call anybody. */
const isAccount = (account: string) =>
  guidPattern.test(account) || /^[\w.!#^~'+-]{1,64}@[A-Za-z0-9.-]{1,255}$/.test(account);

/** People without an account are named in a text run: a name may be anything there. */
function asked({ onCall }: Alert, mentions: readonly Mention[]) {
  if (onCall.length === 0) return [];
  const called = new Set(mentions.map(({ mentioned }) => mentioned.id));
  const others = onCall.filter(({ account }) => account === null || !called.has(account));
  const names = others.slice(0, mostMentions).map(({ name }) => cleanLine(name, 60));
  return [
    ...(mentions.length > 0
      ? [
          {
            type: 'TextBlock',
            text: `On call: ${mentions.map(({ text }) => text).join(', ')}`,
            wrap: true,
          },
        ]
      : []),
    ...(names.length > 0
      ? [line(run(`${mentions.length > 0 ? 'and' : 'On call:'} ${names.join(', ')}`, 700))]
      : []),
  ];
}

function nextSteps({ next }: Alert, extent: Extent) {
  if (extent.next === 0) return [];
  const steps = next
    .slice(0, extent.next)
    .map((step, i) => ({ ...line(run(`${i + 1}. ${step}`, 400)), spacing: 'Small' }));
  return [section('What to do next'), ...steps];
}

function facts({ facts }: Alert, extent: Extent) {
  if (extent.facts === 0) return [];
  const rows = facts.slice(0, extent.facts).map(({ label, value }) => ({
    ...line(run(label, 40, { isSubtle: true }), own(': '), run(value, 300)),
    spacing: 'Small',
  }));
  // A container, so that the card's own list of elements stays short.
  return [section('What happened'), { type: 'Container', spacing: 'None', items: rows }];
}

function also(alert: Alert, extent: Extent) {
  const others = alert.findings - 1;
  if (others <= 0 || alert.also.length === 0) return [];
  const shown = alert.also.slice(0, extent.also).map(({ severity, title, time }) => ({
    ...line(
      run(severity.toUpperCase(), 20, { weight: 'Bolder' }),
      own(' '),
      run(title, 150),
      own(' · '),
      run(`${clock(time, alert.clocks.detectedAt.slice(0, 10))} UTC`, 40, { isSubtle: true }),
    ),
    spacing: 'Small',
  }));
  const rest = others - shown.length;
  const more =
    rest > 0 ? [line(run(`and ${rest} more in the incident`, 60, { isSubtle: true }))] : [];
  return [section(`Also in this incident (${others})`), ...shown, ...more];
}

/** A fact set renders Markdown, so it holds nothing but our own words, numbers and ids. */
function ids(alert: Alert) {
  const rows = [
    ['Severity', alert.severity],
    ['Detection', alert.detection],
    ['ATT&CK', alert.techniques.slice(0, 8).join(', ')],
    ['Incident', `${alert.incident} (revision ${alert.revision})`],
    ['Finding', alert.finding],
    ['Delivery', alert.id],
  ].map(([title = '', value = '']) => ({ title, value: ours(value) }));
  return { type: 'FactSet', separator: true, facts: rows.filter(({ value }) => value !== '') };
}

const section = (text: string) => ({
  type: 'TextBlock',
  text,
  weight: 'Bolder',
  spacing: 'Medium',
  wrap: true,
});

type RunStyle = { weight?: 'Bolder'; size?: 'Large'; isSubtle?: true };

const line = (...inlines: ReturnType<typeof run | typeof own>[]) => ({
  type: 'RichTextBlock',
  inlines,
});

/** The one way for words of others onto a card: a text run is never Markdown, as a text block would be. */
const run = (text: string, maxGraphemes: number, style: RunStyle = {}) => ({
  type: 'TextRun',
  text: disarm(cleanLine(text, maxGraphemes)) || '-',
  ...style,
});

/** Our own words between those: kept as they are, blanks too. */
const own = (text: string) => ({ type: 'TextRun', text });

/** Links, mentions and `{{DATE()}}`, which some clients act on even in plain runs. */
const disarm = (text: string) =>
  defangLinks(text)
    .replace(/<(\/?)at\b/gi, '‹$1at')
    .replace(/\{(?=\{)/g, '{ ');

const ours = (text: string) => cleanLine(text.replace(/[^\w .,:()-]/g, ''), 190).replace(/_/g, '-');
