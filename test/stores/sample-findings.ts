import type { Found } from '../../shared/detect/found.ts';
import { derivedId, type Finding, type KeptFinding } from '../../shared/finding.ts';
import type { Incident } from '../../shared/incident.ts';
import type { CaseChange } from '../../shared/record/case-store.ts';
import { newDelivery } from '../../shared/record/outbox.ts';
import { noResponse } from '../../shared/respond/response.ts';

const subject = { type: 'user', id: 'ada', name: 'ada@example.com' } as const;
export const at = '2026-11-02T08:00:00.000Z';
export const now = Date.parse(at);

let incidents = 0;
/** An incident of its own for each test, so that tests may share a store. */
export function newIncidentId(): string {
  incidents += 1;
  return derivedId('incident', 'stores', String(incidents));
}

type Given = Partial<Omit<KeptFinding, 'finding'>> & { finding?: Partial<Finding> };

export function sampleFinding(incident: string, name: string, given: Given = {}): KeptFinding {
  return {
    state: 'open',
    precedence: '',
    severityWhenRepeated: null,
    recordId: '',
    arrivedAt: null,
    detectedAt: at,
    ...given,
    finding: {
      id: derivedId('finding', incident, name),
      revision: 1,
      incident,
      detection: 'privileged-role-assigned-active',
      severity: 'high',
      title: 'Privileged role assigned',
      summary: `ada was given a role (${name})`,
      time: at,
      tenantId: 'tenant-1',
      subject,
      actor: null,
      roles: [],
      techniques: ['T1098.003'],
      source: { category: 'AuditLogs', recordIds: [name], correlationId: null },
      details: {},
      ...given.finding,
    },
  };
}

export const sampleFound = (incident: string, name: string, given: Given = {}): Found => ({
  kept: sampleFinding(incident, name, given),
  incident,
  matter: 'role',
  subject,
});

export const sampleIncident = (id: string, given: Partial<Incident> = {}): Incident => ({
  id,
  tenantId: 'tenant-1',
  matter: 'role',
  status: 'open',
  revision: 1,
  severity: 'high',
  title: 'Privileged role assigned',
  subject,
  firstAt: at,
  lastAt: at,
  openedAt: at,
  updatedAt: at,
  findings: 1,
  response: noResponse,
  events: 0,
  ...given,
});

/** A case that does not exist yet: its incident, one finding, one delivery. */
export const newCase = (incidentId: string): CaseChange => ({
  incidentId,
  incident: { value: sampleIncident(incidentId), version: null },
  findings: [{ value: sampleFinding(incidentId, 'first'), version: null }],
  deliveries: [newDelivery(sampleIncident(incidentId), 'secops', 'new', Date.parse(at))],
});
