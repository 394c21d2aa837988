import { readFileSync } from 'node:fs';
import { type Timer, timersIn } from './timers.ts';

const text = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

const number = (name: string, source: string): number => {
  const found = new RegExp(`param ${name} int = (\\d+)`).exec(source)?.[1];
  if (found === undefined) throw new Error(`infra/main.bicep: ${name} has no default`);
  return Number(found);
};
const main = text('infra/main.bicep');
const host = JSON.parse(text('host.json')) as {
  extensions: {
    eventHubs: { maxEventBatchSize: number };
    queues: { maxPollingInterval: string };
  };
};
const pollSeconds = Number(host.extensions.queues.maxPollingInterval.split(':').at(-1));

/** What the deployment says of itself: read from its files, so that the bill follows them. */
export const deployed = {
  memoryMb: number('instanceMemoryMB', main),
  alwaysReady: number('alwaysReadyHttp', main),
  partitions: number('partitionCount', main),
  mostThroughputUnits: number('maximumThroughputUnits', main),
  logQuotaGb: number('telemetryQuotaGb', main),
  logDays: number('telemetryRetentionInDays', main),
  logAlarms: text('infra/modules/alarms.bicep').match(/query: '''/g)?.length ?? 0,
  queues: 2,
  pollSeconds,
  batch: host.extensions.eventHubs.maxEventBatchSize,
  categories: text('infra/tenant/log-categories.txt').match(/^(entra|activity) /gm)?.length ?? 0,
};
export type Deployed = typeof deployed;

export const deployedTimers: readonly Timer[] = timersIn(
  ['check-posture', 'escalate', 'refresh-directory', 'sweep-outbox', 'watch-streams'].map((name) =>
    text(`functions/${name}.ts`),
  ),
);

const recordsPerUser = Number(process.env.COST_RECORDS_PER_USER ?? 15);
if (!(recordsPerUser > 0)) throw new Error('COST_RECORDS_PER_USER: allowed is a number above 0');

/** What nobody has measured here. Each leans to the dearer side, unless it says otherwise. */
export const assumptions = {
  daysOfMonth: 30,
  /** A day. Microsoft: about 1.5 million for 100,000 users, all sign-ins among them. */
  recordsPerUser,
  /** The same source: at most 17 GB for those. */
  bytesPerRecord: 11_300,
  recordsPerMessage: 50,
  /** A category is exported every five minutes as long as it has anything. */
  exportsPerDay: 288,
  /** The busiest moment of a day, in averages. */
  peak: 4,
  toldPer1000Users: 20,
  storageMs: 10,
  /** Reading a directory from Microsoft Graph, once an hour. */
  refreshSeconds: 30,
  leastSeconds: 1,
  /** Rows of telemetry, in billed bytes: of a request, a trace, a storage operation, a metric. */
  requestBytes: 1_500,
  tracesPerExecution: 4,
  traceBytes: 1_000,
  storageRowBytes: 1_200,
  metricBytes: 500,
  hubMetrics: 25,
  countersPerMinute: 5,
  counterBytes: 800,
  /** Instances that the timers of a few seconds keep up all month, and the one that reads logs. */
  instancesUp: 3,
  /** The host looks after its partitions, and renews the lock of each timer. */
  ownershipSeconds: 30,
  lockSeconds: 15,
  freeLogDays: 31,
  /** Evidence and findings are kept for so many months. */
  monthsKept: 13,
};
export type Assumptions = typeof assumptions;
