import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { directoryVerbs } from './app-directory.ts';
import { blobDeadLetters } from './azure/blob-dead-letters.ts';
import { blobDirectory } from './azure/blob-directory.ts';
import { directoryReader } from './azure/directory-reader.ts';
import { openStorage } from './azure/storage.ts';
import { tableCases } from './azure/table-cases.ts';
import { tableMemory } from './azure/table-memory.ts';
import { type Mark, notifyQueue, tableMarks, tableOutbox } from './azure/table-outbox.ts';
import { tablePosture } from './azure/table-posture.ts';
import { tableStreams } from './azure/table-streams.ts';
import { tableWatch } from './azure/table-watch.ts';
import { type Config, readConfig } from './config.ts';
import { answer, type ConsoleAnswer, mayRead } from './console/console.ts';
import { checkStreams } from './detect/check-streams.ts';
import { byKind } from './detect/detect.ts';
import { detections } from './detect/detections/index.ts';
import { postureChecks } from './detect/posture-checks/index.ts';
import { streamChecks } from './detect/stream-checks/index.ts';
import { messageOf, WatchError } from './errors.ts';
import { Memories } from './memory/memories.ts';
import { type IngestReport, ingest } from './pipeline.ts';
import { settingsFrom } from './policy/settings-of.ts';
import { formatProblem, type Policy, parsePolicy, tenantPolicy } from './policy.ts';
import type { RefreshReport } from './posture/posture-store.ts';
import { Screener } from './read/screen.ts';
import { recordFindings } from './record/record-findings.ts';
import { StreamWatch } from './streams/stream-watch.ts';
import { notify } from './tell/notify.ts';
import { telling } from './tell/telling.ts';
import { Watchlists } from './watch/watchlists.ts';

/** What the functions do; each calls one of these. */
export type App = {
  /** @param bodies - of one Event Hub batch, bytes. @throws {WatchError} STORE_UNAVAILABLE */
  ingest(bodies: readonly Buffer[]): Promise<IngestReport>;
  /** @param message - of the queue: `{ "incident": id }`. */
  notify(message: unknown): Promise<void>;
  /** @returns how many incidents were looked at. */
  sweepOutbox(): Promise<number>;
  /**
   * Reads the directory of every tenant anew, if it is time.
   *
   * @param options.isForced - whether or not it is.
   * @returns a report for each that was tried.
   */
  refreshDirectory(options?: { isForced?: boolean }): Promise<RefreshReport[]>;
  /** @returns how many findings are new, changed or over. */
  checkPosture(): Promise<number>;
  /** Judges what arrives of each stream, and forgets what is of no use any more. @returns as `checkPosture`. */
  watchStreams(): Promise<number>;
  console(path: string, principal: string | null): Promise<ConsoleAnswer>;
};

let app: Promise<App> | undefined;

/** The app of this process, wired on first use. A start that failed is tried again with the next call. */
export function getApp(): Promise<App> {
  app ??= startApp(readConfig(process.env), process.env).catch((error) => {
    app = undefined;
    throw error;
  });
  return app;
}

/** A mark this old was perhaps forgotten by whoever set it: time to look. */
const forgottenAfterMs = 20_000;
/** A mark goes only when no save can be under way any more, however slow the storage and the clocks. */
const settledAfterMs = 10 * 60_000;
/** How many incidents a sweep looks at side by side, and for how long; the next sweep goes on. */
const sweepWidth = 8;
const sweepMs = 60_000;
/** A delivery that is not through by then waits for its channel. */
const stuckAfterMs = 60_000;

/**
 * Reads the policy and connects the adapters.
 *
 * @param env - where the secrets are that the policy names.
 * @throws {WatchError} POLICY_INVALID, STORE_UNAVAILABLE
 */
