/** How the rows of a query are shown. */
export type Shown = 'timechart' | 'barchart' | 'table';

export type Panel = {
  title: string;
  /** KQL. `{grain}` is the width of a step in time, as the chosen range asks for it. */
  query: string;
  shown: Shown;
  /** Of a row, in per cent; left out: all of it. */
  width?: 33 | 50 | 66;
};

/** A question of an operator, and what answers it. */
export type Section = {
  question: string;
  /** What to make of the answer; Markdown. */
  note: string;
  panels: readonly Panel[];
};

/** The rows of a measure, with its attributes as columns: they come as one JSON value. */
export function measured(name: string, columns: Readonly<Record<string, string>> = {}): string {
  const entries = Object.entries(columns);
  const made = entries.map(([column, attribute]) => `${column} = tostring(About.${attribute})`);
  return [
    'AppMetrics',
    `| where Name == '${name}'`,
    ...(made.length > 0
      ? ['| extend About = parse_json(tostring(Properties))', `| extend ${made.join(', ')}`]
      : []),
  ].join('\n');
}
