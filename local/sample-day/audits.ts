import { type Group, idFor, type Person, type Role, tenant, type Workload } from './people.ts';
import {
  type Dice,
  eventTime,
  type Fields,
  inEnvelope,
  type LogRecord,
  utcTime,
} from './records.ts';

export type By = Person | Workload;
const isPerson = (by: By): by is Person => 'upn' in by;

export type Audit = {
  operation: string;
  at: number;
  by: By;
  targets: readonly Fields[];
  category?: string;
  service?: string;
  /** Of one click: all the rows that it writes. */
  click?: string;
  reason?: string;
  details?: Fields;
  ip?: string;
  more?: Fields;
};

const prefixes: Record<string, string> = { PIM: 'PIM', 'Conditional Access': 'IPCGraph' };
const office = '198.51.100.7';

/** A row of the audit log. */
export function audit(dice: Dice, given: Audit): LogRecord {
  const { operation, at, by, service = 'Core Directory', click = dice.guid() } = given;
  const ip = given.ip ?? office;
  const properties = {
    id: [prefixes[service] ?? 'Directory', click, dice.between(10 ** 7, 10 ** 9)].join('_'),
    category: given.category ?? 'RoleManagement',
    correlationId: click,
    result: 'success',
    resultReason: given.reason ?? '',
    activityDisplayName: operation,
    activityDateTime: eventTime(at),
    loggedByService: service,
    operationType: /^remove/i.test(operation) ? 'Unassign' : 'Assign',
    userAgent: null,
    initiatedBy: isPerson(by)
      ? {
          user: {
            id: by.id,
            displayName: null,
            userPrincipalName: by.upn,
            ipAddress: ip,
            roles: [],
          },
        }
      : {
          user: null,
          app: {
            appId: null,
            displayName: by.name,
            servicePrincipalId: by.id,
            servicePrincipalName: null,
          },
        },
    targetResources: given.targets,
    additionalDetails: Object.entries(given.details ?? {}).map(([key, value]) => ({ key, value })),
    ...given.more,
  };
  return inEnvelope(dice, {
    category: 'AuditLogs',
    operationName: operation,
    at,
    correlationId: click,
    properties,
    more: { ...(isPerson(by) && { callerIpAddress: ip }), identity: by.name },
  });
}

/** Values are JSON within strings. What is removed stands in the old value; the new one is null. */
export const changes = (values: Fields, isRemoval = false) =>
  Object.entries(values).map(([displayName, value]) => ({
    displayName,
    oldValue: isRemoval ? JSON.stringify(value) : null,
    newValue: isRemoval ? null : JSON.stringify(value),
  }));

const target = (type: string, id: string, more: Fields = {}) => ({
  id,
  displayName: null,
  type,
  modifiedProperties: [],
  administrativeUnits: [],
  ...more,
});

export const userTarget = (who: Person, modifiedProperties: readonly Fields[] = []) =>
  target('User', who.id, { userPrincipalName: who.upn, modifiedProperties });

export const workloadTarget = (app: Workload, modifiedProperties: readonly Fields[] = []) =>
  target('ServicePrincipal', app.id, { displayName: app.name, modifiedProperties });

export const policyTarget = (name: string, modifiedProperties: readonly Fields[]) =>
  target('Policy', idFor(name), { displayName: name, modifiedProperties });

type RoleWrite = Pick<Audit, 'at' | 'by' | 'ip'> & {
  role: Role;
  to: Person | Workload;
  operation?: string;
};

/** A role written to the directory: by hand, or by PIM's own service as the twin of its row. */
export function roleWrite(dice: Dice, { role, to, operation, ...given }: RoleWrite): LogRecord {
  const name = operation ?? 'Add member to role';
  const object = idFor(`role object ${role.id}`);
  const written = changes(
    { 'Role.ObjectID': object, 'Role.DisplayName': role.name, 'Role.TemplateId': role.id },
    name.startsWith('Remove'),
  );
  const holder = isPerson(to) ? userTarget(to, written) : workloadTarget(to, written);
  return audit(dice, { ...given, operation: name, targets: [holder, target('Role', object)] });
}

type PimRow = Pick<Audit, 'at' | 'click' | 'more'> & {
  operation: string;
  role: Role;
  who: Person;
  by: By;
  justification?: string;
  auditType?: string;
  until?: number;
};

/** A row that PIM writes. It names people by what they are called, and the role by its template. */
export function pimRow(dice: Dice, { role, who, justification, until, ...given }: PimRow) {
  const marks = changes({ RoleDefinitionOriginType: 'BuiltInRole', TemplateId: role.id });
  return audit(dice, {
    ...given,
    service: 'PIM',
    ...(justification && { reason: justification }),
    targets: [
      target('Role', role.id, { displayName: role.name, modifiedProperties: marks }),
      target('Request', dice.guid()),
      target('User', who.id, { displayName: who.name }),
      target('Directory', tenant.id, { displayName: tenant.name }),
      target('Other', dice.guid()),
    ],
    details: {
      RoleDefinitionOriginId: role.id,
      RoleDefinitionOriginType: 'BuiltInRole',
      TemplateId: role.id,
      AuditType: given.auditType ?? 'Create',
      StartTime: utcTime(given.at),
      ...(until && { ExpirationTime: utcTime(until) }),
      ...(justification && { Justification: justification }),
      tid: tenant.id,
      wids: 'b79fbf4d-3ef9-4689-8143-76b194e85509',
      RequestId: dice.guid(),
    },
  });
}

type Joining = Pick<Audit, 'at' | 'by'> & {
  who: Person;
  group: Group;
  isLeaving?: boolean;
  /** The row has what they are called, and no user principal name: many do. */
  isCalledOnly?: boolean;
};

/** Somebody is added to a group, or taken out of it. */
export function joinsGroup(dice: Dice, { who, group, isLeaving = false, ...given }: Joining) {
  const { isCalledOnly, ...row } = given;
  const values = { 'Group.ObjectID': group.id, 'Group.DisplayName': group.name };
  const member = userTarget(who, changes(values, isLeaving));
  return audit(dice, {
    ...row,
    operation: isLeaving ? 'Remove member from group' : 'Add member to group',
    category: 'GroupManagement',
    targets: [
      isCalledOnly ? { ...member, userPrincipalName: null, displayName: who.name } : member,
      target('Group', group.id, { groupType: 'azureAD' }),
    ],
  });
}
