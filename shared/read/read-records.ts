import { messageOf } from '../errors.ts';
import { type DeadLetter, type Opened, openWithCare, recordsWithin } from './envelope.ts';
import type { LogEvent } from './event.ts';
import { normalise } from './normalise.ts';
import { hidesLetters, isPlainSignIn, type Screen } from './screen.ts';

/** An event, and the record it was read from. `index` is the record's place in what was opened. */
export type ReadRecord = { event: LogEvent; json: Buffer; index: number };

export type Reading = {
  records: ReadRecord[];
  /** Plain sign-ins, not parsed: whom they concern is decided once all other records are known. */
  heldBack: { json: Buffer; index: number }[];
  /** The categories of records that nobody watches, one entry a record. */
  skipped: string[];
  unreadable: DeadLetter[];
  doubtful: Buffer | null;
};

/** 2 normalise: parses the records of one body, all but the plain sign-ins, and makes them events. */
export function readRecords(opened: Opened, fallbackTenantId: string | undefined): Reading {
  const reading: Reading = {
    records: [],
    heldBack: [],
    skipped: [],
    unreadable: [...opened.unreadable],
    doubtful: opened.doubtful,
  };
  // Asked once of a body that is at hand as a whole: nearly none hides anything.
  const mayHide = opened.doubtful === null || hidesLetters(opened.doubtful);
  for (const [index, json] of opened.records.entries()) {
    if (isPlainSignIn(json) && !(mayHide && hidesLetters(json)))
      reading.heldBack.push({ json, index });
    else readOne(json, index, fallbackTenantId, reading);
  }
  if (!opened.doubtful || reading.unreadable.length === 0) return reading;
  return readRecords(openWithCare(opened.doubtful), fallbackTenantId);
}

/** The sign-ins that may matter, parsed now; what can't be read of them joins `reading.unreadable`. */
export function readHeldBack(
  reading: Reading,
  screen: Screen,
  fallbackTenantId: string | undefined,
): { records: ReadRecord[]; uninteresting: Reading['heldBack'] } {
  const passed: Reading['heldBack'] = [];
  const uninteresting: Reading['heldBack'] = [];
  for (const one of reading.heldBack) {
    if (screen.passes(one.json)) passed.push(one);
    else uninteresting.push(one);
  }
  const read: Reading = { ...reading, records: [], unreadable: [] };
  for (const { json, index } of passed) readOne(json, index, fallbackTenantId, read);
  if (read.unreadable.length === 0 || !reading.doubtful) {
    for (const broken of read.unreadable) reading.unreadable.push(broken);
    return { records: read.records, uninteresting };
  }
  const careful = readRecords(openWithCare(reading.doubtful), fallbackTenantId);
  const rest = readHeldBack({ ...careful, doubtful: null }, screen, fallbackTenantId);
  for (const broken of careful.unreadable) reading.unreadable.push(broken);
  // What the quick cut took for a part of the broken one.
  const known = new Set(reading.records.map(({ json }) => json.byteOffset));
  const swallowed = careful.records.filter(({ json }) => !known.has(json.byteOffset));
  return { ...rest, records: [...swallowed, ...rest.records] };
}

function readOne(
  json: Buffer,
  index: number,
  fallbackTenantId: string | undefined,
  reading: Reading,
): void {
  let found: unknown[];
  try {
    found = recordsWithin(json);
  } catch (error) {
    reading.unreadable.push(deadLetter({ json, index }, `not JSON: ${messageOf(error)}`));
    return;
  }
  for (const record of found) {
    const read = readSafely(record, fallbackTenantId);
    if ('event' in read) reading.records.push({ event: read.event, json, index });
    else if ('skipped' in read) reading.skipped.push(read.skipped);
    else reading.unreadable.push(deadLetter({ json, index }, read.unreadable));
  }
}

/** No record may throw: its batch would be retried for ever, and nothing behind it would be read. */
function readSafely(record: unknown, fallbackTenantId: string | undefined) {
  try {
    return normalise(record, fallbackTenantId);
  } catch (error) {
    return { unreadable: `could not be read: ${messageOf(error)}` };
  }
}

export const deadLetter = (
  { json, index }: Pick<ReadRecord, 'json' | 'index'>,
  reason: string,
): DeadLetter => ({ reason, body: json.toString('utf8'), index });
