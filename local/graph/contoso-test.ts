import { contosoAzure } from './contoso/azure.ts';
import { contosoLogs } from './contoso/logs.ts';
import { domains, ids, skuIds, tenantId } from './contoso/names.ts';
import { contosoPeople } from './contoso/people.ts';
import {
  contosoAccessPolicies,
  contosoAlerts,
  contosoDirectoryPolicies,
  contosoScoreControls,
  contosoScores,
} from './contoso/policies.ts';
import { contosoGroups, contosoHoldings, contosoReview, contosoRules } from './contoso/roles.ts';
import { contosoGroupHoldings, contosoWorkloads } from './contoso/workloads.ts';
import { dayMs, hourMs, idFor, timeAt } from './identifiers.ts';
import type { Entity, Tenant } from './model.ts';

export {
  hub as contosoTestHub,
  subscriptions as contosoTestSubscriptions,
} from './contoso/azure.ts';
export { ids as contosoTestIds, tenantId as contosoTestTenantId } from './contoso/names.ts';

/**
 * The tenant "Contoso Test": P2, hybrid, 120 users, most of them dull, some with a planted fault.
 *
 * @param now - Epoch milliseconds. All dates are relative to it; ids are not.
 */
export function contosoTest(now: number): Tenant {
  const people = contosoPeople(now);
  return {
    id: tenantId,
    name: 'Contoso Test',
    licence: 'P2',
    hasWorkloadIdPremium: false,
    hasIntune: true,
    users: people,
    groups: contosoGroups(now),
    ...contosoWorkloads(now),
    ...contosoDevices(now),
    units: [
      {
        members: [ids.ord4, ids.ord5, ids.ord6],
        fields: {
          id: ids.north,
          deletedDateTime: null,
          displayName: 'North',
          description: null,
          visibility: null,
          isMemberManagementRestricted: false,
        },
      },
    ],
    deletedUsers: [],
    customRoles: [],
    holdings: contosoHoldings(now),
    groupHoldings: contosoGroupHoldings(timeAt(now - 200 * dayMs)),
    rules: contosoRules(),
    conditionalAccess: contosoAccessPolicies(),
    namedLocations: [],
    authenticationContexts: [],
    authenticationStrengths: [],
    ...contosoDirectoryPolicies(),
    partners: [],
    riskDetections: [contosoRisk(now)],
    reviews: [contosoReview(now)],
    secureScores: contosoScores(now),
    secureScoreControls: contosoScoreControls(),
    alerts: contosoAlerts(now),
    organization: {
      id: tenantId,
      deletedDateTime: null,
      displayName: 'Contoso Test',
      tenantType: 'AAD',
      createdDateTime: timeAt(now - 1500 * dayMs),
      onPremisesSyncEnabled: true,
      onPremisesLastSyncDateTime: timeAt(now - 0.5 * hourMs),
      technicalNotificationMails: [`it@${domains.own}`],
      assignedPlans: [],
      verifiedDomains: [
        { name: domains.initial, isInitial: true, isDefault: false, type: 'Managed' },
        { name: domains.own, isInitial: false, isDefault: true, type: 'Managed' },
      ],
    },
    domains: [domain(domains.initial, true), domain(domains.own, false)],
    skus: [sku('SPE_E5', skuIds.e5, people.length - 2), sku('AAD_PREMIUM_P2', skuIds.p2, 12)],
    ...contosoLogs(now),
    azure: contosoAzure(now),
  };
}

const domain = (id: string, isInitial: boolean): Entity => ({
  id,
  authenticationType: 'Managed',
  availabilityStatus: null,
  isAdminManaged: true,
  isDefault: !isInitial,
  isInitial,
  isRoot: true,
  isVerified: true,
  passwordNotificationWindowInDays: 14,
  passwordValidityPeriodInDays: 2147483647,
  supportedServices: ['Email'],
});

const servicePlan = (servicePlanName: string, servicePlanId: string) => ({
  servicePlanId,
  servicePlanName,
  provisioningStatus: 'Success',
  appliesTo: 'User',
});

const sku = (skuPartNumber: string, skuId: string, consumedUnits: number): Entity => ({
  id: `${tenantId}_${skuId}`,
  skuId,
  skuPartNumber,
  accountId: tenantId,
  accountName: 'contosotest',
  appliesTo: 'User',
  capabilityStatus: 'Enabled',
  consumedUnits,
  prepaidUnits: { enabled: 150, suspended: 0, warning: 0, lockedOut: 0 },
  subscriptionIds: [idFor(`sku ${skuPartNumber}`)],
  servicePlans: [
    servicePlan('AAD_PREMIUM', skuIds.p1),
    servicePlan('AAD_PREMIUM_P2', skuIds.p2),
    servicePlan('EXCHANGE_S_ENTERPRISE', skuIds.exchange),
  ],
});

const contosoRisk = (now: number): Entity => ({
  id: idFor('risk detection of sec1'),
  userId: ids.sec1,
  userPrincipalName: `sec1@${domains.own}`,
  userDisplayName: 'Test sec1',
  riskEventType: 'unfamiliarFeatures',
  riskLevel: 'high',
  riskState: 'atRisk',
  riskDetail: 'none',
  activity: 'signin',
  activityDateTime: timeAt(now - 5 * hourMs),
  detectedDateTime: timeAt(now - 5 * hourMs),
  lastUpdatedDateTime: timeAt(now - 5 * hourMs),
  detectionTimingType: 'realtime',
  source: 'IdentityProtection',
  tokenIssuerType: 'AzureAD',
  ipAddress: '203.0.113.66',
  correlationId: idFor('correlation of the risk'),
  requestId: idFor('request of the risk'),
  additionalInfo: '[]',
});

/** A workstation for administration, tagged as one. */
function contosoDevices(now: number): Pick<Tenant, 'devices' | 'managedDevices'> {
  const deviceId = idFor('device id of paw1');
  return {
    devices: [
      {
        owners: [ids.ga1],
        users: [ids.ga1],
        fields: {
          id: ids.paw1,
          deletedDateTime: null,
          deviceId,
          displayName: 'PAW-01',
          accountEnabled: true,
          isCompliant: true,
          isManaged: true,
          trustType: 'AzureAd',
          operatingSystem: 'Windows',
          operatingSystemVersion: '10.0.26100.1',
          approximateLastSignInDateTime: timeAt(now - dayMs),
          extensionAttributes: { extensionAttribute1: 'PAW' },
        },
      },
    ],
    managedDevices: [
      {
        id: idFor('managed paw1'),
        azureADDeviceId: deviceId,
        complianceState: 'compliant',
        deviceName: 'PAW-01',
        operatingSystem: 'Windows',
        lastSyncDateTime: timeAt(now - hourMs),
        userId: ids.ga1,
      },
    ],
  };
}
