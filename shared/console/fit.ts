import { cleanLine, escapeHtml, type Html } from '../clean-text.ts';

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
