import { globalAdministrator } from '../shared/roles.ts';
import { parseSnapshot, type Snapshot } from '../shared/watch/directory.ts';
import { adminId, tenantId } from './logs.ts';

/** A snapshot of the tenant of `logs.ts` with so many administrators. */
export function directory(admins: number): Snapshot {
  const accounts = Array.from({ length: admins }, (_, n) => ({
    id: adminId(n),
    type: 'user',
    userPrincipalName: `admin${n}@contoso.com`,
    lastPasswordChangeAt: '2026-11-01T00:00:00Z',
    assignments: [{ roleTemplateId: globalAdministrator }],
  }));
  const snapshot = { tenantId, takenAt: '2026-01-01T00:00:00Z', accounts };
  return parseSnapshot(JSON.stringify(snapshot), 'bench');
}
