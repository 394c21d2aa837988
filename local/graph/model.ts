/** Properties as Graph answers them. */
export type Fields = { [property: string]: unknown };
export type Entity = Fields & { id: string };

export type Licence = 'Free' | 'P1' | 'P2';

export type SignInTimes = {
  lastSignInDateTime?: string;
  lastNonInteractiveSignInDateTime?: string;
  lastSuccessfulSignInDateTime?: string;
};

export type Registration = {
  methods: readonly string[];
  isMfaCapable: boolean;
  isPasswordlessCapable: boolean;
  updatedAt: string;
};

export type User = {
  fields: Entity & { userPrincipalName: string; displayName: string };
  /** None: they never signed in. */
  signIn?: SignInTimes;
  /** None: the report has no row for them. */
  registration?: Registration;
  /** As `/authentication/methods` lists them, with their `@odata.type`. */
  methods: Entity[];
  risk?: { level: string; state: string; detail: string; updatedAt: string };
  hasMailbox: boolean;
  inboxRules: Entity[];
  managerId?: string;
};

export type Group = { fields: Entity; members: string[]; owners: string[] };
export type Application = { fields: Entity; owners: string[]; federated: Entity[] };
export type ServicePrincipal = { fields: Entity; owners: string[] };
export type Device = { fields: Entity; owners: string[]; users: string[] };
export type Unit = { fields: Entity; members: string[] };

/** Somebody holds a role, or may activate it. */
export type Holding = {
  id: string;
  principalId: string;
  roleId: string;
  /** `/`, `/administrativeUnits/{id}` or `/{objectId}`. */
  scope: string;
  kind: 'eligible' | 'active';
  /** Of an active one: the eligible one that it was activated from. */
  activatedFrom?: string;
  start: string;
  /** Null: for ever. */
  end: string | null;
  /** PIM knows nothing of it: no schedule, no instance. */
  isOutsidePim: boolean;
};

/** Membership or ownership of a group by PIM for Groups. */
export type GroupHolding = {
  id: string;
  groupId: string;
  principalId: string;
  access: 'member' | 'owner';
  kind: 'eligible' | 'active';
  activatedFrom?: string;
  start: string;
  end: string | null;
};

/** What activating a role takes. */
export type RoleRules = {
  maximumDuration: string;
  enabledRules: readonly string[];
  /** Groups or users who approve; none: no approval. */
  approvers: readonly string[];
  mayBePermanentlyActive: boolean;
  mayBePermanentlyEligible: boolean;
  /** Administrators get a mail about each activation. */
  isToldToAdmins: boolean;
};

/** An application permission granted to a service principal. */
export type Grant = { id: string; principalId: string; resourceId: string; appRoleId: string };

export type Review = { fields: Entity; instances: { fields: Entity; decisions: Entity[] }[] };
export type Alert = {
  name: string;
  isActive: boolean;
  severity: string;
  text: string;
  scannedAt: string;
  incidents: Entity[];
};

/** A row of a log, and when Graph begins to show it (epoch milliseconds). */
export type LogRow = { arrivesAt: number; fields: Entity };

export type AzureAssignment = {
  name: string;
  scope: string;
  roleId: string;
  principalId: string;
  principalType: string;
  createdOn: string;
};

export type Azure = {
  subscriptions: { id: string; name: string; managementGroups: string[] }[];
  assignments: AzureAssignment[];
  eligible: (AzureAssignment & { end: string | null })[];
  /** The export of the logs of the directory, as the resource provider answers it. */
  diagnosticSettings: Fields[];
  activity: Fields[];
  /** What our identity may read beyond its subscriptions. */
  access: { root: boolean; diagnosticSettings: boolean };
};

/** A whole tenant. Plain data: what Graph and Azure answer is derived from it on each request. */
export type Tenant = {
  id: string;
  name: string;
  licence: Licence;
  hasWorkloadIdPremium: boolean;
  hasIntune: boolean;
  users: User[];
  groups: Group[];
  applications: Application[];
  servicePrincipals: ServicePrincipal[];
  devices: Device[];
  managedDevices: Entity[];
  units: Unit[];
  /** Soft-deleted users. */
  deletedUsers: User[];
  customRoles: Entity[];
  holdings: Holding[];
  groupHoldings: GroupHolding[];
  rules: Record<string, RoleRules>;
  grants: Grant[];
  delegatedGrants: Entity[];
  conditionalAccess: Entity[];
  namedLocations: Entity[];
  authenticationContexts: Entity[];
  authenticationStrengths: Entity[];
  authenticationMethodsPolicy: Entity;
  authorizationPolicy: Entity;
  securityDefaults: Entity;
  partners: Fields[];
  riskDetections: Entity[];
  reviews: Review[];
  secureScores: Entity[];
  secureScoreControls: Entity[];
  alerts: Alert[];
  organization: Entity;
  domains: Entity[];
  skus: Entity[];
  directoryAudits: LogRow[];
  signIns: LogRow[];
  azure: Azure;
};
