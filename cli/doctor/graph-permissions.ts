import { permissionsOf } from '../../shared/directory/request.ts';
import { graphRequests } from '../../shared/directory/requests.ts';
import type { DirectoryPart } from '../../shared/watch/tenant-fields.ts';
import { azdValue } from './azd-value.ts';

/** What the app asks Microsoft Graph for, and for which part of the directory each permission is needed. */
export const neededPermissions: ReadonlyMap<string, ReadonlySet<DirectoryPart>> = needed();

function needed() {
  const parts = new Map<string, Set<DirectoryPart>>();
  for (const request of graphRequests.values()) {
    for (const name of permissionsOf(request)) {
      parts.set(name, (parts.get(name) ?? new Set<DirectoryPart>()).add(request.part));
    }
  }
  return new Map([...parts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Those that a text names, such as the detail of a gap. */
export function namedPermissions(text: string): string[] {
  const words = new Set(text.split(/[^\w.]+/).map((word) => word.replace(/\.+$/, '')));
  return [...neededPermissions.keys()].filter((name) => words.has(name));
}

export const grantIt = (names: readonly string[]) =>
  `sh infra/tenant/graph-permissions.sh --identity ${azdValue('GLASSWATCH_IDENTITY_PRINCIPAL_ID')} ${names.map((name) => `--only ${name}`).join(' ')} (it counts once the identity gets a new token, up to a day later)`;
