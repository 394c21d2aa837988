import { heartbeatMs } from '../../shared/forward/pump/heartbeat.ts';
import type { Assumptions, Deployed } from './assumptions.ts';
import type { Each, Measured } from './measure.ts';
import { added, noOperations, type Operations, sumOf, times } from './operations.ts';
import { grants, prices } from './prices.ts';

export type Choice = {
  memoryMb: number;
  /** Messages that an execution of ingest finds waiting. */
  messagesPerExecution: number;
  alwaysReady: number;
  siem: 'none' | 'event hub' | 'sentinel';
};

export type Item = { name: string; usd: number; of: string };

export type MonthlyInput = {
  users: number;
  measured: Measured;
  deployed: Deployed;
  assumptions: Assumptions;
  choice: Choice;
};

const gb = 1e9;
const whole = (n: number) => Math.round(n).toLocaleString('en');
const short = (n: number) => n.toLocaleString('en', { maximumFractionDigits: 2 });
const coresOf = (memoryMb: number) => memoryMb / 2048;

/**
 * What an execution is billed: its work on the share of a core that goes with the memory, and each
 * storage operation waited for after the other; never less than a second, by tenths above that.
 */
export function billedSeconds(
  { cpuSeconds, operations }: Each,
  memoryMb: number,
  { storageMs, leastSeconds }: Assumptions,
): number {
  const seconds = cpuSeconds / coresOf(memoryMb) + (sumOf(operations) * storageMs) / 1_000;
  return Math.max(leastSeconds, Math.ceil(seconds * 10 - 1e-9) / 10);
}

/** One message of an ordinary day. */
export const perMessage = ({ day, messages }: Measured): Each => ({
  operations: times(day.operations, 1 / messages),
  cpuSeconds: day.cpuSeconds / messages,
});

const secondsOf = ({ daysOfMonth }: Assumptions) => daysOfMonth * 86_400;

/** How much of everything there is in a month. */
export function monthlyUse({ users, measured, deployed, assumptions, choice }: MonthlyInput) {
  const { daysOfMonth, recordsPerUser, bytesPerRecord, recordsPerMessage, exportsPerDay, peak } =
    assumptions;
  const recordsADay = users * recordsPerUser;
  const messages =
    Math.max(recordsADay / recordsPerMessage, deployed.categories * exportsPerDay) * daysOfMonth;
  const bytes = recordsADay * bytesPerRecord * daysOfMonth;
  const records = recordsADay * daysOfMonth;
  const ofPeak = (bytes / secondsOf(assumptions)) * peak;
  const throughputUnits = Math.min(
    deployed.mostThroughputUnits,
    Math.max(1, Math.ceil(ofPeak / 1e6)),
  );
  // A message is a unit at least.
  const ingressUnits = Math.max(messages, Math.ceil(bytes / 65_536));

  const message = perMessage(measured);
  const { messagesPerExecution } = choice;
  const ingests = messages / messagesPerExecution;
  const ingest = {
    cpuSeconds: message.cpuSeconds * messagesPerExecution,
    operations: times(message.operations, messagesPerExecution),
  };
  const tolds = (users / 1_000) * assumptions.toldPer1000Users;
  const { told } = measured;
  const toldExecutions = tolds * told.executions;
  const timers = measured.timers.map((timer) => {
    const executions = secondsOf(assumptions) / timer.everySeconds;
    const each = {
      cpuSeconds: timer.cpuSeconds / timer.runs,
      operations: times(timer.operations, 1 / timer.runs),
    };
    return {
      name: timer.name,
      executions,
      operations: times(each.operations, executions),
      seconds: executions * billedSeconds(each, choice.memoryMb, assumptions),
    };
  });
  // Once an hour the directory is read, which takes longer than the others.
  const refreshes = 24 * daysOfMonth * Math.max(0, assumptions.refreshSeconds - 1);
  const timerSeconds = timers.reduce((sum, { seconds }) => sum + seconds, refreshes);
  const timerExecutions = timers.reduce((sum, { executions }) => sum + executions, 0);
  const ingestSeconds = ingests * billedSeconds(ingest, choice.memoryMb, assumptions);
  const toldEach = {
    cpuSeconds: told.cpuSeconds / Math.max(1, told.executions),
    operations: times(told.operations, 1 / Math.max(1, told.executions)),
  };
  const toldSeconds = toldExecutions * billedSeconds(toldEach, choice.memoryMb, assumptions);
  const operations = {
    logs: times(message.operations, messages),
    told: times(told.operations, tolds),
    timers: added(timers.map((timer) => timer.operations)),
    host: hostOperations(ingests, timers.length, deployed, assumptions),
  };
  return {
    ...{ records, messages, bytes, throughputUnits, ingressUnits, ingests, tolds, timers },
    ...{ timerSeconds, ingestSeconds, toldSeconds, operations },
    executions: ingests + toldExecutions + timerExecutions,
    each: { eventBytes: told.eventBytes },
    eventBytes: tolds * told.eventBytes,
    storedBytes:
      (measured.day.storedBytes / measured.messages) * messages + tolds * told.storedBytes,
  };
}

