import { joinsGroup } from '../../local/sample-day/audits.ts';
import { idFor, plainGroups } from '../../local/sample-day/people.ts';
import { type Dice, secondMs } from '../../local/sample-day/records.ts';
import { type Moment, moment, sometime, whileAtWork } from './moment.ts';
import { connector, personOf, platform, programs, staff } from './people.ts';
import { changed, row, thing, userRow } from './rows.ts';

function newcomer(dice: Dice) {
  const tag = dice.guid().slice(0, 8);
  return personOf(`starter.${tag}@contoso.com`, `Starter ${tag}`, dice.pick(['Berlin', 'Seattle']));
}

function starts(dice: Dice): Moment[] {
  const of = newcomer(dice);
  const at = sometime(dice);
  const by = programs.hr;
  const step = (seconds: number, operation: string) =>
    moment(at + seconds * secondMs, (when) => userRow(dice, operation, { by, of, at: when }));
  return [
    step(0, 'Add user'),
    step(1, 'Set user manager'),
    step(2, 'Change user license'),
    moment(at + 4 * secondMs, (when) =>
      joinsGroup(dice, { at: when, by, who: of, group: dice.pick(plainGroups) }),
    ),
  ];
}

function leaves(dice: Dice): Moment[] {
  const of = dice.pick(staff);
  const at = sometime(dice);
  const by = programs.hr;
  const isGone = dice.between(1, 3) === 1;
  const steps = [
    'Disable account',
    'Update StsRefreshTokenValidFrom Timestamp',
    'Change user license',
  ];
  return [...steps, ...(isGone ? ['Delete user'] : [])].map((operation, n) =>
    moment(at + n * secondMs, (when) => userRow(dice, operation, { by, of, at: when })),
  );
}

const department = (before: string, after: string) => [
  ...changed({ Department: [before] }, { Department: [after] }),
  { displayName: 'Included Updated Properties', oldValue: null, newValue: '"Department"' },
];

const moves = (dice: Dice): Moment[] => [
  moment(sometime(dice), (at) =>
    userRow(dice, 'Update user', {
      ...{ by: programs.hr, of: dice.pick(staff), at },
      properties: department('Sales', 'Field Sales'),
    }),
  ),
];

/** The same from the directory on the ground, by an account that is a user. */
function synchronised(dice: Dice): Moment[] {
  const of = dice.pick(staff);
  const isNew = dice.between(1, 12) === 1;
  return [
    moment(sometime(dice), (at) =>
      isNew
        ? userRow(dice, 'Add user', { by: connector, of: newcomer(dice), at })
        : userRow(dice, 'Update user', {
            ...{ by: connector, of, at },
            properties: department('Support', 'Customer Care'),
          }),
    ),
  ];
}

const licensed = (dice: Dice): Moment[] => [
  moment(sometime(dice), (at) =>
    userRow(dice, 'Change user license', {
      ...{ by: platform('Microsoft Azure AD Group-Based Licensing'), of: dice.pick(staff), at },
    }),
  ),
];

const dynamicMember = (dice: Dice): Moment[] => [
  moment(sometime(dice), (at) =>
    joinsGroup(dice, {
      ...{ at, by: platform('Microsoft Approval Management'), who: dice.pick(staff) },
      ...{ group: dice.pick(plainGroups), isLeaving: dice.between(1, 2) === 1 },
    }),
  ),
];

/** A new laptop or telephone, with the rows that come with it. */
function registersDevice(dice: Dice): Moment[] {
  const of = dice.pick(staff);
  const at = whileAtWork(dice, of.site);
  const name = `DESKTOP-${dice.guid().slice(0, 6)}`;
  const device = thing('Device', idFor(name), name);
  const service = platform('Device Registration Service');
  const same = { by: service, category: 'Device', targets: [device] };
  const written = [
    'Add device',
    'Add registered owner to device',
    'Add registered users to device',
  ];
  return [
    ...written.map((operation, n) =>
      moment(at + n * secondMs, (when) => row(dice, { ...same, operation, at: when })),
    ),
    moment(at + 4 * secondMs, (when) =>
      row(dice, {
        ...{ ...same, by: of, operation: 'Register device', at: when },
        service: 'Device Registration Service',
      }),
    ),
    moment(at + 60 * secondMs, (when) =>
      userRow(dice, 'Add Windows Hello for Business credential', {
        ...{ by: of, of, at: when, service: 'Device Registration Service' },
      }),
    ),
  ];
}

const deviceRenewed = (dice: Dice): Moment[] => [
  moment(sometime(dice), (at) =>
    row(dice, {
      ...{ operation: dice.pick(['Update device', 'Update device', 'Device no longer compliant']) },
      ...{ by: platform('Microsoft Intune'), category: 'Device', at },
      targets: [thing('Device', dice.guid(), 'LT-7')],
    }),
  ),
];

/** What programs write into the directory all day: people come, change and go. */
export const directoryDay: readonly [number, (dice: Dice) => Moment[]][] = [
  [6, starts],
  [3, leaves],
  [20, moves],
  [14, synchronised],
  [12, licensed],
  [10, dynamicMember],
  [8, registersDevice],
  [8, deviceRenewed],
];
