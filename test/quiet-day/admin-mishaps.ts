import { apps } from '../../local/sample-day/apps.ts';
import { type Dice, minuteMs, secondMs } from '../../local/sample-day/records.ts';
import { laptopOf } from './devices.ts';
import { type Moment, moment, times, whileAtWork } from './moment.ts';
import { admins } from './people.ts';
import { adminDesk } from './places.ts';
import { expiredPrompt, visit } from './visits.ts';

/** A password mistyped, a prompt that nobody saw in time: each followed by the right one. */
export function mishaps(dice: Dice): Moment[] {
  const mistyped = [admins.ines, admins.hana, admins.uma, admins.judith].flatMap((who, n) => {
    const at = whileAtWork(dice, who.site);
    const where = { from: adminDesk(who), on: laptopOf(who) };
    const wrong = times(1 + (n % 2), (turn) =>
      moment(at + turn * 12 * secondMs, (when) =>
        visit(dice, { who, at: when, errorCode: 50126, ...where }),
      ),
    );
    return [...wrong, moment(at + minuteMs, (when) => visit(dice, { who, at: when, ...where }))];
  });
  const unseen = [admins.priya, admins.dirk, admins.ravi].flatMap((who, n) => {
    const at = whileAtWork(dice, who.site);
    const same = { who, from: adminDesk(who), on: laptopOf(who) };
    // Who begins anew, in another tab, begins another flow.
    const flows = n === 0 ? [dice.guid()] : [dice.guid(), dice.guid()];
    const [first, last] = [flows[0], flows.at(-1)] as [string, string];
    return [
      moment(at, (when) =>
        visit(dice, {
          ...{ ...same, at: when, flow: first, errorCode: 500121 },
          more: expiredPrompt(when),
        }),
      ),
      moment(at + 2 * minuteMs, (when) =>
        visit(dice, { ...same, at: when, flow: last, factors: 'approval' }),
      ),
    ];
  });
  return [...mistyped, ...unseen, ...abandoned(dice)];
}

/** The portal asks for more, and just then the telephone rings. Later another tab is opened, or none. */
const abandoned = (dice: Dice): Moment[] =>
  [admins.erin, admins.kaja, admins.sven, admins.mei].flatMap((who, n) => {
    const at = whileAtWork(dice, who.site);
    const same = { who, app: apps.portal, from: adminDesk(who), on: laptopOf(who) };
    const asked = moment(at, (when) =>
      visit(dice, {
        ...same,
        at: when,
        errorCode: n % 2 === 0 ? 50074 : 50076,
        factors: 'password',
      }),
    );
    const done = moment(at + 15 * minuteMs, (when) => visit(dice, { ...same, at: when }));
    return n === 0 ? [asked] : [asked, done];
  });
