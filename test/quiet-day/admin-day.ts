import { apps } from '../../local/sample-day/apps.ts';
import type { Person } from '../../local/sample-day/people.ts';
import { type Dice, minuteMs } from '../../local/sample-day/records.ts';
import { type Factors, multiFactors } from '../../local/sample-day/sign-ins.ts';
import { journeys, travellers } from './admin-journeys.ts';
import { mishaps } from './admin-mishaps.ts';
import { commandLine, laptopOf, otherBrowser, phoneOf } from './devices.ts';
import { every, type Moment, moment, times, utc, whileAtWork } from './moment.ts';
import { admins } from './people.ts';
import { adminDesk, homeOf, mobileOf, type Network } from './places.ts';
import { interrupted } from './staff-day.ts';
import { byToken, visit } from './visits.ts';

const resourceManager = {
  id: '797f4846-ba00-4fd7-ba43-dac1f8f63013',
  name: 'Windows Azure Service Management API',
};
const azureCli = { id: '04b07795-8ddb-461a-bbee-02f9e1bf7b46', name: 'Microsoft Azure CLI' };
const graphPowerShell = {
  id: '14d82eec-204b-4c2f-b7e8-296a70dab67e',
  name: 'Microsoft Graph Command Line Tools',
};
const everyone = Object.values(admins);
/** They also use a browser that does not show their laptop to the tenant, and have for weeks. */
export const firefoxUsers: readonly Person[] = [admins.zoe, admins.tara, admins.kaja];

/** What 25 administrators do on a day on which nothing happens. */
export function adminDays(dice: Dice): Moment[] {
  return [
    ...everyone.flatMap((who) => dayOf(dice, who)),
    ...scripts(dice),
    ...mishaps(dice),
    ...journeys(dice),
  ];
}

function dayOf(dice: Dice, who: Person): Moment[] {
  if (travellers.has(who)) return [];
  const at = () => whileAtWork(dice, who.site);
  const desk = adminDesk(who);
  const portal = () =>
    moment(at(), (when) => {
      // The browser renews itself at noon.
      const on = laptopOf(who, when % 2 === 0 ? '154.0' : '155.0');
      const factors = dice.pick<Factors>(multiFactors);
      return visit(dice, {
        who,
        at: when,
        app: apps.portal,
        resource: resourceManager,
        factors,
        from: desk,
        on,
      });
    });
  const elsewhereToo = () =>
    moment(at(), (when) =>
      visit(dice, { who, at: when, from: desk, on: laptopOf(who), factors: 'claim' }),
    );
  return [
    ...times(5, portal),
    ...times(6, elsewhereToo),
    ...times(3, () => interrupted(dice, who, at(), { from: desk, app: apps.portal })).flat(),
    ...(firefoxUsers.includes(who) ? times(2, () => inFirefox(dice, who, at(), desk)) : []),
    ...renewals(dice, who, desk),
    ...phoneSignIn(dice, who, at()),
  ];
}

const inFirefox = (dice: Dice, who: Person, at: number, from: Network) =>
  moment(at, (when) => visit(dice, { who, at: when, app: apps.portal, from, on: otherBrowser }));

/** One session on the laptop; one in the pocket, which changes line, address and provider all day. */
function renewals(dice: Dice, who: Person, desk: Network): Moment[] {
  const [laptop, phone] = [dice.guid(), dice.guid()];
  const same = { who, isRefresh: true };
  return [
    ...every(dice, 45, (at) =>
      visit(dice, { ...same, at, session: laptop, from: desk, on: laptopOf(who), more: byToken }),
    ),
    ...every(dice, 30, (at) => {
      const isAtHome = at < utc('6:40') || dice.between(1, 4) === 1;
      const from = isAtHome ? homeOf(who) : mobileOf(who, at);
      return visit(dice, {
        ...same,
        at,
        session: phone,
        app: apps.exchange,
        from,
        on: phoneOf(who),
      });
    }),
    // Now and then a token is too old.
    ...times(2, () =>
      moment(whileAtWork(dice, who.site), (at) => {
        const errorCode = dice.pick([70008, 70043, 70044, 700082, 50089, 500133]);
        return visit(dice, { ...same, at, errorCode, from: desk, on: laptopOf(who) });
      }),
    ),
  ];
}

/** Outlook on the telephone asks anew, wherever that is thought to be. */
const phoneSignIn = (dice: Dice, who: Person, at: number): Moment[] => [
  moment(at, (when) =>
    visit(dice, {
      ...{ who, at: when, app: apps.exchange, factors: 'approval', from: mobileOf(who, when) },
      ...{ on: phoneOf(who), client: 'Mobile Apps and Desktop clients' },
    }),
  ),
];

/** Command lines: the browser signs them in, and some renew their tokens in a name of their own. */
function scripts(dice: Dice): Moment[] {
  const users: [Person, { id: string; name: string }][] = [
    [admins.ravi, azureCli],
    [admins.hank, graphPowerShell],
    [admins.sven, azureCli],
    [admins.ian, graphPowerShell],
  ];
  return users.flatMap(([who, app]) =>
    times(4, () => {
      const at = whileAtWork(dice, who.site);
      const same = { who, app, from: adminDesk(who), client: 'Mobile Apps and Desktop clients' };
      const later = app === azureCli ? commandLine : laptopOf(who);
      return [
        moment(at, (when) =>
          visit(dice, { ...same, at: when, factors: 'claim', on: laptopOf(who) }),
        ),
        moment(at + 70 * minuteMs, (when) =>
          visit(dice, { ...same, at: when, isRefresh: true, on: later }),
        ),
      ];
    }).flat(),
  );
}
