import { expect, test } from 'vitest';
import { isDue } from '../../shared/directory/refresh-due.ts';

const now = Date.parse('2026-11-20T12:00:00Z');
const minutesAgo = (minutes: number, failure: string | null = null) => {
  const at = new Date(now - minutes * 60_000).toISOString();
  return { triedAt: at, succeededAt: at, failure, requests: 1 };
};

test.each([
  ['nobody has read it', null, false, true],
  ['nobody could read it', { ...minutesAgo(1, 'no answer'), succeededAt: null }, false, true],
  ['the last one failed', minutesAgo(1, 'no answer'), false, true],
  ['half an hour ago', minutesAgo(30), false, false],
  ['an hour ago', minutesAgo(60), false, true],
  ['nine minutes ago, and somebody is new', minutesAgo(9), true, false],
  ['ten minutes ago, and somebody is new', minutesAgo(10), true, true],
] as const)('%s', (_, report, hasNewcomers, expected) => {
  expect(isDue(report, hasNewcomers, now)).toBe(expected);
});
