import { globalAdministrator } from '../../roles.ts';
import { parseTime } from '../../time.ts';
import type { SnapshotAccount } from '../../watch/directory.ts';
import { exampleTenantId, helpdeskAdministrator, people, workloads } from '../examples/tenant.ts';
import { applicationsIn, partyOfApplication } from '../posture/applications.ts';
import { partyOfReference } from '../posture/references.ts';
import { holdsTopRole } from '../posture/top-roles.ts';
import {
  definePostureCheck,
  type PostureContext,
  type PostureMatch,
  type Unknown,
  unread,
} from '../posture-check.ts';
import { applicationPermission } from '../rows/permissions.ts';
import { listOf, nameOf, nameOfRole } from '../wording.ts';

/** The tenant that Microsoft's own applications are at home in. */
const microsoftTenant = 'f8cdef31-a31e-4b4a-93e4-5f571e91255a';

const permission = {
  roleManagement: { id: '9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8' },
  applications: { id: '1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9' },
  mail: { id: 'e2a3a72e-5f79-4c64-b1b1-878b674786c9' },
  readUsers: { id: 'df021288-bdef-4463-88db-98f22de89214', name: 'User.Read.All' },
};
const { id: appId, name: displayName } = workloads.sync;
const app = (permissions: readonly object[] | undefined, fields: object = {}) => [
  {
    id: appId,
    type: 'servicePrincipal',
    displayName,
    homeTenantId: exampleTenantId,
    assignments: [],
    owners: [],
    credentials: [],
    permissions,
    ...fields,
  },
];
const holding = (roleTemplateId: string, fields: object = {}) =>
  app([], { assignments: [{ roleTemplateId, ...fields }] });
const secret = { kind: 'secret', id: 's', endsAt: '2027-01-01T00:00:00Z' };
const certificate = { kind: 'certificate', id: 'c', endsAt: '2027-01-01T00:00:00Z' };
const dan = { type: 'user', id: people.dan.id, name: people.dan.upn };
const ada = { type: 'user', id: people.ada.id, name: people.ada.upn };
const elsewhere = '00000000-0000-4000-8000-000000000099';
const declared = { accounts: { automation: [appId] } };

