import { defineDetection } from '../detection.ts';
import { pimForGroups } from '../examples/pim.ts';
import { audit } from '../examples/records.ts';
import { exampleTenantId, people } from '../examples/tenant.ts';
import { tenantOf } from '../rows/pim-controls.ts';
import { auditDetails, nameOf } from '../wording.ts';

const tenantGone = 'tenant offboarded from pim';
const resourceGone = 'offboarded resource from pim';
const byTenant = (fields: object = {}) =>
  audit('Tenant offboarded from PIM', {
    id: 'PIM_offboarded',
    loggedByService: 'PIM',
    targetResources: [{ id: exampleTenantId, type: 'Directory', displayName: 'Example' }],
    ...fields,
  });
const byResource = (fields: object = {}) =>
  pimForGroups('Offboarded resource from PIM', people.ada, undefined, fields);

export default defineDetection({
  id: 'pim-offboarded',
  title: 'PIM given up for the tenant or for a resource',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'critical',
  severityVaries: 'High for one resource, such as a group or a subscription.',
  categories: ['AuditLogs'],
  techniques: ['T1685', 'T1556'],
  source:
    'https://learn.microsoft.com/entra/architecture/security-operations-privileged-identity-management',
  why: 'Without PIM nobody is asked for MFA, approval or a reason any more, and whoever has a role keeps it.',
  triage: [
    'Ask whoever did it, by another way than mail.',
    'If nobody claims it: put it under PIM again, and remove whatever assignment was made since.',
  ],
  falsePositives: [
    'A group or subscription that was deleted, or is managed in another way from now on.',
  ],

  detect(event) {
    const isTenant = event.operation === tenantGone;
    if (event.result !== 'success' || !(isTenant || event.operation === resourceGone)) return;
    const resource = event.targets.find(({ kind }) => !partsOfRequest.has(kind))?.party;
    const subject = isTenant ? tenantOf(event) : (resource ?? tenantOf(event));
    const what = isTenant ? 'the whole tenant' : resource ? nameOf(resource) : 'a resource';
    return {
      key: [event.id],
      severity: isTenant ? 'critical' : 'high',
      title: `${nameOf(event.actor)} > PIM given up for ${what}`,
      summary: `${nameOf(event.actor)} took ${what} out of Privileged Identity Management.`,
      subject,
      matter: ['pim-control'],
      details: auditDetails(event),
    };
  },

  examples: () => [
    { name: 'the tenant', records: [byTenant()], expect: 'critical' },
    { name: 'a group', records: [byResource()], expect: 'high' },
    {
      name: 'a resource that the row does not name',
      records: [byResource({ targetResources: [] })],
      expect: 'high',
    },
    { name: 'refused', records: [byTenant({ result: 'failure' })], expect: 'nothing' },
    {
      name: 'a resource put under PIM',
      records: [pimForGroups('Onboarded resource to PIM', people.ada)],
      expect: 'nothing',
    },
  ],
});

/** Targets of PIM's rows that are no resource. */
const partsOfRequest = new Set(['role', 'request', 'user', 'directory', 'other', '']);
