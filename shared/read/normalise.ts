import type { LogEvent } from './event.ts';
import { toActivityEvent } from './events/activity.ts';
import { toAuditEvent } from './events/audit.ts';
import { canonical } from './events/canonical.ts';
import { shapeOf } from './events/categories.ts';
import { envelopeOf } from './events/envelope-fields.ts';
import { toRiskEvent } from './events/risk.ts';
import { toSignInEvent } from './events/sign-in.ts';
import { asObject, asText, isRaw } from './raw.ts';

/** One record read: an event, a category that nobody watches, or why it could not be read. */
export type Normalised = { event: LogEvent } | { skipped: string } | { unreadable: string };

/**
 * Turns one record, in any spelling, into an event.
 *
 * @param record - parsed JSON: an Event Hub record, or only its `properties` as Graph and the portal give them.
 * @param fallbackTenantId - whose log it is, where the record does not say.
 */
export function normalise(record: unknown, fallbackTenantId?: string): Normalised {
  if (!isRaw(record)) return { unreadable: `a record is an object; found ${nameOfType(record)}` };
  const spelled = canonical(record);
  const properties =
    spelled.properties === undefined ? spelled : canonical(asObject(spelled.properties));
  const shape = shapeOf(spelled, properties);
  if (!shape)
    return { unreadable: 'category: missing, and the fields do not tell which log this is' };
  if (shape.kind === 'unwatched')
    return { skipped: asText(spelled.category) ?? 'unknown category' };

  const envelope = envelopeOf(spelled, properties, shape, fallbackTenantId);
  if (!envelope) return { unreadable: 'tenantId: missing, and nothing else names the tenant' };
  const read =
    shape.kind === 'audit'
      ? toAuditEvent(envelope)
      : shape.kind === 'signIn'
        ? toSignInEvent(envelope, shape.flow)
        : shape.kind === 'risk'
          ? toRiskEvent(envelope)
          : toActivityEvent(envelope);
  return typeof read === 'string' ? { unreadable: read } : { event: read };
}

function nameOfType(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}
