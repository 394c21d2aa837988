import { idFor } from '../identifiers.ts';
import type { Application, Fields, Group, Registration, ServicePrincipal, User } from '../model.ts';

/** Everything of a user that is not said takes an ordinary value. */
type UserParts = Partial<Omit<User, 'fields'>> & { fields?: Fields };

/**
 * Somebody in the directory, enabled and with a mailbox.
 *
 * @param name - Gives the id, and the name in front of the domain.
 */
export function user(name: string, domain: string, { fields, ...parts }: UserParts = {}): User {
  const userPrincipalName = String(fields?.userPrincipalName ?? `${name}@${domain}`);
  const hasMailbox = parts.hasMailbox ?? true;
  return {
    methods: [],
    hasMailbox,
    inboxRules: [],
    ...parts,
    fields: {
      deletedDateTime: null,
      accountEnabled: true,
      businessPhones: [],
      displayName: name,
      givenName: null,
      jobTitle: null,
      mobilePhone: null,
      officeLocation: null,
      preferredLanguage: null,
      surname: null,
      userType: 'Member',
      creationType: null,
      externalUserState: null,
      onPremisesSyncEnabled: null,
      onPremisesLastSyncDateTime: null,
      onPremisesImmutableId: null,
      passwordPolicies: null,
      mail: hasMailbox ? userPrincipalName : null,
      proxyAddresses: hasMailbox ? [`SMTP:${userPrincipalName}`] : [],
      assignedLicenses: [],
      assignedPlans: [],
      ...fields,
      id: idFor(name),
      userPrincipalName,
      ...(fields?.displayName !== undefined && { displayName: String(fields.displayName) }),
    } as User['fields'],
  };
}

/** @param methods - As the registration report names them. */
export const registered = (methods: readonly string[], updatedAt: string): Registration => ({
  methods,
  isMfaCapable: methods.length > 0,
  isPasswordlessCapable: methods.some((method) => /passKey|windowsHello/i.test(method)),
  updatedAt,
});

type GroupParts = { members?: string[]; owners?: string[]; fields?: Fields };

/** A cloud security group. */
export const group = (
  name: string,
  { members = [], owners = [], fields }: GroupParts = {},
): Group => ({
  members,
  owners,
  fields: {
    deletedDateTime: null,
    description: null,
    displayName: name,
    groupTypes: [],
    isAssignableToRole: null,
    mailEnabled: false,
    onPremisesSyncEnabled: null,
    securityEnabled: true,
    visibility: null,
    ...fields,
    id: idFor(name),
  },
});

type PrincipalParts = { owners?: string[]; fields?: Fields };

export const servicePrincipal = (
  name: string,
  { owners = [], fields }: PrincipalParts = {},
): ServicePrincipal => ({
  owners,
  fields: {
    deletedDateTime: null,
    accountEnabled: true,
    alternativeNames: [],
    appDisplayName: name,
    appId: idFor(`app ${name}`),
    appOwnerOrganizationId: null,
    appRoleAssignmentRequired: false,
    appRoles: [],
    displayName: name,
    keyCredentials: [],
    passwordCredentials: [],
    servicePrincipalType: 'Application',
    signInAudience: 'AzureADMyOrg',
    tags: [],
    ...fields,
    id: idFor(name),
  },
});

type ApplicationParts = PrincipalParts & { federated?: Application['federated'] };

/** The registration of a service principal of the same name. */
export const application = (
  name: string,
  { owners = [], federated = [], fields }: ApplicationParts = {},
): Application => ({
  owners,
  federated,
  fields: {
    deletedDateTime: null,
    appId: idFor(`app ${name}`),
    displayName: name,
    keyCredentials: [],
    passwordCredentials: [],
    requiredResourceAccess: [],
    signInAudience: 'AzureADMyOrg',
    tags: [],
    ...fields,
    id: idFor(`application ${name}`),
  },
});
