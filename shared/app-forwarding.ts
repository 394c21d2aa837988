import type { KeptLetter } from './azure/blob-dead-letters.ts';
import { credentialOf } from './azure/credential.ts';
import { eventHubOut } from './azure/event-hub-out.ts';
import { logsIngestion } from './azure/logs-ingestion.ts';
import { sinkQueue } from './azure/queues.ts';
import type { Storage } from './azure/storage.ts';
import { tableFeed } from './azure/table-feed.ts';
import { tableShelf } from './azure/table-shelf.ts';
import type { Config } from './config.ts';
import type { SettingsOf } from './detect/detect.ts';
import type { Found } from './detect/found.ts';
import type { EventStore } from './forward/feed.ts';
import { type Forwarder, forwarder } from './forward/forwarder.ts';
import { knownSinks } from './forward/known-sinks.ts';
import { openTransports } from './forward/open-transports.ts';
import type { ClaimRow } from './forward/pump/claim.ts';
import type { SinkState } from './forward/pump/sink-state.ts';
import { siemFormats } from './forward/siem-formats/index.ts';
import { sinkTrouble } from './forward/sink-trouble.ts';
import type { SinkTroubles } from './forward/sink-troubles.ts';
import { sinks as sinkKinds } from './forward/sinks/index.ts';
import type { Policy } from './policy.ts';
import { measurePump } from './telemetry/measured-pump.ts';
import type { Measure } from './telemetry/measures.ts';

export type AppForwardingDeps = {
  config: Config;
  policy: Policy;
  env: Readonly<Record<string, string | undefined>>;
  storage: Storage;
  events: EventStore;
  settingsOf: SettingsOf;
  deadLetters: { save(letters: readonly KeptLetter[]): Promise<void> };
  /** When the last log record of a tenant arrived, UTC ISO 8601; null: none so far. */
  lastRecordAt(tenantId: string): Promise<string | null>;
  record(found: readonly Found[]): Promise<unknown>;
  /** Where the paths of files begin. */
  root: string;
  measure: Measure;
  warn(message: string): void;
};

/** A receiver that takes longer has failed for now. */
const longestAnswerMs = 15_000;

/** The verbs between a finding and SIEMs. */
export function forwardingVerbs(deps: AppForwardingDeps) {
  const { config, policy, env, storage, events, settingsOf, record, measure, warn } = deps;
  const now = Date.now;
  const shelf = <T>(name: string) => tableShelf<T>(storage.shelves, name);
  const tenantsOf = new Map(
    knownSinks(policy, sinkKinds).map(({ name, tenantIds }) => [name, tenantIds]),
  );
  const trouble = sinkTrouble({
    ...{ tenantsOf, settingsOf, record, now, warn },
    shelf: shelf<SinkTroubles>('sink troubles'),
  });
  const queue = sinkQueue(storage.forward);
  const forwarding: Forwarder = forwarder({
    ...{ policy, env, events, queue, trouble, now, warn },
    kinds: sinkKinds,
    formats: siemFormats,
    transports: openTransports({
      azure: azureSinks(config),
      allowLoopback: config.allowLoopback,
      timeoutMs: longestAnswerMs,
      root: deps.root,
    }),
    feed: tableFeed(storage.outbox),
    states: shelf<SinkState>('sinks'),
    claims: shelf<ClaimRow>('sink claims'),
    lastRecordAt: deps.lastRecordAt,
    deadLetter: (sink, { uid, line, says }) =>
      deps.deadLetters.save([{ reason: `sink ${sink}: ${uid}: ${says}`, body: line }]),
  });

  let isFirst = true;

  return {
    feed: forwarding.feed,
    status: forwarding.status,

    /** @param message - of the queue: `{ "sink": name }`. @returns counts; undefined if nothing was tried. */
    async forward(message: unknown) {
      const sink = (message as { sink?: unknown } | null)?.sink;
      const report = typeof sink === 'string' ? await forwarding.pump(sink) : undefined;
      if (!report || report.ended === 'busy') return undefined;
      measurePump(report, now(), measure);
      if (report.ended === 'resting') return undefined;
      const { ended, taken, filtered, refused, state } = report;
      const says = ended === 'in trouble' ? { says: state?.lastError } : {};
      return { sink: report.sink, ended, taken, filtered, refused, ...says };
    },

    /** Wakes each sink that has something to send. @returns how many. */
    async wakeDue(): Promise<number> {
      if (isFirst) await trouble.forgetOthers();
      isFirst = false;
      const due = await forwarding.due(now());
      for (const sink of due) await queue.send(sink, 0);
      return due.length;
    },
  };
}

function azureSinks({ storage, allowLoopback }: Config) {
  const credential = credentialOf(
    'accountName' in storage ? { isManaged: true, clientId: storage.clientId } : {},
  );
  const own = { credential, timeoutMs: longestAnswerMs, allowLoopback };
  const hubs = eventHubOut(own);
  return { uploadLogs: logsIngestion(own), sendToHub: hubs.send, close: hubs.close };
}
