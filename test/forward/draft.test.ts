import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutUnits, filled, fitted, leading, shortened } from '../../shared/forward/draft.ts';

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

describe('filled', () => {
  test('texts and keys are clean, and nothing is empty', () => {
    const draft = {
      'a\nb': ' c\u202e ',
      d: '',
      e: [null, '', [], {}, Number.NaN],
      f: { g: null },
      h: 0,
    };
    expect(filled<unknown>(draft as object)).toEqual({ 'a b': 'c', h: 0 });
  });

  test('what is nested beyond all measure goes', () => {
    const nested = (levels: number): unknown => (levels > 0 ? { a: nested(levels - 1) } : 'x');
    expect(filled<unknown>(nested(10) as object)).toEqual(nested(10));
    expect(filled<unknown>({ a: nested(5000), b: 1 } as object)).toEqual({ b: 1 });
  });
});

describe('fitted', () => {
  test('what fits is left as it is', () => {
    const value = { a: ['x', { b: 1 }] };
    expect(fitted(value, bytesOf(value))).toBe(value);
  });

  test.each([
    [['aaa', 'bbb', 'ccc'], 16, ['aaa', 'bbb']],
    [['a'.repeat(50), 'b'], 16, ['b']],
    [{ a: 'x'.repeat(50), b: 1 }, 16, { b: 1 }],
    [{ a: ['xxx', 'yyy', 'zzz'], b: 1 }, 24, { a: ['xxx'], b: 1 }],
    [['界界', '界'], 9, ['界']],
    [{ a: ['x'.repeat(50)], b: 1 }, 22, { b: 1 }],
    [['a'], 2, []],
  ])('%j into %i bytes', (value, max, expected) => {
    expect(fitted<object>(value, max)).toEqual(expected);
  });

  test('whatever the value: it fits, and keeps its kind', () => {
    const json = fc.json().map((one): unknown => JSON.parse(one));
    const container = fc.oneof(fc.array(json), fc.dictionary(fc.string(), json));
    const holds = fc.property(container, fc.integer({ min: 2, max: 300 }), (value, max) => {
      const kept = fitted<object>(value, max);
      expect(bytesOf(kept)).toBeLessThanOrEqual(max);
      expect(Array.isArray(kept)).toBe(Array.isArray(value));
    });
    fc.assert(holds, { numRuns: 500 });
  });

  test('a list of many members that do not fit takes no time', () => {
    const many = Array.from({ length: 20_000 }, () => ({ a: ['x'.repeat(100)] }));
    expect(bytesOf(fitted(many, 1000))).toBeLessThanOrEqual(1000);
  }, 2000);
});

test.each([
  [['aaa', 'bbb'], 14, ['aaa', 'bbb']],
  [['aaa', 'bbb'], 13, ['aaa']],
  [['a'.repeat(50), 'b'], 16, []],
])('leading: %j into %i bytes', (list, max, expected) => {
  expect(leading(list, max)).toEqual(expected);
});

describe('cutUnits', () => {
  test.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    ['a\u{1F468}b', 3, 'a…'],
    ['\u{1F468}\u{1F468}', 4, '\u{1F468}\u{1F468}'],
  ])('%s to %i', (text, max, expected) => {
    expect(cutUnits(text, max)).toBe(expected);
  });

  test('whatever the text: never longer, never half of a pair', () => {
    const unit = fc.nat({ max: 0x10ffff }).map((code) => String.fromCodePoint(code));
    const text = fc.string({ unit }).map((one) => one.toWellFormed());
    const holds = fc.property(text, fc.integer({ min: 1, max: 20 }), (one, max) => {
      const cut = cutUnits(one, max);
      expect(cut.length).toBeLessThanOrEqual(max);
      expect(cut.isWellFormed()).toBe(true);
    });
    fc.assert(holds);
  });
});

test('shortened cuts every text, and nothing else', () => {
  const value = { a: 'abcd', b: ['abcd', 1, null], c: { d: true } };
  expect(shortened<unknown>(value, 3)).toEqual({ a: 'ab…', b: ['ab…', 1, null], c: { d: true } });
});
