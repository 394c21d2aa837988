import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesOf, jsonColumns, jsonOf, keyOf } from '../../shared/azure/table-rows.ts';

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
);
/** Long enough for several properties; the odd start moves the cuts. */
const longText = fc
  .tuple(anyText, fc.constantFrom('\u{1f600}', 'é"', '\u2028', '\ud800x'))
  .map(([start, part]) => start + part.repeat(20_000));

const row = (columns: Record<string, string>) => ({ rowKey: '', etag: '', ...columns });

test('any value comes back out of its columns', () => {
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), anyText, longText), (value) => {
      expect(jsonOf(row(jsonColumns(value)))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('every column is a text that the service takes', () => {
  fc.assert(
    fc.property(longText, (text) => {
      for (const column of Object.values(jsonColumns(text))) {
        expect(column.length).toBeLessThanOrEqual(32 * 1024);
        expect(column.isWellFormed()).toBe(true);
        expect(column).not.toMatch(/[\p{Cc}\u2028\u2029\ufffe\uffff]/u);
      }
    }),
  );
});

test('a size is never told too small', () => {
  fc.assert(
    fc.property(fc.oneof(anyText, longText), (value) => {
      const columns = jsonColumns(value);
      const units = Object.values(columns).reduce((sum, text) => sum + text.length, 0);
      expect(bytesOf(value)).toBeGreaterThanOrEqual(2 * units);
      const inRequest = Object.values(columns).map((text) => JSON.stringify(text).slice(1, -1));
      expect(bytesOf(value)).toBeGreaterThanOrEqual(Buffer.byteLength(inRequest.join('')));
    }),
  );
});

test('any text makes a valid key, and two texts make two', () => {
  const text = anyText.map((any) => any.toWellFormed());
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(keyOf(a)).toMatch(/^[A-Za-z0-9._@=-]{0,500}$/);
      expect(keyOf(a) === keyOf(b)).toBe(a === b);
    }),
  );
  expect(keyOf('729827e3-9c14-49f7-bb1b-9608f156bbb8')).toBe(
    '729827e3-9c14-49f7-bb1b-9608f156bbb8',
  );
  expect(keyOf('x'.repeat(600))).not.toBe(keyOf('x'.repeat(601)));
});
