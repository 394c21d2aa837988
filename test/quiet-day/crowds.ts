import { apps } from '../../local/sample-day/apps.ts';
import { type Dice, minuteMs, secondMs } from '../../local/sample-day/records.ts';
import { commandLine, laptopOf, phoneOf } from './devices.ts';
import { every, hourMs, type Moment, moment, sometime, times, utc } from './moment.ts';
import { admins, leavers, personOf, printer, staff } from './people.ts';
import { abroad, elsewhere, hamburg, homeOf, mobileOf, type Network, offices } from './places.ts';
import { visit } from './visits.ts';

/** What comes in crowds, and looks like guessing from afar. */
export function crowds(dice: Dice): Moment[] {
  return [
    ...rush(dice, offices.Berlin, { from: utc('7:55'), wrong: 20, right: 380, first: 0 }),
    ...rush(dice, offices.Seattle, { from: utc('16:55'), wrong: 20, right: 300, first: 900 }),
    // A training at an hotel that nobody told the policy of. One more wrong password would be told.
    ...rush(dice, hotel, { from: utc('8:25'), wrong: 4, right: 34, first: 1_800 }),
    ...stalePhone(dice),
    ...deafPhones(dice),
    ...scanner(dice),
    ...guessesFromEverywhere(dice),
  ];
}

const hotel: Network = { ip: '198.19.7.7', asn: 64_790, place: hamburg };

/** Hundreds begin to work within twenty minutes, and some of them mistype. */
function rush(
  dice: Dice,
  from: Network,
  { from: start, wrong, right, first }: Record<'from' | 'wrong' | 'right' | 'first', number>,
): Moment[] {
  const soon = () => start + dice.between(0, 20 * minuteMs);
  const some = (count: number, errorCode: number) =>
    times(count, (n) => {
      const who = staff[first + n] ?? printer;
      return moment(soon(), (at) => visit(dice, { who, at, errorCode, from, on: laptopOf(who) }));
    });
  return [...some(right, 0), ...some(wrong, 50126)];
}

/** A telephone keeps the password of last month, tries it all day, and gets its owner locked out at times. */
function stalePhone(dice: Dice): Moment[] {
  const [, , who = printer] = staff;
  let tries = 0;
  return every(dice, 6, (at) => {
    tries += 1;
    const errorCode = tries % 12 > 9 ? 50053 : 50126;
    const client = 'Exchange ActiveSync';
    const from = tries % 40 < 25 ? homeOf(who) : mobileOf(who, at);
    return visit(dice, {
      ...{ who, at, errorCode, from, client, app: apps.exchange, on: phoneOf(who) },
    });
  });
}

/** Those of people who have left: each from where they live. */
const deafPhones = (dice: Dice): Moment[] =>
  leavers.flatMap((who) =>
    every(dice, 120, (at) =>
      visit(dice, {
        ...{ who, at, errorCode: 50057, isRefresh: dice.between(0, 1) === 1 },
        ...{ from: homeOf(who), on: phoneOf(who), app: apps.exchange },
      }),
    ),
  );

const scanner = (dice: Dice): Moment[] =>
  every(dice, 12, (at) =>
    visit(dice, {
      ...{ who: printer, at, factors: 'password', client: 'Authenticated SMTP' },
      ...{ app: apps.exchange, from: offices.Seattle, on: { detail: {}, userAgent: 'BAV2ROPC' } },
    }),
  );

/** The world tries a name and a password at every tenant, each time from another address. */
function guessesFromEverywhere(dice: Dice): Moment[] {
  const guess = (who: (typeof staff)[number], at: number, errorCode: number) =>
    moment(at, (when) =>
      visit(dice, {
        ...{ who, at: when, errorCode, client: dice.pick(['Browser', 'Authenticated SMTP']) },
        ...{ from: elsewhere(dice, dice.pick(abroad)), on: commandLine },
      }),
    );
  const strangers = times(120, (n) => {
    const who = { ...personOf(`info${n}@contoso.com`, '', 'Seattle'), id: '' };
    return guess(who, sometime(dice), 50034);
  });
  const known = times(160, () =>
    guess(dice.pick(staff), sometime(dice), dice.pick([50126, 50126, 50053])),
  );
  const unlucky = [admins.ben, admins.lucia].flatMap((who) =>
    times(3, (n) =>
      guess(who, utc('6:00') + n * 6 * hourMs + dice.between(0, 900) * secondMs, 50126),
    ),
  );
  return [...strangers, ...known, ...unlucky];
}
