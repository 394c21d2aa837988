import { createHash } from 'node:crypto';

/** An invented tenant, and raw records of it in the shape that Event Hubs delivers. */
export type Fields = Readonly<Record<string, unknown>>;
export type Someone = { id: string; upn: string; name: string };

/** A made-up GUID that is the same each time. */
export const guid = (of: string) =>
  createHash('md5')
    .update(of)
    .digest('hex')
    .replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-a$4-$5');

export const tenantId = guid('tenant contoso');
export const otherTenantId = guid('tenant fabrikam');

export const roles = {
  global: '62e90394-69f5-4237-9190-012177145e10',
  privilegedRole: 'e8611ab8-c189-46e8-94e1-60213ab1f814',
  user: 'fe930be7-5e62-47db-91af-98c3a49a38b1',
  helpdesk: '729827e3-9c14-49f7-bb1b-9608f156bbb8',
  directoryReaders: '88d8e3e3-8f55-4a1e-953a-9b9898b8876b',
  reports: '4a5d8f65-41da-4de4-8968-e035b65339cf',
} as const;

const someone = (name: string, upn = `${name}@contoso.com`): Someone => ({
  id: guid(`person ${name}`),
  upn,
  name: `${name} (contoso)`,
});

export const people = {
  /** Global Administrator, active. */
  ruth: someone('ruth'),
  /** Privileged Role Administrator, active. */
  nadia: someone('nadia'),
  /** Eligible for Helpdesk Administrator. */
  hank: someone('hank'),
  /** User Administrator through the group `desk`. */
  uma: someone('uma'),
  /** Nobody in particular, and not in the directory file. */
  tara: someone('tara'),
  omar: someone('omar'),
  /** A guest with Helpdesk Administrator. */
  gust: someone('gust', 'gust_fabrikam.com#EXT#@contoso.onmicrosoft.com'),
  /** Declared exposed. */
  cfo: someone('cfo'),
  /** Helpdesk Administrator. */
  desk: someone('front-desk'),
  /** Break-glass, by its id in capitals. */
  glass: someone('glass-1', 'glass-1@contoso.onmicrosoft.com'),
  /** Break-glass, by its UPN. */
  glass2: someone('glass-2', 'glass-2@contoso.onmicrosoft.com'),
} as const;

export const groups = {
  /** Carries User Administrator. */
  desk: { id: guid('group desk'), name: 'sg-desk' },
  /** Carries nothing. */
  news: { id: guid('group news'), name: 'sg-news' },
} as const;

export const apps = {
  backup: { id: guid('app backup'), name: 'backup-agent' },
  pim: { id: guid('app pim'), name: 'MS-PIM' },
} as const;

export const policy = (
  changes: { tenant?: object; detections?: object; tenants?: object[] } = {},
) =>
  JSON.stringify({
    version: 1,
    tenants: [
      {
        id: tenantId.toUpperCase(),
        name: 'contoso',
        usesPim: false,
        accounts: {
          emergency: [people.glass.id.toUpperCase(), people.glass2.upn.toUpperCase()],
          exposed: [people.cfo.upn],
        },
        ...changes.tenant,
      },
      ...(changes.tenants ?? []),
    ],
    ...(changes.detections && { detections: changes.detections }),
  });

export const holds = (roleTemplateId: string, fields: Fields = {}) => ({
  roleTemplateId,
  scope: '/',
  state: 'active',
  via: null,
  until: null,
  ...fields,
});

export const account = (who: Someone, assignments: object[], fields: Fields = {}) => ({
  id: who.id,
  type: 'user',
  userPrincipalName: who.upn,
  displayName: who.name,
  enabled: true,
  userType: 'Member',
  lastPasswordChangeAt: '2026-11-01T00:00:00Z',
  assignments,
  ...fields,
});

