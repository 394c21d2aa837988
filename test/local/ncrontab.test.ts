import { expect, test } from 'vitest';
import { parseNcrontab } from '../../local/functions-host/ncrontab.ts';

test.for([
  ['*/15 * * * * *', '2026-11-20T08:00:14.200Z', '2026-11-20T08:00:15.000Z'],
  ['0 */5 * * * *', '2026-11-20T08:00:00.000Z', '2026-11-20T08:05:00.000Z'],
  ['0 30 6,18 * * *', '2026-11-20T08:00:00.000Z', '2026-11-20T18:30:00.000Z'],
  ['0 0 9-17/4 * * 1-5', '2026-11-20T17:00:00.000Z', '2026-11-23T09:00:00.000Z'],
  ['0 0 0 29 2 *', '2026-11-20T08:00:00.000Z', '2028-02-29T00:00:00.000Z'],
  ['5/20 0 0 1 1 *', '2026-11-20T08:00:00.000Z', '2027-01-01T00:00:05.000Z'],
] as const)('%s strikes after %s at %s', ([schedule, after, next]) => {
  expect(parseNcrontab(schedule)(new Date(after)).toISOString()).toBe(next);
});

test.for([
  ['*/5 * * * *', 'six fields'],
  ['60 * * * * *', '"60" is out of range for the second'],
  ['0 0 0 ? * *', '"?" is not understood as day'],
  ['0 0 0 * JAN *', '"JAN" is not understood as month'],
  ['*/0 * * * * *', '"*/0" is out of range'],
] as const)('%s is refused', ([schedule, reason]) => {
  expect(() => parseNcrontab(schedule)).toThrow(reason);
});

test('a day that never comes is an error, not an endless search', () => {
  expect(() => parseNcrontab('0 0 0 31 2 *')(new Date())).toThrow('never strikes');
});
