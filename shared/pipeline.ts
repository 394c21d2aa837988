import {
  type DetectionsByKind,
  detect,
  type Prepared,
  prepare,
  type SettingsOf,
} from './detect/detect.ts';
import type { Found } from './detect/found.ts';
import { notesOf } from './detect/notes/index.ts';
import { isCounted } from './detect/notes/sources.ts';
import { refusedPassword } from './detect/rows/error-codes.ts';
import { messageOf } from './errors.ts';
import { keepRecords, type RecordBlobs, type SourcedAct } from './evidence/keep-records.ts';
import type { Memories, Note } from './memory/memories.ts';
import type { Past } from './memory/past.ts';
import type { TenantPolicy } from './policy.ts';
import { type DeadLetter, type Opened, openEnvelope } from './read/envelope.ts';
import type { LogEvent } from './read/event.ts';
import { fromNetworks } from './read/from-source.ts';
import { networkOf } from './read/network-of.ts';
import {
  deadLetter,
  type Reading,
  type ReadRecord,
  readHeldBack,
  readRecords,
} from './read/read-records.ts';
import { noScreen, type Screener } from './read/screen.ts';
import { streamOf } from './read/stream-of.ts';
import { actsOf } from './record/acts.ts';
import { type RecordDeps, recordFindings } from './record/record-findings.ts';
import type { Act } from './respond/journal.ts';
import type { StreamWatch } from './streams/stream-watch.ts';
import { type Arrival, type Tally, unreadable as unreadableStream } from './streams/tally.ts';
import type { Watchlist } from './watch/watchlist.ts';
import type { Watchlists } from './watch/watchlists.ts';

/** Where records lie that could not be read or judged. */
export type DeadLetterStore = {
  /** Saving the same letters again changes nothing. */
  save(letters: readonly DeadLetter[]): Promise<void>;
};

export type JudgeDeps = {
  detections: DetectionsByKind;
  settingsOf: SettingsOf;
  watchlists: Watchlists;
  /** What detections remember from one batch to the next. */
  memories: Memories;
  /** The policy's word on a tenant that is watched. */
  tenantOf: (tenantId: string) => TenantPolicy | undefined;
  /** Whose log it is where a record does not say: the only tenant there is. */
  fallbackTenantId?: string | undefined;
  /** Epoch milliseconds. */
  now: number;
  /** Keeps sign-ins that can't matter unparsed. Without it the findings are the same, the work is more. */
  screener?: Screener | undefined;
};

export type IngestDeps = JudgeDeps &
  Omit<RecordDeps, 'now'> & {
    deadLetters: DeadLetterStore;
    /** Where the raw records lie that something was told from. */
    recordBlobs: RecordBlobs;
    /** Told of what break-glass accounts did. Telling the same again changes nothing. */
    recordActs(acts: readonly Act[]): Promise<void>;
    /** Told of every record that arrives. */
    streams: Pick<StreamWatch, 'flushIfDue'> & { tally: Pick<Tally, 'count'> };
  };

