import type { Party } from '../../finding.ts';
import type { AuditEvent } from '../../read/event.ts';

/** The domain that a row is about. It goes by its name: it has no other id. */
export function domainOf({ targets: [target] }: AuditEvent): Party & { name: string } {
  const name = target?.displayName ?? 'an unnamed domain';
  return { type: 'other', id: null, name: name.toLowerCase() };
}

/** From the day it is added, all that happens to one domain is one case. */
export const domainMatter = ['tenant-policy', 'domain'] as const;
