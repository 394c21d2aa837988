import { type DetectionsByKind, detect, type Found, type SettingsOf } from './detect.ts';
import { type DeadLetter, openEnvelopes, recordsWithin } from './envelope.ts';
import type { LogEvent } from './event.ts';
import { normalise } from './normalise.ts';
import { type RecordDeps, recordFindings } from './record-findings.ts';
import type { Watchlist } from './watchlist.ts';
import type { Watchlists } from './watchlists.ts';

/** Where records lie that could not be read or judged. */
export type DeadLetterStore = {
  /** Saving the same letters again changes nothing. */
  save(letters: readonly DeadLetter[]): Promise<void>;
};

export type JudgeDeps = {
  detections: DetectionsByKind;
  settingsOf: SettingsOf;
  watchlists: Watchlists;
  usesPim: (tenantId: string) => boolean;
  /** Whose log it is where a record does not say: the only tenant there is. */
  fallbackTenantId?: string | undefined;
  /** Epoch milliseconds. */
  now: number;
};

export type IngestDeps = JudgeDeps & Omit<RecordDeps, 'now'> & { deadLetters: DeadLetterStore };

export type IngestReport = {
  /** Records found in the bodies, and of these: judged, of no watched category, set aside. */
  records: number;
  judged: number;
  skipped: number;
  deadLetters: number;
  /** Findings that are new, or say something new. */
  findings: number;
};

/**
 * START HERE. One Event Hub batch in, its findings and their deliveries saved.
 *
 * 1 logs in    envelope.ts          bodies -> records
 * 2 normalise  normalise.ts         record -> event
 * 3 detect     detect.ts            event, watchlist -> findings
 * 4 findings   record-findings.ts   findings -> incidents
 * 5 state      outbox.ts            and the deliveries that tell of them, in one transaction
 *
 * Then, by way of the queue: 6 notify, notify.ts.
 *
 * @param bodies - of the messages: UTF-8 JSON, each `{ records: [...] }` as Entra's diagnostic settings write it.
 * @throws {WatchError} STORE_UNAVAILABLE: the batch may be part saved; running it again is safe.
 * @see https://learn.microsoft.com/azure/azure-functions/functions-reliable-event-processing
 */
export async function ingest(bodies: readonly Buffer[], deps: IngestDeps): Promise<IngestReport> {
  const { records, unreadable } = openEnvelopes(bodies);
  const judged = await judge(records, deps);
  const deadLetters = [...unreadable, ...judged.unreadable];

  // Findings first: once the watchlist is saved, a retry would no longer see what changed it.
  const findings = await recordFindings(judged.found, deps);
  for (const [tenantId, accounts] of judged.changed) await deps.watchlists.save(tenantId, accounts);
  if (deadLetters.length > 0) await deps.deadLetters.save(deadLetters);
  return {
    records: records.length + unreadable.length,
    judged: judged.events,
    skipped: judged.skipped.length,
    deadLetters: deadLetters.length,
    findings,
  };
}

export type Judged = {
  events: number;
  found: Found[];
  /** The categories of records that nobody watches, one entry a record. */
  skipped: string[];
  unreadable: DeadLetter[];
  /** The accounts whose privilege the records changed, by tenant. */
  changed: Map<string, Set<string>>;
  /** When the latest event happened, epoch milliseconds. */
  latest: number | undefined;
};

/**
 * Stages 2 and 3, which store nothing.
 *
 * What the records change of the watchlist is applied before any of them is judged: logs of one
 * minute arrive in any order, and each event is judged by who was privileged when it happened.
 */
export async function judge(records: readonly Buffer[], deps: JudgeDeps): Promise<Judged> {
  const judged: Judged = {
    events: 0,
    found: [],
    skipped: [],
    unreadable: [],
    changed: new Map(),
    latest: undefined,
  };
  const read: { event: LogEvent; watchlist: Watchlist; json: Buffer; index: number }[] = [];
  for (const [index, json] of records.entries()) {
    for (const event of eventsOf(json, index, deps.fallbackTenantId, judged)) {
      const watchlist = await deps.watchlists.of(event.tenantId, deps.now);
      if (!watchlist) {
        const reason = `tenantId: ${event.tenantId} is not in the policy`;
        judged.unreadable.push(letter(json, index, reason));
        continue;
      }
      for (const account of watchlist.apply(event)) noteChange(judged, event.tenantId, account);
      read.push({ event, watchlist, json, index });
    }
  }
  for (const { event, watchlist, json, index } of read) {
    const context = { watchlist, usesPim: deps.usesPim(event.tenantId) };
    const { found, failed } = detect(event, context, deps);
    judged.events += 1;
    judged.latest = Math.max(judged.latest ?? 0, event.at);
    judged.found.push(...found);
    for (const failure of failed)
      judged.unreadable.push(letter(json, index, `detection ${failure}`));
  }
  return judged;
}

function* eventsOf(
  json: Buffer,
  index: number,
  fallbackTenantId: string | undefined,
  judged: Judged,
): Generator<LogEvent> {
  let records: unknown[];
  try {
    records = recordsWithin(json);
  } catch (error) {
    const reason = `not JSON: ${(error as Error).message.slice(0, 200)}`;
    judged.unreadable.push(letter(json, index, reason));
    return;
  }
  for (const record of records) {
    const read = normalise(record, fallbackTenantId);
    if ('event' in read) yield read.event;
    else if ('skipped' in read) judged.skipped.push(read.skipped);
    else judged.unreadable.push(letter(json, index, read.unreadable));
  }
}

const letter = (json: Buffer, index: number, reason: string): DeadLetter => ({
  reason,
  body: json.toString('utf8'),
  index,
});

function noteChange({ changed }: Judged, tenantId: string, account: string): void {
  const accounts = changed.get(tenantId) ?? new Set<string>();
  accounts.add(account);
  changed.set(tenantId, accounts);
}
