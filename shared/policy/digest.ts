import type * as z from 'zod';
import { strict, timeOfDay, timezone } from './fields.ts';

export const digestSchema = strict({
  at: timeOfDay.default('08:00').describe('"HH:MM": when it is written.'),
  timezone: timezone.default('UTC'),
})
  .prefault({})
  .describe('Once a day, what was found in the directory that nobody had to be told of at once.');

export type DigestTime = z.output<typeof digestSchema>;