export default definePostureCheck({
  id: 'posture-app-privileged',
  title: 'Application with privilege',
  severity: 'high',
  severityVaries:
    'High if it leads to Global Administrator, or far enough and somebody owns it who is no administrator; else medium. Data alone (mail, files, devices) is told only of applications with a secret, such an owner, or a home elsewhere.',
  categories: ['Graph'],
  techniques: ['T1078.004', 'T1098.001', 'T1098.003', 'T1528'],
  source: 'https://learn.microsoft.com/entra/architecture/security-operations-applications',
  why: 'An application needs no MFA and no user. Whoever holds a secret of it, or owns it and can add one, holds all that it may do.',
  triage: [
    'Who answers for it, and does it still need all of that? Take away what it does not use.',
    'Owners who are no administrators: take them away.',
    'A managed identity or a certificate instead of a secret.',
    'Needed as it is: declare it in the policy (accounts.automation); it is then told only if it has such a weakness.',
  ],
  falsePositives: [
    'Products for backup, provisioning or security that need what they have: declare them in the policy.',
    "Microsoft's own applications are left out unless somebody added a credential or an owner.",
  ],

  check(context) {
    const { snapshot, watchlist, now } = context;
    return applicationsIn(context).flatMap((app): (PostureMatch | Unknown)[] => {
      const subject = partyOfApplication(app);
      const unknown = { ...unread(snapshot, 'applications'), about: subject };
      const isUntold = !app.permissions || !app.assignments;
      const permissions = (app.permissions ?? []).flatMap(
        ({ id }) => applicationPermission(id) ?? [],
      );
      const roles = watchlist.rolesOf(subject, now);
      if (permissions.length + roles.length === 0) return isUntold ? [unknown] : [];
      const isTop = holdsTopRole(roles) || permissions.some(({ grade }) => grade === 'decisive');
      const isWay = roles.length > 0 || permissions.some(({ grade }) => grade !== 'data');
      const isMeant =
        !isWay || app.homeTenantId === microsoftTenant || watchlist.is('automation', subject);
      const weaknesses = weaknessesOf(app, context);
      const weak = weaknesses.filter(({ is }) => is);
      if (isMeant && weak.length === 0) {
        return isUntold || weaknesses.some(({ is }) => is === undefined) ? [unknown] : [];
      }
      const isOpen = weak.some(({ opens }) => opens);
      const may = [
        ...permissions.filter(({ grade }) => grade === 'decisive').map(({ name }) => name),
        ...roles.map(nameOfRole),
        ...permissions.filter(({ grade }) => grade !== 'decisive').map(({ name }) => name),
      ];
      const how = weak.map(({ what }) => what);
      const orphaned = app.owners?.length === 0 ? ' Nobody owns it.' : '';
      return [
        {
          key: [app.id],
          title: `Application ${nameOf(subject)}: ${may[0]}${may.length > 1 ? ` and ${may.length - 1} more` : ''}`,
          summary: `The application ${nameOf(subject)} holds ${listOf(may)}${how.length > 0 ? `, and has ${how.join(', ')}` : ''}.${orphaned}`,
          severity: isTop || (isWay && isOpen) ? 'high' : 'medium',
          subject,
          roles,
          matter: ['application'],
          details: { permissions: permissions.map(({ name }) => name), weaknesses: how },
        },
      ];
    });
  },

  examples: () => [
    { name: 'it may give roles', others: app([permission.roleManagement]), expect: 'high' },
    { name: 'it is Global Administrator', others: holding(globalAdministrator), expect: 'high' },
    {
      name: 'it may become Global Administrator',
      others: holding(globalAdministrator, { state: 'eligible' }),
      expect: 'high',
    },
    {
      name: 'it may change applications',
      others: app([permission.applications]),
      expect: 'medium',
    },
    { name: 'a lesser role', others: holding(helpdeskAdministrator), expect: 'medium' },
    {
      name: 'a lesser role, owned by somebody who is no administrator',
      others: holdingWith({ owners: [ada, dan] }),
      expect: 'high',
    },
    {
      name: 'mail, with a secret',
      others: app([permission.mail], { credentials: [certificate, secret] }),
      expect: 'medium',
    },
    {
      name: 'mail, owned by somebody who is no administrator',
      others: app([permission.mail], { owners: [dan] }),
      expect: 'medium',
    },
    {
      name: 'mail, at home elsewhere',
      others: app([permission.mail], { homeTenantId: elsewhere }),
      expect: 'medium',
    },
    {
      name: 'mail, with a secret, whatever else is not known',
      others: app([permission.mail], { credentials: [secret], owners: null, assignments: null }),
      expect: 'medium',
    },
    {
      name: 'declared, with a secret',
      others: app([permission.roleManagement], { credentials: [secret] }),
      tenant: declared,
      expect: 'high',
    },
    {
      name: 'of Microsoft, and somebody added a certificate',
      others: app([permission.roleManagement], {
        homeTenantId: microsoftTenant,
        credentials: [certificate],
      }),
      expect: 'high',
    },
    {
      name: 'nothing in particular',
      others: app([permission.readUsers], { credentials: [secret], owners: [dan] }),
      expect: 'nothing',
    },
    { name: 'no application', expect: 'nothing' },
    {
      name: 'switched off',
      others: app([permission.roleManagement], { enabled: false }),
      expect: 'nothing',
    },
    {
      name: 'declared, with a certificate, and owned by an administrator',
      others: app([permission.roleManagement], { credentials: [certificate], owners: [ada] }),
      tenant: declared,
      expect: 'nothing',
    },
    {
      name: 'declared, a managed identity, which has no home',
      others: app([permission.roleManagement], { homeTenantId: null }),
      tenant: declared,
      expect: 'nothing',
    },
    {
      name: 'declared, with a secret that ended',
      others: app([permission.roleManagement], {
        credentials: [{ ...secret, endsAt: '2026-11-20T12:00:00Z' }],
      }),
      tenant: declared,
      expect: 'nothing',
    },
    {
      name: 'of Microsoft, as it comes',
      others: app([permission.roleManagement], { homeTenantId: microsoftTenant }),
      expect: 'nothing',
    },
    {
      name: 'mail, with a certificate',
      others: app([permission.mail], { credentials: [certificate] }),
      expect: 'nothing',
    },
    {
      name: 'a person with a secret is no application',
      account: { credentials: [secret], permissions: [permission.roleManagement] },
      expect: 'nothing',
    },
    { name: 'nobody knows what it may do', others: app(undefined), expect: 'unknown' },
    {
      name: 'nobody knows its roles',
      others: app([], { assignments: undefined }),
      expect: 'unknown',
    },
    {
      name: 'mail, and nobody knows its roles',
      others: app([permission.mail], { assignments: undefined }),
      expect: 'unknown',
    },
    ...['owners', 'credentials', 'homeTenantId'].map((field) => ({
      name: `declared, and nobody knows its ${field}`,
      others: app([permission.roleManagement], { [field]: undefined }),
      tenant: declared,
      expect: 'unknown' as const,
    })),
  ],
});

function holdingWith(fields: object) {
  return app([], { assignments: [{ roleTemplateId: helpdeskAdministrator }], ...fields });
}

/** `is` undefined: not known. `opens`: an ordinary account leads to it. */
type Weakness = { is: boolean | undefined; what: string; opens?: true };

function weaknessesOf(
  { credentials, owners, homeTenantId }: SnapshotAccount,
  { watchlist, tenant, now }: PostureContext,
): Weakness[] {
  const living = credentials?.filter(({ endsAt }) => (parseTime(endsAt) ?? Infinity) > now);
  const strangers = owners
    ?.map(partyOfReference)
    .filter((owner) => !watchlist.isPrivileged(owner, now));
  const homes = [tenant.id, microsoftTenant];
  return [
    { is: living?.some(({ kind }) => kind === 'secret'), what: 'a secret' },
    {
      is: homeTenantId === microsoftTenant && hasAny(living),
      what: 'a credential that is not from Microsoft',
    },
    {
      is: hasAny(strangers),
      what: `an owner who is no administrator (${listOf((strangers ?? []).map(nameOf))})`,
      opens: true,
    },
    {
      // A managed identity has none.
      is:
        homeTenantId === undefined
          ? undefined
          : homeTenantId !== null && !homes.includes(homeTenantId),
      what: 'its home in another tenant',
    },
  ];
}

/** Undefined where the list is not known. */
const hasAny = (some: readonly unknown[] | undefined) => some?.some(() => true);
