import type { Party, RoleRef } from '../../finding.ts';
import type { AuditEvent, AuditTarget } from '../../read/event.ts';
import { asGuid, asText, fold } from '../../read/raw.ts';
import { nameOf } from '../wording.ts';
import { contributor, nameOfScope, rulingRoles } from './azure-roles.ts';
import type { WatchedPrivilege } from './watched-privilege.ts';

/** The plane of PIM that gives roles over Azure's resources. */
export const isAzurePlane = ({ auditCategory }: AuditEvent) =>
  auditCategory === 'resourcemanagement';

/** Those of Azure's roles by which others can be given; a Contributor can't. */
const givingRoles = new Map([...rulingRoles].filter(([id]) => id !== contributor));
const idByName = new Map([...givingRoles].map(([id, name]) => [fold(name), id]));

/** The role over Azure's resources that a row of PIM is about, if others can be given by it. */
export function azureRole(event: AuditEvent): RoleRef | undefined {
  if (!isAzurePlane(event)) return undefined;
  const role = event.targets.find(({ kind }) => kind === 'role');
  const written = [
    role?.party.id,
    ...valuesOf(role),
    ...idDetails.map((key) => event.details.get(key)),
  ];
  // It may stand alone or at the end of a path.
  const ids = written.map((text) => asGuid(asText(text)?.split('/').at(-1)) ?? '');
  const path = scopePath(event);
  const id = ids.find((one) => givingRoles.has(one)) ?? roleByName(event, role, path);
  const name = givingRoles.get(id ?? '');
  return id && name ? { templateId: id, name, scope: path ?? placeOf(event) } : undefined;
}

const idDetails = ['roledefinitionoriginid', 'templateid', 'roledefinitionid'];

/** Old rows of PIM for Groups have this category too: an `Owner` of a group is none of Azure. */
function roleByName(
  { targets }: AuditEvent,
  role: AuditTarget | undefined,
  path: string | undefined,
) {
  const mayBeGroups = !path && targets.some(({ kind }) => kind === 'group');
  return mayBeGroups ? undefined : idByName.get(fold(role?.displayName ?? ''));
}

/** The same with whom it is about, where the row names anybody. */
export function azurePrivilege(event: AuditEvent): WatchedPrivilege | undefined {
  const [role, holder] = [azureRole(event), holderAmong(event)];
  if (!role || !holder) return undefined;
  const name = `${role.name} of ${nameOf({ id: null, name: nameOfScope(role.scope) })}`;
  return { holder, roles: [role], name, matter: ['azure-role', role.templateId, role.scope] };
}

/** Whom a row is about: of several parties not the one who asked. */
export function holderAmong({ targets, actor }: AuditEvent): Party | undefined {
  const parties = holderKinds.flatMap((kind) => targets.filter((target) => target.kind === kind));
  return (parties.find(({ party }) => party.id !== actor?.id) ?? parties[0])?.party;
}

const holderKinds = ['user', 'serviceprincipal', 'managedidentity', 'group'];

function scopePath({ targets, details }: AuditEvent): string | undefined {
  const texts = [
    ...targets.flatMap((target) => [target.party.id, target.displayName, ...valuesOf(target)]),
    // Anybody may justify with a path.
    ...[...details].filter(([key]) => key !== 'justification').map(([, value]) => value),
  ];
  const paths = texts.map((text) => asText(text)?.toLowerCase() ?? '');
  return paths
    .find((path) => isScope.test(path) && !path.includes('/roledefinitions/'))
    ?.replace(/\/+$/, '');
}

const isScope = /^\/(subscriptions|providers\/microsoft\.management\/managementgroups)\/./;

const valuesOf = (target: AuditTarget | undefined): unknown[] =>
  [...(target?.changes.values() ?? [])].flatMap(({ after, before }) => [after, before]);

/** What the resource is called where the row has no path of it. */
function placeOf({ targets }: AuditEvent): string {
  const place = targets.find(({ kind, displayName }) => displayName && !others.has(kind));
  return place?.displayName ?? 'unknown';
}

const others = new Set([...holderKinds, 'role', 'request', 'directory']);
