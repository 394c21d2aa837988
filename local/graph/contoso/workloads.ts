import { application, groupAccess, servicePrincipal } from '../builders.ts';
import { graphAppRoles, neededAppRoles } from '../contract.ts';
import { dayMs, idFor, opaqueIdFor, timeAt } from '../identifiers.ts';
import type { Grant, Tenant } from '../model.ts';
import { appIds, ids, tenantId, vendorTenantId } from './names.ts';

const microsoft = 'f8cdef31-a31e-4b4a-93e4-5f571e91255a';

const service = (name: string, appId: string, roles: Readonly<Record<string, string>>) =>
  servicePrincipal(name, {
    fields: {
      appId,
      appOwnerOrganizationId: microsoft,
      servicePrincipalNames: [appId],
      appRoles: Object.entries(roles).map(([value, id]) => ({
        id,
        value,
        displayName: value,
        description: value,
        isEnabled: true,
        allowedMemberTypes: ['Application'],
        origin: 'Application',
      })),
    },
  });

const grant = (principalId: string, permission: string): Grant => ({
  id: opaqueIdFor(`grant ${principalId} ${permission}`),
  principalId,
  resourceId: idFor('Microsoft Graph'),
  appRoleId: graphAppRoles[permission] ?? '',
});

/** The applications of Contoso Test, and what they may do. */
export function contosoWorkloads(
  now: number,
): Pick<Tenant, 'applications' | 'servicePrincipals' | 'grants' | 'delegatedGrants'> {
  const secret = {
    customKeyIdentifier: null,
    displayName: 'mailer',
    hint: 'aB3',
    keyId: idFor('secret of P2'),
    secretText: null,
    startDateTime: timeAt(now - 175 * dayMs),
    endDateTime: timeAt(now + 5 * dayMs),
  };
  return {
    servicePrincipals: [
      service('Microsoft Graph', appIds.graph, graphAppRoles),
      service('Office 365 Exchange Online', appIds.exchange, {
        full_access_as_app: 'dc890d15-9560-4a4c-9b7f-a736ec74ec40',
        'Exchange.ManageAsApp': 'dc50a0fb-09a3-484d-be87-e023b12c6440',
      }),
      service('Office 365 SharePoint Online', appIds.sharePoint, {
        'Sites.FullControl.All': '678536fe-1083-478a-9c59-b99265e6b0d3',
      }),
      servicePrincipal('P1', {
        fields: {
          displayName: 'Vendor provisioning',
          appDisplayName: 'Vendor provisioning',
          appOwnerOrganizationId: vendorTenantId,
          signInAudience: 'AzureADMultipleOrgs',
        },
      }),
      servicePrincipal('P2', {
        owners: [ids.app1],
        fields: {
          displayName: 'Contoso mailer',
          appDisplayName: 'Contoso mailer',
          appOwnerOrganizationId: tenantId,
        },
      }),
      servicePrincipal('P3', {
        fields: {
          displayName: 'glasswatch',
          appDisplayName: 'glasswatch',
          servicePrincipalType: 'ManagedIdentity',
        },
      }),
    ],
    applications: [
      application('P2', {
        owners: [ids.app1],
        fields: {
          displayName: 'Contoso mailer',
          createdDateTime: timeAt(now - 400 * dayMs),
          passwordCredentials: [secret],
        },
      }),
    ],
    grants: [
      grant(ids.P1, 'RoleManagement.ReadWrite.Directory'),
      grant(ids.P2, 'Mail.Send'),
      ...Object.keys(neededAppRoles).map((permission) => grant(ids.P3, permission)),
    ],
    delegatedGrants: [
      {
        id: opaqueIdFor('delegated P1'),
        clientId: ids.P1,
        consentType: 'AllPrincipals',
        principalId: null,
        resourceId: idFor('Microsoft Graph'),
        scope: 'openid profile User.Read',
      },
    ],
  };
}

/** Group G2 in PIM: app1 may become a member, and so may whoever is in G3. */
export const contosoGroupHoldings = (start: string) => [
  groupAccess(ids.app1, ids.G2, { start }),
  groupAccess(ids.G3, ids.G2, { start }),
];
