import { resolve } from 'node:path';
import { directoryVerbs } from './app-directory.ts';
import { forwardingVerbs } from './app-forwarding.ts';
import { openKeys, peopleVerbs } from './app-people.ts';
import { appRoot } from './app-root.ts';
import { tellingVerbs } from './app-telling.ts';
import { blobAnchors } from './azure/blob-anchor.ts';
import { blobDeadLetters } from './azure/blob-dead-letters.ts';
import { blobDirectory } from './azure/blob-directory.ts';
import { blobEvidence } from './azure/blob-evidence.ts';
import { directoryReader } from './azure/directory-reader.ts';
import { openTelemetry } from './azure/open-telemetry.ts';
import { openStorage } from './azure/storage.ts';
import { tableCases } from './azure/table-cases.ts';
import { tableLedger } from './azure/table-ledger.ts';
import { tableMemory } from './azure/table-memory.ts';
import { tablePosture } from './azure/table-posture.ts';
import { tableShelf } from './azure/table-shelf.ts';
import { tableStreams } from './azure/table-streams.ts';
import { tableWatch } from './azure/table-watch.ts';
import { type Config, readConfig, refuseMisspelt } from './config.ts';
import { checkStreams } from './detect/check-streams.ts';
import { byKind } from './detect/detect.ts';
import { detections } from './detect/detections/index.ts';
import type { Found } from './detect/found.ts';
import { postureChecks } from './detect/posture-checks/index.ts';
import { serviceChecks } from './detect/service-checks/index.ts';
import { streamChecks } from './detect/stream-checks/index.ts';
import type { Drill } from './drill/drill.ts';
import { drillShelf, drills as drillVerbs } from './drill/drills.ts';
import { followDrills } from './drill/follow-drills.ts';
import type { LedgerItem } from './ledger/ledger.ts';
import { type RecordedPolicy, recordPolicy } from './ledger/record-policy.ts';
import { Memories } from './memory/memories.ts';
import { type IngestReport, ingest } from './pipeline.ts';
import { settingsFrom } from './policy/settings-of.ts';
import { tenantPolicy } from './policy.ts';
import { readPolicyFile } from './policy-file.ts';
import type { RefreshReport } from './posture/posture-store.ts';
import { Screener } from './read/screen.ts';
import { recordFindings } from './record/record-findings.ts';
import { personalLinks, type UsedLink } from './respond/link.ts';
import { announcer } from './route/announce.ts';
import { runAll } from './run-all.ts';
import { namesIn } from './settings/policy-variables.ts';
import { startingAnew } from './starting-anew.ts';
import { lastRecordIn } from './streams/stream-history.ts';
import { StreamWatch } from './streams/stream-watch.ts';
import { measuredCases } from './telemetry/measured-cases.ts';
import { measureBatch, measuredStreams } from './telemetry/measured-ingest.ts';
import { noTelemetry, type Telemetry } from './telemetry/measures.ts';
import { telemetrySettings } from './telemetry/telemetry-settings.ts';
import { Watchlists } from './watch/watchlists.ts';

/** What the functions do; each calls one of these. */
export type App = {
  /**
   * @param bodies - of one Event Hub batch, bytes.
   * @param enqueuedAt - when the hub took each, epoch milliseconds, as far as that is known.
   * @throws {WatchError} STORE_UNAVAILABLE
   */
  ingest(bodies: readonly Buffer[], enqueuedAt?: readonly number[]): Promise<IngestReport>;
  /** @param message - of the queue: `{ "incident": id }`. */
  notify(message: unknown): Promise<void>;
  /**
   * Sends a SIEM what waits for it.
   *
   * @param message - of the queue: `{ "sink": name }`.
   * @returns counts for the log; undefined if there was nothing to do.
   */
  forward(message: unknown): Promise<object | undefined>;
  /** Wakes the SIEMs for which something waits, too. @returns how many incidents were looked at. */
  sweepOutbox(): Promise<number>;
  /**
   * Everything that people are told because of the time: whoever has not answered is asked again, drills
   * are looked after, digests and test messages are written.
   *
   * @returns how much of it there was.
   */
  escalate(): Promise<number>;
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
  /** The pages, what people answer there, and the same as JSON. Never throws. */
  console(request: Request): Promise<Response>;
  /** Sends the telemetry that has not been sent yet. Never throws. */
  flush(): Promise<void>;
};

let app: Promise<App> | undefined;
let telemetry: Telemetry | undefined;

/**
 * The app of this process, wired on first use. After a start that failed, or once storage of ours has gone,
 * the next call starts it anew.
 */
export function getApp(): Promise<App> {
  // Once: each start that fails would leave another one behind.
  telemetry ??= openTelemetry(telemetrySettings(process.env), console.warn);
  const forget = () => {
    app = undefined;
  };
  app ??= startApp(readConfig(process.env), process.env, telemetry).then(
    (started) => startingAnew(started, forget),
    (error) => {
      forget();
      throw error;
    },
  );
  return app;
}

/** Sends what telemetry is left, before the process ends. Never throws. */
export async function flushApp(): Promise<void> {
  await telemetry?.flush();
}

/**
 * Reads the policy and connects the adapters.
 *
 * @param env - where the secrets are that the policy names.
 * @throws {WatchError} POLICY_INVALID, STORE_UNAVAILABLE
 */