export async function startApp(
  config: Config,
  env: Readonly<Record<string, string | undefined>>,
): Promise<App> {
  const policy = await readPolicy(config.policyFile);
  const storage = openStorage(storageSettings(config));
  await storage.ensure();

  const cases = tableCases(storage.cases);
  const marks = tableMarks(storage.outbox);
  const queue = notifyQueue(storage.notify);
  const deadLetters = blobDeadLetters(storage.deadLetters);
  const settingsOf = settingsFrom(policy);
  const watchlists = new Watchlists(
    (tenantId) => tenantPolicy(policy, tenantId),
    policy.tenants.map(({ id }) => id),
    tableWatch(storage.watchlist),
  );
  const memory = tableMemory(storage.memory);
  const memories = new Memories(memory);
  const streams = new StreamWatch(tableStreams(storage.streams), (message) =>
    console.warn(message),
  );
  const byEvent = byKind(detections);
  const screener = new Screener(byEvent);
  const recording = () => ({
    cases,
    outbox: tableOutbox(marks, queue, (message) => console.warn(message)),
    routes: policy.routes,
    tenantName: (tenantId: string) => tenantPolicy(policy, tenantId)?.name ?? tenantId,
    now: Date.now(),
  });
  const notifying = {
    cases,
    ...telling({
      policy,
      infos: [...detections, ...postureChecks, ...streamChecks],
      env,
      allowLoopback: config.allowLoopback,
    }),
    now: () => Date.now(),
    warn: (message: string) => console.warn(message),
  };

  const directory = directoryVerbs({
    policy,
    settingsOf,
    directory: blobDirectory(storage.directory),
    posture: tablePosture(storage.posture),
    watchlists,
    streamsOf: (tenantId) => streams.read(tenantId),
    read: config.directory.from === 'file' ? undefined : directoryReader(config.directory),
    recording,
    warn: (message) => console.warn(message),
  });
  await directory.readSnapshots();

  async function sweepOne({ incidentId, renewedAt, version }: Mark, now: number): Promise<void> {
    try {
      const { next } = await notify(incidentId, notifying);
      const isSettled = now - renewedAt > settledAfterMs;
      if (next === null && isSettled) await marks.unmark(incidentId, version);
    } catch (error) {
      // One incident that can't be loaded must not hold up the others.
      console.warn(`sweeping incident ${incidentId}: ${messageOf(error)}`);
    }
  }

  return {
    ingest: (bodies) =>
      ingest(bodies, {
        ...recording(),
        detections: byEvent,
        settingsOf,
        watchlists,
        memories,
        tenantOf: (tenantId) => tenantPolicy(policy, tenantId),
        fallbackTenantId: policy.tenants.length === 1 ? policy.tenants[0]?.id : undefined,
        deadLetters,
        screener,
        streams,
      }),

    async notify(message) {
      const incident = (message as { incident?: unknown } | null)?.incident;
      if (typeof incident !== 'string') return;
      const { next, attempted } = await notify(incident, notifying);
      // Whoever tried says when to try again; all others would only multiply the messages.
      if (next !== null && attempted > 0) await queue.send(incident, next - Date.now());
    },

    async sweepOutbox() {
      const started = Date.now();
      const forgotten = await marks.marked({ olderThanMs: forgottenAfterMs, now: started });
      let looked = 0;
      while (looked < forgotten.length && Date.now() - started < sweepMs) {
        const some = forgotten.slice(looked, looked + sweepWidth);
        await Promise.all(some.map((mark) => sweepOne(mark, started)));
        looked += some.length;
      }
      return looked;
    },

    refreshDirectory: directory.refreshDirectory,
    checkPosture: directory.checkPosture,

    async watchStreams() {
      const now = Date.now();
      await streams.flush();
      let news = 0;
      for (const { id } of policy.tenants) {
        const watchlist = await watchlists.of(id, now);
        if (!watchlist) continue;
        const deps = { checks: streamChecks, settingsOf, now };
        const found = checkStreams(watchlist, await streams.read(id), deps);
        news += await recordFindings(found, recording());
      }
      await memory.prune(now);
      return news;
    },

    console: (path, principal) =>
      answer(path, {
        cases,
        countDeadLetters: () => deadLetters.count(),
        countWaiting: async () =>
          (await marks.marked({ olderThanMs: stuckAfterMs, now: Date.now() })).length,
        directories: directory.status,
        scorecards: directory.scorecards,
        isTrusted: mayRead(principal, config),
      }),
  };
}

async function readPolicy(file: string): Promise<Policy> {
  let text: string;
  try {
    // From the root of the app, wherever the host was started: the bundle and this file are one level below.
    text = await readFile(resolve(fileURLToPath(new URL('..', import.meta.url)), file), 'utf8');
  } catch (error) {
    throw new WatchError('POLICY_INVALID', `${file}: can't be read`, { cause: error });
  }
  const parsed = parsePolicy(text, file);
  if ('problems' in parsed) {
    throw new WatchError('POLICY_INVALID', parsed.problems.map(formatProblem).join('\n'));
  }
  return parsed.policy;
}

const storageSettings = ({ storage }: Config) =>
  'accountName' in storage
    ? { account: storage.accountName, clientId: storage.clientId, isManaged: true }
    : storage;
