import {
  idFor,
  type Person,
  type Role,
  tenant,
  roles as usualRoles,
} from '../../local/sample-day/people.ts';
import { formatProblem, type Policy, parsePolicy } from '../../shared/policy.ts';
import { parseSnapshot, type Snapshot } from '../../shared/watch/directory.ts';
import { laptopOf, phoneOf } from './devices.ts';
import { dayMs, dayStart } from './moment.ts';
import { admins, breakGlass, connector, programs } from './people.ts';
import { knownNetworks } from './places.ts';

export const roles = {
  ...usualRoles,
  intune: { id: '3a2c62db-5318-420d-8d74-23affee5d9d5', name: 'Intune Administrator' },
  teams: { id: '69091246-20e8-4a56-aa4d-066075b2a7a8', name: 'Teams Administrator' },
  cloudApplication: {
    id: '158c047a-c907-4556-b7ef-446551a6b5f7',
    name: 'Cloud Application Administrator',
  },
  hybrid: { id: '8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2', name: 'Hybrid Identity Administrator' },
  securityReader: { id: '5d6b6bb7-de71-4623-b4af-96380a352509', name: 'Security Reader' },
  synchronisation: {
    id: 'd29b2b05-8046-44ba-8758-1e26182fcf32',
    name: 'Directory Synchronization Accounts',
  },
} as const satisfies Record<string, Role>;

/** Carries User Administrator. */
export const operators = { id: idFor('Identity Operators'), name: 'Identity Operators' };

/** Who may activate what. Global Administrators are eligible only, and today nobody needs to be one. */
export const eligible: readonly (readonly [Person, Role])[] = [
  [admins.ines, roles.globalAdministrator],
  [admins.tomas, roles.globalAdministrator],
  [admins.priya, roles.privilegedRole],
  [admins.mei, roles.privilegedAuthentication],
  [admins.noor, roles.conditionalAccess],
  [admins.paul, roles.conditionalAccess],
  [admins.kaja, roles.security],
  [admins.ravi, roles.security],
  [admins.lucia, roles.exchange],
  [admins.jonas, roles.exchange],
  [admins.rafael, roles.sharePoint],
  [admins.tara, roles.teams],
  [admins.ian, roles.intune],
  [admins.judith, roles.intune],
  [admins.hana, roles.user],
  [admins.ben, roles.helpdesk],
  [admins.uma, roles.helpdesk],
  [admins.dirk, roles.helpdesk],
  [admins.sven, roles.application],
  [admins.erin, roles.cloudApplication],
  [admins.hank, roles.hybrid],
];
const active: typeof eligible = [
  [admins.olga, roles.securityOperator],
  [admins.luis, roles.securityReader],
  [admins.zoe, roles.globalReader],
];

/** The directory shows no device or network of theirs. */
const unknownOf: ReadonlySet<Person> = new Set([admins.ian, admins.zoe, admins.erin, admins.tara]);

const hours = { from: '06:00', to: '20:00' };
const seattle = { timezone: 'America/Los_Angeles', ...hours };

/** What a careful operator of such a tenant writes. */
export const policy: Policy = read({
  version: 1,
  tenants: [
    {
      id: tenant.id,
      name: 'contoso',
      usesPim: true,
      accounts: {
        emergency: breakGlass.map(({ id }) => id),
        automation: [programs.hr.id, programs.renewals.id, programs.pipeline.id, connector.id],
      },
      knownNetworks,
      knownCountries: ['US', 'DE'],
      workingHours: {
        timezone: 'Europe/Berlin',
        ...hours,
        people: Object.values(admins)
          .filter(({ site }) => site === 'Seattle')
          .map(({ id }) => ({ account: id, ...seattle })),
      },
      ownResources: { diagnosticSettings: ['to-glasswatch'] },
    },
  ],
  detections: {
    'sp-credential-added': {
      exclude: [{ account: programs.renewals.id, reason: 'Renews certificates before they end.' }],
    },
  },
  channels: {
    soc: { type: 'teams', webhookUrl: { env: 'TEAMS_WEBHOOK_URL' } },
    pager: { type: 'pagerduty', routingKey: { env: 'PAGERDUTY_ROUTING_KEY' } },
  },
  routes: [
    { minSeverity: 'medium', channels: ['soc'] },
    { minSeverity: 'critical', channels: ['pager'] },
  ],
});

function read(written: object): Policy {
  const parsed = parsePolicy(JSON.stringify(written), 'quiet day');
  if ('problems' in parsed) throw new Error(parsed.problems.map(formatProblem).join('\n'));
  return parsed.policy;
}

const assignment = ({ id, name }: Role, state: string, via: string | null = null) => ({
  ...{ roleTemplateId: id, roleName: name, scope: '/', state, via, until: null },
});

const ago = (days: number) => new Date(dayStart - days * dayMs).toISOString();

const user = (who: Person, assignments: readonly object[], more: object = {}) => ({
  id: who.id,
  type: 'user',
  userPrincipalName: who.upn,
  displayName: who.name,
  enabled: true,
  userType: 'Member',
  createdAt: ago(700),
  lastPasswordChangeAt: ago(40),
  mfaRegistered: true,
  assignments,
  ...(!unknownOf.has(who) && { known: knownOf(who) }),
  ...more,
});

const knownOf = (who: Person) => ({
  countries: [who.site === 'Seattle' ? 'US' : 'DE'],
  networks: knownNetworks,
  devices: [laptopOf(who), phoneOf(who)].map(({ detail }) => detail.deviceId),
});

const workload = ({ id, appId, name }: (typeof programs)[keyof typeof programs], role: Role) => ({
  ...{ id, type: 'servicePrincipal', appId, displayName: name },
  assignments: [assignment(role, 'active')],
});

/** The directory as it was read three weeks and a day ago, since when nobody's role has changed. */
export function snapshot(): Snapshot {
  const accounts = [
    ...eligible.map(([who, role]) => user(who, [assignment(role, 'eligible')])),
    ...active.map(([who, role]) => user(who, [assignment(role, 'active')])),
    user(admins.omar, [assignment(roles.user, 'active', operators.id)]),
    user(connector, [assignment(roles.synchronisation, 'active')]),
    ...breakGlass.map((who) => user(who, [assignment(roles.globalAdministrator, 'active')])),
    workload(programs.hr, roles.user),
    workload(programs.pipeline, roles.cloudApplication),
    {
      ...{ id: operators.id, type: 'group', displayName: operators.name, roleAssignable: true },
      assignments: [assignment(roles.user, 'active')],
    },
  ];
  const written = { tenantId: tenant.id, takenAt: ago(22), accounts };
  return parseSnapshot(JSON.stringify(written), 'quiet day');
}
