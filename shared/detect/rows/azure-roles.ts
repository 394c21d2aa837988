import type { Party } from '../../finding.ts';
import type { AskedRole } from '../../memory/trace.ts';
import type { ActivityEvent } from '../../read/event.ts';
import { asGuid, asText } from '../../read/raw.ts';
import { askedFields } from './azure-requests.ts';

export const contributor = 'b24988ac-6180-42a0-ab88-20f7382dd24c';
export const userAccessAdministrator = '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9';

/** Azure's roles that rule everything in their scope, or who else may. */
export const rulingRoles: ReadonlyMap<string, string> = new Map([
  ['8e3af657-a8ff-443c-a75c-2fe8c4bcb635', 'Owner'],
  [contributor, 'Contributor'],
  [userAccessAdministrator, 'User Access Administrator'],
  ['f58310d9-a9f6-439a-9e8d-f62e7b41a168', 'Role Based Access Control Administrator'],
]);

export const assignsRole = ({ operation }: ActivityEvent) =>
  operation === 'microsoft.authorization/roleassignments/write';

/**
 * The role that a row asks for; null where the row does not show it. `evidence.role` beside it is what
 * gave the caller the right to ask.
 */
export function askedRole(event: ActivityEvent): AskedRole | null {
  const fields = askedFields(event);
  const definition = asText(fields.get('roledefinitionid'))?.toLowerCase() ?? '';
  const roleId = asGuid(/[^/]+(?=\/*$)/.exec(definition)?.[0]);
  if (!roleId) return null;
  const type = asText(fields.get('principaltype'))?.toLowerCase() ?? '';
  return {
    principal: {
      type: principalTypes.get(type) ?? 'other',
      id: asGuid(fields.get('principalid')) ?? null,
    },
    roleId,
    scope: scopeIn(asText(fields.get('scope')) ?? event.resourceId),
  };
}

const principalTypes = new Map<string, Party['type']>([
  ['user', 'user'],
  ['group', 'group'],
  ['foreigngroup', 'group'],
  ['serviceprincipal', 'servicePrincipal'],
]);

/** Where a role is given: the id of an assignment begins with it. The root is `/`. */
function scopeIn(path: string): string {
  const scope = path
    .toLowerCase()
    .replace(/\/providers\/microsoft\.authorization(\/roleassignments.*)?$/, '')
    .replace(/\/+$/, '');
  return scope || '/';
}

/** A whole subscription, or what holds subscriptions. */
export const isWide = (scope: string) => !/^\/subscriptions\/[^/]+\/./.test(scope);

const places = [
  [/^\/$/, () => 'all of Azure'],
  [
    /^\/providers\/microsoft\.management\/managementgroups\/([^/]+)$/,
    (name: string) => `management group ${name}`,
  ],
  [/^\/subscriptions\/([^/]+)$/, (name: string) => `subscription ${name}`],
  [/\/resourcegroups\/([^/]+)$/, (name: string) => `resource group ${name}`],
] as const;

/** A scope in words, for people. */
export function nameOfScope(scope: string): string {
  for (const [pattern, words] of places) {
    const found = pattern.exec(scope);
    if (found) return words(found[1] ?? '');
  }
  return scope.split('/').at(-1) ?? scope;
}
