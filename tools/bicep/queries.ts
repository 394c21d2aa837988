import type { Expression } from './expression.ts';
import { textOf, within } from './expression.ts';
import { jsonAt, type Project } from './project.ts';

/** A query over the telemetry, and where it stands. */
export type Query = { file: string; line: number; name: string; text: string };

const alarms = 'infra/modules/alarms.bicep';
const workbook = 'infra/workbook.json';

/** Every query that infra/ sends to the workspace: of alarms, and of the workbook. */
export const queriesOf = (project: Project): Query[] => [
  ...alarmQueries(project),
  ...workbookQueries(project),
];

/** The log alarms, by the names that people see. */
export function alarmQueries(project: Project): Query[] {
  const variables = project.files.get(alarms)?.variables ?? [];
  return variables
    .flatMap(({ value }) => [...within(value)])
    .flatMap((one) => {
      const text = textIn(one, 'query');
      const name = textIn(one, 'name');
      if (text === undefined || name === undefined) return [];
      return [{ file: alarms, line: one.line, name, text: text.trim() }];
    });
}

function textIn(one: Expression, property: string): string | undefined {
  if (one.is !== 'object') return undefined;
  return textOf(one.properties.find(({ name }) => name === property)?.value);
}

type Item = { name?: string; content?: { query?: string; title?: string } };

function workbookQueries(project: Project): Query[] {
  const { items = [] } = (jsonAt(project, workbook) ?? {}) as { items?: readonly Item[] };
  return items.flatMap(({ name = '', content }) =>
    content?.query === undefined ? [] : [{ file: workbook, line: 1, name, text: content.query }],
  );
}
