import { pimRow, roleWrite } from '../../local/sample-day/audits.ts';
import type { Person, Role } from '../../local/sample-day/people.ts';
import { type Dice, minuteMs, secondMs } from '../../local/sample-day/records.ts';
import { hourMs, type Moment, moment, utc, whileAtWork } from './moment.ts';
import { admins, platform, programs } from './people.ts';
import { eligible, roles } from './tenant.ts';

const reasons = [
  'INC-48213',
  'Ticket 48230, lost phone',
  'Change 1177',
  'Mailbox of Project Heron',
];

/** What PIM writes while administrators take up the roles that they may have, and lose them again. */
export function pim(dice: Dice): Moment[] {
  const ordinary = eligible.filter(([, role]) => role !== roles.globalAdministrator);
  return [
    ...ordinary.flatMap(([who, role]) => {
      const at = beforeWork.get(who) ?? whileAtWork(dice, who.site) - 20 * minuteMs;
      return activation(dice, { who, role, at, hours: dice.pick([1, 2, 4]) });
    }),
    ...approved(dice, admins.mei, roles.privilegedAuthentication, admins.priya),
    ...givenUp(dice, admins.ravi, roles.security),
    ...prolonged(dice, admins.lucia, roles.exchange, admins.priya),
    ...expired(dice, admins.hank, roles.securityReader),
  ];
}

/** Who changes policies today (see policies.ts) needs the role for it first. */
const beforeWork = new Map<Person, number>([
  [admins.noor, utc('8:55')],
  [admins.paul, utc('18:30')],
]);

type Use = { who: Person; role: Role; at: number; hours: number };

function activation(dice: Dice, { who, role, at, hours }: Use): Moment[] {
  const until = at + hours * hourMs;
  const same = { role, who, by: who, justification: dice.pick(reasons), until };
  const rows = ['requested', 'completed'].map((step, n) =>
    moment(at + n * 3 * secondMs, (when) =>
      pimRow(dice, {
        ...same,
        ...{ at: when, operation: `Add member to role ${step} (PIM activation)` },
        auditType: 'Activate',
      }),
    ),
  );
  const twin = moment(at + 5 * secondMs, (when) =>
    roleWrite(dice, { at: when, by: programs.pim, role, to: who }),
  );
  return [...rows, twin, ...ends(dice, who, role, until)];
}

const taken = (dice: Dice, who: Person, role: Role, at: number) =>
  moment(at + 3 * secondMs, (when) =>
    roleWrite(dice, {
      ...{ at: when, by: programs.pim, role, to: who, operation: 'Remove member from role' },
    }),
  );

const azureAdPim = platform('Azure AD PIM');

const ends = (dice: Dice, who: Person, role: Role, at: number): Moment[] => [
  moment(at, (when) =>
    pimRow(dice, {
      ...{ operation: 'Remove member from role (PIM activation expired)', auditType: 'Expire' },
      ...{ role, who, by: azureAdPim, at: when },
    }),
  ),
  taken(dice, who, role, at),
];

/** A role that somebody else has to allow. */
function approved(dice: Dice, who: Person, role: Role, by: Person): Moment[] {
  const at = whileAtWork(dice, who.site) - hourMs;
  const step = (minutes: number, operation: string, actor: Person) =>
    moment(at + minutes * minuteMs, (when) =>
      pimRow(dice, {
        ...{ operation, role, who, by: actor, at: when, until: at + 4 * hourMs },
        justification: 'Ticket 48251',
      }),
    );
  return [
    step(0, 'Add member to role requested (PIM activation)', who),
    step(0.1, 'Add member to role approval requested (PIM activation)', who),
    step(9, 'Add member to role request approved (PIM activation)', by),
    step(9.1, 'Add member to role completed (PIM activation)', who),
    moment(at + 10 * minuteMs, (when) =>
      roleWrite(dice, { at: when, by: programs.pim, role, to: who }),
    ),
    ...ends(dice, who, role, at + 4 * hourMs),
  ];
}

/** Done early: taken up in the morning, given back at noon. */
function givenUp(dice: Dice, who: Person, role: Role): Moment[] {
  const at = whileAtWork(dice, who.site);
  const step = (seconds: number, operation: string) =>
    moment(at + seconds * secondMs, (when) =>
      pimRow(dice, { operation, role, who, by: who, at: when }),
    );
  return [
    step(0, 'Remove member from role requested (PIM deactivate)'),
    step(2, 'Remove member from role completed (PIM deactivate)'),
    taken(dice, who, role, at),
  ];
}

/** Eligible for another half year: asked for, allowed, and written by PIM's own service. */
function prolonged(dice: Dice, who: Person, role: Role, by: Person): Moment[] {
  const at = whileAtWork(dice, who.site);
  const step = (minutes: number, operation: string, actor: Person) =>
    moment(at + minutes * minuteMs, (when) =>
      pimRow(dice, {
        ...{ operation, role, who, by: actor, at: when, until: at + 180 * 24 * hourMs },
        justification: 'Still in the team',
      }),
    );
  return [
    step(0, 'Update eligible member in PIM requested (extend)', who),
    step(30, 'Update member in PIM approved by admin (extend/renew)', by),
    moment(at + 31 * minuteMs, (when) =>
      roleWrite(dice, {
        ...{ at: when, by: programs.pim, role, to: who, operation: 'Add eligible member to role' },
      }),
    ),
  ];
}

/** A role for a project, which ends today. */
function expired(dice: Dice, who: Person, role: Role): Moment[] {
  const at = whileAtWork(dice, who.site);
  const operation = 'Remove member from role in PIM completed (timebound)';
  return [
    moment(at, (when) => pimRow(dice, { operation, role, who, by: azureAdPim, at: when })),
    taken(dice, who, role, at),
  ];
}
