import { apps } from '../../local/sample-day/apps.ts';
import { type Dice, minuteMs, secondMs } from '../../local/sample-day/records.ts';
import { atExport } from '../../local/sample-day/scene.ts';
import { type Factors, multiFactors } from '../../local/sample-day/sign-ins.ts';
import { laptopOf, otherBrowser, phoneOf } from './devices.ts';
import { inADay, type Moment, moment, whileAtWork } from './moment.ts';
import { staff } from './people.ts';
import { homeOf, mobileOf, type Network, offices, vpn } from './places.ts';
import { byToken, type Visit, visit } from './visits.ts';

type Person = (typeof staff)[number];
const developers = staff.filter((_, n) => n % 20 === 0);
const everyday = [apps.office, apps.exchange, apps.teams, apps.sharePoint, apps.expenses];
const minute = minuteMs;

/** Where somebody sits today: at the office, at home, or there by way of the company's network. */
export function deskOf(who: Person): Network {
  const kind = Number.parseInt(who.id.slice(0, 2), 16) % 5;
  return kind < 3 ? offices[who.site] : kind === 3 ? homeOf(who) : vpn;
}

/** A telephone is at home on the line of the house, else on the carrier's. */
const pocketOf = (dice: Dice, who: Person, at: number): Network =>
  dice.between(1, 3) === 1 ? homeOf(who) : mobileOf(who, at);

/** Laptop and telephone renew their tokens by themselves, often at once. */
function renewals(dice: Dice): Moment[] {
  const who = dice.pick(staff);
  const at = inADay(dice, who.site);
  const session = dice.guid();
  const app = dice.pick(everyday);
  const laptop = (when: number) =>
    visit(dice, {
      ...{ who, session, app, at: when, isRefresh: true },
      ...{ from: deskOf(who), on: laptopOf(who), more: byToken },
    });
  const phone = (when: number) =>
    visit(dice, {
      ...{ who, app: apps.exchange, at: when, isRefresh: true },
      ...{ from: pocketOf(dice, who, when), on: phoneOf(who) },
    });
  return [
    moment(at, laptop),
    moment(at + dice.between(1, 90) * secondMs, phone),
    moment(at + 61 * minute, laptop),
  ];
}

/** A token that is too old, and the one that replaces it. */
function agedToken(dice: Dice): Moment[] {
  const who = dice.pick(staff);
  const at = inADay(dice, who.site);
  const code = dice.pick([70008, 70043, 70044, 700082, 50089, 500133, 50173, 50133]);
  const same = { who, isRefresh: true, session: dice.guid() };
  const from = pocketOf(dice, who, at);
  return [
    moment(at, (when) =>
      visit(dice, { ...same, at: when, from, on: phoneOf(who), errorCode: code }),
    ),
    moment(at + 40 * secondMs, (when) =>
      visit(dice, { ...same, at: when, from, on: phoneOf(who) }),
    ),
  ];
}

/** At the browser, with whatever proves who they are; for everyday work a password may do. */
function signsIn(dice: Dice): Moment[] {
  const who = dice.pick(staff);
  const factors = dice.pick<Factors>([...multiFactors, 'password', 'password', 'password']);
  const on = dice.between(1, 8) === 1 ? otherBrowser : laptopOf(who);
  return [
    moment(whileAtWork(dice, who.site), (at) =>
      visit(dice, { who, at, factors, app: dice.pick(everyday), from: deskOf(who), on }),
    ),
  ];
}

/** The logon at the laptop in the morning, which tells nothing of factors. */
function unlocks(dice: Dice): Moment[] {
  const who = dice.pick(staff);
  return [
    moment(whileAtWork(dice, who.site), (at) =>
      visit(dice, {
        ...{ who, at, app: apps.windows, factors: dice.pick(['password', 'hello'] as const) },
        ...{ from: deskOf(who), on: laptopOf(who), client: 'Mobile Apps and Desktop clients' },
      }),
    ),
  ];
}

/** Asked for more, or which account, or whether to stay: then in. One flow, at times one record id. */
export function interrupted(
  dice: Dice,
  who: Person,
  at: number,
  where: { from: Network; app?: { id: string; name: string } },
): Moment[] {
  const same = { who, flow: dice.guid(), session: dice.guid(), on: laptopOf(who), ...where };
  const id = dice.between(1, 3) === 1 ? { id: dice.guid() } : {};
  const codes = dice.pick([[50074], [50076], [50140], [50058, 50074], [16000, 50140], [65001]]);
  // Of several rows with one id the export writes the last one last.
  const row = (when: number, given: Partial<Visit>) =>
    moment(when, () => {
      const record = visit(dice, { ...same, ...id, at: when, ...given });
      return 'id' in id ? atExport(record, when + 70 * secondMs) : record;
    });
  return [
    ...codes.map((errorCode, n) => row(at + n * 9 * secondMs, { errorCode, factors: 'password' })),
    row(at + dice.between(20, 60) * secondMs, { factors: 'approval' }),
  ];
}

function asked(dice: Dice): Moment[] {
  const who = dice.pick(staff);
  const at = whileAtWork(dice, who.site);
  return interrupted(dice, who, at, { from: deskOf(who), app: dice.pick(everyday) });
}

/** Wrong once or twice, then right: at the desk, or in the pocket. */
function mistypes(dice: Dice): Moment[] {
  const who = dice.pick(staff);
  const at = whileAtWork(dice, who.site);
  const [from, on] = dice.pick([
    [deskOf(who), laptopOf(who)],
    [deskOf(who), laptopOf(who)],
    [mobileOf(who, at), phoneOf(who)],
  ] as const);
  const wrong = Array.from({ length: dice.between(1, 2) }, (_, n) =>
    moment(at + n * 15 * secondMs, (when) =>
      visit(dice, { who, at: when, errorCode: 50126, from, on }),
    ),
  );
  return [...wrong, moment(at + minute, (when) => visit(dice, { who, at: when, from, on }))];
}

/** Some build what runs in Azure, and look at it in the portal, without any role. */
function opensPortal(dice: Dice): Moment[] {
  const who = dice.pick(developers);
  return [
    moment(whileAtWork(dice, who.site), (at) =>
      visit(dice, {
        ...{ who, at, app: apps.portal, factors: dice.pick<Factors>(multiFactors) },
        ...{ from: deskOf(who), on: laptopOf(who) },
      }),
    ),
  ];
}

/** How often each happens, in parts of all that staff does. */
export const staffDay: readonly [number, (dice: Dice) => Moment[]][] = [
  [56, renewals],
  [4, agedToken],
  [18, signsIn],
  [6, unlocks],
  [8, asked],
  [1, mistypes],
  [1.5, opensPortal],
];
