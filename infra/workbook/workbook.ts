import type { Panel, Section, Shown } from './section.ts';

/** Azure wants these; they say nothing. Fixed, so that the file is the same each time. */
const rangeId = '5d3cfc42-6f0b-4c52-9a43-3f1b7f6a2c11';

const hourMs = 3_600_000;
const ranges = [1, 4, 12, 24, 72, 168, 720].map((hours) => ({ durationMs: hours * hourMs }));

const looks: Readonly<Record<Shown, string>> = {
  timechart: 'timechart',
  barchart: 'unstackedbar',
  table: 'table',
};

/**
 * A workbook of Azure Monitor, as its service keeps it.
 *
 * @see https://learn.microsoft.com/azure/azure-monitor/visualize/workbooks-overview
 */
export const workbookOf = (title: string, note: string, sections: readonly Section[]) => ({
  version: 'Notebook/1.0',
  items: [
    text('title', `# ${title}\n\n${note}`),
    timeRange,
    ...sections.flatMap(({ question, note, panels }, index) => [
      text(`question ${index + 1}`, `## ${question}\n\n${note}`),
      ...panels.map((panel, place) => query(`question ${index + 1}, answer ${place + 1}`, panel)),
    ]),
  ],
  $schema:
    'https://github.com/Microsoft/Application-Insights-Workbooks/blob/master/schema/workbook.json',
});

const text = (name: string, json: string) => ({ type: 1, content: { json }, name });

const timeRange = {
  type: 9,
  content: {
    version: 'KqlParameterItem/1.0',
    parameters: [
      {
        id: rangeId,
        version: 'KqlParameterItem/1.0',
        name: 'TimeRange',
        label: 'Time',
        type: 4,
        isRequired: true,
        value: { durationMs: 24 * hourMs },
        typeSettings: { selectableValues: ranges, allowCustom: true },
      },
    ],
    style: 'pills',
    queryType: 0,
    resourceType: 'microsoft.operationalinsights/workspaces',
  },
  name: 'time',
};

const query = (name: string, panel: Panel) => ({
  type: 3,
  content: {
    version: 'KqlItem/1.0',
    query: panel.query.replaceAll('{grain}', '{TimeRange:grain}'),
    size: 0,
    title: panel.title,
    noDataMessage: 'Nothing in this time.',
    timeContextFromParameter: 'TimeRange',
    queryType: 0,
    resourceType: 'microsoft.operationalinsights/workspaces',
    visualization: looks[panel.shown],
  },
  ...(panel.width && { customWidth: `${panel.width}` }),
  name,
});
