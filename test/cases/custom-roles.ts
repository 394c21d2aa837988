import { type Case, found } from './case.ts';
import { audit, guid, typed } from './world.ts';

const role = { id: guid('custom role'), name: 'Desk lead' };
const dangerous = [found('custom-role-with-dangerous-permission', role, 'high')];
const can = (actions: readonly string[]) =>
  JSON.stringify([{ resourceActions: { allowedResourceActions: actions } }]);
const changed = (
  operation: string,
  before: readonly string[] | null,
  after: readonly string[],
  result = 'success',
) =>
  audit(operation, {
    category: 'RoleManagement',
    result,
    targetResources: [
      {
        ...typed('Role', role),
        modifiedProperties: [
          { displayName: 'RolePermissions', oldValue: before && can(before), newValue: can(after) },
        ],
      },
    ],
  });
const reads = 'microsoft.directory/users/standard/read';

export const customRoles: readonly Case[] = [
  ...[
    'microsoft.directory/roleAssignments/allProperties/allTasks',
    'microsoft.directory/applications/credentials/update',
    'microsoft.directory/servicePrincipals/credentials/update',
    'microsoft.directory/conditionalAccessPolicies/basic/update',
    'microsoft.directory/users/authenticationMethods/create',
    'MICROSOFT.DIRECTORY/USERS/PASSWORD/UPDATE',
  ].map(
    (action): Case => ({
      name: action,
      records: [
        changed('Add role definition', null, [reads, action]),
        changed('Update role definition', [reads, action], [action]),
        changed('Update role definition', [action], [reads]),
        changed('Delete role definition', [action], []),
        changed('Add role definition', null, [action], 'failure'),
      ],
      expect: dangerous,
    }),
  ),
  {
    name: 'reads only',
    records: [
      changed('Add role definition', null, [
        reads,
        'microsoft.directory/roleAssignments/standard/read',
        'microsoft.directory/conditionalAccessPolicies/allProperties/read',
        'microsoft.directory/groups/members/update',
      ]),
    ],
    expect: [],
  },
];
