import * as z from 'zod';
import { claims, verdicts } from '../respond/response.ts';
import { severities } from '../severity.ts';
import { actorSchema, findingSchema, partySchema } from './finding-schema.ts';

// What the native format writes: for receivers as JSON Schema, and for the code as types.

const time = (what: string) => z.string().meta({ format: 'date-time' }).describe(what);

/** What every event has. */
const told = {
  eventUid: z
    .string()
    .describe('Unique to the event, and the same however often it is sent: deduplicate by it.'),
  schema: z.literal(1).describe('Higher once a key is renamed, removed, or means something else.'),
  writtenAt: time('When the event was written, UTC ISO 8601; after what it tells of.'),
};

const answer = z
  .object({
    status: z.enum(['open', 'acknowledged', 'resolved']).describe('Of the incident.'),
    owner: z
      .object({ id: z.string().nullable(), name: z.string().nullable() })
      .describe('Who has it, or had it last; null in both: nobody so far.'),
    claim: z.enum(claims).nullable().describe('What the owner believes it to be.'),
    verdict: z
      .enum(verdicts)
      .nullable()
      .describe('What it turned out to be; null until people have closed it.'),
    isDrill: z.boolean().describe('A drill was declared for the account.'),
  })
  .describe('How people had answered the incident when the event was written.');

export const findingEventSchema = findingSchema
  .extend({
    type: z.enum(['finding.created', 'finding.updated', 'finding.closed']),
    ...told,
    actor: actorSchema.describe(
      'Who did it; of type other and without names where nobody did, or nobody knows.',
    ),
    state: z
      .enum(['open', 'withdrawn', 'resolved'])
      .describe('withdrawn: there was nothing to find. resolved: it is over.'),
    answer,
  })
  .meta({ title: 'Glasswatch event: a finding' });

export const incidentEventSchema = z
  .object({
    type: z.enum([
      'incident.acknowledged',
      'incident.lapsed',
      'incident.resolved',
      'incident.reopened',
    ]),
    ...told,
    incident: z.string().describe('As `incident` of its findings.'),
    revision: z.int().min(1).describe('Of the incident: higher with each change.'),
    matter: z.string().describe('What kind of matter: role, sign-in, break-glass, ...'),
    severity: z.enum(severities).describe('The highest among its open findings.'),
    title: z.string(),
    time: time('When it happened, UTC ISO 8601.'),
    firstAt: time('When the first of its findings happened.'),
    lastAt: time('When the latest of its findings happened.'),
    tenantId: z.string(),
    subject: partySchema.describe('Whom it is about.'),
    findings: z.array(z.string()).describe('The ids of its findings, at most fifty.'),
    by: z
      .object({ id: z.string(), name: z.string() })
      .describe('Who did it; glasswatch for what happens by the clock.'),
    text: z.string().describe('One sentence; it may hold what somebody typed.'),
    answer,
  })
  .meta({ title: 'Glasswatch event: what became of an incident' });

export const heartbeatSchema = z
  .object({
    type: z.literal('heartbeat'),
    ...told,
    severity: z.literal('informational'),
    time: time('When it was written, UTC ISO 8601.'),
    tenantId: z.string(),
    text: z.string(),
    sequence: z
      .int()
      .describe('The number of its interval since 1970: a gap in it is a time of silence.'),
    intervalSeconds: z.int().min(1).describe('How often one is due.'),
    lastRecordAt: time(
      'When the last log record of the tenant arrived; null: none so far.',
    ).nullable(),
    waiting: z
      .int()
      .min(0)
      .describe('Events that wait for this receiver, as far as they are counted.'),
  })
  .meta({ title: 'Glasswatch event: a heartbeat' });

export type NativeAnswer = z.infer<typeof answer>;
export type NativeFinding = z.infer<typeof findingEventSchema>;
export type NativeIncident = z.infer<typeof incidentEventSchema>;
export type NativeHeartbeat = z.infer<typeof heartbeatSchema>;

/** For receivers, by the name of its file in docs/siem. Open to keys that a later version may add. */
export const nativeJsonSchemas = () => ({
  'finding-event': z.toJSONSchema(findingEventSchema, { io: 'input' }),
  'incident-event': z.toJSONSchema(incidentEventSchema, { io: 'input' }),
  heartbeat: z.toJSONSchema(heartbeatSchema, { io: 'input' }),
});