export const directory = (changed: readonly object[] = [], fields: Fields = {}) => {
  const accounts = [
    account(people.ruth, [holds(roles.global)]),
    account(people.nadia, [holds(roles.privilegedRole)]),
    account(people.hank, [holds(roles.helpdesk, { state: 'eligible' })]),
    account(people.uma, [holds(roles.user, { via: groups.desk.id })]),
    account(people.gust, [holds(roles.helpdesk)], { userType: 'Guest' }),
    account(people.cfo, []),
    account(people.desk, [holds(roles.helpdesk)]),
    account(people.glass, [holds(roles.global)], { methods: ['fido2'] }),
    account(people.glass2, [holds(roles.global)], { methods: ['fido2'] }),
    {
      id: groups.desk.id,
      type: 'group',
      displayName: groups.desk.name,
      roleAssignable: true,
      assignments: [holds(roles.user)],
    },
  ] as { id: string }[];
  const byId = new Map(accounts.map((one) => [one.id, one]));
  for (const one of changed as { id: string }[]) byId.set(one.id, one);
  return JSON.stringify({
    tenantId,
    takenAt: '2026-11-20T06:00:00Z',
    accounts: [...byId.values()],
    ...fields,
  });
};

/** The day of all scenarios, at a time of it. */
export const at = (time: string) =>
  `2026-11-20T${time.length === 5 ? `${time}:00` : time}.0000000Z`;

let count = 0;
export const fresh = (what: string) => {
  count += 1;
  return guid(`${what} ${count}`);
};

/** A record with all that the hub puts around `properties`. */
export function hub(
  category: string,
  operationName: string,
  properties: Fields,
  over: Fields = {},
) {
  return {
    time: properties.activityDateTime ?? properties.createdDateTime,
    resourceId: `/tenants/${tenantId}/providers/Microsoft.aadiam`,
    operationName,
    operationVersion: '1.0',
    category,
    tenantId,
    resultSignature: 'None',
    durationMs: 0,
    callerIpAddress: '192.0.2.24',
    correlationId: properties.correlationId,
    identity: 'somebody',
    Level: 4,
    properties,
    ...over,
  };
}

export const by = ({ id, upn }: Someone) => ({
  user: { id, displayName: null, userPrincipalName: upn, ipAddress: '192.0.2.24', roles: [] },
});
export const byApp = (app: { id: string; name: string }, appId: string | null = null) => ({
  app: { appId, displayName: app.name, servicePrincipalId: app.id, servicePrincipalName: null },
});
export const byPim = byApp(apps.pim);

export const json = (value: unknown) => JSON.stringify(value);
export const gained = (name: string, value: unknown) => ({
  displayName: name,
  oldValue: null,
  newValue: json(value),
});
export const lost = (name: string, value: unknown) => ({
  displayName: name,
  oldValue: json(value),
  newValue: null,
});

export const userTarget = (who: Someone, modifiedProperties: object[] = [], over: Fields = {}) => ({
  id: who.id,
  displayName: null,
  type: 'User',
  modifiedProperties,
  administrativeUnits: [],
  userPrincipalName: who.upn,
  ...over,
});
export const typed = (
  type: string,
  { id, name }: { id: string; name: string | null },
  modifiedProperties: object[] = [],
) => ({ id, displayName: name, type, modifiedProperties, administrativeUnits: [] });

/** A row of the audit log by an administrator, at noon. */
export function audit(operation: string, properties: Fields = {}, over: Fields = {}) {
  return hub(
    'AuditLogs',
    operation,
    {
      id: `Directory_${fresh('audit')}`,
      category: 'UserManagement',
      correlationId: fresh('correlation'),
      result: 'success',
      resultReason: '',
      activityDisplayName: operation,
      activityDateTime: at('12:00'),
      loggedByService: 'Core Directory',
      operationType: 'Assign',
      userAgent: null,
      initiatedBy: by(people.nadia),
      targetResources: [],
      additionalDetails: [],
      ...properties,
    },
    over,
  );
}
