import * as z from 'zod';
import { parseTime } from '../time.ts';

// What a snapshot may leave out is left out or null; unknown keys are let be.

export const text = z.string().nullish();
export const flag = z.boolean().nullish();
export const count = z.number().nullish();
export const texts = z.array(z.string()).nullish();

export const time = z
  .string()
  .refine((value) => parseTime(value) !== undefined, 'is no time; allowed: UTC ISO 8601')
  .nullish();

export const id = z
  .string()
  .min(1)
  .transform((value) => value.toLowerCase());

export const ids = z.array(id).nullish();

/** Somebody or something that is named in passing, whether or not it is one of the accounts. */
export const reference = z.looseObject({
  type: z.enum(['user', 'servicePrincipal', 'group', 'application', 'device', 'other']),
  id,
  name: text,
});
