import * as z from 'zod';
import { count, flag, id, ids, reference, text, texts, time } from './snapshot-fields.ts';

/** What is read of a tenant, each by itself: one that can't be read is a gap, and all others are still there. */
export const directoryParts = [
  'roles',
  'roleFlags',
  'pim',
  'groups',
  'groupPim',
  'users',
  'signInActivity',
  'registration',
  'mailRules',
  'risk',
  'applications',
  'organization',
  'conditionalAccess',
  'securityDefaults',
  'authenticationMethods',
  'consent',
  'pimSettings',
  'pimAlerts',
  'accessReviews',
  'secureScore',
  'azure',
  'logExport',
] as const;
export type DirectoryPart = (typeof directoryParts)[number];

const gap = z.looseObject({
  part: z.enum(directoryParts),
  /** `failed` may pass by itself; the others last until somebody acts. */
  why: z.enum(['permission', 'licence', 'failed', 'notConfigured']),
  /** For people: what is missing, and where. */
  detail: z.string(),
  /** When what the snapshot holds of it was read, if it is older than the snapshot. */
  asOf: time,
  /** It is refused although the permission for it is there. */
  isHeld: flag,
  /** Since when it is refused, if it could be read before that. */
  refusedSince: time,
});

const accessPolicy = z.looseObject({
  id,
  name: text,
  state: z.enum(['enabled', 'disabled', 'enabledForReportingButNotEnforced']),
  /** Ids in lower case; `all`, `none`, `guestsorexternalusers` stand for themselves. Roles are template ids. */
  includeUsers: ids,
  excludeUsers: ids,
  includeGroups: ids,
  excludeGroups: ids,
  includeRoles: ids,
  excludeRoles: ids,
  /** Application ids in lower case, or `all`, `none`, `office365`, `microsoftadminportals`. */
  includeApps: ids,
  excludeApps: ids,
  userActions: texts,
  clientAppTypes: texts,
  includeLocations: texts,
  excludeLocations: texts,
  includePlatforms: texts,
  excludePlatforms: texts,
  userRiskLevels: texts,
  signInRiskLevels: texts,
  /** `deviceCodeFlow`, `authenticationTransfer`. */
  authenticationFlows: texts,
  deviceFilter: text,
  /** By what else it is narrowed, as Graph names it: `insiderRiskLevels`, `applicationFilter`. */
  otherConditions: texts,
  grant: z
    .looseObject({
      operator: text,
      /** `mfa`, `block`, `compliantDevice`, `passwordChange`, `termsOfUse`, `customAuthenticationFactor`, … */
      controls: texts,
      strength: z.looseObject({ id: text, name: text, combinations: texts }).nullish(),
    })
    .nullish(),
});

const pimSetting = z.looseObject({
  roleTemplateId: id,
  roleName: text,
  maxActivationHours: count,
  requiresMfa: flag,
  /** A Conditional Access authentication context is asked for at activation. */
  requiresAuthenticationContext: flag,
  requiresJustification: flag,
  requiresApproval: flag,
  /** How many can approve; none although approval is required locks everybody out. */
  approvers: count,
  allowsPermanentActive: flag,
  allowsPermanentEligible: flag,
  /** Whether anybody hears of an activation. */
  notifiesOnActivation: flag,
});

/** What a snapshot may say of the tenant beyond its accounts; a section that is missing was not read. */
export const tenantSections = {
  gaps: z.array(gap).nullish(),
  organization: z
    .looseObject({
      onPremisesSyncEnabled: flag,
      lastSyncAt: time,
      /** Names of service plans: `AAD_PREMIUM`, `AAD_PREMIUM_P2`, … */
      plans: texts,
      domains: z
        .array(
          z.looseObject({ name: z.string(), isInitial: flag, isDefault: flag, isFederated: flag }),
        )
        .nullish(),
    })
    .nullish(),
  securityDefaults: z.looseObject({ enabled: z.boolean() }).nullish(),
  conditionalAccess: z.array(accessPolicy).nullish(),
  /** Which methods the policy lets anybody use: `Fido2`, `Sms`, `Voice`, … */
  authenticationMethods: z.array(z.looseObject({ id: z.string(), enabled: z.boolean() })).nullish(),
  consent: z
    .looseObject({
      /** Ids of the consent policies that ordinary users fall under; none: they may not consent. */
      userConsentPolicies: texts,
      usersMayRegisterApps: flag,
      invitesFrom: text,
      guestRoleId: id.nullish(),
    })
    .nullish(),
  pimSettings: z.array(pimSetting).nullish(),
  /** PIM's own alerts, by the last part of their definition's id: `TooManyGlobalAdminsAssignedToTenantAlert`. */
  pimAlerts: z
    .array(z.looseObject({ kind: z.string(), isActive: flag, incidents: count, scannedAt: time }))
    .nullish(),
  accessReviews: z
    .array(
      z.looseObject({
        id,
        name: text,
        /** What is reviewed: roles by template id, and groups. */
        roles: ids,
        groups: ids,
        instances: z
          .array(
            z.looseObject({
              id: text,
              startsAt: time,
              endsAt: time,
              status: text,
              undecided: count,
            }),
          )
          .nullish(),
      }),
    )
    .nullish(),
  secureScore: z.looseObject({ at: time, current: z.number(), max: z.number() }).nullish(),
  /** Custom roles, and roles that Microsoft calls privileged. */
  roleDefinitions: z
    .array(z.looseObject({ templateId: id, name: text, isBuiltIn: flag, isPrivileged: flag }))
    .nullish(),
  azure: z
    .looseObject({
      subscriptions: z.array(z.looseObject({ id, name: text, state: text })),
      /** Owner, User Access Administrator and Role Based Access Control Administrator alone. */
      assignments: z.array(
        z.looseObject({
          scope: z.string(),
          roleName: z.string(),
          principal: reference,
          /** An account from outside: guest, personal or of another tenant. Null: not known. */
          isExternal: flag,
          isEligible: flag,
          since: time,
          until: time,
        }),
      ),
      /** Whether assignments at the root, `/`, can be seen at all. */
      seesRoot: flag,
    })
    .nullish(),
  /** Diagnostic settings of Entra: where its logs go. */
  logExport: z
    .array(
      z.looseObject({
        name: z.string(),
        hubRuleId: text,
        hubName: text,
        categories: z.array(z.string()),
      }),
    )
    .nullish(),
};
