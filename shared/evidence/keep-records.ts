import type { Found } from '../detect/found.ts';
import { uniteRefs } from '../finding.ts';
import { sha256Of } from '../ledger/chain.ts';
import type { LogEvent } from '../read/event.ts';
import type { Act, RecordRef } from '../respond/journal.ts';
import { dayOf } from '../time.ts';

/** Where what is evidence lies as it came. Names are hashes of the content. */
export type RecordBlobs = {
  /** Saving the same again changes nothing. @throws {WatchError} STORE_UNAVAILABLE */
  save(name: string, content: Buffer): Promise<void>;
};

/** An event, and the bytes that it was read from. */
export type Source = { event: LogEvent; json: Buffer };

/** What an account did, and the record that tells it. */
export type SourcedAct = { act: Act; source: Source };

/**
 * Keeps the raw records of a batch that something was told from, in one blob, and says in findings and
 * acts where. The blob is named by its content, day included, so a batch that comes again finds it
 * there. A batch from which nothing was told keeps nothing.
 *
 * @throws {WatchError} STORE_UNAVAILABLE: doing it again is safe.
 */
export async function keepRecords(
  { found, acts }: { found: readonly Found[]; acts: readonly SourcedAct[] },
  sources: readonly Source[],
  blobs: RecordBlobs,
): Promise<{ found: Found[]; acts: Act[] }> {
  if (found.length === 0 && acts.length === 0) return { found: [], acts: [] };
  const byRecord = Map.groupBy(sources, ({ event }) => keyOf(event.tenantId, event.id));
  const toldFrom = found.map(({ kept: { finding, recordId } }) =>
    [...new Set([recordId, ...finding.source.recordIds])].flatMap(
      (id) => byRecord.get(keyOf(finding.tenantId, id)) ?? [],
    ),
  );
  const refOf = await keep([...toldFrom.flat(), ...acts.map(({ source }) => source)], blobs);
  return {
    found: found.map((one, index) => withRefs(one, (toldFrom[index] ?? []).map(refOf))),
    acts: eachOnce(acts.map(({ act, source }) => ({ ...act, record: refOf(source) }))),
  };
}

/** A batch may hold a record twice, in other spellings even: either of them tells the act. */
function eachOnce(acts: readonly (Act & { record: RecordRef })[]): Act[] {
  const inOrder = acts.toSorted((a, b) => (a.record.sha256 < b.record.sha256 ? 1 : -1));
  return [...new Map(inOrder.map((act) => [act.id, act])).values()];
}

const keyOf = (tenantId: string, recordId: string) => JSON.stringify([tenantId, recordId]);

async function keep(sources: readonly Source[], blobs: RecordBlobs) {
  const hashes = new Map<Buffer, string>();
  const lines = new Map<string, Buffer>();
  for (const { json } of sources) {
    if (hashes.has(json)) continue;
    const line = asLine(json);
    const sha256 = sha256Of(line);
    hashes.set(json, sha256);
    lines.set(sha256, line);
  }
  const inOrder = [...lines].sort(([a], [b]) => (a < b ? -1 : 1));
  const content = Buffer.concat(inOrder.flatMap(([, line]) => [line, newline]));
  // The day of what was told, and not of the clock: a batch that is repeated after midnight is the same.
  const day = dayOf(sources.reduce((latest, { event }) => Math.max(latest, event.at), 0));
  const blob = `records/${day.replaceAll('-', '/')}/${sha256Of(content)}.ndjson`;
  if (lines.size > 0) await blobs.save(blob, content);
  return ({ event, json }: Source): RecordRef => ({
    recordId: event.id,
    sha256: hashes.get(json) as string,
    blob,
  });
}

const newline = Buffer.from('\n');

/**
 * The bytes as they came, on one line. What was read as JSON has no line break within a string, so one
 * is a blank between two tokens, and another blank in its place changes no value.
 */
export function asLine(json: Buffer): Buffer {
  if (!json.includes(0x0a) && !json.includes(0x0d)) return json;
  const line = Buffer.from(json);
  for (const [index, byte] of line.entries()) {
    if (byte === 0x0a || byte === 0x0d) line[index] = 0x20;
  }
  return line;
}

function withRefs(one: Found, refs: readonly RecordRef[]): Found {
  if (refs.length === 0) return one;
  const records = uniteRefs([], refs, one.kept.finding.source.recordIds);
  return { ...one, kept: { ...one.kept, records } };
}
