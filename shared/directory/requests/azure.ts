import * as z from 'zod';
import { declare } from '../request.ts';
import { id, text, time } from './rows.ts';

const root = 'Reader on the root management group';
const tenantRoot = 'Reader on /';
const exports = 'Reader on /providers/Microsoft.aadiam';

const azure = { part: 'azure', bucket: 'arm' } as const;

export const subscriptions = declare({
  ...azure,
  path: '/subscriptions',
  query: { 'api-version': '2022-12-01' },
  needs: [root],
  row: z.looseObject({ id: z.string(), subscriptionId: id, displayName: text, state: text }),
});

const assigned = {
  scope: z.string(),
  roleDefinitionId: z.string(),
  principalId: id,
  principalType: text,
};
const assignment = z.looseObject({
  id: z.string(),
  properties: z.looseObject({ ...assigned, createdOn: time }),
});
const atScope = { 'api-version': '2022-04-01', $filter: 'atScope()' };

export const azureAssignments = declare({
  ...azure,
  path: '/subscriptions/{id}/providers/Microsoft.Authorization/roleAssignments',
  query: atScope,
  needs: [root],
  row: assignment,
});

export const rootAssignments = declare({
  ...azure,
  path: '/providers/Microsoft.Authorization/roleAssignments',
  query: atScope,
  needs: [tenantRoot],
  row: assignment,
});

export const azureEligibilities = declare({
  ...azure,
  path: '/subscriptions/{id}/providers/Microsoft.Authorization/roleEligibilityScheduleInstances',
  query: { 'api-version': '2020-10-01', $filter: 'atScope()' },
  needs: [root],
  licence: 'P2',
  row: z.looseObject({
    id: z.string(),
    properties: z.looseObject({ ...assigned, startDateTime: time, endDateTime: time }),
  }),
});

export const diagnosticSettings = declare({
  part: 'logExport',
  bucket: 'arm',
  path: '/providers/microsoft.aadiam/diagnosticSettings',
  query: { 'api-version': '2017-04-01' },
  needs: [exports],
  row: z.looseObject({
    id: text,
    name: z.string(),
    properties: z.looseObject({
      eventHubAuthorizationRuleId: text,
      eventHubName: text,
      logs: z
        .array(z.looseObject({ category: z.string().nullish(), enabled: z.boolean().nullish() }))
        .nullish(),
    }),
  }),
});

/** For people who give the roles. */
export const azureRoles = [
  {
    role: 'Reader',
    scope: 'the root management group',
    reads: 'subscriptions, and who is owner or gives out access in them',
    givenBy: 'an Owner or User Access Administrator of that group',
  },
  {
    role: 'Reader',
    scope: '`/`',
    reads: 'assignments at the root, which elevated access leaves behind',
    givenBy: 'a Global Administrator who has elevated access, with `az role assignment create`',
  },
  {
    role: 'Reader',
    scope: '`/providers/Microsoft.aadiam`',
    reads: 'where the logs of Entra are sent',
    givenBy: 'a Global Administrator who has elevated access; a role on `/` does not reach there',
  },
] as const;