export type IngestReport = {
  /** Records in the bodies, and of these: judged, of no watched category, set aside. */
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
 * 1 logs in    read/envelope.ts            bodies -> records
 *   screen     read/screen.ts              sign-ins that can't matter stay bytes
 * 2 normalise  read/read-records.ts        records -> events
 * 3 detect     detect/detect.ts            events, watch/watchlist.ts, memory/memories.ts -> findings
 * 4 findings   evidence/keep-records.ts    the records that something was told from, as they came
 *              record/record-findings.ts   findings -> incidents
 *              record/acts.ts              what break-glass accounts did
 * 5 state      record/outbox.ts            and the deliveries that tell of them, in one transaction
 *
 * Then, by way of the queue: 6 tell/notify.ts.
 *
 * @param bodies - of the messages: UTF-8 JSON, each `{ records: [...] }` as Entra's diagnostic settings write it.
 * @throws {WatchError} STORE_UNAVAILABLE: the batch may be part saved; running it again is safe.
 * @see https://learn.microsoft.com/azure/azure-functions/functions-reliable-event-processing
 */
export async function ingest(bodies: readonly Buffer[], deps: IngestDeps): Promise<IngestReport> {
  const judged = await judge(bodies.map(openEnvelope), deps);

  const told = { found: judged.found, acts: actsIn(judged) };
  const { found, acts, failure } = await keepUnlessAway(told, judged.known, deps.recordBlobs);
  const findings = await recordFindings(found, deps);
  if (acts.length > 0) await deps.recordActs(acts);
  // The batch comes again, and then they say where their records lie.
  if (failure) throw failure;
  await deps.watchlists.saveRemembered();
  if (judged.unreadable.length > 0) await deps.deadLetters.save(judged.unreadable);
  // Last: a batch that fails comes again, and is counted then.
  for (const arrival of arrivalsIn(judged, deps)) deps.streams.tally.count(arrival);
  await deps.streams.flushIfDue(deps.now);
  const count = judgedCount(judged);
  return {
    records: count + judged.skipped.length + judged.unreadable.length,
    judged: count,
    skipped: judged.skipped.length,
    deadLetters: judged.unreadable.length,
    findings,
  };
}

/** What is found is told even where its evidence can't be kept at this moment. */
async function keepUnlessAway(
  told: Parameters<typeof keepRecords>[0],
  known: readonly KnownRecord[],
  blobs: RecordBlobs,
): Promise<Awaited<ReturnType<typeof keepRecords>> & { failure?: unknown }> {
  try {
    return await keepRecords(told, known, blobs);
  } catch (failure) {
    return { found: [...told.found], acts: told.acts.map(({ act }) => act), failure };
  }
}

export type Judged = {
  /** The events that were read. */
  read: LogEvent[];
  /** The same, each with its record and the watchlist of its tenant. */
  known: KnownRecord[];
  /** The sign-ins that can't matter, as they came. */
  unread: Reading['heldBack'];
  found: Found[];
  /** The categories of records that nobody watches, one entry a record. */
  skipped: string[];
  unreadable: DeadLetter[];
};

/** What break-glass accounts did, and which records tell it. A record that can't be told of is set aside. */
function actsIn({ known, unreadable }: Judged): SourcedAct[] {
  return known.flatMap((source) => {
    try {
      return actsOf(source.event, source.watchlist).map((act) => ({ act, source }));
    } catch (error) {
      unreadable.push(deadLetter(source, `could not be told as an act: ${messageOf(error)}`));
      return [];
    }
  });
}

/** How many records were judged, those that screening held back included. */
export const judgedCount = ({ read, unread }: Judged): number => read.length + unread.length;

/** What came of which stream. */
export function* arrivalsIn(
  { read, unread, unreadable }: Judged,
  { fallbackTenantId, now }: Pick<JudgeDeps, 'fallbackTenantId' | 'now'>,
): Generator<Arrival> {
  for (const event of read) {
    const { tenantId, category, at } = event;
    const isFailure = event.kind === 'signIn' && refusedPassword.has(event.errorCode);
    yield { tenantId, category, arrivedAt: now, lagMs: now - at, isFailure };
  }
  for (const { json } of unread) {
    const stream = streamOf(json, fallbackTenantId);
    if (stream) yield { ...stream, arrivedAt: now };
  }
  // They may not even name a tenant: they are counted with the first one there is.
  const tenantId = fallbackTenantId ?? read[0]?.tenantId;
  if (tenantId && unreadable.length > 0)
    yield { tenantId, category: unreadableStream, arrivedAt: now, count: unreadable.length };
}

/**
 * Stages 2 and 3. All that they store is what the detections remember; doing it again changes nothing.
 *
 * What the records change of the watchlist is applied before any of them is judged: logs of one
 * minute arrive in any order, and each event is judged by who was privileged when it happened.
 * So the sign-ins, which change no privilege, wait until all others are read, and are screened then.
 */
export async function judge(opened: readonly Opened[], deps: JudgeDeps): Promise<Judged> {
  const readings = opened.map((one) => readRecords(one, deps.fallbackTenantId));
  const judged: Judged = {
    read: [],
    known: [],
    unread: [],
    found: [],
    skipped: [],
    unreadable: [],
  };
  const changes = readings.flatMap(({ records }) => records);
  const known = await applyAll(changes, deps, judged);
  const screen = deps.screener?.screen(await deps.watchlists.all(deps.now)) ?? noScreen;
  const left: Reading[] = [];
  for (const reading of readings) {
    const heldBack = readHeldBack(reading, screen, deps.fallbackTenantId);
    for (const one of await applyAll(heldBack.records, deps, judged)) known.push(one);
    left.push({ ...reading, heldBack: heldBack.uninteresting, unreadable: [], doubtful: null });
    // One by one: a body of a megabyte can hold more broken pieces than a call takes arguments.
    for (const category of reading.skipped) judged.skipped.push(category);
    for (const broken of reading.unreadable) judged.unreadable.push(broken);
  }
  await readCrowds(left, known, deps, judged);
  judged.known = known;
  judged.read = known.map(({ event }) => event);
  const verdict = await deps.memories.remember(notesBy(known, judged), deps.now, (pastOf) => {
    const preparedOf = preparing(pastOf, deps);
    return known.map((record) => judgeOne(record, preparedOf(record), deps.now));
  });
  for (const { found, unreadable } of verdict) {
    for (const one of found) judged.found.push(one);
    for (const one of unreadable) judged.unreadable.push(one);
  }
  return judged;
}

/** Who else signed in from where passwords were refused: it tells an office from an intruder. */
async function readCrowds(
  readings: readonly Reading[],
  known: KnownRecord[],
  deps: JudgeDeps,
  judged: Judged,
): Promise<void> {
  const screen = fromNetworks(refusingNetworks(known));
  for (const reading of readings) {
    const { records, uninteresting } = readHeldBack(reading, screen, deps.fallbackTenantId);
    for (const one of await applyAll(records, deps, judged)) known.push(one);
    for (const broken of reading.unreadable) judged.unreadable.push(broken);
    for (const one of uninteresting) judged.unread.push(one);
  }
}

const refusingNetworks = (known: readonly KnownRecord[]): ReadonlySet<string> =>
  new Set(
    known.flatMap(({ event }) =>
      event.kind === 'signIn' && event.ip && isCounted(event) ? networkOf(event.ip) : [],
    ),
  );

export type KnownRecord = ReadRecord & { watchlist: Watchlist; tenant: TenantPolicy };

/** What the records leave in memory, by tenant. */
function notesBy(known: readonly KnownRecord[], { unreadable }: Judged): Map<string, Note[]> {
  const notes = new Map<string, Note[]>();
  for (const record of known) {
    const { event, watchlist, tenant } = record;
    try {
      const some = notesOf(event, watchlist, tenant);
      if (some.length === 0) continue;
      const noted = notes.get(event.tenantId) ?? [];
      noted.push(...some);
      notes.set(event.tenantId, noted);
    } catch (error) {
      unreadable.push(deadLetter(record, `could not be noted: ${messageOf(error)}`));
    }
  }
  return notes;
}

/** Lets the watchlist of each record's tenant learn from it; sets aside records of tenants nobody watches. */
async function applyAll(
  records: readonly ReadRecord[],
  { watchlists, tenantOf, now }: JudgeDeps,
  judged: Judged,
): Promise<KnownRecord[]> {
  const known: KnownRecord[] = [];
  // In the order of the events: a group that gets a role in one row may be joined in the row before.
  for (const record of records.toSorted((a, b) => a.event.at - b.event.at)) {
    const { event } = record;
    const watchlist = await watchlists.of(event.tenantId, now);
    const tenant = tenantOf(event.tenantId);
    if (!watchlist || !tenant) {
      const reason = `tenantId: ${event.tenantId} is not in the policy`;
      judged.unreadable.push(deadLetter(record, reason));
      continue;
    }
    try {
      const accounts = new Set(watchlist.apply(event));
      // Noted at once: should the batch fail later, it finds nothing left to change when it comes again.
      if (accounts.size > 0) watchlists.remember(new Map([[event.tenantId, accounts]]));
    } catch (error) {
      judged.unreadable.push(deadLetter(record, `could not be learnt from: ${messageOf(error)}`));
    }
    known.push({ ...record, watchlist, tenant });
  }
  return known;
}

/** The detections in the context of a record's tenant; made once for each tenant of the batch. */
function preparing(pastOf: (tenantId: string) => Past, deps: JudgeDeps) {
  const prepared = new Map<string, Prepared>();
  return ({ event: { tenantId }, watchlist, tenant }: KnownRecord): Prepared => {
    const made =
      prepared.get(tenantId) ?? prepare({ watchlist, tenant, past: pastOf(tenantId) }, deps);
    prepared.set(tenantId, made);
    return made;
  };
}

function judgeOne(record: KnownRecord, prepared: Prepared, now: number) {
  const { found, failed } = detect(record.event, prepared, now);
  return {
    found,
    unreadable: failed.map((failure) => deadLetter(record, `detection ${failure}`)),
  };
}
