import type { Party } from '../../finding.ts';
import { builtInRoleName, isBuiltInRole, roleIdByName } from '../../roles.ts';
import { parseTime } from '../../time.ts';
import type { AuditEvent, AuditTarget } from '../event.ts';
import type { PrivilegeChange } from '../privilege-change.ts';
import { type PrivilegeOperation, privilegeOperation } from '../privilege-operations.ts';
import { asGuid, asText, isGuid } from '../raw.ts';

type AuditRow = Omit<AuditEvent, 'id' | 'privilege'>;

/** What a row does to privilege, if anything. Targets are chosen by type, roles by template id. */
export function privilegeChangeOf(row: AuditRow): PrivilegeChange | undefined {
  const operation = privilegeOperation(row.operation);
  if (!operation) return undefined;
  const { effect, tier, stage, way } = operation;
  const of = operation.subject === 'role' ? roleOrGroup(row, operation) : groupOf(row, operation);
  if (!of) return undefined;
  const holder = holderOf(row, operation, of);
  if (!holder) return undefined;
  const until = parseTime(row.details.get('expirationtime'));
  return { effect, tier, stage, way, of, holder, scope: scopeOf(row, way), until };
}

type Of = PrivilegeChange['of'];

/** PIM uses the same operations for roles, groups and Azure resources; its category tells them apart. */
function roleOrGroup(row: AuditRow, operation: PrivilegeOperation): Of | undefined {
  const plane = row.auditCategory;
  if (plane === 'resourcemanagement') return undefined;
  const role = row.targets.find(({ kind }) => kind === 'role');
  const isMembership = /^(member|owner)$/i.test(role?.displayName ?? '');
  const isPim = operation.way.startsWith('pim');
  if (isPim && (plane === 'groupmanagement' || (isMembership && hasGroup(row)))) {
    const group = row.targets.find(({ kind }) => kind === 'group');
    const id = group?.party.id;
    if (!id) return undefined;
    const as = /^owner$/i.test(role?.displayName ?? '') ? 'owner' : 'member';
    return { kind: 'group', id, name: group.party.name ?? id, as };
  }
  return roleOf(row);
}

const hasGroup = (row: AuditRow) => row.targets.some(({ kind }) => kind === 'group');

/** Where the template id of a role stands, most reliable first. */
const roleIdProperties = [
  'role.templateid',
  'templateid',
  'roledefinition.templateid',
  'roledefinitionoriginid',
  'roledefinitiontemplateid',
  'roledefinition.id',
  'roledefinitionid',
  'role.roletemplateid',
];
const roleNameProperties = ['role.displayname', 'roledefinition.displayname', 'rolename'];

/** The role of the directory that a row names, whatever it does to it. */
export function roleOf(row: AuditRow): Extract<Of, { kind: 'role' }> {
  const ids = roleIds(row);
  const role = row.targets.find(({ kind }) => kind === 'role');
  const written =
    firstText(row, roleNameProperties) ??
    role?.displayName ??
    ids.map(builtInRoleName).find(Boolean);
  const templateId = ids.find(isBuiltInRole) ?? ids[0] ?? roleIdWithoutIds(row, role);
  const name =
    (templateId && builtInRoleName(templateId)) ?? written ?? templateId ?? 'unknown role';
  return { kind: 'role', templateId: templateId ?? null, name };
}

function roleIds(row: AuditRow): string[] {
  const ids: string[] = [];
  for (const property of roleIdProperties) {
    for (const target of row.targets) ids.push(...guidsIn(target, property));
    const detail = asGuid(row.details.get(property));
    if (detail && isGuid(detail)) ids.push(detail);
  }
  const role = row.targets.find(({ kind }) => kind === 'role');
  // PIM's role target has the template's own id; Core Directory's has one that only this tenant knows.
  if (role?.party.id && isBuiltInRole(role.party.id)) ids.push(role.party.id);
  return ids;
}

function guidsIn(target: AuditTarget, property: string): string[] {
  const change = target.changes.get(property);
  if (!change) return [];
  return [change.after, change.before].flatMap((value) => {
    const id = asGuid(firstOf(value));
    return id && isGuid(id) ? [id] : [];
  });
}

/**
 * A custom role may be called "Global Administrator", but it always brings its id. So only a row
 * without any role id is read by the directory's own name for the role.
 */
function roleIdWithoutIds(row: AuditRow, role: AuditTarget | undefined): string | undefined {
  const origin =
    firstText(row, ['roledefinitionorigintype']) ?? row.details.get('roledefinitionorigintype');
  if (origin && !/^builtin/i.test(origin)) return undefined;
  const names = [
    firstText(row, ['role.wellknownobjectname']),
    firstText(row, roleNameProperties),
    role?.displayName,
  ];
  for (const name of names) {
    const id = name ? roleIdByName(name) : undefined;
    if (id) return id;
  }
  return undefined;
}

function firstText(row: AuditRow, properties: readonly string[]): string | undefined {
  for (const property of properties) {
    for (const { changes } of row.targets) {
      const change = changes.get(property);
      // What was removed stands in the old value; the new one is null.
      const text = asText(firstOf(change?.after)) ?? asText(firstOf(change?.before));
      if (text) return text;
    }
  }
  return undefined;
}

const firstOf = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value);

function groupOf(row: AuditRow, { subject }: PrivilegeOperation): Of | undefined {
  const named = firstText(row, ['group.objectid']);
  const group = row.targets.find(
    ({ kind, party, changes }) =>
      kind === 'group' && (named ? party.id === asGuid(named) : !changes.has('group.objectid')),
  );
  const id = asGuid(named) ?? group?.party.id;
  if (!id) return undefined;
  const name = firstText(row, ['group.displayname']) ?? group?.party.name ?? id;
  return { kind: 'group', id, name, as: subject === 'group-owner' ? 'owner' : 'member' };
}

const holderKinds = ['user', 'serviceprincipal', 'managedidentity', 'group'];

function holderOf(row: AuditRow, operation: PrivilegeOperation, of: Of): Party | undefined {
  const candidates = row.targets.filter(
    ({ kind, party }) => holderKinds.includes(kind) && !(of.kind === 'group' && party.id === of.id),
  );
  const marker = operation.subject === 'role' ? /^role\./ : /^group\./;
  // Core Directory writes the role or group into the changes of whoever gets it.
  const marked = candidates.find(({ changes }) =>
    [...changes.keys()].some((key) => marker.test(key)),
  );
  const sorted = holderKinds.flatMap((kind) => candidates.filter((one) => one.kind === kind));
  // Where PIM names more than one person, the one who asked is not the one who gets it.
  const other = sorted.find(
    ({ kind, party }) => kind === sorted[0]?.kind && party.id !== row.actor?.id,
  );
  const chosen =
    marked ??
    other ??
    sorted[0] ??
    row.targets.find(({ kind, party }) => kind === '' && party.id && party.id !== ofId(of));
  return chosen?.party;
}

const ofId = (of: Of) => (of.kind === 'group' ? of.id : of.templateId);

function scopeOf(row: AuditRow, way: PrivilegeChange['way']): string {
  const unit = row.targets.find(({ kind }) => kind === 'administrativeunit')?.party.id;
  if (unit) return `/administrativeUnits/${unit}`;
  if (way !== 'core-scoped') return '/';
  // Elsewhere the list names the units that the target belongs to, which are no scope.
  const listed = row.targets.flatMap(({ administrativeUnits }) => administrativeUnits)[0];
  return listed ? `/administrativeUnits/${listed}` : '/administrativeUnits/unknown';
}
