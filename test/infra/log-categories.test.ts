import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { knownCategories } from '../../tools/bicep/log-categories.ts';

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

test('the export sends every category that a detection reads', () => {
  const sent = read('infra/tenant/log-categories.txt')
    .split('\n')
    .map((line) => line.split(' ')[1]);
  const known = Object.values(knownCategories).flatMap((one) => Object.keys(one));
  // Generated from the metadata of the detections, and held to it by the test that does so.
  const lines = [...read('docs/detections.md').matchAll(/^- Reads: (.+)$/gm)];
  const categories = new Set(lines.flatMap(([, names = '']) => names.split(', ')));
  // The others are no logs: the directory, and what the service sees of itself.
  const logs = [...categories].filter((category) => known.includes(category));
  expect(logs.length).toBeGreaterThan(5);
  expect(logs.filter((category) => !sent.includes(category))).toEqual([]);
});
