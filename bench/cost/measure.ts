import { setTimeout as pause } from 'node:timers/promises';
import { quietDay } from '../../test/quiet-day/day.ts';
import { dayEnd, dayStart } from '../../test/quiet-day/moment.ts';
import { policy as quietPolicy, snapshot as quietSnapshot } from '../../test/quiet-day/tenant.ts';
import { weeksBefore } from '../../test/quiet-day/weeks-before.ts';
import { directory } from '../directory.ts';
import { adminSignIn, logRecord, tenantId } from '../logs.ts';
import { deployedTimers } from './assumptions.ts';
import { mapped, type Operations } from './operations.ts';
import { drain, type Service, startService } from './service.ts';
import { storedBytes } from './stored-bytes.ts';
import type { Timer } from './timers.ts';

/** What one of something takes. */
export type Each = { operations: Operations; cpuSeconds: number };
export type Measured = {
  records: number;
  messages: number;
  findings: number;
  /** All of an ordinary day together. */
  day: Each & { bytes: number; ingressUnits: number; storedBytes: number };
  /** A finding that people are told of, from the record to the card and the SIEM. */
  told: Each & { executions: number; storedBytes: number; eventBytes: number };
  /** Of a run while nothing happens. */
  timers: readonly (Timer & Each & { runs: number })[];
};

const ingressUnit = 64 * 1024;
const tolds = 10;
const soc = { type: 'teams', webhookUrl: { env: 'TEAMS_WEBHOOK_URL' } };
const idleMinutes = 30;

/** @param count - of ordinary records. */
export async function measure(count: number): Promise<Measured> {
  const quiet = await startService({
    policy: quietPolicy,
    snapshot: quietSnapshot(),
    now: dayStart,
    hasSiem: false,
  });
  let ordinary: Awaited<ReturnType<typeof measureDay>>;
  let timers: Measured['timers'];
  try {
    ordinary = await measureDay(quiet, count);
    timers = await measureTimers(quiet);
  } finally {
    await quiet.stop();
  }
  return { ...ordinary, timers, told: await measureTold() };
}

async function measureDay(service: Service, count: number) {
  const { app, setClock, during, storage } = service;
  const take = async ({ body, at }: { body: Buffer; at: number }) => {
    setClock(at + 1_000);
    return await app.ingest([body]);
  };
  for (const sent of weeksBefore()) await take(sent);
  // Written beforehand: writing them is no work of the pipeline.
  const all = [...quietDay(count)];
  const before = await storedBytes(storage);
  let findings = 0;
  const spent = await during(async () => {
    for (const sent of all) findings += (await take(sent)).findings;
  });
  const bytes = all.reduce((sum, { body }) => sum + body.length, 0);
  const units = all.reduce((sum, { body }) => sum + Math.ceil(body.length / ingressUnit), 0);
  return {
    records: all.reduce((sum, { records }) => sum + records, 0),
    messages: all.length,
    findings,
    day: {
      ...spent,
      bytes,
      ingressUnits: units,
      storedBytes: (await storedBytes(storage)) - before,
    },
  };
}

/** Half an hour in which nothing comes: each timer as often as it runs in it. */
async function measureTimers(service: Service): Promise<Measured['timers']> {
  setAfter(service);
  const { app } = service;
  const verbs = new Map<string, () => Promise<unknown>>(
    Object.entries({
      checkPosture: app.checkPosture,
      escalate: app.escalate,
      refreshDirectory: app.refreshDirectory,
      sweepOutbox: app.sweepOutbox,
      watchStreams: app.watchStreams,
    }),
  );
  const verbOf = (name: string) => {
    const verb = verbs.get(name);
    if (!verb) throw new Error(`the timer ${name} is not known here`);
    return () => verb.call(app);
  };
  // What a first run finds and writes down is told once.
  for (const { name } of deployedTimers) await verbOf(name)();
  await empty(service);
  const measured: (Timer & Each & { runs: number })[] = [];
  const from = service.now();
  for (const timer of deployedTimers) {
    const runs = Math.ceil((idleMinutes * 60) / timer.everySeconds);
    const verb = verbOf(timer.name);
    const spent = await service.during(async () => {
      for (let run = 1; run <= runs; run += 1) {
        service.setClock(from + run * timer.everySeconds * 1_000);
        await verb();
      }
    });
    measured.push({ ...timer, ...spent, runs });
  }
  return measured;
}

const setAfter = (service: Service) => service.setClock(dayEnd + 3_600_000);

/** Tells and sends all that waits, as well as what was put off for a second. */
async function empty(service: Service) {
  const executions = await drainBoth(service);
  // The queue hides a message by the time of this machine.
  await pause(1_100);
  service.setClock(service.now() + 1_100);
  return executions + (await drainBoth(service));
}

const drainBoth = async (service: Service) =>
  (await drain(service, 'notify')) + (await drain(service, 'forward'));

async function measureTold(): Promise<Measured['told']> {
  const service = await startService({
    policy: {
      version: 1,
      tenants: [{ id: tenantId, name: 'bench' }],
      channels: { soc },
      routes: [{ minSeverity: 'medium', channels: ['soc'] }],
    },
    snapshot: directory(tolds + 1),
    now: Date.now(),
    hasSiem: true,
  });
  try {
    const { app, storage, during } = service;
    const mix = { admins: tolds + 1, adminShare: 0, auditShare: 0.1 };
    const body = (n: number, isTold: boolean) => {
      const records = Array.from({ length: 50 }, (_, at) => logRecord(n * 50 + at, mix));
      return Buffer.from(
        JSON.stringify({ records: isTold ? [...records, adminSignIn(n)] : records }),
      );
    };
    await app.ingest([body(tolds, true)]);
    await empty(service);
    const plain = await during(async () => {
      for (let n = 0; n < tolds; n += 1) await app.ingest([body(1_000 + n, false)]);
    });
    const [cards, events] = [service.cards(), await service.eventBytes()];
    const before = await storedBytes(storage);
    let executions = 0;
    const pollsBefore = service.emptyPolls();
    const told = await during(async () => {
      for (let n = 0; n < tolds; n += 1) {
        await app.ingest([body(n, true)]);
        executions += await empty(service);
      }
    });
    if (service.cards() - cards !== tolds) {
      throw new Error(`${service.cards() - cards} cards came; ${tolds} were expected`);
    }
    // The host asks queues whether or not anything was found: that is counted by the clock.
    const emptyPolls = service.emptyPolls() - pollsBefore;
    const stored = (await storedBytes(storage)) - before;
    return {
      operations: mapped(
        (kind) =>
          (told.operations[kind] - plain.operations[kind] - (kind === 'queue' ? emptyPolls : 0)) /
          tolds,
      ),
      cpuSeconds: Math.max(0, told.cpuSeconds - plain.cpuSeconds) / tolds,
      executions: executions / tolds,
      storedBytes: stored / tolds,
      eventBytes: ((await service.eventBytes()) - events) / tolds,
    };
  } finally {
    await service.stop();
  }
}
