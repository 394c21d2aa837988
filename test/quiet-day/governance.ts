import { joinsGroup, pimRow, userTarget } from '../../local/sample-day/audits.ts';
import { idFor, plainGroups } from '../../local/sample-day/people.ts';
import { type Dice, minuteMs, secondMs } from '../../local/sample-day/records.ts';
import { type Moment, moment, times, utc, whileAtWork } from './moment.ts';
import { admins, platform, staff } from './people.ts';
import { row, thing } from './rows.ts';
import { operators, roles } from './tenant.ts';

/** Groups that people make and share, packages that they ask for, reviews of who has what. */
export const governance: readonly [number, (dice: Dice) => Moment[]][] = [
  [5, makesGroup],
  [5, sharesGroup],
  [4, accessPackage],
  [4, reviewsMember],
];

const category = 'GroupManagement';

/** A team, with the one who made it as its owner. */
function makesGroup(dice: Dice): Moment[] {
  const by = dice.pick(staff);
  const at = whileAtWork(dice, by.site);
  const name = `Team ${dice.guid().slice(0, 6)}`;
  const group = { id: idFor(name), name };
  const made = [
    { displayName: 'DisplayName', oldValue: '[]', newValue: JSON.stringify([name]) },
    { displayName: 'SecurityEnabled', oldValue: '[]', newValue: '[false]' },
    { displayName: 'IsAssignableToRole', oldValue: '[]', newValue: '[false]' },
  ];
  const service = platform('Microsoft Teams Services');
  return [
    moment(at, (when) =>
      row(dice, {
        ...{ operation: 'Add group', by, at: when, category },
        targets: [thing('Group', group.id, name, made)],
      }),
    ),
    moment(at + secondMs, (when) =>
      row(dice, {
        ...{ operation: 'Add owner to group', by: service, at: when, category },
        targets: [userTarget(by), thing('Group', group.id, name)],
      }),
    ),
    moment(at + 2 * secondMs, (when) =>
      joinsGroup(dice, { at: when, by: service, who: dice.pick(staff), group }),
    ),
  ];
}

/** Somebody else looks after a group from now on. */
function sharesGroup(dice: Dice): Moment[] {
  const by = dice.pick(staff);
  const at = whileAtWork(dice, by.site);
  const group = dice.pick(plainGroups);
  const owner = dice.pick(staff);
  return ['Add owner to group', 'Remove owner from group', 'Update group'].map((operation, n) =>
    moment(at + n * 30 * secondMs, (when) =>
      row(dice, {
        ...{ operation, by, at: when, category },
        targets: [userTarget(owner), thing('Group', group.id, group.name)],
      }),
    ),
  );
}

function accessPackage(dice: Dice): Moment[] {
  const who = dice.pick(staff);
  const at = whileAtWork(dice, who.site);
  const approver = dice.pick(staff);
  const service = platform('Azure AD Identity Governance - Entitlement Management');
  const step = (minutes: number, operation: string, by: typeof who | typeof service) =>
    moment(at + minutes * minuteMs, (when) =>
      row(dice, {
        ...{ operation, by, at: when, category: 'EntitlementManagement' },
        ...{ service: 'Entitlement Management' },
        targets: [thing('AccessPackage', idFor('package'), 'Sales tools'), userTarget(who)],
      }),
    );
  const group = dice.pick(plainGroups);
  return [
    step(0, 'User requests access package assignment', who),
    step(25, 'Approve access package assignment request', approver),
    step(26, 'Ready to fulfill access package assignment request', service),
    moment(at + 27 * minuteMs, (when) =>
      joinsGroup(dice, {
        ...{ at: when, who, group },
        by: platform('Azure AD Identity Governance - User Management'),
      }),
    ),
    step(28, 'Fulfill access package assignment request', service),
  ];
}

/** Of an ordinary group: whoever reviews it keeps most of them. */
function reviewsMember(dice: Dice): Moment[] {
  const by = dice.pick(staff);
  const at = whileAtWork(dice, by.site);
  const who = dice.pick(staff);
  const operation = dice.pick([
    'Approve decision',
    'Approve decision',
    'Deny decision',
    'Apply decision',
  ]);
  return [
    moment(at, (when) =>
      row(dice, {
        ...{ operation, by, at: when, category: 'Policy', service: 'Access Reviews' },
        targets: [userTarget(who), thing('Group', idFor('Book Club'), 'Book Club')],
      }),
    ),
  ];
}

/** The review of the administrators, and the rows by which that service tells of PIM's approvals. */
export function roleReviews(dice: Dice): Moment[] {
  const reviewed = [admins.lucia, admins.sven, admins.rafael, admins.hana];
  const service = 'Access Reviews';
  const decided = reviewed.map((who, n) =>
    moment(utc('16:00') + n * minuteMs, (at) =>
      row(dice, {
        ...{ operation: 'Approve decision', by: admins.priya, at, category: 'Policy', service },
        targets: [userTarget(who), thing('Role', roles.exchange.id, roles.exchange.name)],
      }),
    ),
  );
  // Whoever is refused asked for a package, not for a role.
  const [somebody = admins.mei] = staff;
  const requests = [
    ['Create request', admins.mei],
    ['Request approved', admins.mei],
    ['Create request', somebody],
    ['Request denied', somebody],
  ] as const;
  const twins = requests.map(([operation, who], n) =>
    moment(utc('16:20') + n * minuteMs, (at) =>
      row(dice, {
        ...{ operation, by: platform('Azure AD PIM'), at, category: 'UserManagement', service },
        targets: [userTarget(who), thing('Request', dice.guid(), '')],
      }),
    ),
  );
  return [...decided, ...twins, ...groupActivations(dice)];
}

/** PIM for the group that carries a role: a member takes up the membership for which they are eligible. */
function groupActivations(dice: Dice): Moment[] {
  const who = admins.omar;
  const steps = ['requested', 'completed'];
  return times(2, (n) => {
    const at = utc('8:30') + n * secondMs * 4;
    return moment(at, (when) => {
      const written = pimRow(dice, {
        ...{ operation: `Add member to role ${steps[n]} (PIM activation)`, who, by: who, at: when },
        ...{ role: { id: idFor('member'), name: 'Member' }, justification: 'INC-48301' },
        more: {
          category: 'GroupManagement',
          targetResources: [
            thing('Role', idFor('member'), 'Member'),
            thing('Request', dice.guid(), ''),
            thing('User', who.id, who.name),
            thing('Group', operators.id, operators.name),
          ],
        },
      });
      return written;
    });
  });
}
