import { apps, places } from '../../local/sample-day/apps.ts';
import { type Dice, minuteMs } from '../../local/sample-day/records.ts';
import { laptopOf } from './devices.ts';
import { type Moment, moment, utc } from './moment.ts';
import { admins } from './people.ts';
import { hamburg, homeOf, mobileOf, type Network, offices } from './places.ts';
import { byToken, visit } from './visits.ts';

/** Two of them are on the way today. */
export const travellers: ReadonlySet<unknown> = new Set([admins.tomas, admins.jonas]);

export const journeys = (dice: Dice): Moment[] => [...byTrain(dice), ...byPlane(dice)];

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
