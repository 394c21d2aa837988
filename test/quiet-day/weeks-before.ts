import { apps } from '../../local/sample-day/apps.ts';
import type { Person } from '../../local/sample-day/people.ts';
import type { Dice } from '../../local/sample-day/records.ts';
import { workloadSignIn } from '../../local/sample-day/sign-ins.ts';
import { firefoxUsers } from './admin-day.ts';
import { inBodies, inOrder, type Sent } from './day.ts';
import { laptopOf, otherBrowser, phoneOf } from './devices.ts';
import { quickDice } from './dice.ts';
import { dayMs, type Moment, moment, times, whileAtWork } from './moment.ts';
import { synchronises } from './on-the-ground.ts';
import { admins, programs } from './people.ts';
import { homeOf, mobileOf, offices } from './places.ts';
import { type Visit, visit } from './visits.ts';
import { agentSignIn, inCloud } from './workloads.ts';

/** Days before the quiet day, each of them a working day. */
const days = [21, 20, 14, 7, 2];

/**
 * What makes the watch know the administrators by the time the quiet day comes: each at their places
 * and on their devices. Without it nothing could be new, and a quiet day would prove little.
 */
export function* weeksBefore(seed = 1): Generator<Sent> {
  const dice = quickDice(seed);
  const moments = days.flatMap((day) => [
    ...Object.values(admins).flatMap((who) => oneDay(dice, who, day)),
    ...programsOn(dice, day),
  ]);
  yield* inBodies(inOrder(moments));
}

function oneDay(dice: Dice, who: Person, days: number): Moment[] {
  const at = () => whileAtWork(dice, who.site) - days * dayMs;
  const one = (given: Pick<Visit, 'from' | 'on' | 'app'>) =>
    moment(at(), (when) => visit(dice, { who, at: when, ...given }));
  return [
    one({ from: offices[who.site], on: laptopOf(who) }),
    one({ from: homeOf(who), on: laptopOf(who) }),
    ...times(3, () => {
      const when = at();
      return moment(when, () =>
        visit(dice, {
          who,
          at: when,
          app: apps.exchange,
          from: mobileOf(who, when),
          on: phoneOf(who),
        }),
      );
    }),
    ...(firefoxUsers.includes(who)
      ? [one({ from: homeOf(who), on: otherBrowser, app: apps.portal })]
      : []),
  ];
}

const programsOn = (dice: Dice, days: number): Moment[] => {
  const at = () => whileAtWork(dice, 'Berlin') - days * dayMs;
  return [
    moment(at(), (when) => inCloud(workloadSignIn(dice, programs.hr, when))),
    ...times(4, () => moment(at(), (when) => agentSignIn(dice, when))),
    moment(at(), (when) => synchronises(dice, when)),
  ];
};
