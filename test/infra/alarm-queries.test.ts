import { beforeAll, describe, expect, test } from 'vitest';
import { sections } from '../../infra/workbook/sections.ts';
import { readProject } from '../../tools/bicep/project.ts';
import { alarmQueries, type Query, queriesOf } from '../../tools/bicep/queries.ts';
import { kqlProblems } from './kql.ts';
import { logTables } from './log-tables.ts';

let queries: Query[];
let ofAlarms: Query[];
beforeAll(async () => {
  const project = await readProject();
  queries = queriesOf(project);
  ofAlarms = alarmQueries(project);
});

/** As Azure fills them in: a template does the one, the workbook the other. */
const filledIn = (text: string) =>
  text
    .replaceAll('{TimeRange:grain}', '5m')
    .replaceAll('DIRECTORY_HOURS', '6')
    .replaceAll('INGEST_NAMESPACE', '/subscriptions/one/resourceGroups/two');

test('there are queries of alarms, and all those of the workbook', () => {
  expect(ofAlarms.map(({ name }) => name)).toContain('no-heartbeat');
  const panels = sections.flatMap((section) => section.panels);
  expect(queries.length - ofAlarms.length).toBe(panels.length);
});

test('the language service of Kusto has nothing against any of them', () => {
  const wrong = queries.flatMap(({ name, text }) =>
    kqlProblems(filledIn(text)).map((problem) => `${name}: ${problem}`),
  );
  expect(wrong).toEqual([]);
});

describe('it notices', () => {
  test.each([
    ['a column that is not there', 'AppMetrics | where Value > 0', /'Value'/],
    ['a table that is not there', 'AppMetric | take 1', /'AppMetric'/],
    ['a function that is not there', 'AppMetrics | summarize median(Sum)', /'median'/],
    ['a time that is compared with a number', 'AppMetrics | where TimeGenerated > 5', /type/],
    ['a parenthesis that is missing', 'AppMetrics | summarize max(Sum by Name', /\)/],
  ])('%s', (_, query, problem) => {
    expect(kqlProblems(query).join('\n')).toMatch(problem);
  });
});

test('they read tables that are known here', () => {
  const read = queries.flatMap(({ text }) => text.match(/^(?:let \w+ = )?_?[A-Z]\w+(?=\n\|)/gm));
  const names = read.map((one) => one?.replace(/^let \w+ = /, ''));
  expect(new Set(names).size).toBeGreaterThan(3);
  expect(names.filter((name) => !name || !(name in logTables))).toEqual([]);
});
