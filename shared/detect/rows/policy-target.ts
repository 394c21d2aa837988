import type { Party } from '../../finding.ts';
import type { AuditEvent, AuditTarget } from '../../read/event.ts';

/** The policy that a row of the audit log is about; a named location counts as one. */
export const policyTarget = ({ targets }: AuditEvent): AuditTarget | undefined =>
  targets.find(({ kind }) => kind === 'policy') ?? targets[0];

export const policyParty = (target: AuditTarget | undefined): Party => ({
  type: 'policy',
  id: target?.party.id ?? null,
  name: target?.party.name ?? null,
});
