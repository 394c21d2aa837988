import { cleanLine } from '../clean-text.ts';
import type { Party, RoleRef } from '../finding.ts';
import type { AuditEvent, SignInEvent } from '../read/event.ts';
import { isoOf } from '../time.ts';

/** Names of a log in a title: one clean line, short enough for a phone. */
const longestName = 64;

export const nameOf = (party: Pick<Party, 'id' | 'name'> | null | undefined): string =>
  cleanLine(party?.name ?? party?.id ?? 'somebody unnamed', longestName) || 'somebody unnamed';

export const nameOfRole = (role: RoleRef): string =>
  role.scope === '/'
    ? cleanLine(role.name, longestName)
    : `${cleanLine(role.name, longestName)} (scoped)`;

export const listOf = (names: readonly string[]): string => {
  const unique = [...new Set(names)];
  return unique.length > 3
    ? `${unique.slice(0, 3).join(', ')} and ${unique.length - 3} more`
    : unique.join(', ');
};

export const rolesInWords = (roles: readonly RoleRef[]): string => listOf(roles.map(nameOfRole));

/** Where a sign-in came from, for its finding's details. */
export function signInDetails(event: SignInEvent): Record<string, unknown> {
  return withoutNulls({
    app: event.app.name ?? event.app.id,
    resource: event.resource.name ?? event.resource.id,
    ip: event.ip,
    country: event.place.country,
    city: event.place.city,
    device: event.device.name ?? event.device.id,
    client: event.clientApp,
    userAgent: event.userAgent,
    protocol: event.protocol,
    ...(event.errorCode !== 0 && { error: event.errorCode, failure: event.failureReason }),
  });
}

/** What PIM and the directory tell about a change besides who and whom. */
export function auditDetails(event: AuditEvent): Record<string, unknown> {
  return withoutNulls({
    operation: event.activity,
    service: event.service || null,
    justification:
      event.details.get('justification') ?? (event.service === 'PIM' ? event.reason : null),
    ticket: event.details.get('ticketnumber') ?? null,
    expires: event.privilege?.until ? isoOf(event.privilege.until) : null,
    ...(event.result === 'failure' && { failure: event.reason }),
  });
}

/** "from Seattle, US (198.51.100.7)", as far as it is known. */
export function fromWhere(event: Pick<SignInEvent, 'ip' | 'place'>): string {
  const place = [event.place.city, event.place.country].filter(Boolean).join(', ');
  if (place && event.ip) return ` from ${cleanLine(place)} (${cleanLine(event.ip)})`;
  return place || event.ip ? ` from ${cleanLine(place || event.ip)}` : '';
}

const withoutNulls = (fields: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => value !== null && value !== undefined && value !== '')
      .map(([key, value]) => [key, typeof value === 'string' ? cleanLine(value, 300) : value]),
  );
