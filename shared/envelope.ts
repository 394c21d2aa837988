import { isRaw } from './raw.ts';
import { RecordSplitter } from './record-splitter.ts';

/** A record, or part of an envelope, that could not be read or judged: kept with its reason, never dropped. */
export type DeadLetter = {
  reason: string;
  body: string;
  /** Which of the records at hand it was, from 0; -1 for a piece that is no record. */
  index: number;
};

export type OpenedEnvelopes = {
  /** The JSON of each record, not parsed yet. */
  records: Buffer[];
  unreadable: DeadLetter[];
};

/**
 * 1 logs in: the bodies of Event Hub messages cut into records.
 *
 * A body is `{"records":[…]}` as diagnostic settings write it, but also a bare record, a list, lines,
 * or any of these as JSON text within JSON. What is broken is set aside alone.
 *
 * @param bodies - UTF-8, with or without a byte order mark; UTF-16 with one.
 */
export function openEnvelopes(bodies: readonly Buffer[]): OpenedEnvelopes {
  const opened: OpenedEnvelopes = { records: [], unreadable: [] };
  for (const body of bodies) {
    const splitter = new RecordSplitter(sinkInto(opened));
    splitter.push(asUtf8(body));
    splitter.end();
  }
  return opened;
}

export const sinkInto = (opened: OpenedEnvelopes) => ({
  record: (json: Buffer) => void opened.records.push(json),
  broken(piece: Buffer, reason: string) {
    const { records, rest } = salvage(piece);
    opened.records.push(...records);
    opened.unreadable.push({ reason, body: rest.toString('utf8'), index: -1 });
  },
});

/**
 * The records within one piece of JSON: usually the one, but a text may hold an envelope as JSON
 * within JSON, and an envelope may hold its list as text.
 *
 * @throws {SyntaxError} if the piece is no JSON.
 */
export function recordsWithin(json: Buffer, depth = 0): unknown[] {
  const value: unknown = JSON.parse(json.toString('utf8'));
  const inner = isRaw(value) ? (value.records ?? value.Records) : value;
  if (typeof inner !== 'string' || depth > 2) return [value];
  const { records, unreadable } = openEnvelopes([Buffer.from(inner)]);
  const [broken] = unreadable;
  if (broken || records.length === 0)
    throw new SyntaxError(broken?.reason ?? 'a text without a record');
  return records.flatMap((record) => recordsWithin(record, depth + 1));
}

/** UTF-8 without its mark; files may come as UTF-16 too. */
export function asUtf8(body: Buffer): Buffer {
  if (body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf) return body.subarray(3);
  if (body[0] !== 0xff || body[1] !== 0xfe) return body;
  return Buffer.from(body.subarray(2).toString('utf16le'));
}

/**
 * A text without its end turns everything behind it inside out, other records too. They all open alike
 * (`{"time":`), so the piece is cut at the openings and each part tried alone.
 */
function salvage(piece: Buffer): { records: Buffer[]; rest: Buffer } {
  const colon = piece.indexOf(':');
  const opening = piece.subarray(0, colon + 1);
  if (colon < 4 || colon > 64) return { records: [], rest: piece };
  const cuts: number[] = [];
  for (let at = piece.indexOf(opening, 1); at > 0; at = piece.indexOf(opening, at + 1))
    cuts.push(at);
  const records: Buffer[] = [];
  const broken: Buffer[] = [piece.subarray(0, cuts[0] ?? piece.length)];
  for (const [index, from] of cuts.entries()) {
    const part = piece.subarray(from, cuts[index + 1] ?? piece.length);
    const whole = firstWhole(part);
    if (whole) records.push(whole);
    else broken.push(part);
  }
  return { records, rest: broken.length === 1 ? (broken[0] as Buffer) : Buffer.concat(broken) };
}

function firstWhole(part: Buffer): Buffer | undefined {
  const found: Buffer[] = [];
  const splitter = new RecordSplitter({
    record: (json) => void found.push(json),
    broken: () => {},
  });
  splitter.push(part);
  splitter.end();
  const [first] = found;
  if (!first) return undefined;
  try {
    JSON.parse(first.toString('utf8'));
    return first;
  } catch {
    return undefined;
  }
}
