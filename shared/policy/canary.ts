import type * as z from 'zod';
import { oneOf, strict, timeOfDay, timezone } from './fields.ts';
import { weekdays } from './weekdays.ts';

export const canarySchema = strict({
  every: oneOf(['day', 'week', 'never']).default('week'),
  on: oneOf(weekdays).default('mon').describe('Of each week.'),
  at: timeOfDay.default('10:00').describe('"HH:MM"'),
  timezone: timezone.default('UTC'),
})
  .prefault({})
  .describe('A test message on every channel: whoever reads it confirms that it arrived.');

export type CanaryTime = z.output<typeof canarySchema>;
