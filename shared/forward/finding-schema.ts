import * as z from 'zod';
import { severities } from '../severity.ts';

const partyTypes = [
  'user',
  'servicePrincipal',
  'group',
  'application',
  'device',
  'policy',
  'role',
  'other',
] as const;

/** Whom a record speaks of. */
export const partySchema = z.object({
  type: z.enum(partyTypes),
  id: z.string().nullable().describe('Object id in Entra; null where the log names none.'),
  name: z.string().nullable().describe('User principal name or display name, as the log wrote it.'),
});

export const actorSchema = partySchema.extend({
  ip: z.string().nullable().describe('As the log wrote it.'),
});

const role = z.object({
  templateId: z.string(),
  name: z.string(),
  scope: z.string().describe('/ is the whole directory.'),
});

const source = z.object({
  category: z
    .string()
    .describe('The log that told of it, or Graph for the state of the directory.'),
  recordIds: z.array(z.string()).describe('Of at most fifty records.'),
  correlationId: z.string().nullable(),
});

/** A finding, checked. A test holds it to the type of the same name, key by key. */
export const findingSchema = z
  .object({
    id: z.string().describe('The same for each revision. Derived from what was found.'),
    revision: z.int().min(1).describe('Higher each time a later record told more of the same.'),
    incident: z.string().describe('Shared by every finding of one matter.'),
    detection: z.string().describe('Never renamed nor used again: see docs/detections.md.'),
    severity: z.enum(severities),
    title: z.string(),
    summary: z.string(),
    time: z
      .string()
      .meta({ format: 'date-time' })
      .describe('When it happened, UTC ISO 8601; not when it was seen.'),
    tenantId: z.string(),
    subject: partySchema.describe('Whom it is about.'),
    actor: actorSchema
      .nullable()
      .describe(
        'Who did it. In the event that goes to a SIEM always an object, of type other and without names where nobody did.',
      ),
    roles: z.array(role),
    techniques: z.array(z.string()).describe('MITRE ATT&CK ids.'),
    source,
    details: z.record(z.string(), z.unknown()).describe('What the detection adds, by name.'),
  })
  .meta({ title: 'Glasswatch finding' });

/** For whoever receives findings. Open to keys that a later version may add. */
export const findingJsonSchema = () => z.toJSONSchema(findingSchema, { io: 'input' });
