import { expect, test } from 'vitest';
import { sections } from '../../infra/workbook/sections.ts';
import { workbookOf } from '../../infra/workbook/workbook.ts';

// Made by `npm run generate`; a stale file fails the suite.
test('the workbook has the questions and the queries of its sections', async () => {
  const note =
    'What the telemetry says, by the questions of whoever keeps Glasswatch alive. What to do about an alarm stands in docs/operate.md.';
  const workbook = `${JSON.stringify(workbookOf('Glasswatch', note, sections), null, 2)}\n`;
  await expect(workbook).toMatchFileSnapshot('../../infra/workbook.json');
});