/** Of the host itself, on the same kinds of storage: not measured, it does not run here. */
function hostOperations(
  ingests: number,
  timers: number,
  { partitions, queues, pollSeconds }: Deployed,
  assumptions: Assumptions,
): Operations {
  const seconds = secondsOf(assumptions);
  const rounds = seconds / assumptions.ownershipSeconds;
  return {
    ...noOperations,
    // A place in the stream for each batch, a claim on each partition, and the list of them.
    blobWrite: ingests + rounds * (partitions + 1),
    blobRead: (seconds / assumptions.lockSeconds) * timers,
    queue: (seconds / pollSeconds) * queues,
  };
}

/** The bill of a month, item by item, in US dollars. */
export function monthly(input: MonthlyInput): Item[] {
  const use = monthlyUse(input);
  return [
    ...eventHubs(use),
    ...functions(input, use),
    ...storage(input, use),
    ...logs(input, use),
    ...siem(input, use),
  ];
}

export const totalOf = (items: readonly Item[]): number =>
  items.reduce((sum, { usd }) => sum + usd, 0);

type Use = ReturnType<typeof monthlyUse>;

const eventHubs = ({ throughputUnits, ingressUnits }: Use): Item[] => [
  {
    name: 'Event Hubs, throughput',
    usd: throughputUnits * prices.throughputUnit.usd,
    of: `${throughputUnits} unit${throughputUnits > 1 ? 's' : ''}`,
  },
  {
    name: 'Event Hubs, ingress',
    usd: (ingressUnits / 1e6) * prices.ingress.usd,
    of: `${whole(ingressUnits)} of 64 KB`,
  },
];

function functions({ choice, assumptions }: MonthlyInput, use: Use): Item[] {
  const memoryGb = choice.memoryMb / 1024;
  const part = (name: string, seconds: number) => ({
    name: `Functions, ${name}`,
    usd: seconds * memoryGb * prices.gbSecond.usd,
    of: `${whole(seconds * memoryGb)} GB-s`,
  });
  const spent = (use.timerSeconds + use.ingestSeconds + use.toldSeconds) * memoryGb;
  const free = Math.min(spent, grants.gbSeconds);
  const billed = Math.max(0, use.executions - grants.executions);
  const ready = choice.alwaysReady * memoryGb * secondsOf(assumptions);
  return [
    part('timers', use.timerSeconds),
    part('logs', use.ingestSeconds),
    part('alerts and SIEM', use.toldSeconds),
    {
      name: 'Functions, executions',
      usd: (billed / 1e6) * prices.execution.usd,
      of: `${whole(use.executions)}, ${whole(grants.executions)} free`,
    },
    { name: 'Functions, free', usd: -free * prices.gbSecond.usd, of: `${whole(free)} GB-s` },
    {
      name: 'Functions, always ready',
      usd: ready * prices.readyIdle.usd,
      of: `${choice.alwaysReady} for the console, ${choice.memoryMb} MB`,
    },
  ];
}

