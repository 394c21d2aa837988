import { parseSnapshot, type Snapshot } from '../../shared/watch/directory.ts';
import {
  admins,
  breakGlass,
  brokenGlass,
  exposed,
  groups,
  idFor,
  type Person,
  type Role,
  roles,
  shared,
  tenant,
  workloads,
} from './people.ts';

/**
 * Contoso's directory as it was read an hour before the sample day begins.
 *
 * @param now - when the day ends.
 */
export function sampleSnapshot(now: Date): Snapshot {
  const ago = (days: number, hours = 0) =>
    new Date(now.getTime() - (days * 24 + hours) * 3_600_000).toISOString();
  const user = (who: Person, passwordDays: number, assignments: Assignment[], more = {}) => ({
    id: who.id,
    type: 'user',
    userPrincipalName: who.upn,
    displayName: who.name,
    enabled: true,
    userType: 'Member',
    onPremisesSynced: false,
    mail: null,
    createdAt: ago(900),
    lastPasswordChangeAt: ago(passwordDays),
    lastSignInAt: ago(1),
    passwordPolicies: 'None',
    mfaRegistered: true,
    methods: ['microsoftAuthenticator', 'windowsHelloForBusiness'],
    known: {
      countries: [who.site === 'Seattle' ? 'US' : 'DE'],
      networks: ['198.51.100.0/24'],
      devices: [idFor(`device ${who.upn}`)],
    },
    assignments,
    ...more,
  });
  const custodians = {
    createdAt: ago(1100),
    lastSignInAt: ago(61),
    // The guidance wants them never to expire; with a passkey the password is in no use.
    passwordPolicies: 'DisablePasswordExpiration',
    methods: ['fido2'],
    known: { countries: [], networks: [], devices: [] },
  };
  const accounts = [
    user(admins.ines, 12, [active(roles.globalAdministrator)]),
    user(admins.tomas, 47, [active(roles.globalAdministrator)]),
    user(admins.priya, 33, [eligible(roles.privilegedRole)]),
    user(admins.mei, 8, [eligible(roles.privilegedAuthentication)]),
    user(admins.noor, 71, [eligible(roles.conditionalAccess), eligible(roles.security)]),
    user(admins.lucia, 26, [eligible(roles.exchange)]),
    user(admins.rafael, 64, [eligible(roles.sharePoint)]),
    // The one password that is too old. Only a look at the directory shows it: no log tells of it.
    user(admins.sven, 400, [eligible(roles.application)]),
    user(admins.ben, 19, [
      eligible(roles.helpdesk),
      { ...active(roles.helpdesk), state: 'activated', until: ago(0, 6) },
    ]),
    user(admins.hana, 40, [active(roles.user, groups.operators.id)]),
    user(admins.omar, 52, [active(roles.user, groups.operators.id)]),
    user(admins.kay, 30, [eligible(roles.globalReader)], {
      userType: 'Guest',
      lastPasswordChangeAt: null,
      mail: 'kay.wolf@fabrikam.com',
    }),
    ...breakGlass.map((who) => user(who, 310, [active(roles.globalAdministrator)], custodians)),
    user(brokenGlass, 60, [active(roles.globalAdministrator)], {
      ...custodians,
      methods: ['password'],
    }),
    user(shared, 21, [eligible(roles.securityOperator)]),
    user(exposed, 58, []),
    {
      id: workloads.hrSync.id,
      type: 'servicePrincipal',
      appId: workloads.hrSync.appId,
      displayName: workloads.hrSync.name,
      assignments: [active(roles.user)],
      known: { networks: ['198.51.100.0/24'] },
    },
    {
      id: groups.operators.id,
      type: 'group',
      displayName: groups.operators.name,
      roleAssignable: true,
      assignments: [active(roles.user)],
    },
    {
      id: groups.night.id,
      type: 'group',
      displayName: groups.night.name,
      roleAssignable: true,
      assignments: [active(roles.user, groups.operators.id)],
    },
  ];
  // As a reading leaves it that could read everything.
  const snapshot = { tenantId: tenant.id, takenAt: ago(0, 9), accounts, gaps: [] };
  return parseSnapshot(JSON.stringify(snapshot), 'sample day');
}

type Assignment = ReturnType<typeof active>;

const active = ({ id, name }: Role, via: string | null = null) => ({
  roleTemplateId: id,
  roleName: name,
  scope: '/',
  state: 'active' as 'active' | 'eligible' | 'activated',
  via,
  until: null as string | null,
});

const eligible = (role: Role): Assignment => ({ ...active(role), state: 'eligible' });
