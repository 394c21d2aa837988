import { defaultTenantPolicy, type TenantPolicy } from '../../policy.ts';
import { globalAdministrator } from '../../roles.ts';
import { parseSnapshot } from '../../watch/directory.ts';

/** The small invented tenant that the examples of all detections happen in. */
const guid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

export const helpdeskAdministrator = '729827e3-9c14-49f7-bb1b-9608f156bbb8';
export const applicationAdministrator = '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3';
export const userAdministrator = 'fe930be7-5e62-47db-91af-98c3a49a38b1';

export const exampleTenantId = guid(1);

/** Who is who; a name's UPN is `{name}@example.com`. */
export const people = {
  /** Global Administrator, active. */
  ada: { id: guid(10), upn: 'ada@example.com' },
  /** Eligible for Helpdesk Administrator. */
  ben: { id: guid(11), upn: 'ben@example.com' },
  /** User Administrator through a nested group. */
  cleo: { id: guid(12), upn: 'cleo@example.com' },
  /** Nobody in particular. */
  dan: { id: guid(13), upn: 'dan@example.com' },
  eve: { id: guid(14), upn: 'eve@example.com' },
  /** Declared a break-glass account. */
  glass: { id: guid(15), upn: 'glass-1@example.onmicrosoft.com' },
  /** Declared exposed: an executive without any role. */
  fay: { id: guid(16), upn: 'fay@example.com' },
  /** A guest without any role. */
  gil: { id: guid(17), upn: 'gil_partner.example#EXT#@example.onmicrosoft.com' },
  /** Global Administrator, active; the snapshot knows where she works and on what. */
  hana: { id: guid(18), upn: 'hana@example.com' },
  /** Disabled; still a User Administrator. */
  ian: { id: guid(19), upn: 'ian@example.com' },
} as const;

/** What the snapshot knows of hana. */
export const known = {
  countries: ['US'],
  networks: ['198.51.100.0/24'],
  devices: ['00000000-0000-4000-8000-000000000090'],
};

export const groups = {
  /** Carries User Administrator. */
  operators: { id: guid(20), name: 'operators' },
  /** A member of operators. */
  nested: { id: guid(21), name: 'night operators' },
  /** Carries nothing. */
  readers: { id: guid(22), name: 'readers' },
} as const;

export const workloads = {
  sync: { id: guid(30), name: 'sync-job' },
  pim: { id: guid(31), name: 'MS-PIM' },
  /** Holds Application Administrator. */
  deployer: { id: guid(32), name: 'deployer' },
  /** Holds Application Administrator; the snapshot knows its networks. */
  backup: { id: guid(35), name: 'backup' },
  /** Declared automation: creates and deletes ordinary accounts. */
  hr: { id: guid(33), name: 'hr-connector' },
} as const;

/** The application that deployer is the service principal of. */
export const deployerAppId = guid(34);

export const exampleTenant: TenantPolicy = {
  ...defaultTenantPolicy(exampleTenantId),
  usesPim: true,
  accounts: {
    emergency: [people.glass.id],
    exposed: [people.fay.id],
    shared: [],
    automation: [workloads.hr.id],
    external: [],
  },
};

const role = (templateId: string, more: object = {}) => ({
  roleTemplateId: templateId,
  scope: '/',
  state: 'active',
  via: null,
  until: null,
  ...more,
});

const user = (who: { id: string; upn: string }, assignments: object[], more: object = {}) => ({
  id: who.id,
  type: 'user',
  userPrincipalName: who.upn,
  enabled: true,
  lastPasswordChangeAt: '2026-10-01T00:00:00Z',
  assignments,
  ...more,
});

const carried = role(userAdministrator, { via: groups.operators.id });

export const exampleSnapshot = () =>
  parseSnapshot(
    JSON.stringify({
      tenantId: exampleTenantId,
      takenAt: '2026-11-01T00:00:00Z',
      accounts: [
        user(people.ada, [role(globalAdministrator)]),
        user(people.ben, [role(helpdeskAdministrator, { state: 'eligible' })]),
        user(people.cleo, [carried]),
        user(people.fay, []),
        user(people.glass, [role(globalAdministrator)]),
        user(people.hana, [role(globalAdministrator)], { known }),
        user(people.ian, [role(userAdministrator)], { enabled: false }),
        {
          id: workloads.deployer.id,
          type: 'servicePrincipal',
          displayName: workloads.deployer.name,
          appId: deployerAppId,
          assignments: [role(applicationAdministrator)],
        },
        {
          id: workloads.backup.id,
          type: 'servicePrincipal',
          displayName: workloads.backup.name,
          known: { networks: ['203.0.113.0/24'] },
          assignments: [role(applicationAdministrator)],
        },
        { ...groups.operators, type: 'group', assignments: [role(userAdministrator)] },
        { ...groups.nested, type: 'group', assignments: [carried] },
      ],
    }),
    'example tenant',
  );
