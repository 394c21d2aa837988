import {
  audit,
  changes,
  joinsGroup,
  pimRow,
  policyTarget,
  roleWrite,
  userTarget,
} from './audits.ts';
import {
  admins,
  breakGlass,
  type Person,
  plainGroups,
  type Role,
  roles,
  staff,
  workloads,
} from './people.ts';
import { type Dice, type LogRecord, minuteMs, secondMs } from './records.ts';

const hourMs = 60 * minuteMs;

const activated: [Person, Role, string][] = [
  [admins.ben, roles.helpdesk, 'Ticket 48213, locked out at the reception'],
  [admins.priya, roles.privilegedRole, 'Quarterly access review'],
  [admins.mei, roles.privilegedAuthentication, 'Ticket 48230, lost phone'],
  [admins.noor, roles.conditionalAccess, 'Change 1177, compliant devices'],
  [admins.sven, roles.application, 'Change 1179, expenses app'],
  [admins.ben, roles.helpdesk, 'Ticket 48251'],
  [admins.rafael, roles.sharePoint, 'Site of Project Heron'],
];

/** Administrators take up the roles that they may have, and lose them again in time. */
export function activations(dice: Dice, { from, to }: { from: number; to: number }): LogRecord[] {
  return activated.flatMap(([who, role, justification]) => {
    const at = dice.between(from, to - minuteMs);
    const rows = activation(dice, who, role, justification, at);
    const end = at + dice.pick([1, 2, 4]) * hourMs;
    return end < to - minuteMs ? [...rows, ...expiry(dice, who, role, end)] : rows;
  });
}

function activation(dice: Dice, who: Person, role: Role, justification: string, at: number) {
  const row = { role, who, by: who, justification, auditType: 'Activate', click: dice.guid() };
  const until = at + 4 * hourMs;
  return [
    pimRow(dice, { ...row, at, until, operation: 'Add member to role requested (PIM activation)' }),
    pimRow(dice, {
      ...row,
      at: at + 2 * secondMs,
      until,
      operation: 'Add member to role completed (PIM activation)',
    }),
    roleWrite(dice, { at: at + 4 * secondMs, by: workloads.pim, role, to: who }),
  ];
}

function expiry(dice: Dice, who: Person, role: Role, at: number) {
  const operation = 'Remove member from role (PIM activation expired)';
  const twin = { by: workloads.pim, role, to: who, operation: 'Remove member from role' };
  return [
    pimRow(dice, { operation, role, who, by: workloads.pim, at, auditType: 'Expire' }),
    roleWrite(dice, { ...twin, at: at + 3 * secondMs }),
  ];
}

/** What help desk and HR do to ordinary people and groups. */
export function directoryChanges(dice: Dice, sometime: () => number, count: number): LogRecord[] {
  const some = (share: number, make: (at: number, who: Person) => LogRecord) =>
    Array.from({ length: Math.ceil((count * share) / 100) }, () =>
      make(sometime(), dice.pick(staff)),
    );
  const ofUser = (
    operation: string,
    at: number,
    who: Person,
    by: Person | typeof workloads.hrSync,
  ) => audit(dice, { operation, at, by, category: 'UserManagement', targets: [userTarget(who)] });
  return [
    ...some(3, (at, who) => {
      const isLeaving = dice.between(1, 3) === 1;
      return joinsGroup(dice, {
        at,
        by: admins.hana,
        who,
        group: dice.pick(plainGroups),
        isLeaving,
      });
    }),
    ...some(3, (at, who) => updateUser(dice, at, who)),
    ...some(1, (at, who) => ofUser('Reset user password', at, who, admins.ben)),
    ...some(1, (at, who) => ofUser('Change user password', at, who, who)),
    ...some(0.5, (at, who) => ofUser('User registered security info', at, who, who)),
    ...some(0.5, (at) => ofUser('Add user', at, newcomer(dice), workloads.hrSync)),
    // Good news, and of low severity: kept, but nobody is told.
    ofUser('Change user password', sometime(), admins.noor, admins.noor),
    policyEdit(dice, sometime()),
  ];
}

function newcomer(dice: Dice): Person {
  const id = dice.guid();
  const upn = `starter-${id.slice(0, 6)}@contoso.com`;
  return { id, upn, name: `Starter ${id.slice(0, 6)}`, site: 'Seattle' };
}

function updateUser(dice: Dice, at: number, who: Person): LogRecord {
  const [before, after] = dice.pick([
    ['Sales', 'Field Sales'],
    ['Support', 'Customer Care'],
  ]);
  const modified = [
    {
      displayName: 'Department',
      oldValue: JSON.stringify([before]),
      newValue: JSON.stringify([after]),
    },
    { displayName: 'Included Updated Properties', oldValue: null, newValue: '"Department"' },
  ];
  return audit(dice, {
    operation: 'Update user',
    at,
    by: workloads.hrSync,
    category: 'UserManagement',
    targets: [userTarget(who, modified)],
  });
}

/** Asks for compliant devices besides MFA: stricter than before; break-glass accounts stay out. */
function policyEdit(dice: Dice, at: number): LogRecord {
  const displayName = 'CA020 - Compliant devices';
  const policy = (builtInControls: readonly string[]) => ({
    displayName,
    state: 'enabled',
    conditions: {
      users: { includeUsers: ['All'], excludeUsers: breakGlass.map(({ id }) => id) },
      applications: { includeApplications: ['All'] },
    },
    grantControls: { operator: 'AND', builtInControls },
  });
  const [change] = changes({ ConditionalAccessPolicy: policy(['mfa', 'compliantDevice']) });
  const oldValue = JSON.stringify(policy(['mfa']));
  return audit(dice, {
    operation: 'Update conditional access policy',
    at,
    by: admins.noor,
    category: 'Policy',
    service: 'Conditional Access',
    targets: [policyTarget(displayName, [{ ...change, oldValue }])],
  });
}
