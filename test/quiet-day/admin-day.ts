import { apps, places } from '../../local/sample-day/apps.ts';
import type { Person } from '../../local/sample-day/people.ts';
import { type Dice, minuteMs, secondMs } from '../../local/sample-day/records.ts';
import { type Factors, multiFactors } from '../../local/sample-day/sign-ins.ts';
import { commandLine, laptopOf, otherBrowser, phoneOf } from './devices.ts';
import { every, type Moment, moment, times, utc, whileAtWork } from './moment.ts';
import { admins } from './people.ts';
import { hamburg, homeOf, mobileOf, type Network, offices } from './places.ts';
import { interrupted } from './staff-day.ts';
import { byToken, expiredPrompt, visit } from './visits.ts';

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
    ...awkward(dice),
    ...byTrain(dice),
    ...byPlane(dice),
  ];
}

/** Half of them work at home today. */
const deskOf = (who: Person): Network =>
  Number.parseInt(who.id.slice(0, 2), 16) % 2 === 0 ? homeOf(who) : offices[who.site];

const isTravelling = (who: Person) => who === admins.tomas || who === admins.jonas;

function dayOf(dice: Dice, who: Person): Moment[] {
  if (isTravelling(who)) return [];
  const at = () => whileAtWork(dice, who.site);
  const desk = deskOf(who);
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
      const same = { who, app, from: deskOf(who), client: 'Mobile Apps and Desktop clients' };
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

/** A password mistyped, a prompt that nobody saw in time: each followed by the right one. */
function awkward(dice: Dice): Moment[] {
  const mistyped = [admins.ines, admins.hana, admins.uma, admins.judith].flatMap((who, n) => {
    const at = whileAtWork(dice, who.site);
    const where = { from: deskOf(who), on: laptopOf(who) };
    const wrong = times(1 + (n % 2), (turn) =>
      moment(at + turn * 12 * secondMs, (when) =>
        visit(dice, { who, at: when, errorCode: 50126, ...where }),
      ),
    );
    return [...wrong, moment(at + minuteMs, (when) => visit(dice, { who, at: when, ...where }))];
  });
  const unseen = [admins.priya, admins.dirk, admins.ravi].flatMap((who, n) => {
    const at = whileAtWork(dice, who.site);
    const same = { who, from: deskOf(who), on: laptopOf(who) };
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
    const same = { who, app: apps.portal, from: deskOf(who), on: laptopOf(who) };
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

/** From Berlin to Hamburg: the telephone's line, that of the train, that of an hotel. */
function byTrain(dice: Dice): Moment[] {
  const who = admins.jonas;
  const train: Network = { ip: '198.19.9.4', asn: 64_791, place: places.Berlin };
  const hotel: Network = { ip: '198.19.9.77', asn: 64_792, place: hamburg };
  const stops: [string, Network][] = [
    ['6:20', homeOf(who)],
    ['7:10', mobileOf(who, utc('7:10'))],
    ['7:50', train],
    ['9:40', hotel],
    ['15:00', hotel],
  ];
  const session = dice.guid();
  return stops.flatMap(([clock, from]) => [
    moment(utc(clock), (at) => visit(dice, { who, at, app: apps.portal, from, on: laptopOf(who) })),
    moment(utc(clock) + 20 * minuteMs, (at) =>
      visit(dice, { who, at, session, isRefresh: true, from, on: laptopOf(who), more: byToken }),
    ),
  ]);
}

/** From Berlin to Seattle in eleven hours: a long day, with an end at the other office. */
function byPlane(dice: Dice): Moment[] {
  const who = admins.tomas;
  const airport: Network = { ip: '198.19.10.8', asn: 64_793, place: places.Seattle };
  const stops: [string, Network][] = [
    ['5:20', homeOf(who)],
    ['17:05', airport],
    ['18:10', offices.Seattle],
  ];
  // The laptop stays signed in all the way.
  const session = dice.guid();
  const renewal = (clock: string, from: Network) =>
    moment(utc(clock), (at) =>
      visit(dice, { who, at, session, isRefresh: true, from, on: laptopOf(who), more: byToken }),
    );
  const signIns = stops.map(([clock, from]) =>
    moment(utc(clock), (at) => visit(dice, { who, at, app: apps.office, from, on: laptopOf(who) })),
  );
  const renewals = ['18:30', '19:30', '20:30', '21:30'].map((clock) =>
    renewal(clock, offices.Seattle),
  );
  return [...signIns, renewal('5:30', homeOf(who)), renewal('17:10', airport), ...renewals];
}
