import {
  bareRecord,
  type Envelope,
  envelopeOf,
  envelopeWithBroken,
  oddSpellings,
} from './sample-day/envelopes.ts';
import { notableScenes } from './sample-day/notable.ts';
import { ordinaryRecords } from './sample-day/ordinary.ts';
import { admins, brokenGlass, staff } from './sample-day/people.ts';
import { diceOf, type LogRecord, minuteMs } from './sample-day/records.ts';
import type { ExpectedAlert, Scene } from './sample-day/scene.ts';
import { signIn } from './sample-day/sign-ins.ts';

export type { Envelope } from './sample-day/envelopes.ts';
export type { ExpectedAlert } from './sample-day/scene.ts';

export type SampleDay = {
  /** In the order in which they are to be sent; the last ones hold what matters. */
  envelopes: Envelope[];
  /** One for each incident that people are to be told of. */
  expected: readonly ExpectedAlert[];
  /** Those of them that the records lead to, without any look at the directory. */
  fromTheLogs: readonly ExpectedAlert[];
};

/** Only a look at the directory tells of them: see directory.ts and tenant.ts. */
const fromTheDirectory: readonly ExpectedAlert[] = [
  { detection: 'posture-breakglass-missing', subject: brokenGlass.upn, severity: 'high' },
  { detection: 'role-change-unexplained', subject: admins.lucia.upn, severity: 'high' },
  // A password that is too old, and what else can wait until somebody reads the digest.
  { detection: 'posture-digest', subject: admins.sven.upn, severity: 'medium' },
];

const plainEnvelopes = 16;

/**
 * The last eight hours of contoso as Event Hubs would deliver them: some 600 records that mean
 * nothing and a handful that do, all of these within the last ten minutes.
 *
 * The same for the same `now` and `seed`. Another seed is another day of the same people: records,
 * sessions and clicks have other ids.
 *
 * @param now - when the day ends; nothing in it is later.
 */
export function sampleDay({ now, seed }: { now: Date; seed: string }): SampleDay {
  const end = now.getTime();
  const scenes = notableScenes(seed, end);
  const ordinary = ordinaryRecords(seed, end);
  const earlier = ordinary.filter(({ exportedAt }) => exportedAt < end - 14 * minuteMs);
  const recent = ordinary.slice(earlier.length);
  const fromTheLogs = scenes.flatMap(({ expected }) => expected);
  return {
    envelopes: [...plain(earlier), ...withCompany(scenes, recent, seed, end)],
    expected: [...fromTheLogs, ...fromTheDirectory],
    fromTheLogs,
  };
}

function plain(records: readonly LogRecord[]): Envelope[] {
  const [lone, ...rest] = records;
  const envelopes = inParts(rest, plainEnvelopes).map((part, index) => {
    // Every other one is as it should be.
    const odd = index % 2 === 1 ? oddSpellings[(index - 1) / 2] : undefined;
    return envelopeOf(`ordinary ${index + 1}`, part, odd);
  });
  return lone ? [bareRecord('a record without an envelope', lone), ...envelopes] : envelopes;
}

/** The scenes, each among records of the same minutes that mean nothing. */
function withCompany(
  scenes: readonly Scene[],
  company: readonly LogRecord[],
  seed: string,
  end: number,
): Envelope[] {
  const parts = inParts(company, scenes.length);
  return scenes.map(({ label, records, hasBrokenRecord }, index) => {
    const all = [...(parts[index] ?? []), ...records].sort((a, b) => a.exportedAt - b.exportedAt);
    if (!hasBrokenRecord) return envelopeOf(label, all);
    const dice = diceOf(`${seed} broken`);
    const lost = signIn(dice, { who: dice.pick(staff), at: end - 6 * minuteMs });
    return envelopeWithBroken(label, all, lost);
  });
}

/** Cut into so many parts of about the same length. */
function inParts<T>(list: readonly T[], parts: number): T[][] {
  const size = Math.ceil(list.length / parts);
  return Array.from({ length: parts }, (_, index) => list.slice(index * size, (index + 1) * size));
}
