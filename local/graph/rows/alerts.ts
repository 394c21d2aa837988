import type { Alert, Tenant } from '../model.ts';
import { derivedRow, type Row, row } from './row.ts';

const alertId = (tenant: Tenant, { name }: Alert) => `DirectoryRole_${tenant.id}_${name}`;

const alertDefinition = (tenant: Tenant, alert: Alert): Row =>
  row('unifiedRoleManagementAlertDefinition', {
    id: alertId(tenant, alert),
    displayName: alert.text,
    description: alert.text,
    severityLevel: alert.severity,
    securityImpact: alert.text,
    mitigationSteps: 'Look at the people that it lists.',
    howToPrevent: 'Assign roles in Privileged Identity Management only.',
    isRemediatable: true,
    isConfigurable: true,
    scopeId: '/',
    scopeType: 'DirectoryRole',
  });

export const alertDefinitionRows = (tenant: Tenant): Row[] =>
  tenant.alerts.map((alert) => alertDefinition(tenant, alert));

const alertConfiguration = (tenant: Tenant, alert: Alert): Row =>
  row(
    'unifiedRoleManagementAlertConfiguration',
    {
      id: alertId(tenant, alert),
      alertDefinitionId: alertId(tenant, alert),
      isEnabled: true,
      scopeId: '/',
      scopeType: 'DirectoryRole',
    },
    { navigation: { alertDefinition: () => alertDefinition(tenant, alert) } },
  );

export const alertConfigurationRows = (tenant: Tenant): Row[] =>
  tenant.alerts.map((alert) => alertConfiguration(tenant, alert));

export const incidentRows = ({ incidents }: Alert): Row[] =>
  incidents.map((fields) => derivedRow('unifiedRoleManagementAlertIncident', fields));

export const alertRows = (tenant: Tenant): Row[] =>
  tenant.alerts.map((alert) =>
    row(
      'unifiedRoleManagementAlert',
      {
        id: alertId(tenant, alert),
        alertDefinitionId: alertId(tenant, alert),
        scopeId: '/',
        scopeType: 'DirectoryRole',
        incidentCount: alert.incidents.length,
        isActive: alert.isActive,
        lastModifiedDateTime: alert.scannedAt,
        lastScannedDateTime: alert.scannedAt,
      },
      {
        navigation: {
          alertDefinition: () => alertDefinition(tenant, alert),
          alertConfiguration: () => alertConfiguration(tenant, alert),
          alertIncidents: () => incidentRows(alert),
        },
      },
    ),
  );

export const findAlert = (tenant: Tenant, id: string) =>
  tenant.alerts.find((alert) => alertId(tenant, alert) === id);
