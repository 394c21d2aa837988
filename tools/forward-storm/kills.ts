import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startAzurite } from '../../local/azurite.ts';
import { seededRandom } from '../../local/seeded-random.ts';
import { blobDeadLetters } from '../../shared/azure/blob-dead-letters.ts';
import { openStorage, type Storage } from '../../shared/azure/storage.ts';
import { tableCases } from '../../shared/azure/table-cases.ts';
import { tableFeed } from '../../shared/azure/table-feed.ts';
import { sideBySide } from '../../shared/forward/pump/side-by-side.ts';
import { hourMs } from '../../shared/time.ts';
import type { KilledSetup, KilledWord } from './killed-forwarder.ts';
import { sinkName } from './open-forwarder.ts';
import { receivers } from './receivers.ts';
import { isPicky, type StormReport, shareOf } from './storm.ts';
import { type StoryEvent, storyOf } from './story.ts';
import { type Letter, verdictOf } from './verdict.ts';
import { writingWitness } from './witness.ts';

export const killable = ['splunk', 'elastic'] as const;

type KillOptions = { events: number; kills: number; seed: number };

const script = fileURLToPath(new URL('killed-forwarder.ts', import.meta.url));
/** A life lasts at most so long, once it sends, and before. */
const longestLifeMs = 700;
const longestStartMs = 1_200;
/** What is left has to be sent within that time after the last kill. */
const longestRestMs = 180_000;

/**
 * A forwarder in a process of its own, over Table Storage, that is killed with SIGKILL at random moments
 * and started again, while more is recorded.
 */
export async function stormOfKills(
  kind: (typeof killable)[number],
  { events, kills, seed }: KillOptions,
): Promise<StormReport> {
  const started = performance.now();
  const random = seededRandom(seed);
  const story = storyOf(seed, events, Date.now());
  const [azurite, receiver] = await Promise.all([startAzurite(), receivers[kind]()]);
  const { connectionString } = azurite;
  const storage = openStorage({ connectionString });
  const witness = writingWitness();
  let ahead = 0;
  let child: ChildProcess | undefined;

  const hear = (word: KilledWord) => {
    if ('ahead' in word) ahead = Math.max(ahead, word.ahead);
    else if ('refusal' in word) witness.refusal(...word.refusal);
    else if ('fault' in word) witness.fault(word.fault);
    else if ('problem' in word) witness.problem(word.problem);
    else witness.request();
  };
  const start = () => {
    const { written, env } = receiver;
    const next = fork(script, { serialization: 'json' });
    next.on('message', hear);
    next.send({ connectionString, written, env, ahead } satisfies KilledSetup);
    child = next;
    return next;
  };
  try {
    await storage.ensure();
    receiver.failAtRandom(seed, shareOf(kind));
    const recorded = (part: number) => Math.ceil((story.length * part) / (kills + 1));
    for (let kill = 0; kill < kills; kill += 1) {
      const forwarder = start();
      await record(storage, story.slice(recorded(kill), recorded(kill + 1)), ahead);
      if (random() < 0.8) {
        // Its first word: from here on it is at work.
        await Promise.race([once(forwarder, 'message'), once(forwarder, 'exit')]);
        await pause(random() * longestLifeMs);
      } else await pause(random() * longestStartMs);
      await end(forwarder, witness.problem);
    }
    const last = start();
    await record(storage, story.slice(recorded(kills)), ahead);
    await untilNothingWaits(storage, last, witness.problem);
    await end(last, witness.problem);
    const [arrived, letters] = await Promise.all([receiver.arrived(), lettersIn(storage)]);
    const { seen } = witness;
    const { repeats, problems } = verdictOf({
      story,
      arrived,
      letters,
      seen,
      isPicky: isPicky(kind),
    });
    return {
      ...{ sink: kind, events, incidents: new Set(story.map((one) => one.incident)).size, kills },
      ...{ requests: seen.requests, faults: seen.faults, deadLetters: letters.length, problems },
      repeats: repeats + (receiver.repeatsNotKept?.() ?? 0),
      seconds: (performance.now() - started) / 1_000,
    };
  } finally {
    if (child?.exitCode === null) child.kill('SIGKILL');
    await receiver.close();
    await azurite.stop();
  }
}

/** As recording does it: noted first, then saved. */
async function record(
  storage: Storage,
  events: readonly StoryEvent[],
  ahead: number,
): Promise<void> {
  const cases = tableCases(storage.cases);
  // The clock of the forwarder may leap meanwhile, over more time than any save takes.
  const now = Date.now() + ahead + hourMs;
  await tableFeed(storage.outbox).expect([sinkName], events, now);
  const byIncident = [...Map.groupBy(events, ({ incident }) => incident)];
  const none = { incident: null, findings: [], deliveries: [] };
  await sideBySide(byIncident, 8, ([incidentId, told]) =>
    cases.save({ incidentId, ...none, events: told }),
  );
}

/** Not asked to end: it has no moment to put anything in order. */
async function end(child: ChildProcess, problem: (text: string) => void): Promise<void> {
  if (child.exitCode !== null) return problem(`the forwarder ended by itself (${child.exitCode})`);
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

async function untilNothingWaits(
  storage: Storage,
  child: ChildProcess,
  problem: (text: string) => void,
): Promise<void> {
  const deadline = Date.now() + longestRestMs;
  const feed = tableFeed(storage.outbox);
  while ((await feed.waiting(sinkName, { limit: 1 })).length > 0) {
    if (child.exitCode !== null) return;
    if (Date.now() > deadline) return problem(`something still waits after ${longestRestMs} ms`);
    await pause(100);
  }
}

async function lettersIn(storage: Storage): Promise<Letter[]> {
  const letters = blobDeadLetters(storage.deadLetters);
  const blobs = await letters.list({ limit: 100_000 });
  const read = await Promise.all(blobs.map(({ name }) => letters.read(name)));
  return read.flatMap((all) => all ?? []).map(({ reason }) => JSON.parse(reason) as Letter);
}
