import type * as z from 'zod';
import { severity } from './detections.ts';
import { flag, line, list, strict, whole } from './fields.ts';

const tier = strict({
  afterMinutes: whole(0, 1440).describe('So long after people were asked, if nobody has answered.'),
  channels: list(line(64, 'a channel name'), 'pager')
    .default([])
    .describe('Told then. Left out: those that the routes choose.'),
  onCall: list(line(32, 'a name of `schedules` or `people`'), 'primary')
    .default([])
    .describe(
      'Who is asked: schedules or people. They are mentioned, and mailed a link of their own.',
    ),
}).meta({ id: 'tier', description: 'A step of an escalation.' });

const escalation = strict({
  minSeverity: severity.default('critical').describe('Incidents of this severity and above.'),
  breakGlassOnly: flag().default(false).describe('true: only those about a break-glass account.'),
  tenants: list(line(64, 'a tenant name or id'), 'contoso')
    .min(1, 'at least one tenant, or no such key for all')
    .optional(),
  tiers: list(tier, '{ afterMinutes: 5, onCall: [primary] }').min(1, 'at least one tier'),
  repeatMinutes: whole(5, 1440)
    .optional()
    .describe('The last tier is told again and again, a day long. Left out: once.'),
  acknowledgedForMinutes: whole(5, 1440)
    .default(60)
    .describe('An acknowledgement that nobody closed or renewed runs out after that.'),
}).meta({ id: 'escalation', description: 'What happens while nobody answers.' });

const usualTiers = {
  tiers: [{ afterMinutes: 5 }, { afterMinutes: 15 }, { afterMinutes: 30 }],
  repeatMinutes: 60,
};

/** Of break-glass accounts an attempt counts as well, which is high. On whatever channels were told. */
export const usualEscalations = [
  escalation.parse({ ...usualTiers, minSeverity: 'high', breakGlassOnly: true }),
  escalation.parse(usualTiers),
];

export const escalationsSchema = list(escalation, '{ tiers: [{ afterMinutes: 5, … }] }')
  .default(usualEscalations)
  .describe('What happens while nobody answers: the first that fits an incident counts.');

export const closingSchema = strict({
  secondPerson: flag()
    .default(true)
    .describe('A break-glass incident is closed by somebody else than who acknowledged it.'),
  reason: line(300, 'a reason').optional().describe('Why not, where `secondPerson` is false.'),
})
  .prefault({})
  .describe('How break-glass incidents are closed.');

export type Escalation = z.output<typeof escalation>;
export type Tier = Escalation['tiers'][number];
export type Closing = z.output<typeof closingSchema>;
