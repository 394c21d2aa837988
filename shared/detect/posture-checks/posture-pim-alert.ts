import type { Severity } from '../../severity.ts';
import {
  definePostureCheck,
  type PostureMatch,
  tenantParty,
  type Unknown,
  unread,
} from '../posture-check.ts';
import { nameOf } from '../wording.ts';

const alert = (kind: string, fields: object = {}) => ({
  pimAlerts: [{ kind, isActive: true, incidents: 2, scannedAt: '2026-11-19T00:00:00Z', ...fields }],
});

export default definePostureCheck({
  id: 'posture-pim-alert',
  title: 'PIM itself raises an alert',
  severity: 'medium',
  severityVaries:
    'High for roles assigned outside PIM. Low for those that a check of its own tells in more detail.',
  categories: ['Graph'],
  techniques: ['T1078.004', 'T1098.003'],
  source:
    'https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-how-to-configure-security-alerts',
  why: 'PIM compares what it manages with what is there, and shows the difference on a page that hardly anybody opens.',
  triage: [
    'Open the alert in PIM (Microsoft Entra roles, Alerts): it lists the accounts and roles.',
    'Roles assigned outside PIM: ask who assigned them, and remove what nobody can explain.',
    'Set right, scan again: the alert then goes by itself.',
  ],
  falsePositives: [
    'Break-glass accounts are counted by PIM as stale, and as assigned for good: that is what they are for.',
    "PIM's thresholds differ from those of the checks here; both can be set.",
  ],

  check({ snapshot, tenant }) {
    const answers = snapshot.pimAlerts?.flatMap(
      ({ kind, isActive, incidents, scannedAt }): (PostureMatch | Unknown)[] => {
        if (isActive === false) return [];
        const short = shortOf(kind);
        const known = kinds.get(short);
        const title = known?.title ?? nameOf({ id: null, name: kind });
        if (!isActive)
          return [{ unknown: `Whether PIM raises this alert was not read: ${title}.` }];
        return [
          {
            key: [short],
            title: `PIM: ${title}`,
            summary: `Privileged Identity Management raises an alert: ${title}.${incidents ? ` It counts ${incidents}.` : ''}`,
            severity: known?.severity ?? 'medium',
            subject: tenantParty(tenant),
            matter: ['pim-control', short],
            details: { alert: kind, incidents, scannedAt },
          },
        ];
      },
    );
    return answers ?? [unread(snapshot, 'pimAlerts')];
  },

  examples: () => [
    {
      name: 'roles assigned outside PIM',
      directory: alert('RolesAssignedOutsidePrivilegedIdentityManagementAlert'),
      expect: 'high',
    },
    {
      name: 'its name without the ending',
      directory: alert('rolesAssignedOutsidePrivilegedIdentityManagement'),
      expect: 'high',
    },
    { name: 'stale accounts', directory: alert('StaleSignInAlert'), expect: 'low' },
    {
      name: 'too many Global Administrators',
      directory: alert('TooManyGlobalAdminsAssignedToTenantAlert', { incidents: null }),
      expect: 'low',
    },
    { name: 'one that is new', directory: alert('SomethingNewAlert'), expect: 'medium' },
    {
      name: 'all is quiet',
      directory: alert('StaleSignInAlert', { isActive: false, incidents: 0 }),
      expect: 'nothing',
    },
    { name: 'no alert', directory: { pimAlerts: [] }, expect: 'nothing' },
    {
      name: 'nobody knows whether it is active',
      directory: alert('StaleSignInAlert', { isActive: null }),
      expect: 'unknown',
    },
    { name: 'the alerts were not read', expect: 'unknown' },
  ],
});

/** As their definitions are called, with or without `Alert` behind. */
const shortOf = (kind: string) => kind.toLowerCase().replace(/alert$/, '');

const kinds: ReadonlyMap<string, { title: string; severity: Severity }> = new Map([
  [
    'rolesassignedoutsideprivilegedidentitymanagement',
    { title: 'roles are assigned outside PIM', severity: 'high' },
  ],
  ['toomanyglobaladminsassignedtotenant', told('there are too many Global Administrators')],
  ['stalesignin', told('holders of a role have not signed in for long')],
  ['nomfaonroleactivation', told('roles can be activated without MFA')],
  ['redundantassignment', told('holders of a role do not use it')],
  ['sequentialactivationrenewals', told('roles are activated too often')],
  ['invalidlicense', told('the licence for PIM is missing')],
]);

/** A check of our own tells it in more detail. */
function told(title: string): { title: string; severity: Severity } {
  return { title, severity: 'low' };
}
