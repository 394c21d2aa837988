import * as z from 'zod';
import { declare } from '../request.ts';
import { flag, id, rule, text, texts, time } from './rows.ts';

const settings = {
  version: 'v1.0',
  needs: ['Policy.Read.All'],
  bucket: 'directory',
} as const;

const organization = { part: 'organization', version: 'v1.0', bucket: 'directory' } as const;

export const organizations = declare({
  ...organization,
  path: '/organization',
  select: ['id', 'onPremisesSyncEnabled', 'onPremisesLastSyncDateTime'],
  needs: ['Organization.Read.All'],
  row: z.looseObject({ id, onPremisesSyncEnabled: flag, onPremisesLastSyncDateTime: time }),
});

export const subscribedSkus = declare({
  ...organization,
  path: '/subscribedSkus',
  select: ['id', 'capabilityStatus', 'servicePlans'],
  needs: ['Organization.Read.All'],
  row: z.looseObject({
    id: text,
    capabilityStatus: text,
    servicePlans: z
      .array(z.looseObject({ servicePlanName: text, provisioningStatus: text }))
      .nullish(),
  }),
});

export const domains = declare({
  ...organization,
  path: '/domains',
  select: ['id', 'isInitial', 'isDefault', 'authenticationType', 'isVerified'],
  needs: ['Domain.Read.All'],
  row: z.looseObject({
    id: z.string(),
    isInitial: flag,
    isDefault: flag,
    isVerified: flag,
    authenticationType: text,
  }),
});

export const securityDefaults = declare({
  ...settings,
  part: 'securityDefaults',
  path: '/policies/identitySecurityDefaultsEnforcementPolicy',
  row: z.looseObject({ isEnabled: z.boolean() }),
});

export const methodsPolicy = declare({
  ...settings,
  part: 'authenticationMethods',
  path: '/policies/authenticationMethodsPolicy',
  row: z.looseObject({
    authenticationMethodConfigurations: z.array(z.looseObject({ id: z.string(), state: text })),
  }),
});

export const authorizationPolicy = declare({
  ...settings,
  part: 'consent',
  path: '/policies/authorizationPolicy',
  row: z.looseObject({
    allowInvitesFrom: text,
    guestUserRoleId: id.nullish(),
    defaultUserRolePermissions: z.looseObject({
      allowedToCreateApps: flag,
      permissionGrantPoliciesAssigned: texts,
    }),
  }),
});

const guests = z.looseObject({ guestOrExternalUserTypes: text }).nullish();

const accessPolicy = z.looseObject({
  id,
  displayName: text,
  state: z.enum(['enabled', 'disabled', 'enabledForReportingButNotEnforced']),
  conditions: z.looseObject({
    users: z
      .looseObject({
        includeUsers: texts,
        excludeUsers: texts,
        includeGroups: texts,
        excludeGroups: texts,
        includeRoles: texts,
        excludeRoles: texts,
        includeGuestsOrExternalUsers: guests,
        excludeGuestsOrExternalUsers: guests,
      })
      .nullish(),
    applications: z
      .looseObject({
        includeApplications: texts,
        excludeApplications: texts,
        includeUserActions: texts,
        applicationFilter: z.looseObject({ mode: text, rule }).nullish(),
      })
      .nullish(),
    clientAppTypes: texts,
    locations: z.looseObject({ includeLocations: texts, excludeLocations: texts }).nullish(),
    platforms: z.looseObject({ includePlatforms: texts, excludePlatforms: texts }).nullish(),
    userRiskLevels: texts,
    signInRiskLevels: texts,
    authenticationFlows: z.looseObject({ transferMethods: text }).nullish(),
    devices: z
      .looseObject({ deviceFilter: z.looseObject({ mode: text, rule }).nullish() })
      .nullish(),
  }),
  grantControls: z
    .looseObject({
      operator: text,
      builtInControls: texts,
      customAuthenticationFactors: texts,
      termsOfUse: texts,
      authenticationStrength: z
        .looseObject({ id: text, displayName: text, allowedCombinations: texts })
        .nullish(),
    })
    .nullish(),
});
export type AccessPolicyRow = z.output<typeof accessPolicy>;

export const accessPolicies = declare({
  ...settings,
  part: 'conditionalAccess',
  path: '/identity/conditionalAccess/policies',
  licence: 'P1',
  bucket: 'idp-ca',
  row: accessPolicy,
});

/** What a policy names by id alone where its answer leaves out the rest. */
export const strengths = declare({
  ...settings,
  part: 'conditionalAccess',
  path: '/policies/authenticationStrengthPolicies',
  row: z.looseObject({ id: z.string(), displayName: text, allowedCombinations: texts }),
});

export const secureScores = declare({
  part: 'secureScore',
  version: 'v1.0',
  path: '/security/secureScores',
  query: { $top: '1' },
  needs: ['SecurityEvents.Read.All'],
  bucket: 'security',
  row: z.looseObject({
    id: text,
    createdDateTime: time,
    currentScore: z.number(),
    maxScore: z.number(),
  }),
});
