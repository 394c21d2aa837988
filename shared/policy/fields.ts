import { isIP } from 'node:net';
import * as z from 'zod';
import { parseTime } from '../time.ts';
import { countryCodes } from './countries.ts';
import { listOf } from './problem.ts';

// The convention of this folder: the message of a zod issue is the text of what is allowed there.
// `mistakes.ts` adds what was found.

export const guidPattern = /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;
const upnPattern = /^[^\s@\p{C}]{1,64}@[^\s@\p{C}]{1,255}$/u;
const accountPattern = new RegExp(`${guidPattern.source}|${upnPattern.source}`, 'u');
const printable = /^[^\p{C}]+$/u;

/** A map without any other key than these. */
export function strict<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const keys = Object.keys(shape);
  return z.strictObject(shape, {
    // All the keys are read back by `mistakes.ts`, for the suggestion.
    error: ({ code }) =>
      code === 'unrecognized_keys' ? keys.join(', ') : `a map with the keys ${listOf(keys)}`,
  });
}

export const oneOf = <const Values extends readonly string[]>(
  values: Values,
  allowed = listOf(values),
) => z.enum(values, allowed);

export const list = <Item extends z.ZodType>(item: Item, example: string) =>
  z.array(item, `a list, e.g. [${example}]`);

export const flag = () => z.boolean('true or false');

/** A whole number within bounds, both included. */
export function whole(least: number, most: number) {
  const allowed = `a whole number from ${least} to ${most}`;
  return z.int(allowed).min(least, allowed).max(most, allowed);
}

/** One line of text that a person reads. */
export function line(most: number, what: string) {
  const allowed = `${what} of 1 to ${most} printable characters`;
  return z.string(allowed).max(most, allowed).regex(printable, allowed);
}

const lowered = (pattern: RegExp, allowed: string) =>
  z
    .string(allowed)
    .regex(pattern, allowed)
    .overwrite((text) => text.toLowerCase());

export const tenantId = lowered(
  guidPattern,
  'a tenant id (a GUID such as 60e8de8d-8243-4bff-86c7-2aa35ef4cbf5)',
).describe('The directory (tenant) id, a GUID.');

export const account = lowered(
  accountPattern,
  'an object id (GUID) or a user principal name (name@domain)',
).meta({
  id: 'account',
  description: 'An object id (GUID), or a user principal name that the directory resolves to one.',
});

const roleAllowed = 'the name of a built-in role or a role template id (GUID)';

export const role = z
  .string(roleAllowed)
  .regex(printable, roleAllowed)
  .overwrite((text) => (guidPattern.test(text) ? text.toLowerCase() : text.trim()))
  .meta({ id: 'role', description: 'The name of a built-in role, or a role template id (GUID).' });

const networkAllowed = 'a network in CIDR notation, e.g. 198.51.100.0/24 or 2001:db8::/32';

export const network = z
  .string(networkAllowed)
  .refine(isNetwork, networkAllowed)
  .overwrite((text) => text.toLowerCase())
  .describe('A network in CIDR notation, IPv4 or IPv6.');

function isNetwork(text: string): boolean {
  const [address = '', prefix = '', ...rest] = text.split('/');
  const version = isIP(address);
  // A scope (fe80::1%eth0) means something on one machine only, and /0 would make every place known.
  if (version === 0 || address.includes('%') || rest.length > 0) return false;
  return /^[1-9]\d{0,2}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128);
}

export const country = oneOf(
  countryCodes,
  'a country code of two capital letters (ISO 3166-1), e.g. US or GB',
).meta({ id: 'country', description: 'ISO 3166-1 alpha-2, as the logs write it: GB, not UK.' });

const zoneAllowed = 'a time zone of the IANA list, e.g. Europe/Berlin';

export const timezone = z
  .string(zoneAllowed)
  .refine(isTimezone, zoneAllowed)
  .describe('A time zone of the IANA list: Europe/Berlin, America/Los_Angeles, UTC.');

function isTimezone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

const timeAllowed = 'a time "HH:MM" from "00:00" to "23:59"';

export const timeOfDay = z.string(timeAllowed).regex(/^([01]\d|2[0-3]):[0-5]\d$/, timeAllowed);

const dateAllowed = 'a date YYYY-MM-DD';

export const date = z.string(dateAllowed).check(z.iso.date(dateAllowed));

const momentAllowed = 'a moment in UTC such as 2026-11-20T18:00Z';

export const moment = z
  .string(momentAllowed)
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?Z$/, momentAllowed)
  .refine((text) => parseTime(text) !== undefined, momentAllowed);

const patternAllowed = 'a regular expression of at most 200 characters, e.g. ^adm-';

/** For names that anybody may choose: short, and without what can make one name take for ever. */
export const pattern = z
  .string(patternAllowed)
  .max(200, patternAllowed)
  .refine(isPattern, patternAllowed);

function isPattern(text: string): boolean {
  try {
    new RegExp(text, 'iu');
    return !/[*+}]\)?[*+{]/.test(text);
  } catch {
    return false;
  }
}

const mailAllowed = 'a mail address such as soc@contoso.com';

export const mailAddress = z
  .string(mailAllowed)
  .check(z.email(mailAllowed))
  .meta({ id: 'mailAddress', description: 'A mail address, without a display name.' });

export const secretRule =
  'secrets are never in the policy: name an environment variable, e.g. { env: TEAMS_WEBHOOK_URL }';

/** `{ env: NAME }`: the only form a secret ever has in a policy. Any mistake within it says `secretRule`. */
export const secretRef = z
  .strictObject(
    { env: z.string(secretRule).regex(/^[A-Z][A-Z0-9_]*$/, secretRule) },
    { error: () => secretRule },
  )
  .meta({
    id: 'secretRef',
    description: 'The environment variable (app setting) that holds the secret: { env: NAME }.',
  });

const addressAllowed = 'a URL that begins with https://, or { env: NAME }';

/** One with a user name, query or fragment is most likely a secret: of such a one nothing is shown. */
const addressMistake = ({ input }: { input?: unknown }) =>
  typeof input !== 'object' && !/[?#@]/.test(String(input)) ? addressAllowed : secretRule;

/** The https URL of a receiver, written out or as a secret. */
export const address = z
  .union(
    [
      z
        .string({ error: addressMistake })
        .regex(/^https:\/\/[^\s\p{C}?#@]{1,1000}$/u, { error: addressMistake }),
      secretRef,
    ],
    { error: addressMistake },
  )
  .meta({
    id: 'address',
    description: 'A URL that begins with https://, or the environment variable that holds it.',
  });
