import { cleanLine, escapeHtml, type Html, type HtmlValue, html } from '../clean-text.ts';

const bytesOf = ({ markup }: Html) => Buffer.byteLength(markup);

/**
 * As many of the pieces as go into so many bytes, at least one: a page stays small whatever words it
 * is made to show.
 */
export function fitting<T>(
  all: readonly T[],
  bytes: number,
  draw: (one: T) => Html,
  most = Number.POSITIVE_INFINITY,
): { shown: Html[]; left: number } {
  const shown: Html[] = [];
  let room = bytes;
  for (const one of all) {
    const piece = draw(one);
    room -= bytesOf(piece);
    if (shown.length >= most || (room < 0 && shown.length > 0)) break;
    shown.push(piece);
  }
  return { shown, left: all.length - shown.length };
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const ellipsis = '…';

/** One clean line that takes at most so many bytes on a page: a quote takes six, an emoji eleven and more. */
export function shortLine(value: unknown, bytes: number): string {
  const whole = cleanLine(value, bytes);
  if (sizeOf(whole) <= bytes) return whole;
  let room = bytes - sizeOf(ellipsis);
  for (const { index, segment } of graphemes.segment(whole)) {
    room -= sizeOf(segment);
    if (room < 0) return `${whole.slice(0, index)}${ellipsis}`;
  }
  return whole;
}

const sizeOf = (text: string) => Buffer.byteLength(escapeHtml(text));

const afterAtOrDot = /(?<=\S{3}@|[^\s.]{2}\.)(?=\p{L})/gu;
/** Each takes bytes, and a hostile name may ask for hundreds. */
const mostBreaks = 8;

/** A long name may go on in the next line after its `@` and its dots, rather than in the middle of a word. */
export function breakable(text: string): Html {
  const pieces: HtmlValue[] = [];
  let from = 0;
  for (const { index } of text.matchAll(afterAtOrDot)) {
    if (pieces.length >= 2 * mostBreaks) break;
    pieces.push(text.slice(from, index), html`<wbr>`);
    from = index;
  }
  return html`${pieces}${text.slice(from)}`;
}
