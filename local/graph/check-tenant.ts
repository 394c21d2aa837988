import { bareType, membersOf, type Version } from './contract.ts';
import type { Fields, Tenant } from './model.ts';

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Properties that the contract does not know, as `entity.property`. What a property holds is looked
 * into as well, as far as the contract describes it.
 */
export function unknownProperties(type: string, fields: Fields, version: Version): string[] {
  const said = fields['@odata.type'];
  const own = typeof said === 'string' ? said.replace('#microsoft.graph.', '') : type;
  const members = membersOf(own, version);
  if (!members) return [];
  return Object.entries(fields).flatMap(([name, value]) => {
    if (name.includes('@')) return [];
    const held = members.properties.get(name) ?? members.navigation.get(name);
    if (held === undefined) return [`${own}.${name}`];
    return [value]
      .flat()
      .filter(isFields)
      .flatMap((inner) => unknownProperties(bareType(held), inner, version));
  });
}

/**
 * Refuses a tenant with a property that neither version of Graph has: nobody shall build upon it.
 *
 * @throws {TypeError} Names the entities and properties.
 */
export function checkTenant(tenant: Tenant): void {
  const entities: [type: string, all: readonly Fields[]][] = [
    ['user', [...tenant.users, ...tenant.deletedUsers].map(({ fields }) => fields)],
    ['signInActivity', tenant.users.flatMap(({ signIn }) => signIn ?? [])],
    ['authenticationMethod', tenant.users.flatMap(({ methods }) => methods)],
    ['messageRule', tenant.users.flatMap(({ inboxRules }) => inboxRules)],
    ['group', tenant.groups.map(({ fields }) => fields)],
    ['servicePrincipal', tenant.servicePrincipals.map(({ fields }) => fields)],
    ['application', tenant.applications.map(({ fields }) => fields)],
    ['federatedIdentityCredential', tenant.applications.flatMap(({ federated }) => federated)],
    ['device', tenant.devices.map(({ fields }) => fields)],
    ['managedDevice', tenant.managedDevices],
    ['administrativeUnit', tenant.units.map(({ fields }) => fields)],
    ['unifiedRoleDefinition', tenant.customRoles],
    ['oAuth2PermissionGrant', tenant.delegatedGrants],
    ['conditionalAccessPolicy', tenant.conditionalAccess],
    ['namedLocation', tenant.namedLocations],
    ['authenticationContextClassReference', tenant.authenticationContexts],
    ['authenticationStrengthPolicy', tenant.authenticationStrengths],
    ['authenticationMethodsPolicy', [tenant.authenticationMethodsPolicy]],
    ['authorizationPolicy', [tenant.authorizationPolicy]],
    ['identitySecurityDefaultsEnforcementPolicy', [tenant.securityDefaults]],
    ['crossTenantAccessPolicyConfigurationPartner', tenant.partners],
    ['riskDetection', tenant.riskDetections],
    ['accessReviewScheduleDefinition', tenant.reviews.map(({ fields }) => fields)],
    ['accessReviewInstance', tenant.reviews.flatMap(instancesOf)],
    ['accessReviewInstanceDecisionItem', tenant.reviews.flatMap(decisionsOf)],
    ['secureScore', tenant.secureScores],
    ['secureScoreControlProfile', tenant.secureScoreControls],
    ['unifiedRoleManagementAlertIncident', tenant.alerts.flatMap(({ incidents }) => incidents)],
    ['organization', [tenant.organization]],
    ['domain', tenant.domains],
    ['subscribedSku', tenant.skus],
    ['directoryAudit', tenant.directoryAudits.map(({ fields }) => fields)],
    ['signIn', tenant.signIns.map(({ fields }) => fields)],
  ];
  const unknown = entities.flatMap(([type, all]) =>
    all.flatMap((fields) => {
      const inBeta = new Set(unknownProperties(type, fields, 'beta'));
      return unknownProperties(type, fields, 'v1.0')
        .filter((name) => inBeta.has(name))
        .map((name) => `${name} (of ${String(fields.id ?? fields.displayName ?? 'one')})`);
    }),
  );
  if (unknown.length === 0) return;
  const first = unknown.slice(0, 10).join(', ');
  throw new TypeError(
    `The tenant has ${unknown.length} properties that Graph does not know: ${first}.`,
  );
}

const instancesOf = ({ instances }: Tenant['reviews'][number]) =>
  instances.map(({ fields }) => fields);
const decisionsOf = ({ instances }: Tenant['reviews'][number]) =>
  instances.flatMap(({ decisions }) => decisions);
