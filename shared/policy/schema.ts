import * as z from 'zod';
import { attestedSchema, registerSchema } from './attested.ts';
import { canarySchema } from './canary.ts';
import { type ChannelSettings, channelsSchema, consoleSchema, routesSchema } from './delivery.ts';
import { detectionsSchema } from './detections.ts';
import { digestSchema } from './digest.ts';
import { closingSchema, escalationsSchema } from './escalations.ts';
import { expectedSchema } from './expected.ts';
import {
  account,
  country,
  date,
  flag,
  line,
  list,
  network,
  oneOf,
  role,
  strict,
  tenantId,
  timeOfDay,
  timezone,
} from './fields.ts';
import { peopleSchema, schedulesSchema } from './people.ts';
import { inhibitionsSchema, silencesSchema } from './silences.ts';
import { type SinkSettings, sinksSchema } from './sinks.ts';
import { weekdays } from './weekdays.ts';

export const accountKinds = ['emergency', 'exposed', 'shared', 'automation', 'external'] as const;
export type AccountKind = (typeof accountKinds)[number];

const accounts = (what: string) => list(account, 'admin@contoso.com').default([]).describe(what);

const accountsSchema = strict({
  emergency: accounts(
    'Break-glass accounts, at least two: every use and every change of them is told at once.',
  ),
  exposed: accounts('Executives and the like: watched as administrators are.'),
  shared: accounts('Accounts that more than one person uses.'),
  automation: accounts('Scripts and connectors: may create and disable ordinary accounts.'),
  external: accounts('Known administrators from outside: guests, partners.'),
})
  .prefault({})
  .describe('Who needs more attention than their roles show: object ids, or user principal names.');

const rolesSchema = strict({
  add: list(role, 'Reports Reader').default([]).describe('Roles to watch as well.'),
  remove: list(role, 'Directory Readers')
    .default([])
    .describe('Roles not to watch. Global Administrator is always watched.'),
})
  .prefault({})
  .describe('Changes to the shipped list of privileged roles.');

const hoursFields = {
  timezone,
  days: list(oneOf(weekdays), 'mon, tue')
    .min(1, 'at least one day')
    .default(['mon', 'tue', 'wed', 'thu', 'fri'])
    .describe('Monday to Friday unless it says otherwise.'),
  from: timeOfDay.describe('"HH:MM", in that time zone.'),
  to: timeOfDay.describe('"HH:MM". Earlier than `from`: on the next day, for a night shift.'),
  holidays: list(date, '2026-12-25').default([]).describe('Days on which nobody is expected.'),
};

const workingHoursSchema = strict({
  ...hoursFields,
  people: list(strict({ account, ...hoursFields }), '{ account: …, timezone: …, from: …, to: … }')
    .default([])
    .describe('Whoever works at other hours than the rest.'),
}).describe(
  'Outside these hours administrators are not expected. Without it nothing is off hours.',
);

const ownResourcesSchema = strict({
  diagnosticSettings: list(line(260, 'the name of a diagnostic setting'), 'to-soc-hub')
    .default([])
    .describe('Names of the diagnostic settings that send the logs here.'),
  resourceIds: list(
    line(1000, 'an Azure resource id').regex(
      /^\/subscriptions\//i,
      'an Azure resource id (/subscriptions/…)',
    ),
    '/subscriptions/…',
  )
    .default([])
    .describe(
      'Event Hubs, storage, function app: Azure resource ids, everything beneath included.',
    ),
})
  .prefault({})
  .describe('What this very service rests on: who touches it is reported with more weight.');

export const tenantSchema = strict({
  id: tenantId,
  name: line(64, 'a name').describe('What people call the tenant; shown in alerts.'),
  usesPim: flag()
    .default(false)
    .describe('true: administrators activate roles in PIM, so a direct assignment is a finding.'),
  accounts: accountsSchema,
  privilegedRoles: rolesSchema,
  knownNetworks: list(network, '198.51.100.0/24')
    .default([])
    .describe('Offices and VPN: never a new location, nor an end of impossible travel.'),
  knownCountries: list(country, 'US').default([]).describe('Where administrators work from.'),
  workingHours: workingHoursSchema.optional(),
  ownResources: ownResourcesSchema,
  register: registerSchema,
  attested: attestedSchema,
}).meta({ id: 'tenant', description: 'One watched tenant.' });

/**
 * What a policy may say. Parsing fills in every default.
 *
 * Rules that span several keys are not in here: `parsePolicy` checks those too.
 */
export const policySchema = strict({
  version: z.literal(1, '1').describe('The version of this format.'),
  tenants: list(tenantSchema, '{ id: …, name: … }')
    .min(1, 'at least one tenant')
    .describe('The watched tenants; each has its own accounts, roles and hours.'),
  detections: detectionsSchema
    .prefault({})
    .describe('Only what shall differ: without an entry a detection is on, with its defaults.'),
  expected: expectedSchema,
  channels: channelsSchema,
  routes: routesSchema,
  silences: silencesSchema,
  inhibitions: inhibitionsSchema,
  people: peopleSchema,
  schedules: schedulesSchema,
  escalations: escalationsSchema,
  closing: closingSchema,
  digest: digestSchema,
  canary: canarySchema,
  sinks: sinksSchema,
  console: consoleSchema.optional(),
});

export type Policy = Omit<z.output<typeof policySchema>, 'channels' | 'sinks'> & {
  channels: Record<string, ChannelSettings>;
  sinks: Record<string, SinkSettings>;
};
export type TenantPolicy = Policy['tenants'][number];
export type Route = Policy['routes'][number];

/** The JSON Schema (draft 2020-12) of a policy as written, for editors; made from `policySchema`. */
export const policyJsonSchema = () => ({
  title: 'Glasswatch policy',
  ...z.toJSONSchema(policySchema, { io: 'input', target: 'draft-2020-12' }),
});
