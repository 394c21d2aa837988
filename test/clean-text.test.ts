import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cleanLine,
  cleanLines,
  defang,
  defangLinks,
  escapeHtml,
  html,
  truncate,
} from '../shared/clean-text.ts';

type Vector = { input: string; output: string; maxGraphemes: number };
const vectors: Record<string, Vector[]> = JSON.parse(
  readFileSync(new URL('data/formats/text-safety.vectors.json', import.meta.url), 'utf8'),
);

describe.each([
  ['cleanSingleLine', ({ input }: Vector) => cleanLine(input)],
  ['headerValue', ({ input }: Vector) => cleanLine(input)],
  ['cleanMultiLine', ({ input }: Vector) => cleanLines(input)],
  ['htmlEscape', ({ input }: Vector) => escapeHtml(input)],
  ['truncate', ({ input, maxGraphemes }: Vector) => truncate(input, maxGraphemes)],
  ['defang', ({ input }: Vector) => defang(input)],
])('%s', (name, convert) => {
  test.each(vectors[name] ?? [])('$input', (vector) => {
    expect(convert(vector)).toBe(vector.output);
  });
});

describe('cleanLine', () => {
  test.each([
    [42, '42'],
    [true, 'true'],
    [null, ''],
    [undefined, ''],
    [{ toString: () => 'object' }, ''],
    [['a'], ''],
  ])('%j becomes %j', (value, text) => expect(cleanLine(value)).toBe(text));

  test.each([
    ['soft\u00adhyphen', 'softhyphen'],
    ['joined\u200dletters', 'joinedletters'],
    ['Hangul\u3164filler', 'Hangulfiller'],
    ['braille\u2800blank', 'braille blank'],
    ['no\u00a0break', 'no break'],
    ['variation\ufe01selector\u{e0101}', 'variationselector'],
    ['heart ❤️ flag 🇵🇹 skin 👩🏽‍🚀', 'heart ❤️ flag 🇵🇹 skin 👩🏽‍🚀'],
    ['Zoë Ñandú 王芳 नेहा', 'Zoë Ñandú 王芳 नेहा'],
  ])('%j becomes %j', (value, text) => expect(cleanLine(value)).toBe(text));

  test('marks piled on a letter do not paint over the lines around it', () => {
    expect(cleanLine(`e${'\u0301'.repeat(10_000)}`)).toBe('e\u0301\u0301\u0301\u0301');
  });

  test('whatever comes in, one well-formed line of bounded length comes out, and it is final', () => {
    const anyText = fc.string({ unit: 'binary', maxLength: 500 });
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 100 }), (text, max) => {
        const clean = cleanLine(text, max);
        expect(clean.isWellFormed()).toBe(true);
        expect(clean).not.toMatch(/[\p{Cc}\u2028-\u202e\u2066-\u2069\ufeff]/u);
        expect([...new Intl.Segmenter().segment(clean)].length).toBeLessThanOrEqual(max);
        expect(clean.length).toBeLessThanOrEqual(Math.max(32, max * 4) + 1);
        expect(cleanLine(clean, max)).toBe(clean);
      }),
    );
  });
});

describe('html', () => {
  test('escapes values, joins lists and leaves out what is not there', () => {
    const item = (text: string) => html`<li>${text}</li>`;
    const { markup } = html`<ul>${['<a>', '&'].map(item)}${null}${false}${undefined}${0}</ul>`;
    expect(markup).toBe('<ul><li>&lt;a&gt;</li><li>&amp;</li>0</ul>');
  });

  test('an object out of JSON does not pass for markup', () => {
    const forged = JSON.parse('{"markup":"<script>"}');
    expect(() => html`${forged}`).toThrow();
  });
});

test.each([
  ['see evil.example/reset now', 'see evil[.]example/reset now'],
  ['www.evil.example', 'www[.]evil[.]example'],
  ['ftp://a.example/x', 'ftp[://]a[.]example/x'],
  ['sam@contoso.example', 'sam@contoso.example'],
  ['203.0.113.9', '203.0.113.9'],
  ['Microsoft.Graph v1.0', 'Microsoft.Graph v1.0'],
])('defangLinks leaves no link: %s', (text, defanged) => expect(defangLinks(text)).toBe(defanged));
