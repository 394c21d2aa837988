import { expect, test } from 'vitest';
import type { KeptFinding } from '../../shared/finding.ts';
import { memoryStreams } from '../../shared/streams/stream-watch.ts';
import { memoryStores } from '../memory-stores.ts';
import { quietDay } from './day.ts';
import { watchQuietDay } from './watch.ts';

const count = 20_000;
const day = await watchQuietDay(count, { ...memoryStores(), streams: memoryStreams() });

const inWords = ({ finding: { severity, detection, title } }: KeptFinding) =>
  `${severity} ${detection}: ${title}`;

test('a quiet day tells people nothing', () => {
  expect(day.records).toBeGreaterThanOrEqual(count);
  expect(day.told.map(inWords)).toEqual([]);
});

test('a quiet day leaves nothing above low, and little below', () => {
  const open = day.findings.filter(({ state }) => state === 'open');
  const severities = open.map(({ finding }) => finding.severity);
  expect([...new Set(severities)].sort()).toEqual(['informational', 'low']);
  expect(severities.filter((one) => one === 'low').length).toBeLessThan(40);
  expect(open.length).toBeLessThan(80);
});

test('every record of a quiet day can be read and judged', () => {
  expect(day.deadLetters).toBe(0);
});

test('storage is hardly asked', () => {
  // Beyond one question a message, whether anybody else changed the watchlist, and a count each minute.
  const regular = new Set(['watch.versionOf', 'streams.add']);
  const calls = [...day.calls].filter(([call]) => !regular.has(call));
  const sum = calls.reduce((all, [, times]) => all + times, 0);
  // Most of them are of what happens once a day, whatever the number of records.
  expect(sum / (day.records / 1_000), JSON.stringify(calls)).toBeLessThan(70);
});

test('the day is the same each time it is told, and another with another seed', () => {
  const beginning = (seed: number) => quietDay(10_000, seed).next().value?.body.toString();
  expect(beginning(1)).toBe(beginning(1));
  expect(beginning(1)).not.toBe(beginning(2));
});
