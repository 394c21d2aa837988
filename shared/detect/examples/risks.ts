import { exampleTenantId } from './tenant.ts';

// Rows of Identity Protection, for the examples of detections.
type Fields = Readonly<Record<string, unknown>>;
const noon = '2026-11-20T12:00:00.0000000Z';

const row = (category: string, operationName: string, properties: Fields) => ({
  time: '11/20/2026 12:01:00 PM',
  category,
  operationName,
  tenantId: exampleTenantId,
  properties,
});

/** Something that was detected of a person. */
export const riskRow = (who: { id: string; upn: string }, fields: Fields = {}) =>
  row('UserRiskEvents', 'User Risk Detection', {
    id: 'detected-1',
    userId: who.id,
    userPrincipalName: who.upn,
    riskType: 'unfamiliarFeatures',
    riskEventType: 'unfamiliarFeatures',
    riskState: 'atRisk',
    riskLevel: 'medium',
    riskDetail: 'none',
    ipAddress: '203.0.113.9',
    activityDateTime: noon,
    lastUpdatedDateTime: noon,
    ...fields,
  });

/** How a person stands as a whole. */
export const riskyUser = (who: { id: string; upn: string }, fields: Fields = {}) =>
  row('RiskyUsers', 'Risky user', {
    id: who.id,
    userPrincipalName: who.upn,
    riskState: 'atRisk',
    riskLevel: 'medium',
    riskDetail: 'none',
    riskLastUpdatedDateTime: noon,
    ...fields,
  });

/** Something that was detected of an application, and how it stands as a whole. */
export const workloadRiskRow = (who: { id: string; name: string }, fields: Fields = {}) =>
  row('ServicePrincipalRiskEvents', 'Service Principal Risk Detection', {
    id: 'detected-1',
    servicePrincipalId: who.id,
    servicePrincipalDisplayName: who.name,
    riskEventType: 'leakedCredentials',
    riskState: 'atRisk',
    riskLevel: 'high',
    activityDateTime: noon,
    lastUpdatedDateTime: noon,
    ...fields,
  });

export const riskyWorkload = (who: { id: string; name: string }, fields: Fields = {}) =>
  row('RiskyServicePrincipals', 'Risky service principal', {
    id: who.id,
    appId: '00000000-0000-4000-8000-000000000099',
    displayName: who.name,
    riskState: 'atRisk',
    riskLevel: 'high',
    riskLastUpdatedDateTime: noon,
    ...fields,
  });
