import { apps } from './apps.ts';
import { activations, directoryChanges } from './ordinary-audits.ts';
import { riskRecords, sideLogs } from './ordinary-rest.ts';
import {
  admins,
  exposed,
  managedIdentities,
  type Person,
  shared,
  staff,
  workloads,
} from './people.ts';
import { type Dice, diceOf, type LogRecord, minuteMs, secondMs } from './records.ts';
import { type Factors, homeOf, multiFactors, signIn, workloadSignIn } from './sign-ins.ts';

const userApps = [apps.office, apps.exchange, apps.teams, apps.sharePoint, apps.expenses];

/** Whoever is watched, apart from those who have a part of their own in notable.ts. */
const careful: readonly Person[] = [
  ...[admins.ines, admins.priya, admins.mei, admins.ben, admins.hana, admins.omar],
  ...[shared, exposed],
];

const count = 600;

/**
 * Eight hours at contoso in which nothing happens that anybody should be told of: administrators
 * always show two factors, and the rest is what goes on in every tenant every day.
 *
 * @param now - epoch milliseconds; the last record was exported before.
 * @returns about 600 records, in the order of their export.
 */
export function ordinaryRecords(seed: string, now: number): LogRecord[] {
  const dice = diceOf(`${seed} ordinary`);
  const [from, to] = [now - 475 * minuteMs, now - 4 * minuteMs];
  // Denser towards the end, so that what matters has company.
  const sometime = () => dice.between(dice.between(1, 7) === 1 ? to - 14 * minuteMs : from, to);
  // In hundredths of all records.
  const shares: [number, (at: number) => LogRecord[]][] = [
    [12, (at) => [signIn(dice, { who: dice.pick(staff), at, app: dice.pick(userApps) })]],
    [12, (at) => [carefulSignIn(dice, at)]],
    // Ordinary people at ordinary applications may come in with a password.
    [14, (at) => [passwordOnly(dice, at)]],
    [3, (at) => mistyped(dice, at)],
    [8, (at) => interrupted(dice, at)],
    [25, (at) => refreshes(dice, at)],
    [7, (at) => [workloadSignIn(dice, dice.pick(Object.values(programs)), at)]],
    [4, (at) => [workloadSignIn(dice, dice.pick(managedIdentities), at)]],
  ];
  const records: LogRecord[] = [];
  for (const [share, make] of shares) {
    const wanted = records.length + (count * share) / 100;
    while (records.length < wanted) records.push(...make(sometime()));
  }
  records.push(
    ...activations(dice, { from, to }),
    ...directoryChanges(dice, sometime, count),
    ...riskRecords(dice, sometime),
    ...sideLogs(dice, sometime),
  );
  return records.sort((a, b) => a.exportedAt - b.exportedAt);
}

const { pim: _, archiver: __, ...programs } = workloads;

function carefulSignIn(dice: Dice, at: number): LogRecord {
  const who = dice.pick(careful);
  if (dice.between(1, 12) === 1) {
    return signIn(dice, { who, at, app: apps.windows, factors: 'password' });
  }
  const app = dice.pick([apps.portal, apps.portal, apps.office, apps.exchange]);
  return signIn(dice, { who, at, app, factors: dice.pick<Factors>(multiFactors) });
}

const passwordOnly = (dice: Dice, at: number) =>
  signIn(dice, { who: dice.pick(staff), at, app: dice.pick(userApps), factors: 'password' });

/** From home, each from an address of their own: many wrong passwords from one would be a spray. */
function mistyped(dice: Dice, at: number): LogRecord[] {
  const who = dice.pick(staff);
  const wrong = signIn(dice, { who, at, errorCode: 50126, ip: homeOf(who) });
  if (dice.between(1, 3) === 1) return [wrong];
  return [wrong, signIn(dice, { who, at: at + 20 * secondMs, ip: homeOf(who) })];
}

/** Asked for a second factor, or whether to stay signed in, and then let in: one flow. */
function interrupted(dice: Dice, at: number): LogRecord[] {
  const who = dice.pick([...staff, ...careful]);
  const same = { who, flow: dice.guid(), session: dice.guid(), ip: homeOf(who) };
  const errorCode = dice.pick([50074, 50140, 50058]);
  return [
    signIn(dice, { ...same, at, errorCode, factors: 'password' }),
    signIn(dice, { ...same, at: at + dice.between(8, 40) * secondMs, factors: 'approval' }),
  ];
}

/** Programs renew their tokens for as long as a session lasts, and spell the name as they like. */
function refreshes(dice: Dice, at: number): LogRecord[] {
  const who = dice.pick([...staff, ...staff, ...careful, admins.kay]);
  const same = { who, session: dice.guid(), app: dice.pick(userApps), isRefresh: true };
  const more = dice.between(1, 8) === 1 ? { userPrincipalName: who.upn.toUpperCase() } : {};
  return [0, 1].map((turn) => signIn(dice, { ...same, at: at - turn * minuteMs, more }));
}
