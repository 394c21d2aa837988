import * as z from 'zod';
import { asDisplayName, maxText } from '../../read/raw.ts';
import { isoOf, parseTime } from '../../time.ts';

// What requests look at: an id must be there, all else may be missing or null, and a value of
// another type than expected makes the answer one that we do not understand.

export const id = z
  .string()
  .min(1)
  .transform((value) => value.toLowerCase());

export const flag = z.boolean().nullish();
export const count = z.number().nullish();

/** Longer ones are cut: a name of a megabyte must not travel into tables and cards. */
export const text = z
  .string()
  .transform((value) => value.slice(0, maxText))
  .nullish();

/** What is parsed rather than shown: a rule, a query. Cut, it would mean something else. */
export const rule = z.string().max(32_768).nullish();

export const texts = z.array(z.string()).nullish();

/** Anyone may choose one that looks like a user principal name: in quotes it is never taken for one. */
export const displayName = z
  .string()
  .transform((value) => asDisplayName(value) ?? null)
  .nullish();

const firstYear = Date.UTC(1970, 0, 2);

/** Year 1 stands for "none" in several of Microsoft's APIs. */
export const time = z
  .string()
  .transform((value) => {
    const at = parseTime(value);
    return at === undefined || at < firstYear ? null : isoOf(at);
  })
  .nullish();

/** An object of the directory that is named in passing. */
export const directoryObject = z.looseObject({
  '@odata.type': z.string().nullish(),
  id,
  displayName,
  userPrincipalName: text,
  accountEnabled: flag,
});
export type DirectoryObject = z.output<typeof directoryObject>;
