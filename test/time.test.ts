import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dayOf, isoOf, parseTime } from '../shared/time.ts';

const second = Date.UTC(2025, 10, 14, 1, 48, 53);

test.each([
  ['2025-11-14T01:48:53Z', 0],
  ['2025-11-14T01:48:53.1234567Z', 123],
  ['2025-11-14T01:48:53.1Z', 100],
  ['2025-11-14T01:48:53.12+00:00', 120],
  ['2025-11-14T03:48:53.1234567+02:00', 123],
  ['2025-11-13T20:48:53-0500', 0],
  ['2025-11-14 01:48:53.999999', 999],
  ['2025-11-14 1:48:53 Z', 0],
  [' 2025-11-14t01:48:53z ', 0],
  ['11/14/2025 1:48:53 AM', 0],
  ['11/14/2025, 01:48:53', 0],
  ['11/14/2025 1:48:53.5 am +00:00', 500],
  [second, 0],
  [second / 1000, 0],
])('%j is a time of a log', (value, milliseconds) => {
  expect(parseTime(value)).toBe(second + milliseconds);
});

test.each([
  ['2025-11-14', Date.UTC(2025, 10, 14)],
  ['2025-11-14T01:48', Date.UTC(2025, 10, 14, 1, 48)],
  ['11/14/2025 12:00:00 AM', Date.UTC(2025, 10, 14)],
  ['11/14/2025 12:00:00 PM', Date.UTC(2025, 10, 14, 12)],
])('%s is a time without its seconds, or of the first or second half of the day', (text, at) => {
  expect(parseTime(text)).toBe(at);
});

test.each([
  ...['', ' ', 'yesterday', '2025', '14.11.2025', '2025-13-01T00:00:00Z', '2025-11-32T00:00:00Z'],
  ...['2025-11-14T25:00:00Z', '2025-11-14T01:61:00Z', '13/14/2025 1:48:53 AM', '99999999999999999'],
  ...['0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z', `${' '.repeat(100)}2025-11-14`],
  ...[null, undefined, true, {}, [], Number.NaN, Number.POSITIVE_INFINITY, -1, 0, 1e20],
])('%j is none', (value) => {
  expect(parseTime(value)).toBeUndefined();
});

test('whatever is written as ISO is read again, and nothing throws', () => {
  const time = fc.integer({ min: 1e12, max: Date.UTC(2399, 0) });
  fc.assert(fc.property(time, (at) => parseTime(isoOf(at)) === at));
  fc.assert(
    fc.property(fc.anything(), (value) => {
      const at = parseTime(value);
      expect(at === undefined || dayOf(at).length === 10).toBe(true);
    }),
  );
  const nearly = fc.stringMatching(/^\d{1,4}[-/]\d{1,2}[-/]\d{1,4}[T ]\d{1,2}:\d{2}[:.\d]{0,8}Z?$/);
  fc.assert(
    fc.property(nearly, (text) => void parseTime(text)),
    { numRuns: 1_000 },
  );
});
