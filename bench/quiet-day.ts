import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { startAzurite } from '../local/azurite.ts';
import { blobDeadLetters } from '../shared/azure/blob-dead-letters.ts';
import { blobEvidence } from '../shared/azure/blob-evidence.ts';
import { notifyQueue } from '../shared/azure/queues.ts';
import { openStorage, type Storage } from '../shared/azure/storage.ts';
import { tableCases } from '../shared/azure/table-cases.ts';
import { tableMemory } from '../shared/azure/table-memory.ts';
import { tableMarks, tableOutbox } from '../shared/azure/table-outbox.ts';
import { tableStreams } from '../shared/azure/table-streams.ts';
import { tableWatch } from '../shared/azure/table-watch.ts';
import { severities } from '../shared/severity.ts';
import { type QuietDay, type Stores, watchQuietDay } from '../test/quiet-day/watch.ts';

const records = 200_000;

/**
 * A working day of a tenant of 3 000 people on real tables: what is found where nothing is to be found,
 * and what the watch over it asks of storage. Anything above `low` fails the bench.
 */
export async function benchQuietDay(): Promise<void> {
  const local = await startAzurite();
  const requests = countRequests();
  try {
    const storage = openStorage({ connectionString: local.connectionString });
    await storage.ensure();
    const started = performance.now();
    const day = await watchQuietDay(records, storesOf(storage));
    const seconds = (performance.now() - started) / 1_000;
    tell(day, seconds, requests.stop());
    if (day.told.length > 0) process.exitCode = 1;
  } finally {
    requests.stop();
    await local.stop();
  }
}

function storesOf(storage: Storage): Stores {
  const marks = tableMarks(storage.outbox);
  return {
    cases: tableCases(storage.cases),
    outbox: tableOutbox(marks, notifyQueue(storage.notify), console.warn),
    deadLetters: blobDeadLetters(storage.deadLetters),
    recordBlobs: blobEvidence(storage.evidence),
    // Whose incident they belong to is told of elsewhere; here it counts that there are hardly any.
    recordActs: async () => {},
    watch: tableWatch(storage.watchlist),
    memory: tableMemory(storage.memory),
    streams: tableStreams(storage.streams),
  };
}

/** Every request that this process sends, whatever asked for it; the weeks before the day included. */
function countRequests(): { stop(): number } {
  let count = 0;
  const channel = 'http.client.request.start';
  const add = () => {
    count += 1;
  };
  subscribe(channel, add);
  return {
    stop() {
      unsubscribe(channel, add);
      return count;
    },
  };
}

function tell(
  { records, calls, findings, told, deadLetters }: QuietDay,
  seconds: number,
  requests: number,
) {
  console.log(`Quiet day: ${records.toLocaleString('en')} records, ${seconds.toFixed(0)} s.`);
  const open = findings.filter(({ state }) => state === 'open');
  for (const severity of severities.toReversed()) {
    const some = open.filter(({ finding }) => finding.severity === severity);
    console.log(`  ${severity.padEnd(14)}${String(some.length).padStart(6)}`);
    for (const [name, group] of Map.groupBy(some, ({ finding }) => finding.detection)) {
      console.log(`    ${name.padEnd(34)}${String(group.length).padStart(6)}`);
    }
  }
  const withdrawn = findings.length - open.length;
  console.log(`  explained by a later record${String(withdrawn).padStart(6)}`);
  console.log(`  dead letters${String(deadLetters).padStart(21)}`);
  for (const { finding } of told) console.log(`  TOLD ${finding.severity} ${finding.title}`);

  console.log(`Calls of the stores, and for each 1,000 records:`);
  const line = (name: string, count: number) =>
    console.log(
      `  ${name.padEnd(24)}${String(count).padStart(8)}${(count / (records / 1_000)).toFixed(2).padStart(9)}`,
    );
  for (const [name, count] of [...calls].sort(([, a], [, b]) => b - a)) line(name, count);
  line('requests over HTTP', requests);
}
