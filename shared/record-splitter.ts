/**
 * Cuts a stream of bytes into the JSON of single records, without parsing them.
 *
 * It finds the records in an envelope (`{"records":[…]}`, Graph's `{"value":[…]}`), in a list, in lines
 * of either, or one after the other, pretty-printed or not. What is not well-formed is cut out alone:
 * its neighbours come out whole.
 */
export type RecordSink = {
  record(json: Buffer): void;
  broken(piece: Buffer, reason: string): void;
};

/** A log record has a few kilobytes. One of this size is none, and must not fill the memory. */
export const maxRecordBytes = 16 * 1024 * 1024;

const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const colon = 0x3a;
const comma = 0x2c;
const newline = 0x0a;

const isBlank = (byte: number) =>
  byte === 0x20 || byte === newline || byte === 0x0d || byte === 0x09;

/** Where lists of records may stand in an object around them. */
const listKeys = new Set(['records', 'value', 'Records', 'Value']);
const longestListKey = 7;

type Place = 'between' | 'record' | 'scalar' | 'rest';

export class RecordSplitter {
  readonly #sink: RecordSink;
  #buffer: Buffer = Buffer.alloc(0);
  #position = 0;
  /** Where the record, or what might be one, began in the buffer. */
  #start = 0;
  #place: Place = 'between';
  #inString = false;
  #isEscape = false;
  #stringStart = 0;
  /** The kinds of the open brackets around, inside the record. */
  #open: number[] = [];
  /** The last byte that was no blank, outside of strings. */
  #previous = 0;
  /** Open envelopes and lists around the records. */
  #around: ('list' | 'envelope')[] = [];
  #isTooLarge = false;

  constructor(sink: RecordSink) {
    this.#sink = sink;
  }

  push(chunk: Buffer): void {
    const keptFrom =
      this.#place === 'between' || this.#place === 'rest' ? this.#position : this.#start;
    const kept = this.#buffer.subarray(keptFrom);
    this.#buffer = kept.length === 0 ? chunk : Buffer.concat([kept, chunk]);
    this.#position -= keptFrom;
    this.#start -= keptFrom;
    this.#stringStart -= keptFrom;
    this.#scan();
    if (this.#place === 'record' && this.#position - this.#start > maxRecordBytes)
      this.#dropTooLarge();
  }

  end(): void {
    if (this.#place === 'scalar') this.#endScalar(this.#buffer.length);
    else if (this.#place === 'record')
      this.#cut(this.#buffer.length, 'the JSON ends in the middle');
    else if (this.#around.includes('envelope')) {
      this.#sink.broken(Buffer.alloc(0), 'the list of records ends in the middle');
    }
    this.#around = [];
    this.#place = 'between';
    this.#buffer = Buffer.alloc(0);
    this.#position = 0;
  }

  #scan(): void {
    const end = this.#buffer.length;
    while (this.#position < end) {
      if (this.#place === 'record' || this.#place === 'rest') this.#scanObject(end);
      else if (this.#place === 'scalar') this.#scanScalar(end);
      else this.#scanBetween();
    }
  }

  #scanBetween(): void {
    const byte = this.#buffer[this.#position] as number;
    const at = this.#position;
    this.#position += 1;
    if (isBlank(byte) || byte === comma) return;
    if (byte === openBrace) this.#begin(at);
    else if (byte === openBracket) this.#around.push('list');
    else if (byte === closeBracket) this.#closeList();
    else if (byte === closeBrace) return;
    else {
      this.#place = 'scalar';
      this.#start = at;
      this.#inString = byte === quote;
    }
  }

  #begin(at: number): void {
    this.#place = 'record';
    this.#start = at;
    this.#open = [openBrace];
    this.#previous = openBrace;
    this.#inString = false;
    this.#isTooLarge = false;
  }

  #closeList(): void {
    if (this.#around.pop() !== 'envelope') return;
    // What follows the records in their envelope is of no interest; look for its end only.
    this.#place = 'rest';
    this.#open = [openBrace];
    this.#previous = closeBracket;
  }

  #scanObject(end: number): void {
    const buffer = this.#buffer;
    while (this.#position < end) {
      if (this.#inString && !this.#skipString(end)) return;
      const at = this.#nextSyntax(end);
      if (at === end) return;
      const byte = buffer[at] as number;
      if (byte === quote) this.#openString(at + 1);
      else if (byte === openBrace || byte === openBracket) {
        if (!this.#openBracket(byte, at)) return;
      } else {
        this.#open.pop();
        this.#previous = byte;
        if (this.#open.length === 0) {
          this.#finish(at + 1);
          return;
        }
      }
    }
  }

  /** Goes to the next quote or bracket, outside of strings; `end` if there is none yet. */
  #nextSyntax(end: number): number {
    const buffer = this.#buffer;
    let previous = this.#previous;
    let at = this.#position;
    for (; at < end; at += 1) {
      const byte = buffer[at] as number;
      // Brackets and braces differ in one bit: 5b 5d 7b 7d.
      const folded = byte & 0xdf;
      if (byte === quote || folded === openBracket || folded === closeBracket) break;
      if (byte > 0x20) previous = byte;
    }
    this.#previous = previous;
    this.#position = at < end ? at + 1 : end;
    return at;
  }

  #openString(at: number): void {
    this.#inString = true;
    this.#stringStart = at;
    this.#previous = quote;
  }

  /** @returns false if the string has no end yet, or none at all. */
  #skipString(end: number): boolean {
    const buffer = this.#buffer;
    // The chunk before may have ended between a backslash and what it escapes.
    let at = this.#position + (this.#isEscape ? 1 : 0);
    for (; at < end; at += 1) {
      const byte = buffer[at] as number;
      if (byte === backslash) at += 1;
      else if (byte === quote) {
        this.#isEscape = false;
        this.#inString = false;
        this.#position = at + 1;
        return true;
      } else if (byte === newline && this.#place === 'record') {
        // No JSON string holds a line break: the line before it was cut off.
        this.#isEscape = false;
        this.#position = at + 1;
        this.#cut(at, 'a text without an end');
        return false;
      }
    }
    this.#isEscape = at > end;
    this.#position = end;
    return false;
  }

