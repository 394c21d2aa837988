import { Html, type HtmlValue, html } from '../shared/clean-text.ts';

/** Draws the part of Adaptive Cards that our card uses, near enough to Teams to judge a card by it. */

type Element = { type?: string; [key: string]: unknown };

export const cardCss = `
.card { padding: 0 16px 14px; }
.card .tb, .card .rt, .card .fs { margin-top: 8px; }
.card .small { margin-top: 3px; } .card .none { margin-top: 0; } .card .medium { margin-top: 18px; }
.card .separator { border-top: 1px solid var(--line); margin-top: 14px; padding-top: 10px; }
.card .box.bleed { margin: 0 -16px; padding: 10px 16px 14px; } .card .box.bleed > :first-child { margin-top: 0; }
.card .attention { background: var(--attention); color: var(--attention-ink); }
.card .warning { background: var(--warning); color: var(--warning-ink); }
.card .accent { background: var(--accent); color: var(--accent-ink); }
.card .good { background: var(--good); color: var(--good-ink); } .card .emphasis { background: var(--emphasis); }
.card .bolder { font-weight: 600; } .card .large { font-size: 19px; line-height: 1.3; }
.card .subtle { opacity: .78; }
.card .mention { color: var(--link); font-weight: 600; }
.card h2.tb { font-size: 14px; letter-spacing: .05em; margin-bottom: 0; }
.card dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 14px; font-size: 13px; margin-bottom: 0; }
.card dt { font-weight: 600; } .card dd { margin: 0; }
.card .actions { margin-top: 14px; }
.card .actions a { display: inline-block; border: 1px solid var(--line); border-radius: 4px; padding: 6px 14px;
  color: inherit; font-weight: 600; text-decoration: none; }
`;

/** @param card - Not trusted: unknown elements are named, not drawn. */
export function cardHtml(card: Element): Html {
  const mentions = mentionsIn(card.msteams);
  const body = listOf(card.body).map((element) => elementHtml(element, mentions));
  return html`<div class="card">${body}${actionsHtml(listOf(card.actions))}</div>`;
}

/** What calls somebody by name: only text that an entity of the card repeats. */
function mentionsIn(msteams: unknown): ReadonlySet<string> {
  const { entities } = (msteams ?? {}) as { entities?: unknown };
  const mentions = listOf(entities).filter(({ type }) => type === 'mention');
  return new Set(mentions.map(({ text }) => textOf(text)));
}

function elementHtml(element: Element, mentions: ReadonlySet<string>): Html {
  const classes = classesOf(element);
  switch (element.type) {
    case 'TextBlock':
      return element.style === 'heading'
        ? html`<h2 class="tb ${classes}">${markdown(element.text)}</h2>`
        : html`<div class="tb ${classes}">${withMentions(element.text, mentions)}</div>`;
    case 'RichTextBlock':
      return html`<div class="rt ${classes}">${listOf(element.inlines).map(runHtml)}</div>`;
    case 'FactSet':
      return html`<dl class="fs ${classes}">${listOf(element.facts).map((fact) => html`<dt>${markdown(fact.title)}</dt><dd>${markdown(fact.value)}</dd>`)}</dl>`;
    case 'Container':
      return html`<div class="box ${classes}">${listOf(element.items).map((item) => elementHtml(item, mentions))}</div>`;
    default:
      return html`<div class="subtle">[${textOf(element.type)} is not drawn here]</div>`;
  }
}

/** Teams reads no Markdown in a text run: what it holds is shown as it is. */
const runHtml = (run: Element) => html`<span class="${classesOf(run)}">${textOf(run.text)}</span>`;

function actionsHtml(actions: readonly Element[]): HtmlValue {
  const buttons = actions
    .filter(({ type, url }) => type === 'Action.OpenUrl' && /^https:\/\//.test(textOf(url)))
    .map(
      ({ title, url }) =>
        html`<a href="${textOf(url)}" target="_blank" rel="noopener noreferrer">${textOf(title)}</a>`,
    );
  return buttons.length > 0 && html`<div class="actions">${buttons}</div>`;
}

/** Bold, italics and links, as text blocks have them; so that text in the wrong place shows as it would there. */
function markdown(value: unknown): Html {
  const { markup } = html`${textOf(value)}`;
  return new Html(
    markup
      .replace(/\*\*(.+?)\*\*/g, '<strong>$1</strong>')
      .replace(/(?<!\w)_(.+?)_(?!\w)/g, '<em>$1</em>')
      .replace(
        /\[([^\]]+)\]\((https:\/\/[^\s)]+)\)/g,
        '<a href="$2" target="_blank" rel="noopener noreferrer">$1</a>',
      ),
  );
}

function withMentions(value: unknown, mentions: ReadonlySet<string>): Html[] {
  return textOf(value)
    .split(/(<at>.*?<\/at>)/)
    .map((part) =>
      mentions.has(part)
        ? html`<span class="mention">${part.slice('<at>'.length, -'</at>'.length)}</span>`
        : markdown(part),
    );
}

const styleWords = new Set(['attention', 'warning', 'accent', 'good', 'emphasis']);

function classesOf({ style, bleed, separator, spacing, weight, size, isSubtle }: Element): string {
  return [
    styleWords.has(textOf(style)) && textOf(style),
    bleed === true && 'bleed',
    separator === true && 'separator',
    spacing === 'Small' && 'small',
    spacing === 'None' && 'none',
    spacing === 'Medium' && 'medium',
    weight === 'Bolder' && 'bolder',
    (size === 'Large' || size === 'ExtraLarge') && 'large',
    isSubtle === true && 'subtle',
  ]
    .filter(Boolean)
    .join(' ');
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : '');

const listOf = (value: unknown): Element[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'object' && one !== null) : [];