export async function startApp(
  config: Config,
  env: Readonly<Record<string, string | undefined>>,
  { measure, flush }: Telemetry = noTelemetry,
): Promise<App> {
  const { policy, text } = await readPolicyFile(
    resolve(appRoot, config.policyFile),
    config.policyFile,
  );
  refuseMisspelt(env, namesIn(policy));
  const storage = openStorage(storageSettings(config), { measure });
  await storage.ensure();

  const warn = (message: string) => console.warn(message);
  const infos = [...detections, ...postureChecks, ...streamChecks, ...serviceChecks];
  const settingsOf = settingsFrom(policy);
  const watchlists = new Watchlists(
    (tenantId) => tenantPolicy(policy, tenantId),
    policy.tenants.map(({ id }) => id),
    tableWatch(storage.watchlist),
  );
  const memory = tableMemory(storage.memory);
  const streams = new StreamWatch(tableStreams(storage.streams), warn);
  const deadLetters = blobDeadLetters(storage.deadLetters);
  const evidence = blobEvidence(storage.evidence);
  const ledger = tableLedger(storage.ledger, {
    anchors: blobAnchors(storage.anchors),
    warn,
    now: Date.now,
  });
  const keys = openKeys(storage);
  const used = tableShelf<UsedLink>(storage.shelves, 'used links');
  const links = personalLinks({ keys, used }, Date.now);
  const cases = measuredCases(tableCases(storage.cases), measure);
  const forwarding = forwardingVerbs({
    ...{ config, policy, env, storage, settingsOf, deadLetters, measure, warn },
    events: cases,
    lastRecordAt: async (tenantId) => lastRecordIn(await streams.read(tenantId)),
    record: (found) => recordFindings(found, recording()),
    root: appRoot,
  });
  const following = {
    shelf: tableShelf<Drill>(storage.shelves, drillShelf),
    cases,
    watchlistOf: (tenantId: string, now: number) => watchlists.of(tenantId, now),
    written: (item: LedgerItem) => ledger.append([item]),
    now: Date.now,
    warn,
  };
  const drills = drillVerbs(following);
  const telling = tellingVerbs({
    ...{ config, policy, env, storage, cases, infos, settingsOf, watchlists, ledger, links },
    ...{ measure, warn },
    drillAt: drills.markFor,
    feed: forwarding.feed,
  });
  const { recording } = telling;
  const directory = directoryVerbs({
    policy,
    settingsOf,
    directory: blobDirectory(storage.directory),
    posture: tablePosture(storage.posture),
    watchlists,
    streamsOf: (tenantId) => streams.read(tenantId),
    provenDrills: drills.provenDrills,
    read: config.directory.from === 'file' ? undefined : directoryReader(config.directory),
    recording,
    tenantName: telling.tenantName,
    measure,
    warn,
  });
  await directory.readSnapshots();
  const { fetch } = peopleVerbs({
    ...{
      config,
      policy,
      infos,
      settingsOf,
      cases,
      ledger,
      keys,
      links,
      drills,
      telling,
      warn,
    },
    api: {
      countDeadLetters: () => deadLetters.count(),
      countWaiting: telling.countWaiting,
      directories: directory.status,
      scorecards: directory.scorecards,
      sinks: forwarding.status,
    },
  });
  let isPolicyRecorded = false;
  /** Once a process, and not at its start: what is in force counts, whether or not it can be written down. */
  async function recordPolicyOnce(): Promise<void> {
    if (isPolicyRecorded) return;
    const shelf = tableShelf<RecordedPolicy>(storage.shelves, 'policy');
    await recordPolicy(text, { shelf, ledger, blobs: evidence, now: Date.now() });
    isPolicyRecorded = true;
  }

  const record = (found: readonly Found[]) => recordFindings(found, recording());
  const announce = announcer({
    ...{ ...following, settingsOf, record, silences: telling.silences, drills: following.shelf },
    tenantIds: policy.tenants.map(({ id }) => id),
  });
  const byEvent = byKind(detections);
  const ingesting = {
    detections: byEvent,
    settingsOf,
    watchlists,
    memories: new Memories(memory),
    tenantOf: (tenantId: string) => tenantPolicy(policy, tenantId),
    fallbackTenantId: policy.tenants.length === 1 ? policy.tenants[0]?.id : undefined,
    deadLetters,
    screener: new Screener(byEvent),
    streams: measuredStreams(streams, measure),
    recordBlobs: evidence,
    recordActs: telling.recordActs,
  };

  return {
    async ingest(bodies, enqueuedAt = []) {
      const report = await ingest(bodies, { ...recording(), ...ingesting });
      measureBatch(report, enqueuedAt, Date.now(), measure);
      return report;
    },
    notify: telling.notify,
    forward: forwarding.forward,

    sweepOutbox: () => runAll([telling.sweepOutbox, async () => void (await forwarding.wakeDue())]),

    escalate: () =>
      runAll([
        telling.tellWhatIsDue,
        () => announce(Date.now()),
        () => followDrills(Date.now(), { ...following, settingsOf, record }),
        recordPolicyOnce,
        ledger.anchorHead,
      ]),

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
      await links.forgetOld();
      return news;
    },

    console: fetch,
    flush,
  };
}

const storageSettings = ({ storage }: Config) =>
  'accountName' in storage
    ? {
        account: storage.accountName,
        evidenceAccount: storage.evidenceAccountName,
        clientId: storage.clientId,
        isManaged: true,
      }
    : storage;
