/**
 * Words out of a log record are hostile: a display name may hold line breaks, direction overrides,
 * markup or ten thousand accents. Clean them once, here; then each place that shows them encodes them.
 */

const printableAscii = /^[\x20-\x7e]*$/;
const looseBlanks = /^ | $| {2}/;

/** More of it is no name any more; bounds the work on a hostile value. */
const maxUnits = 20_000;

// Joiners and variation selectors stay inside an emoji and go everywhere else: alone they are invisible.
// Default_Ignorable_Code_Point is Unicode's list of what shows nothing: zero width, direction, tags, fillers.
const emojiOrInvisible =
  /(\p{Extended_Pictographic}\p{Emoji_Modifier}?\uFE0F?(?:\u200D\p{Extended_Pictographic}\p{Emoji_Modifier}?\uFE0F?){0,8})|\p{Default_Ignorable_Code_Point}|[\uFFF9-\uFFFB]/gu;
// No script stacks more than four marks on a letter; a hundred of them paint over the lines around.
const piledMarks = /(\p{M}{4})\p{M}+/gu;

/**
 * One line of plain text. Control characters and line breaks become a blank, invisible characters and
 * direction overrides go, blanks are folded, half surrogates become U+FFFD.
 *
 * @param value - Text, number or boolean; anything else becomes ''.
 */
export function cleanLine(value: unknown, maxGraphemes = 200): string {
  const text = asText(value);
  if (printableAscii.test(text)) {
    const folded = looseBlanks.test(text) ? text.replace(/ +/g, ' ').trim() : text;
    return truncate(folded, maxGraphemes);
  }
  return truncate(
    visible(text)
      .replace(/[\s\u2800]+/gu, ' ')
      .trim(),
    maxGraphemes,
  );
}

/** As {@link cleanLine}, but lines stay lines; more than one empty line in a row becomes one. */
export function cleanLines(value: unknown, maxGraphemes = 2000): string {
  const lines = asText(value).split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/);
  const text = lines.map((line) => cleanLine(line, maxGraphemes)).join('\n');
  return truncate(text.replace(/\n{3,}/g, '\n\n').replace(/^\n+|\n+$/g, ''), maxGraphemes);
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * At most `maxGraphemes` characters as people count them, the ellipsis included.
 * A character may be long, so all of them together also get no more than four code units each on average.
 */
export function truncate(text: string, maxGraphemes: number): string {
  if (text.length <= maxGraphemes) return text;
  if (printableAscii.test(text)) return `${text.slice(0, maxGraphemes - 1)}…`;
  const unitBudget = Math.max(32, maxGraphemes * 4);
  let [count, kept] = [0, 0];
  for (const { index, segment } of graphemes.segment(text)) {
    const end = index + segment.length;
    count += 1;
    if (count > maxGraphemes || end > unitBudget) return `${text.slice(0, kept)}…`;
    if (count < maxGraphemes) kept = end;
  }
  return text;
}

const htmlEntities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** For element content and quoted attributes. */
export const escapeHtml = (text: string) =>
  text.replace(/[&<>"'`]/g, (char) => htmlEntities[char] as string);

/** Markup that {@link html} made. A class, so that no parsed JSON can pass for it. */
export class Html {
  readonly markup: string;
  constructor(markup: string) {
    this.markup = markup;
  }
  toString() {
    return this.markup;
  }
}

export type HtmlValue = Html | string | number | null | undefined | false | readonly HtmlValue[];

/** Markup with every value escaped, but for what is itself {@link Html}. Lists are joined; null and false are left out. */
export const html = (parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html =>
  new Html(parts.reduce((markup, part, i) => markup + markupOf(values[i - 1]) + part));

/** Turns the links that programs would make out of bare text into text again; addresses stay as they are. */
export function defangLinks(text: string): string {
  if (!text.includes('.') && !text.includes('://')) return text;
  return text
    .replace(/\b([a-z][a-z0-9+-]*):\/\/([^\s/?#]*)/gi, (_, scheme: string, host: string) =>
      /^https?$/i.test(scheme)
        ? `${scheme.replace(/tt/i, 'xx')}://${bracketDots(host)}`
        : `${scheme}[://]${bracketDots(host)}`,
    )
    .replace(/(?<![\w/.@-])(?:[a-z0-9-]+\.)+[a-z]{2,24}(?=[/?#:]\S)/gi, bracketDots)
    .replace(/(?<![\w/.@-])www\.[a-z0-9.-]+/gi, bracketDots);
}

/** As {@link defangLinks}, and IPv4 addresses too: for places that would link those. */
export const defang = (text: string) =>
  defangLinks(text).replace(/(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])/g, bracketDots);

function asText(value: unknown): string {
  if (typeof value === 'string') return value.length > maxUnits ? value.slice(0, maxUnits) : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

const visible = (text: string) =>
  text
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029]/gu, ' ')
    .replace(emojiOrInvisible, '$1')
    .replace(piledMarks, '$1');

function markupOf(value: HtmlValue): string {
  if (value === null || value === undefined || value === false) return '';
  if (value instanceof Html) return value.markup;
  if (typeof value === 'object') return value.map(markupOf).join('');
  return escapeHtml(String(value));
}

const bracketDots = (text: string) => text.replace(/\./g, '[.]');
