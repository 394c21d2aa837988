import type { Found } from '../../shared/detect/found.ts';
import type { OpenState } from '../../shared/posture/posture-store.ts';
import type { Severity } from '../../shared/severity.ts';

/** A posture finding as a check makes it, about an account of the same name. */
export function posture(name: string, severity: Severity = 'medium', title = `${name} is wrong`) {
  const subject = { type: 'user' as const, id: `id of ${name}`, name };
  const found: Found = {
    incident: `incident-of-${name.replaceAll(' ', '-')}`,
    matter: 'account',
    subject,
    kept: {
      state: 'open',
      precedence: '',
      severityWhenRepeated: null,
      recordId: '',
      arrivedAt: null,
      detectedAt: '2026-11-20T12:00:00.000Z',
      finding: {
        id: `finding-of-${name.replaceAll(' ', '-')}`,
        revision: 1,
        incident: `incident-of-${name.replaceAll(' ', '-')}`,
        detection: 'posture-admin-synced',
        severity,
        title,
        summary: `${title}.`,
        time: '2026-11-19T00:00:00.000Z',
        tenantId: '00000000-0000-4000-8000-000000000001',
        subject,
        actor: null,
        roles: [],
        techniques: [],
        source: { category: 'Graph', recordIds: [], correlationId: null },
        details: {},
      },
    },
  };
  return found;
}

export function openState(name: string, severity: Severity = 'medium'): OpenState {
  const found = posture(name, severity);
  return { id: found.kept.finding.id, check: 'posture-admin-synced', found, isNews: true };
}
