import type * as z from 'zod';
import { detectionId } from './detections.ts';
import { account, line, list, moment, strict } from './fields.ts';

/** A planned change lasts hours; what lasts longer is an exclusion, to be argued for as one. */
export const mostExpectedDays = 14;

const expected = strict({
  reason: line(300, 'a reason').describe('The change or ticket; it is shown with each finding.'),
  detections: list(detectionId, 'pim-role-setting-weakened')
    .min(1, 'at least one detection')
    .describe('What will be found. Never a breakglass-* detection.'),
  accounts: list(account, 'admin@contoso.com')
    .min(1, 'at least one account')
    .describe('Who will do it, or to whom it will be done. Never a break-glass account.'),
  from: moment.describe('From when, UTC.'),
  until: moment.describe(`Until when, UTC: at most ${mostExpectedDays} days later.`),
}).meta({
  id: 'expected',
  description:
    'A planned change. What it explains is kept as informational, with the reason, and told to nobody.',
});

export const expectedSchema = list(expected, '{ reason: …, detections: […], accounts: […], … }')
  .default([])
  .describe('Planned changes: narrow, and over by themselves.');

export type Expected = z.output<typeof expectedSchema>[number];
