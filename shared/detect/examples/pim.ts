import { audit, by, partyTarget, pimRow } from './records.ts';
import { exampleTenantId, groups } from './tenant.ts';

type Person = { id: string; upn: string };
type Fields = object;

export const completed = 'Add member to role completed (PIM activation)';
export const requested = 'Add member to role requested (PIM activation)';
export const directoryReaders = '88d8e3e3-8f55-4a1e-953a-9b9898b8876b';

/** Working hours of all, Monday to Friday; the examples happen on a Friday at noon UTC. */
export const workingHours = (from: string, to: string, more: Fields = {}) => ({
  workingHours: {
    timezone: 'UTC',
    days: ['mon', 'tue', 'wed', 'thu', 'fri'],
    from,
    to,
    holidays: [],
    people: [],
    ...more,
  },
});

/** `additionalDetails` of an audit row. */
export const details = (pairs: Fields) =>
  Object.entries(pairs).map(([key, value]) => ({ key, value }));

/** Somebody activates a role of the directory; `pairs` are the row's additional details. */
export const activates = (
  who: Person,
  templateId: string,
  pairs: Fields = { Justification: 'on call' },
  fields: Fields = {},
) =>
  pimRow(completed, who, templateId, {
    initiatedBy: by(who),
    additionalDetails: details(pairs),
    ...fields,
  });

/** A row of PIM for Groups: the role is `Member` or `Owner`, the group is another target. */
export const pimForGroups = (
  operationName: string,
  who: Person,
  group: { id: string; name: string } = groups.operators,
  fields: Fields = {},
) =>
  audit(operationName, {
    id: `PIM_${operationName}`,
    category: 'GroupManagement',
    loggedByService: 'PIM',
    initiatedBy: by(who),
    targetResources: [
      { id: 'member-role', type: 'Role', displayName: 'Member' },
      { id: 'request', type: 'Request' },
      { id: who.id, type: 'User', displayName: who.upn },
      partyTarget('Group', group),
      { id: exampleTenantId, type: 'Directory' },
    ],
    ...fields,
  });

export const subscription = '/subscriptions/00000000-0000-4000-8000-000000000070';
export const azureOwner = '8e3af657-a8ff-443c-a75c-2fe8c4bcb635';

/** A row of PIM for Azure's resources: the role is Azure's, and the scope is a target. */
export const pimForAzure = (
  operationName: string,
  who: Person,
  role: { id: string; name: string } = { id: azureOwner, name: 'Owner' },
  fields: Fields = {},
) =>
  audit(operationName, {
    id: `PIM_${operationName}`,
    category: 'ResourceManagement',
    loggedByService: 'PIM',
    targetResources: [
      partyTarget(
        'Role',
        { id: 'role-of-pim', name: role.name },
        {
          RoleDefinitionOriginId: role.id,
        },
      ),
      { id: 'request', type: 'Request' },
      { id: who.id, type: 'User', displayName: who.upn },
      { id: subscription, type: 'Subscription', displayName: 'Production' },
    ],
    ...fields,
  });
