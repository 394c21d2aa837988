import { audit, partyTarget, signIn } from './records.ts';

type Fields = Readonly<Record<string, unknown>>;
type App = { id: string; name: string };

/** Applications of the examples, by their service principals. */
export const crm: App = { id: '00000000-0000-4000-8000-000000000060', name: 'crm-sync' };
export const graph: App = { id: '00000000-0000-4000-8000-000000000061', name: 'Microsoft Graph' };
export const registration: App = { id: '00000000-0000-4000-8000-000000000062', name: 'crm-sync' };

export const graphAppId = '00000003-0000-0000-c000-000000000000';
export const roleManagement = '9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8';
export const applicationWrite = '1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9';

const applicationRow = (operationName: string, targets: readonly Fields[], fields: Fields = {}) =>
  audit(operationName, {
    category: 'ApplicationManagement',
    targetResources: targets,
    ...fields,
  });

/** A change with what was there before: JSON within strings, as Entra writes it. */
export const change = (displayName: string, before: unknown, after: unknown) => ({
  displayName,
  oldValue: before === null ? null : JSON.stringify(before),
  newValue: after === null ? null : JSON.stringify(after),
});

const receiver = (app: App) => ({
  'ServicePrincipal.ObjectID': app.id,
  'ServicePrincipal.DisplayName': app.name,
});
const namesOfGraph = `${graphAppId}/ags.windows.net;${graphAppId};https://graph.microsoft.com`;

/** An application permission given: the target is the API. */
export const appRoleGranted = (role: { id?: string; value?: string }, fields: Fields = {}) =>
  appRoleGrantedTo(crm, role, namesOfGraph, fields);

export const appRoleGrantedTo = (
  app: App,
  { id, value }: { id?: string | string[]; value?: string },
  names: unknown,
  fields: Fields = {},
) => {
  const changes = {
    ...(id && { 'AppRole.Id': id }),
    ...(value && { 'AppRole.Value': value }),
    ...receiver(app),
    ...(names !== null && { 'TargetId.ServicePrincipalNames': names }),
  };
  const targets = [partyTarget('ServicePrincipal', graph, changes)];
  return applicationRow('Add app role assignment to service principal', targets, fields);
};

/** Delegated permissions given; the row leaves out what the application is called. */
export const delegatedGrant = (
  scopes: string,
  {
    type = 'AllPrincipals',
    before = null,
    names = namesOfGraph,
  }: { type?: string; before?: string | null; names?: string } = {},
  fields: Fields = {},
  app: App = crm,
) => {
  const api = {
    id: graph.id,
    type: 'ServicePrincipal',
    displayName: graph.name,
    modifiedProperties: [
      change('DelegatedPermissionGrant.Scope', before, scopes),
      change('DelegatedPermissionGrant.ConsentType', null, type),
      change('ServicePrincipal.ObjectID', null, app.id),
      change('ServicePrincipal.DisplayName', null, null),
      change('TargetId.ServicePrincipalNames', null, names),
    ],
  };
  const client = { id: app.id, type: 'ServicePrincipal', displayName: null };
  return applicationRow('Add delegated permission grant', [api, client], fields);
};

/** One side of what a consent tells of permissions, in its own notation. */
export const consented = (scopes: string, type = 'AllPrincipals') =>
  `[[Id: x, ClientId: ${crm.id}, PrincipalId: , ResourceId: ${graph.id}, ConsentType: ${type}, Scope: ${scopes}, CreatedDateTime: , LastModifiedDateTime ]]`;

export const consent = (
  context: Readonly<Record<string, string>>,
  permissions: string,
  fields: Fields = {},
) => {
  const changes = {
    ...Object.fromEntries(
      Object.entries(context).map(([name, value]) => [`ConsentContext.${name}`, value]),
    ),
    'ConsentAction.Permissions': permissions,
  };
  const targets = [partyTarget('ServicePrincipal', crm, changes)];
  return applicationRow('Consent to application', targets, fields);
};

/** A change of an application, or of its service principal. */
export const applicationChanged = (
  operationName: string,
  changes: readonly ReturnType<typeof change>[],
  fields: Fields = {},
  app: App = registration,
) => {
  const type = /service principal/i.test(operationName) ? 'ServicePrincipal' : 'Application';
  const one = { id: app.id, type, displayName: app.name, modifiedProperties: changes };
  return applicationRow(operationName, [one], fields);
};

/** The sign-in of a service principal; `fields` go over its properties. */
export const workloadSignIn = (
  app: App,
  fields: Fields = {},
  category = 'ServicePrincipalSignInLogs',
) =>
  signIn(
    { id: '', upn: '' },
    {
      servicePrincipalId: app.id,
      servicePrincipalName: app.name,
      userId: '',
      userPrincipalName: '',
      ...fields,
    },
    { category },
  );
