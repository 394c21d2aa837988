import { randomUUID } from 'node:crypto';
import { activated, active, eligible, roleNamed } from '../builders.ts';
import { timeAt } from '../identifiers.ts';
import type { Holding, Tenant, User } from '../model.ts';
import { directoryRoleId } from '../rows/directory-roles.ts';
import { personAt } from './person.ts';
import { type By, changes, type HubRecord, target, writeAudit } from './records.ts';

export type RoleStep = {
  /** Object ids. */
  by: string;
  to: string;
  /** As Microsoft calls the role. */
  role: string;
  /** `/` unless said. */
  scope?: string;
};

/** As the directory itself writes it: a role by hand, or by PIM for somebody. */
function coreRow(tenant: Tenant, given: { at: number; by: By; to: User; role: string }): HubRecord {
  const { at, by, to, role } = given;
  const roleId = roleNamed(role);
  const object = directoryRoleId(roleId);
  return writeAudit(tenant, {
    operation: 'Add member to role',
    at,
    by,
    targets: [
      target('User', to.fields.id, {
        userPrincipalName: to.fields.userPrincipalName,
        modifiedProperties: changes({
          'Role.ObjectID': object,
          'Role.DisplayName': role,
          'Role.TemplateId': roleId,
        }),
      }),
      target('Role', object),
    ],
  });
}

type PimRow = { operation: string; at: number; by: By; who: User; role: string; reason: string };

function pimRow(
  tenant: Tenant,
  { role, who, until, kind, ...row }: PimRow & { until?: number; kind: string },
) {
  const roleId = roleNamed(role);
  return writeAudit(tenant, {
    ...row,
    service: 'PIM',
    targets: [
      target('Role', roleId, {
        displayName: role,
        modifiedProperties: changes({
          RoleDefinitionOriginType: 'BuiltInRole',
          TemplateId: roleId,
        }),
      }),
      target('Request', randomUUID()),
      target('User', who.fields.id, { displayName: who.fields.displayName }),
      target('Directory', tenant.id, { displayName: tenant.name }),
      target('Other', randomUUID()),
    ],
    details: {
      RoleDefinitionOriginId: roleId,
      RoleDefinitionOriginType: 'BuiltInRole',
      TemplateId: roleId,
      AuditType: kind,
      StartTime: timeAt(row.at),
      ...(until !== undefined && { ExpirationTime: timeAt(until) }),
      Justification: row.reason,
      oid: who.fields.id,
      tid: tenant.id,
      RequestId: randomUUID(),
    },
  });
}

/** A role given by hand, past PIM and for ever. */
export function assignRole(tenant: Tenant, now: number, step: RoleStep): HubRecord[] {
  const [by, to] = [personAt(tenant, step.by), personAt(tenant, step.to)];
  const { role, scope = '/' } = step;
  const start = timeAt(now);
  tenant.holdings.push(active(to.fields.id, role, { start, scope, isOutsidePim: true }));
  return [coreRow(tenant, { at: now, by, to, role })];
}

/** Somebody may activate a role from now on. */
export function makeEligible(tenant: Tenant, now: number, step: RoleStep): HubRecord[] {
  const [by, who] = [personAt(tenant, step.by), personAt(tenant, step.to)];
  const { role, scope = '/' } = step;
  tenant.holdings.push(eligible(who.fields.id, role, { start: timeAt(now), scope }));
  const row = { by, who, role, reason: 'Simulated', kind: 'Create' };
  const operation = 'Add eligible member to role in PIM';
  return ['requested', 'completed'].map((stage, index) =>
    pimRow(tenant, {
      ...row,
      at: now + index * 2000,
      operation: `${operation} ${stage} (permanent)`,
    }),
  );
}

export type Activation = { who: string; role: string; hours?: number; reason?: string };

/**
 * Somebody activates what they are eligible for.
 *
 * @throws {Error} They are not.
 */
export function activateRole(tenant: Tenant, now: number, step: Activation): HubRecord[] {
  const { role, hours = 4, reason = 'Simulated' } = step;
  const who = personAt(tenant, step.who);
  const until = now + hours * 60 * 60 * 1000;
  const isTheirs = ({ kind, principalId, roleId }: Holding) =>
    kind === 'eligible' && principalId === who.fields.id && roleId === roleNamed(role);
  const from = tenant.holdings.find(isTheirs);
  if (!from) throw new Error(`${who.fields.userPrincipalName} is not eligible for ${role}.`);
  tenant.holdings.push(activated(from, timeAt(now), timeAt(until)));
  const row = { by: who, who, role, reason, until, kind: 'Activate' };
  const stages = ['requested', 'completed'].map((stage, index) =>
    pimRow(tenant, {
      ...row,
      at: now + index * 3000,
      operation: `Add member to role ${stage} (PIM activation)`,
    }),
  );
  return [...stages, coreRow(tenant, { at: now + 5000, by: 'MS-PIM', to: who, role })];
}

/** A role taken away, in every way that somebody holds it. */
export function removeRole(tenant: Tenant, now: number, step: RoleStep): HubRecord[] {
  const [by, to] = [personAt(tenant, step.by), personAt(tenant, step.to)];
  const roleId = roleNamed(step.role);
  tenant.holdings = tenant.holdings.filter(
    (holding) => holding.principalId !== to.fields.id || holding.roleId !== roleId,
  );
  const object = directoryRoleId(roleId);
  const written = changes({
    'Role.ObjectID': object,
    'Role.DisplayName': step.role,
    'Role.TemplateId': roleId,
  });
  // What is removed stands in the old value.
  const removed = written.map(({ displayName, newValue }) => ({
    displayName,
    oldValue: newValue,
    newValue: null,
  }));
  const { id, userPrincipalName } = to.fields;
  return [
    writeAudit(tenant, {
      operation: 'Remove member from role',
      type: 'Unassign',
      at: now,
      by,
      targets: [
        target('User', id, { userPrincipalName, modifiedProperties: removed }),
        target('Role', object),
      ],
    }),
  ];
}
