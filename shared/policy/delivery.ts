import * as z from 'zod';
import { channels } from '../tell/channels/index.ts';
import { detectionId, severity } from './detections.ts';
import { account, line, list, oneOf, strict, timeOfDay, timezone, whole } from './fields.ts';
import { weekdays } from './weekdays.ts';

/** What every channel may say of itself. */
const common = {
  minSeverity: severity
    .optional()
    .describe('Nothing below is told here, whatever the routes say. Not for break-glass accounts.'),
  fallback: line(64, 'a channel name')
    .optional()
    .describe(
      'The channel that takes over when this one fails. Left out: the next one of the policy.',
    ),
};

/** A channel as the policy names it; what else it says is for the channel of that type to know. */
export type ChannelSettings = { type: string } & z.output<z.ZodObject<typeof common>> &
  Readonly<Record<string, unknown>>;

const kinds = channels.map(({ type, settings }) =>
  settings
    .extend({ type: z.literal(type), ...common })
    .meta({ id: `${type}Channel`, description: settings.description ?? type }),
) as unknown as [ChannelKind, ...ChannelKind[]];
type ChannelKind = z.ZodObject<{ type: z.ZodLiteral<string> }, z.core.$loose>;
const kindNames = channels
  .map(({ type }) => type)
  .toSorted()
  .join(', ');

export const channelNamePattern = /^[A-Za-z0-9][\w-]{0,63}$/;

const channelName =
  'a channel name of 1 to 64 letters, digits, - and _, beginning with a letter or digit';

export const channelsSchema = z
  .record(
    z.string().regex(channelNamePattern, channelName),
    z.discriminatedUnion('type', kinds, {
      error: ({ code }) =>
        code === 'invalid_union' ? kindNames : `a map with the key type (${kindNames})`,
    }),
    { error: ({ code }) => (code === 'invalid_key' ? channelName : 'a map: a channel per name') },
  )
  .default({})
  .describe('Where people are told. Break-glass alerts should not depend on one channel alone.');

const route = strict({
  minSeverity: severity.describe('Findings of this severity and above.'),
  channels: list(line(64, 'a channel name'), 'soc-teams')
    .min(1, 'at least one channel')
    .describe('Names of channels of this policy; each of them is told.'),
  tenants: list(line(64, 'a tenant name or id'), 'contoso')
    .min(1, 'at least one tenant, or no such key for all')
    .optional()
    .describe('Only these tenants, by name or id.'),
  detections: list(detectionId, 'breakglass-signin-success')
    .min(1, 'at least one detection id, or no such key for all')
    .optional()
    .describe('Only these detections.'),
  accounts: list(account, 'admin@contoso.com')
    .min(1, 'at least one account, or no such key for all')
    .optional()
    .describe('Only what is about these accounts, or was done by them.'),
  during: strict({
    timezone: timezone.default('UTC'),
    days: list(oneOf(weekdays), 'mon, tue')
      .min(1, 'at least one day')
      .default([...weekdays]),
    from: timeOfDay,
    to: timeOfDay.describe('Earlier than `from`: on the next day.'),
  })
    .optional()
    .describe('Only then; critical findings at any time.'),
  digest: oneOf(['daily', 'weekly'])
    .optional()
    .describe(
      'Gathered for a message a day or a week. Critical findings are told at once all the same.',
    ),
  groupMinutes: whole(1, 240)
    .optional()
    .describe(
      'Updates of an incident wait so long for others to come with them. Critical ones do not.',
    ),
}).meta({ id: 'route', description: 'Which findings go to which channels.' });

export const routesSchema = list(route, '{ minSeverity: medium, channels: [soc-teams] }')
  .default([])
  .describe('Every route that fits a finding is used, each channel once.');

const consoleAllowed =
  'the https URL of the console without user, query or fragment, e.g. https://glasswatch.contoso.com';

export const consoleSchema = strict({
  url: z
    .string(consoleAllowed)
    .refine(isConsoleUrl, consoleAllowed)
    .meta({ format: 'uri' })
    .describe('Where links in alerts point to, e.g. https://glasswatch.contoso.com'),
}).describe('The console, where alerts are acknowledged.');

function isConsoleUrl(text: string): boolean {
  const url = URL.parse(text);
  if (!url || url.username || url.password || url.search || url.hash) return false;
  // The local stack speaks http; nobody else may: a link in an alert must not be changed on its way.
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  return url.protocol === 'https:' || (url.protocol === 'http:' && isHere);
}
