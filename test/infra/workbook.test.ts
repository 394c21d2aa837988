import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sections } from '../../infra/workbook/sections.ts';

type Item = {
  type: number;
  name: string;
  customWidth?: string;
  content: {
    version?: string;
    json?: string;
    query?: string;
    title?: string;
    timeContextFromParameter?: string;
    resourceType?: string;
    visualization?: string;
    parameters?: { name: string; type: number; value: { durationMs: number } }[];
  };
};

const file = new URL('../../infra/workbook.json', import.meta.url);
const { version, items } = JSON.parse(readFileSync(file, 'utf8')) as {
  version: string;
  items: Item[];
};
const ofType = (type: number) => items.filter((item) => item.type === type);

test('it is a notebook whose parts have names of their own', () => {
  expect(version).toBe('Notebook/1.0');
  expect(items.map(({ type }) => type).filter((type) => ![1, 3, 9].includes(type))).toEqual([]);
  expect(new Set(items.map(({ name }) => name)).size).toBe(items.length);
});

test('one range of time is chosen, before any query', () => {
  const [range, ...others] = ofType(9);
  expect(others).toEqual([]);
  expect(range?.content.parameters).toMatchObject([
    { name: 'TimeRange', type: 4, value: { durationMs: 86_400_000 } },
  ]);
  const first = items.findIndex(({ type }) => type === 3);
  expect(items.findIndex(({ type }) => type === 9)).toBeLessThan(first);
});

test('its headings are the questions of an operator', () => {
  const headings = ofType(1).flatMap(({ content }) => content.json?.match(/^## (.+)$/m)?.[1] ?? []);
  expect(headings).toEqual([
    'Do logs arrive, and how old are they?',
    'What became of them?',
    'What was found?',
    'Were people told, and how fast?',
    'Do SIEMs keep up?',
    'Is the directory fresh?',
    'What does it cost?',
    'What went wrong?',
  ]);
});

describe.each(ofType(3))('$content.title', ({ content }) => {
  test('asks the workspace, for the chosen time', () => {
    expect(content).toMatchObject({
      version: 'KqlItem/1.0',
      timeContextFromParameter: 'TimeRange',
      resourceType: 'microsoft.operationalinsights/workspaces',
    });
    expect(content.query?.trim()).toBeTruthy();
    // A time of its own would not be the chosen one.
    expect(content.query).not.toMatch(/\b(?:ago|now)\(/);
  });

  test('a chart over time has a step that fits the range', () => {
    const isOverTime = content.visualization === 'timechart';
    expect(content.query?.includes('bin(TimeGenerated, {TimeRange:grain})')).toBe(isOverTime);
  });
});

test('each row of answers is full', () => {
  for (const { question, panels } of sections) {
    const widths = panels.flatMap(({ width }) => width ?? []);
    const sum = widths.reduce((all, one) => all + one, 0);
    expect([0, 99, 100], question).toContain(sum);
  }
});
