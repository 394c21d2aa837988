import { defineDetection } from '../detection.ts';
import { audit } from '../examples/records.ts';
import { tenantOf } from '../rows/pim-controls.ts';
import { auditDetails, nameOf } from '../wording.ts';

const alert = (operationName: string, fields: object = {}) =>
  audit(operationName, {
    id: 'PIM_alert',
    loggedByService: 'PIM',
    targetResources: [
      {
        id: 'RolesAssignedOutsidePrivilegedIdentityManagement',
        type: 'Other',
        displayName: 'Roles are being assigned outside of Privileged Identity Management',
      },
    ],
    ...fields,
  });

export default defineDetection({
  id: 'pim-alert-disabled',
  title: 'Security alert of PIM switched off or changed',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'high',
  categories: ['AuditLogs'],
  techniques: ['T1685'],
  source:
    'https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-how-to-configure-security-alerts',
  why: "PIM's own alerts tell of roles given outside it and of activations without MFA. Whoever plans one of these begins here.",
  triage: [
    'Ask whoever did it why. An alert that is a nuisance is resolved or tuned, not switched off.',
    'If nobody claims it: switch it on again, and look for roles given since, in PIM and outside it.',
  ],
  falsePositives: ['A change of an alert that was agreed, such as another threshold.'],

  detect(event) {
    if (event.result !== 'success' || !silences.has(event.operation)) return;
    const named = event.targets.find(({ displayName }) => displayName)?.party;
    const subject = named ? { ...named, type: 'policy' as const } : tenantOf(event);
    const what = nameOf({ id: null, name: event.activity });
    return {
      key: [event.id],
      title: `${nameOf(event.actor)} > ${what}${named ? `: ${nameOf(named)}` : ''}`,
      summary: `${nameOf(event.actor)} did "${what}"${named ? ` for the alert ${nameOf(named)}` : '; the record does not tell which'}.`,
      subject,
      matter: ['pim-control'],
      details: auditDetails(event),
    };
  },

  examples: () => [
    { name: 'disabled', records: [alert('Disable PIM alert')], expect: 'high' },
    { name: 'disabled, in other letters', records: [alert('Disable PIM Alert ')], expect: 'high' },
    { name: 'deactivated', records: [alert('Deactivate PIM alert')], expect: 'high' },
    { name: 'changed', records: [alert('Update PIM alert setting')], expect: 'high' },
    {
      name: 'disabled, without saying which',
      records: [alert('Disable PIM alert', { targetResources: [] })],
      expect: 'high',
    },
    { name: 'resolved', records: [alert('Resolve PIM alert')], expect: 'nothing' },
    {
      name: 'refused',
      records: [alert('Disable PIM alert', { result: 'failure' })],
      expect: 'nothing',
    },
  ],
});

const silences = new Set(['disable pim alert', 'deactivate pim alert', 'update pim alert setting']);
