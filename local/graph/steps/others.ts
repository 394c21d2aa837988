import { idFor, timeAt } from '../identifiers.ts';
import type { Fields, Tenant } from '../model.ts';
import { personAt } from './person.ts';
import { type HubRecord, target, writeActivity, writeAudit } from './records.ts';

export type ExportStep = {
  by: string;
  /** The setting; the first one unless said. */
  name?: string;
  /** What is no longer exported; everything unless said, and then the setting is deleted. */
  categories?: readonly string[];
};

/** The export of the logs is cut, or deleted. */
export function disableExport(tenant: Tenant, now: number, step: ExportStep): HubRecord[] {
  const { azure } = tenant;
  const setting = azure.diagnosticSettings.find(
    ({ name }) => step.name === undefined || name === step.name,
  );
  if (!setting) throw new Error(`No setting is called ${step.name}.`);
  const resourceId = String(setting.id);
  const given = { at: now, by: personAt(tenant, step.by), resourceId };
  const { categories } = step;
  if (!categories) {
    azure.diagnosticSettings = azure.diagnosticSettings.filter((other) => other !== setting);
    return [
      writeActivity(tenant, { ...given, operation: 'microsoft.aadiam/diagnosticSettings/delete' }),
    ];
  }
  const properties = setting.properties as Fields & {
    logs: { category: string; enabled: boolean }[];
  };
  for (const log of properties.logs) {
    if (categories.includes(log.category)) log.enabled = false;
  }
  return [
    writeActivity(tenant, {
      ...given,
      operation: 'microsoft.aadiam/diagnosticSettings/write',
      request: { properties },
    }),
  ];
}

const userAccess = '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9';

/** A Global Administrator takes access to all of Azure. */
export function elevateAccess(tenant: Tenant, now: number, { who }: { who: string }): HubRecord[] {
  const by = personAt(tenant, who);
  const { id, userPrincipalName, displayName } = by.fields;
  tenant.azure.assignments.push({
    name: idFor(`elevated ${id} ${now}`),
    scope: '/',
    roleId: userAccess,
    principalId: id,
    principalType: 'User',
    createdOn: timeAt(now),
  });
  return [
    writeAudit(tenant, {
      operation:
        'User has elevated their access to User Access Administrator for their Azure Resources',
      at: now,
      by,
      category: 'AzureRBACRoleManagementElevateAccess',
      service: 'Azure RBAC (Elevated Access)',
      targets: [target('User', id, { userPrincipalName, displayName })],
    }),
  ];
}

/** A password set by somebody else. */
export function resetPassword(
  tenant: Tenant,
  now: number,
  step: { by: string; of: string },
): HubRecord[] {
  const [by, whose] = [personAt(tenant, step.by), personAt(tenant, step.of)];
  whose.fields.lastPasswordChangeDateTime = timeAt(now);
  whose.fields.signInSessionsValidFromDateTime = timeAt(now);
  const { id, userPrincipalName } = whose.fields;
  return [
    writeAudit(tenant, {
      operation: 'Reset user password',
      at: now,
      by,
      category: 'UserManagement',
      type: 'Update',
      targets: [target('User', id, { userPrincipalName })],
    }),
  ];
}
