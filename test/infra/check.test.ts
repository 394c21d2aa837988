import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkProject, typeRules } from '../../tools/bicep/check-project.ts';
import { problemText } from '../../tools/bicep/problem.ts';
import { type Project, readProject, withText } from '../../tools/bicep/project.ts';
import { baselineRules, standards } from '../../tools/bicep/rules/baseline.ts';
import { rules } from '../../tools/bicep/rules/index.ts';
import { mutations } from './mutations.ts';

let project: Project;
let known: Set<string>;
beforeAll(async () => {
  project = await readProject();
  known = new Set(checkProject(project).map((one) => JSON.stringify(one)));
});

test('nothing is wrong with infra/', () => {
  const errors = checkProject(project).filter(({ isNote }) => !isNote);
  expect(errors.map(problemText)).toEqual([]);
});

describe('each mistake is noticed by its rule', () => {
  test.each(mutations)('$rule: $file: $find -> $put', async ({ rule, file, find, put }) => {
    const text = project.text(file) ?? '';
    expect(text, 'the text to replace is there').toContain(find);
    const mutated = await withText(
      project,
      file,
      text.replace(find, () => put),
    );
    const told = checkProject(mutated, rule).filter((one) => !known.has(JSON.stringify(one)));
    expect(told.map((one) => one.rule)).toContain(rule);
  });
});

test('each rule has a mistake that it notices', () => {
  const names = [...Object.keys(typeRules), ...rules.map(({ name }) => name)];
  expect(new Set(names).size).toBe(names.length);
  const untried = names.filter((name) => !mutations.some(({ rule }) => rule === name));
  expect(untried).toEqual([]);
});

test('the baseline of infra/README.md names rules that there are', () => {
  const readme = readFileSync(new URL('../../infra/README.md', import.meta.url), 'utf8');
  const table = readme.slice(readme.indexOf('## The baseline'), readme.indexOf('What PSRule'));
  const named = [...table.matchAll(/^\|.*\|.*\|(.*)\|$/gm)]
    .flatMap(([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)])
    .map(([, name = '']) => name);
  const names = [...Object.keys(typeRules), ...rules.map(({ name }) => name)];
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter((name) => !names.includes(name))).toEqual([]);
});

test('each value that a baseline wants has a mistake', () => {
  const paths = standards.flatMap(({ name, types }) =>
    Object.values(types).flatMap((wanted) =>
      Object.keys(wanted).map((path) => ({ name, last: path.slice(path.lastIndexOf('.') + 1) })),
    ),
  );
  expect(paths.length).toBeGreaterThan(baselineRules.length);
  const untried = paths.filter(
    ({ name, last }) =>
      !mutations.some(({ rule, find, file }) => {
        const isIt =
          find.includes(`${last}:`) || (last === 'disableLocalAuth' && file.includes('ingest'));
        return rule === name && isIt;
      }),
  );
  expect(untried).toEqual([]);
});
