import { row } from '../rows/row.ts';
import { alone, found, key, plain, type Sources } from './question.ts';

const strengths = 'authenticationStrengthPolicy';
export const policySources: Sources = {
  '/policies/authenticationMethodsPolicy': alone(
    'authenticationMethodsPolicy',
    (tenant) => tenant.authenticationMethodsPolicy,
  ),
  '/policies/authorizationPolicy': alone(
    'authorizationPolicy',
    (tenant) => tenant.authorizationPolicy,
  ),
  '/policies/identitySecurityDefaultsEnforcementPolicy': alone(
    'identitySecurityDefaultsEnforcementPolicy',
    (tenant) => tenant.securityDefaults,
  ),
  '/policies/authenticationStrengthPolicies': plain(
    strengths,
    (tenant) => tenant.authenticationStrengths,
  ),
  '/policies/crossTenantAccessPolicy/partners': ({ tenant }) =>
    tenant.partners.map((fields) => row('crossTenantAccessPolicyConfigurationPartner', fields)),
  '/identity/conditionalAccess/policies': plain(
    'conditionalAccessPolicy',
    (tenant) => tenant.conditionalAccess,
  ),
  '/identity/conditionalAccess/policies/{id}': (question) =>
    row(
      'conditionalAccessPolicy',
      found(
        question.tenant.conditionalAccess.find(({ id }) => id === key(question)),
        key(question),
      ),
    ),
  '/identity/conditionalAccess/namedLocations': plain(
    'namedLocation',
    (tenant) => tenant.namedLocations,
  ),
  '/identity/conditionalAccess/authenticationContextClassReferences': plain(
    'authenticationContextClassReference',
    (tenant) => tenant.authenticationContexts,
  ),
};
