import type { AuditEvent } from '../../read/event.ts';
import { defineDetection } from '../detection.ts';
import {
  applicationWrite,
  appRoleGranted,
  appRoleGrantedTo,
  crm,
  roleManagement,
} from '../examples/applications.ts';
import { byApp } from '../examples/records.ts';
import { applicationMatch, receiverOf, textAfter, wholeText } from '../rows/applications.ts';
import { applicationPermission, isMicrosoftApi, permissionNamed } from '../rows/permissions.ts';

export default defineDetection({
  id: 'app-role-privileged-granted',
  title: 'Application received a dangerous permission',
  reads: ['audit'],
  lookFor: 'every record',
  severity: 'high',
  severityVaries:
    'Critical for RoleManagement.ReadWrite.Directory and AppRoleAssignment.ReadWrite.All, and where an application gave itself the permission.',
  categories: ['AuditLogs'],
  techniques: ['T1098.003'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-applications',
  why: 'An application permission works without any user and past Conditional Access: whoever holds a credential of the application holds all that it may do.',
  triage: [
    'Ask who granted it whether they know the application, and what needs so much.',
    'Take the permission away, or give a narrower one, until that is answered.',
    'Look at the owners, the credentials and the sign-ins of the application since.',
  ],
  falsePositives: ['A new product that was agreed: backup, governance, mail security.'],

  detect(event, { watchlist }) {
    if (event.operation !== 'add app role assignment to service principal') return;
    if (event.result !== 'success') return;
    const permission = grantedPermission(event);
    if (!permission) return;
    const app = receiverOf(event, watchlist);
    const isOwnDoing = app.id !== null && event.actor?.id === app.id;
    const isDecisive = permission.grade === 'decisive' || isOwnDoing;
    return {
      ...applicationMatch(event, app, permission.name, [permission.name]),
      severity: isDecisive ? 'critical' : 'high',
    };
  },

  examples: () => [
    {
      name: 'it may give roles',
      records: [
        appRoleGranted({ id: roleManagement, value: 'RoleManagement.ReadWrite.Directory' }),
      ],
      expect: 'critical',
    },
    {
      name: 'it may change all applications',
      records: [appRoleGranted({ id: applicationWrite })],
      expect: 'high',
    },
    {
      name: 'its id in capitals and in a list',
      records: [appRoleGrantedTo(crm, { id: [applicationWrite.toUpperCase()] }, null)],
      expect: 'high',
    },
    {
      name: 'known by name alone, in another case',
      records: [appRoleGrantedTo(crm, { value: 'mail.readwrite' }, null)],
      expect: 'high',
    },
    {
      name: 'given by the application to itself',
      records: [appRoleGranted({ id: applicationWrite }, { initiatedBy: byApp(crm) })],
      expect: 'critical',
    },
    {
      name: 'given by nobody known to an application without an id',
      records: [
        appRoleGrantedTo({ id: '', name: 'x' }, { id: applicationWrite }, null, {
          initiatedBy: { app: { displayName: 'x' } },
        }),
      ],
      expect: 'high',
    },
    {
      name: 'harmless',
      records: [
        appRoleGranted({ id: 'df021288-bdef-4463-88db-98f22de89214', value: 'User.Read.All' }),
      ],
      expect: 'nothing',
    },
    {
      name: 'a permission of the same name, of an API of one’s own',
      records: [
        appRoleGrantedTo(
          crm,
          { id: '00000000-0000-4000-8000-000000000063', value: 'Mail.ReadWrite' },
          '00000000-0000-4000-8000-000000000064;https://api.example.com',
        ),
      ],
      expect: 'nothing',
    },
    {
      name: 'the same, its names as a list',
      records: [
        appRoleGrantedTo(crm, { value: 'Mail.ReadWrite' }, [
          '00000000-0000-4000-8000-000000000064',
          'https://api.example.com',
        ]),
      ],
      expect: 'nothing',
    },
    {
      name: 'taken away',
      records: [
        {
          ...appRoleGranted({ id: roleManagement }),
          operationName: 'Remove app role assignment from service principal',
        },
      ],
      expect: 'nothing',
    },
    {
      name: 'refused',
      records: [appRoleGranted({ id: roleManagement }, { result: 'failure' })],
      expect: 'nothing',
    },
  ],
});

function grantedPermission(event: AuditEvent) {
  const byId = applicationPermission(textAfter(event, 'approle.id')?.toLowerCase() ?? '');
  if (byId) return byId;
  const names = event.targets.map(({ changes }) =>
    wholeText(changes.get('targetid.serviceprincipalnames')?.after),
  );
  const named = permissionNamed(textAfter(event, 'approle.value') ?? '');
  return isMicrosoftApi(names.join(';')) ? named : undefined;
}
