/**
 * Sends many findings through the forwarder of the service to a stand-in of each SIEM that fails at
 * random in each way it knows, and looks whether every one arrived: once by its uid, in the order of its
 * incident, or with the dead letters in the words of whoever refused it. Then a forwarder in a process
 * of its own is killed again and again.
 *
 *     npm run storm -- [--sink splunk] [--events 100000] [--kills 50] [--seed 1]
 *
 * Nobody waits for the pauses that the pump asks for: its clock leaps over them. Exit code 1 if anything
 * was lost, out of order, or set aside without a reason.
 */
import { parseArgs } from 'node:util';
import { killable, stormOfKills } from './forward-storm/kills.ts';
import { type StormKind, stormKinds } from './forward-storm/receivers.ts';
import { type StormReport, storm } from './forward-storm/storm.ts';

const options = {
  sink: { type: 'string' },
  events: { type: 'string', default: '100000' },
  kills: { type: 'string', default: '50' },
  seed: { type: 'string', default: '1' },
} as const;
const { sink, ...numbers } = parseArgs({ options, strict: true }).values;
const [events, kills, seed] = [numbers.events, numbers.kills, numbers.seed].map(wholeOf);
if (sink !== undefined && !stormKinds.includes(sink as StormKind)) {
  throw new Error(`--sink "${sink}"; allowed: ${stormKinds.join(', ')}`);
}
if (events === undefined || kills === undefined || seed === undefined || events < 1) {
  throw new Error('--events, --kills and --seed must be whole numbers');
}

const chosen = stormKinds.filter((kind) => sink === undefined || kind === sink);
for (const kind of chosen) print(await storm(kind, { events, seed }));
if (kills > 0) {
  for (const kind of killable.filter((one) => chosen.includes(one))) {
    // Each event is several calls to the storage.
    print(await stormOfKills(kind, { events: Math.min(events, 3_000), kills, seed }));
  }
}

function wholeOf(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function print(report: StormReport): void {
  const { faults, problems, ...counts } = report;
  const count = (value: number) => value.toLocaleString('en');
  const parts = [
    `${count(counts.events)} events of ${count(counts.incidents)} incidents`,
    `${count(counts.requests)} requests`,
    ...(counts.kills > 0 ? [`${counts.kills} kills`] : []),
    `${count(counts.repeats)} repeats`,
    `${count(counts.deadLetters)} dead letters`,
    `${counts.seconds.toFixed(1)} s`,
    `faults: ${[...faults].map(([kind, times]) => `${kind} ${count(times)}`).join(', ') || 'none'}`,
  ];
  console.log(
    `${problems.length > 0 ? 'FAILED' : 'ok'}  ${counts.sink.padEnd(9)} ${parts.join('; ')}`,
  );
  for (const problem of problems) console.log(`    ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
}
