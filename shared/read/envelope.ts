import { quickSplit } from './quick-split.ts';
import { isRaw, type Raw } from './raw.ts';
import { RecordSplitter } from './record-splitter.ts';

/** A record, or part of an envelope, that could not be read or judged: kept with its reason, never dropped. */
export type DeadLetter = {
  reason: string;
  body: string;
  /** Which of the records at hand it was, from 0; -1 for a piece that is no record. */
  index: number;
};

/** One body cut into records. */
export type Opened = {
  /** The JSON of each record, not parsed yet. */
  records: Buffer[];
  unreadable: DeadLetter[];
  /** The whole body, if it was only cut quickly: should a record of it not be one, look again with care. */
  doubtful: Buffer | null;
};

/**
 * 1 logs in: the body of an Event Hub message cut into records.
 *
 * A body is `{"records":[…]}` as diagnostic settings write it, but also a bare record, a list, lines,
 * or any of these as JSON text within JSON. What is broken is set aside alone.
 *
 * @param body - UTF-8, with or without a byte order mark; UTF-16 with one.
 */
export function openEnvelope(body: Buffer): Opened {
  const records = quickSplit(body);
  return records ? { records, unreadable: [], doubtful: body } : openWithCare(body);
}

export function openWithCare(body: Buffer): Opened {
  const opened: Opened = { records: [], unreadable: [], doubtful: null };
  const splitter = new RecordSplitter(sinkInto(opened));
  splitter.push(asUtf8(body));
  splitter.end();
  return opened;
}

export const sinkInto = (opened: Opened) => ({
  record: (json: Buffer) => void opened.records.push(json),
  broken: (piece: Buffer, reason: string) =>
    void opened.unreadable.push({ reason, body: piece.toString('utf8'), index: -1 }),
});

/**
 * The records within one piece of JSON: usually the one, but a text may hold an envelope as JSON
 * within JSON, and an envelope may hold its list as text, or a record that is in no list.
 *
 * @throws {SyntaxError} if the piece is no JSON.
 */
export function recordsWithin(json: Buffer, depth = 0): unknown[] {
  const value: unknown = JSON.parse(json.toString('utf8'));
  const inner = isRaw(value) ? (value.records ?? value.Records ?? deadLetterBody(value)) : value;
  if (isRaw(inner) && inner !== value) return [inner];
  if (typeof inner !== 'string' || depth > 2) return [value];
  const { records, unreadable } = openWithCare(Buffer.from(inner));
  const [broken] = unreadable;
  if (broken || records.length === 0)
    throw new SyntaxError(broken?.reason ?? 'a text without a record');
  return records.flatMap((record) => recordsWithin(record, depth + 1));
}

/** What was set aside is read again from its dead letter. */
const deadLetterBody = (value: Raw): unknown =>
  typeof value.reason === 'string' && value.category === undefined ? value.body : undefined;

/** UTF-8 without its mark; files may come as UTF-16 too. */
export function asUtf8(body: Buffer): Buffer {
  if (body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf) return body.subarray(3);
  if (body[0] !== 0xff || body[1] !== 0xfe) return body;
  return Buffer.from(body.subarray(2).toString('utf16le'));
}