/** @returns US dollars. */
export const operationsPrice = (all: Operations): number =>
  ((all.tableRead + all.tableWrite) * prices.tableOperation.usd +
    all.queue * prices.queueOperation.usd +
    all.blobWrite * prices.blobWrite.usd +
    all.blobRead * prices.blobRead.usd) /
  10_000;

function storage({ assumptions }: MonthlyInput, { operations, storedBytes }: Use): Item[] {
  const part = (name: string, all: Operations) => ({
    name: `Storage, ${name}`,
    usd: operationsPrice(all),
    of: `${whole(sumOf(all))} operations`,
  });
  const { logs: ofLogs, told, timers, host } = operations;
  const kept = (storedBytes * assumptions.monthsKept) / gb;
  return [
    part('logs and alerts', added([ofLogs, told])),
    part('timers', timers),
    part('the host', host),
    { name: 'Storage, data', usd: kept * prices.tableData.usd, of: `${short(kept)} GB` },
  ];
}

/** Telemetry in GB a month, by where it comes from. */
export function telemetryGb({ assumptions, deployed }: MonthlyInput, use: Use) {
  const a = assumptions;
  const { logs: ofLogs, told, timers } = use.operations;
  const minutes = secondsOf(a) / 60;
  const parts = {
    executions: (use.executions * (a.requestBytes + a.tracesPerExecution * a.traceBytes)) / gb,
    // The account of the host keeps deletions alone.
    audit: (sumOf(added([ofLogs, told, timers])) * a.storageRowBytes) / gb,
    metrics:
      (minutes * (a.hubMetrics * a.metricBytes) +
        minutes * a.instancesUp * a.countersPerMinute * a.counterBytes) /
      gb,
  };
  const all = parts.executions + parts.audit + parts.metrics;
  const cap = deployed.logQuotaGb * a.daysOfMonth;
  return { ...parts, all, taken: Math.min(all, cap), isCapped: all > cap };
}

function logs(input: MonthlyInput, use: Use): Item[] {
  const { assumptions, deployed } = input;
  const { executions, audit, metrics, all, taken, isCapped } = telemetryGb(input, use);
  const share = all > 0 ? taken / all : 0;
  const part = (name: string, some: number) => ({
    name: `Log Analytics, ${name}`,
    usd: some * share * prices.logs.usd,
    of: `${short(some)} GB${isCapped ? ', cut by the daily cap' : ''}`,
  });
  const months = Math.max(0, deployed.logDays - assumptions.freeLogDays) / assumptions.daysOfMonth;
  return [
    part('executions', executions),
    part('audit of storage', audit),
    part('metrics', metrics),
    {
      name: 'Log Analytics, kept',
      usd: taken * months * prices.keptLogs.usd,
      of: `${deployed.logDays} days`,
    },
    {
      name: 'Alarms',
      usd: deployed.logAlarms * prices.logAlarm.usd + prices.metricAlarm.usd,
      of: `${deployed.logAlarms} rules and a metric`,
    },
  ];
}

function siem({ choice, assumptions }: MonthlyInput, { eventBytes, tolds, each }: Use): Item[] {
  if (choice.siem === 'none') return [];
  const heartbeats = (secondsOf(assumptions) * 1_000) / heartbeatMs;
  const bytes = eventBytes + heartbeats * each.eventBytes;
  const isHub = choice.siem === 'event hub';
  const memoryGb = choice.memoryMb / 1024;
  return [
    {
      name: 'SIEM, heartbeats',
      usd: heartbeats * assumptions.leastSeconds * memoryGb * prices.gbSecond.usd,
      of: `${whole(heartbeats)} executions`,
    },
    {
      name: `SIEM, ${choice.siem}`,
      usd: isHub
        ? prices.throughputUnit.usd + ((tolds + heartbeats) / 1e6) * prices.ingress.usd
        : (bytes / gb) * prices.sentinel.usd,
      of: isHub ? 'a unit of its own' : `${short(bytes / 1e6)} MB`,
    },
  ];
}
