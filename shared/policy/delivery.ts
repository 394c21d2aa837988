import * as z from 'zod';
import { channels } from '../tell/channels/index.ts';
import { detectionId, severity } from './detections.ts';
import { line, list, strict } from './fields.ts';

/** A channel as the policy names it; what else it says is for the channel of that type to know. */
export type ChannelSettings = { type: string } & Readonly<Record<string, unknown>>;

const kinds = channels.map(({ type, settings }) =>
  settings
    .extend({ type: z.literal(type) })
    .meta({ id: `${type}Channel`, description: settings.description ?? type }),
) as unknown as [ChannelKind, ...ChannelKind[]];
type ChannelKind = z.ZodObject<{ type: z.ZodLiteral<string> }, z.core.$loose>;
const kindNames = channels
  .map(({ type }) => type)
  .toSorted()
  .toReversed()
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
