import type { Dice, LogRecord } from '../../local/sample-day/records.ts';
import { adminDays } from './admin-day.ts';
import { applicationDay, ownersEdits, renewals } from './applications.ts';
import { azureDay } from './azure.ts';
import { crowds } from './crowds.ts';
import { quickDice } from './dice.ts';
import { directoryDay } from './directory-day.ts';
import { governance, roleReviews } from './governance.ts';
import { guestDay } from './guests.ts';
import { adminsOwn, helps, phoneSeen, selfService, swapsPhone } from './help-desk.ts';
import type { Moment } from './moment.ts';
import { oddsAndEnds } from './odds-and-ends.ts';
import { federated, synchronisations } from './on-the-ground.ts';
import { pim } from './pim.ts';
import { policies } from './policies.ts';
import { risks } from './risk.ts';
import { staffDay } from './staff-day.ts';
import { privileged, workloadDay } from './workloads.ts';

type Kind = readonly [share: number, make: (dice: Dice) => Moment[]];

/** One message of the Event Hub, and when it was sent. */
export type Sent = { body: Buffer; records: number; at: number };

/** What happens once, whatever the size of the tenant: a few thousand records. */
const once = [
  adminDays,
  pim,
  roleReviews,
  policies,
  adminsOwn,
  risks,
  privileged,
  crowds,
  synchronisations,
  federated,
  renewals,
  ownersEdits,
  oddsAndEnds,
];

/** What happens all day, by how many records of a thousand it makes. */
const allDay: readonly Kind[] = [
  ...shared(790, staffDay),
  ...shared(140, workloadDay),
  ...shared(18, guestDay),
  ...shared(24, directoryDay),
  ...shared(7, [
    [4, helps],
    [2, selfService],
    [2, swapsPhone],
    [4, phoneSeen],
  ]),
  ...shared(6, governance),
  ...shared(7, applicationDay),
  ...shared(8, azureDay),
];

function shared(perThousand: number, kinds: readonly Kind[]): Kind[] {
  const sum = kinds.reduce((all, [share]) => all + share, 0);
  return kinds.map(([share, make]) => [(share / sum) * perThousand, make]);
}

const perBody = 50;
const lateMs = 5 * 60_000;
const slotMs = 5 * 60_000;
/** No record is exported sooner than this after what it tells of. */
const leastLagMs = 60_000;

/**
 * A working day of a tenant of 3 000 people, on which nothing happens that anybody should be told of.
 *
 * @param count - of records; at least 10 000, since some things happen once in any day.
 * @returns the messages in the order of their export, the same for the same seed; but one in forty
 * comes five minutes late, and one in two hundred twice.
 */
export function* quietDay(count: number, seed = 1): Generator<Sent> {
  const dice = quickDice(seed);
  const moments = [...once.flatMap((make) => make(dice))];
  const rest = count - moments.length;
  for (const [share, make] of allDay) {
    const wanted = moments.length + (rest * share) / 1_000;
    while (moments.length < wanted) moments.push(...make(dice));
  }
  const late: Sent[] = [];
  let bodies = 0;
  for (const sent of inBodies(inOrder(moments))) {
    while (late[0] && sent.at - late[0].at >= lateMs)
      yield { ...(late.shift() as Sent), at: sent.at };
    bodies += 1;
    if (bodies % 40 === 0) late.push(sent);
    if (bodies % 40 > 0 || bodies % 200 === 0) yield sent;
  }
  yield* late;
}

/** Written a few minutes at a time, since the export puts records of one moment in any order. */
export function* inOrder(moments: Moment[]): Generator<LogRecord> {
  moments.sort((a, b) => a.at - b.at);
  let waiting: LogRecord[] = [];
  let end = (moments[0]?.at ?? 0) + slotMs;
  for (const { at, write } of moments) {
    if (at >= end) {
      const isSure = ({ exportedAt }: LogRecord) => exportedAt < end + leastLagMs;
      yield* waiting.filter(isSure).sort(byExport);
      waiting = waiting.filter((one) => !isSure(one));
      while (at >= end) end += slotMs;
    }
    waiting.push(write());
  }
  yield* waiting.sort(byExport);
}

const byExport = (a: LogRecord, b: LogRecord) => a.exportedAt - b.exportedAt;

export function* inBodies(records: Iterable<LogRecord>): Generator<Sent> {
  let some: LogRecord[] = [];
  for (const record of records) {
    some.push(record);
    if (some.length === perBody) {
      yield sentOf(some);
      some = [];
    }
  }
  if (some.length > 0) yield sentOf(some);
}

const sentOf = (records: readonly LogRecord[]): Sent => ({
  body: Buffer.from(JSON.stringify({ records: records.map(({ fields }) => fields) })),
  records: records.length,
  at: records.at(-1)?.exportedAt ?? 0,
});
