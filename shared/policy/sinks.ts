import * as z from 'zod';
import { sinks } from '../forward/sinks/index.ts';
import { channelNamePattern } from './delivery.ts';
import { detectionId, severity } from './detections.ts';
import { flag, line, list, oneOf } from './fields.ts';

/** What every sink may say of itself. */
const common = {
  minSeverity: severity
    .optional()
    .describe('Nothing below is sent there. Left out: everything is.'),
  tenants: list(line(64, 'a tenant name or id'), 'contoso')
    .min(1, 'at least one tenant, or no such key for all')
    .optional()
    .describe('Only of these tenants, by name or id.'),
  detections: list(detectionId, 'breakglass-signin-success')
    .min(1, 'at least one detection id, or no such key for all')
    .optional()
    .describe('Only the findings of these detections, and what becomes of incidents.'),
  heartbeat: flag()
    .default(true)
    .describe('An event every five minutes, so that the receiver can alarm when none comes.'),
};

/** A sink as the policy names it; what else it says is for the sink of that type to know. */
export type SinkSettings = { type: string; format?: string | undefined } & z.output<
  z.ZodObject<typeof common>
> &
  Readonly<Record<string, unknown>>;

const kinds = sinks.map(({ type, settings, formats }) =>
  settings
    .extend({
      type: z.literal(type),
      format: oneOf(formats).optional().describe(`How events are told. Left out: ${formats[0]}.`),
      ...common,
    })
    .meta({ id: `${type}Sink`, description: settings.description ?? type }),
) as unknown as [SinkSchema, ...SinkSchema[]];
type SinkSchema = z.ZodObject<{ type: z.ZodLiteral<string> } & typeof common, z.core.$loose>;
const kindNames = sinks
  .map(({ type }) => type)
  .toSorted()
  .join(', ');

const sinkName =
  'a sink name of 1 to 64 letters, digits, - and _, beginning with a letter or digit';

export const sinksSchema = z
  .record(
    z.string().regex(channelNamePattern, sinkName),
    z.discriminatedUnion('type', kinds, {
      error: ({ code }) =>
        code === 'invalid_union' ? kindNames : `a map with the key type (${kindNames})`,
    }),
    { error: ({ code }) => (code === 'invalid_key' ? sinkName : 'a map: a sink per name') },
  )
  .default({})
  .describe('SIEMs that every finding is handed to, and what becomes of each incident.');
