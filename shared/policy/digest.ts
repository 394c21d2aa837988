import type * as z from 'zod';
import { oneOf, strict, timeOfDay, timezone } from './fields.ts';
import { weekdays } from './weekdays.ts';

export const digestSchema = strict({
  at: timeOfDay.default('08:00').describe('"HH:MM": when it is written.'),
  timezone: timezone.default('UTC'),
  weekday: oneOf(weekdays).default('mon').describe('When the weekly one is written.'),
})
  .prefault({})
  .describe('Once a day, what was found in the directory that nobody had to be told of at once.');

export type DigestTime = z.output<typeof digestSchema>;