  /** @returns false if the scan of this object is over: it was no record, or a broken one. */
  #openBracket(byte: number, at: number): boolean {
    const container = this.#open[this.#open.length - 1];
    const previous = this.#previous;
    if (
      byte === openBracket &&
      this.#open.length === 1 &&
      this.#place === 'record' &&
      previous === colon
    ) {
      if (this.#isListKey(at)) {
        this.#around.push('envelope');
        this.#place = 'between';
        return false;
      }
    }
    const isAllowed =
      container === openBrace ? previous === colon : previous === openBracket || previous === comma;
    if (!isAllowed && byte === openBrace && this.#place === 'record') {
      this.#cut(at, 'an object begins where none may');
      this.#begin(at);
      return true;
    }
    this.#open.push(byte);
    this.#previous = byte;
    return true;
  }

  /** Whether the key before the colon before `at` is one that holds records. */
  #isListKey(at: number): boolean {
    const from = this.#stringStart;
    const close = this.#buffer.indexOf(quote, from);
    if (close < 0 || close >= at || close - from > longestListKey) return false;
    return listKeys.has(this.#buffer.toString('latin1', from, close));
  }

  #finish(end: number): void {
    if (this.#place === 'rest') {
      this.#place = 'between';
      return;
    }
    this.#place = 'between';
    if (this.#isTooLarge) return;
    this.#sink.record(this.#buffer.subarray(this.#start, end));
  }

  /** Gives up the record that is being read, up to `end`. */
  #cut(end: number, reason: string): void {
    if (!this.#isTooLarge) this.#sink.broken(this.#buffer.subarray(this.#start, end), reason);
    this.#place = 'between';
    this.#inString = false;
    this.#open = [];
  }

  #dropTooLarge(): void {
    if (!this.#isTooLarge) {
      const head = this.#buffer.subarray(this.#start, this.#start + 4096);
      this.#sink.broken(
        head,
        `a record of more than ${maxRecordBytes / 1024 / 1024} MB; this is how it begins`,
      );
    }
    // Its end is still looked for, but none of it is kept.
    this.#isTooLarge = true;
    this.#start = this.#position;
    this.#stringStart = this.#position;
  }

  #scanScalar(end: number): void {
    if (this.#inString) {
      if (this.#skipString(end)) this.#endScalar(this.#position);
      return;
    }
    const isListed = this.#around.length > 0;
    for (let at = this.#position; at < end; at += 1) {
      const byte = this.#buffer[at] as number;
      if (byte === newline || (isListed && (byte === comma || byte === closeBracket))) {
        this.#position = at;
        this.#endScalar(at);
        return;
      }
    }
    this.#position = end;
  }

  #endScalar(end: number): void {
    this.#place = 'between';
    const piece = this.#buffer.subarray(this.#start, end);
    // A text may be the JSON of an envelope within JSON: that is for the reader to see.
    if (piece[0] === quote && !this.#inString) this.#sink.record(piece);
    else this.#sink.broken(piece, 'not JSON');
    this.#inString = false;
  }
}
