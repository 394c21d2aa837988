import * as z from 'zod';
import { account, date, line, list, mailAddress, moment, strict, timezone } from './fields.ts';
import { isHandover } from './handover.ts';

export const namePattern = /^[a-z0-9][a-z0-9-]{0,31}$/;
const nameAllowed = 'a short name of 1 to 32 of a-z, 0-9 and -';
const shortName = z.string(nameAllowed).regex(namePattern, nameAllowed);

const named = <Value extends z.ZodType>(value: Value, what: string) =>
  z
    .record(shortName, value, {
      error: ({ code }) => (code === 'invalid_key' ? nameAllowed : `a map: ${what} per name`),
    })
    .default({});

const person = strict({
  name: line(80, 'a name').describe('As cards and pages show it.'),
  account: account
    .optional()
    .describe('As which they sign in to the console, and are mentioned in Teams.'),
  mail: mailAddress
    .optional()
    .describe('Where links go that work without sign-in: outside the watched tenant, if you can.'),
}).meta({ id: 'person', description: 'Somebody who answers incidents.' });

export const peopleSchema = named(person, 'somebody').describe(
  'Who may answer incidents. Left out: whoever has the app role Responder or Admin.',
);

const handoverAllowed =
  'a cron expression of five fields such as "0 9 * * mon", at most one handover an hour';

const override = strict({
  person: shortName,
  from: moment.describe('UTC.'),
  until: moment.describe('UTC.'),
}).meta({ id: 'override', description: 'Somebody else, for a while.' });

const schedule = strict({
  timezone: timezone.default('UTC'),
  people: list(shortName, 'ana, ben')
    .min(1, 'at least one of `people`')
    .describe('In the order of their turns.'),
  handover: z
    .string(handoverAllowed)
    .refine(isHandover, handoverAllowed)
    .default('0 9 * * mon')
    .describe('When the turn passes on, in that time zone: minute, hour, day, month, weekday.'),
  from: date.describe(
    'The day (in that time zone) of which the first handover begins the first turn.',
  ),
  overrides: list(override, '{ person: ben, from: …, until: … }').default([]),
}).meta({ id: 'schedule', description: 'Who is on call when.' });

export const schedulesSchema = named(schedule, 'a schedule').describe('Who is on call when.');

export type PersonSettings = z.output<typeof person>;
export type Schedule = z.output<typeof schedule>;
