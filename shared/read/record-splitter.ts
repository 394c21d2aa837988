import {
  closeBrace,
  closeBracket,
  colon,
  comma,
  isBlank,
  Nesting,
  newline,
  openBrace,
  openBracket,
  quote,
} from './json-grammar.ts';
import { openingAt, RecordOpenings } from './record-openings.ts';

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
/** So much is read a second time behind broken records; a hostile input must not make it all the time. */
const mostReread = 4 * maxRecordBytes;
const backslash = 0x5c;

/** Where lists of records may stand in an object around them. */
const listKeys = new Set(['records', 'value', 'Records', 'Value']);
const longestKey = 16;

/**
 * `record`: inside an object. `text`: inside a string between records, `told`: behind it. `noise`: what
 * is no JSON. `rest`: behind the list in its envelope. `lost`: behind a fault, looking for a record.
 */
type Place = 'between' | 'record' | 'text' | 'told' | 'noise' | 'rest' | 'lost';

export class RecordSplitter {
  readonly #sink: RecordSink;
  readonly #openings = new RecordOpenings();
  #buffer: Buffer = Buffer.alloc(0);
  /** The memory that the buffer is the first part of. */
  #room: Buffer = this.#buffer;
  #position = 0;
  /** Where the record, or what might be one, began in the buffer. */
  #start = 0;
  /** Where the text behind which `told` looks ended. */
  #textEnd = 0;
  #place: Place = 'between';
  #inString = false;
  #isEscape = false;
  #keyStart = 0;
  /** Where the innermost object began; of use for items of lists at their second key only. */
  #item = 0;
  /** Inside `rest`: how deep, and whether a value is due. */
  #restDepth = 0;
  #restColon = false;
  readonly #nesting = new Nesting();
  /** Open envelopes and lists around the records. */
  #around: ('list' | 'envelope')[] = [];
  /** Whether the piece that `lost` stands in was told already: it was too large to be kept. */
  #isTold = false;
  #isEnd = false;
  #isDamaged = false;
  #fault = '';
  /** How the broken record began: its neighbours may begin alike. */
  #faultOpening: string | undefined;
  #reread = 0;
  /** Whether the first byte of the buffer begins a line. */
  #beginsLine = true;

  constructor(sink: RecordSink) {
    this.#sink = sink;
  }

  push(chunk: Buffer): void {
    const isHeld = this.#place !== 'between' && this.#place !== 'rest';
    const keptFrom = isHeld ? Math.min(this.#start, this.#position) : this.#position;
    if (keptFrom > 0) this.#beginsLine = this.#buffer[keptFrom - 1] === newline;
    this.#append(keptFrom, chunk);
    this.#position -= keptFrom;
    this.#start -= keptFrom;
    this.#textEnd -= keptFrom;
    this.#keyStart -= keptFrom;
    this.#item -= keptFrom;
    this.#scan();
    if (this.#place !== 'between' && this.#place !== 'rest') this.#dropIfTooLarge();
  }

  /** Bytes once written stay as they are: records are views on them. A long one is not copied each time. */
  #append(keptFrom: number, chunk: Buffer): void {
    const used = this.#buffer.length;
    const kept = this.#buffer.subarray(keptFrom);
    if (kept.length === 0) this.#buffer = this.#room = chunk;
    else if (used + chunk.length <= this.#room.length) {
      chunk.copy(this.#room, used);
      this.#room = this.#room.subarray(keptFrom);
      this.#buffer = this.#room.subarray(0, used - keptFrom + chunk.length);
    } else {
      const needed = kept.length + chunk.length;
      const most = maxRecordBytes + 2 * chunk.length;
      this.#room = Buffer.allocUnsafe(Math.max(needed, Math.min(2 * needed, most)));
      kept.copy(this.#room);
      chunk.copy(this.#room, kept.length);
      this.#buffer = this.#room.subarray(0, kept.length + chunk.length);
    }
  }

  end(): void {
    this.#isEnd = true;
    this.#scan();
    while (this.#place === 'record') {
      this.#fail('the JSON ends in the middle');
      this.#scan();
    }
    const { length } = this.#buffer;
    if (this.#place === 'lost') this.#tellBroken(length, this.#fault);
    else if (this.#place === 'noise') this.#tellBroken(length, 'not JSON');
    else if (this.#place === 'text') this.#tellBroken(length, 'a text without an end');
    else if (this.#place === 'told') this.#sink.record(this.#piece(this.#textEnd));
    else if (this.#around.includes('envelope')) {
      this.#sink.broken(Buffer.alloc(0), 'the list of records ends in the middle');
    }
    this.#around = [];
    this.#place = 'between';
    this.#buffer = Buffer.alloc(0);
    this.#position = 0;
  }

  #scan(): void {
    for (let hasMore = true; hasMore && this.#position < this.#buffer.length; ) {
      const { length } = this.#buffer;
      if (this.#place === 'between') this.#scanBetween();
      else if (this.#place === 'record') this.#scanRecord(length);
      else if (this.#place === 'text') this.#scanText(length);
      else if (this.#place === 'told') this.#scanBehindText();
      else if (this.#place === 'noise') this.#scanNoise(length);
      else if (this.#place === 'rest') this.#scanRest(length);
      else hasMore = this.#findRecord(length);
    }
  }

  #scanBetween(): void {
    const at = this.#position;
    const byte = this.#buffer[at] as number;
    this.#position += 1;
    if (isBlank(byte) || isFiller(byte) || byte === comma || byte === closeBrace) return;
    if (byte === openBrace) this.#begin(at);
    else if (byte === openBracket) this.#around.push('list');
    else if (byte === closeBracket) this.#closeList();
    else {
      this.#place = byte === quote ? 'text' : 'noise';
      this.#start = at;
    }
  }

  #begin(at: number): void {
    this.#place = 'record';
    this.#start = at;
    this.#position = at + 1;
    this.#nesting.begin();
    this.#inString = false;
    this.#isEscape = false;
  }

  #closeList(): void {
    if (this.#around.pop() !== 'envelope') return;
    // What follows the records in their envelope is of no interest; look for its end only.
    this.#place = 'rest';
    this.#restDepth = 1;
    this.#restColon = false;
  }

  #scanRecord(end: number): void {
    const nesting = this.#nesting;
    while (this.#position < end) {
      if (this.#inString) {
        if (!this.#skipString(end)) return;
        continue;
      }
      const at = this.#position;
      const byte = this.#buffer[at] as number;
      this.#position += 1;
      if (isBlank(byte)) continue;
      // A record that was cut off within a list would take the next ones for its items.
      const isNext = byte === colon && nesting.itemKeys === 2 && this.#isNextRecord();
      if (isNext || !nesting.step(byte)) {
        this.#fail(isNext ? 'the JSON ends in the middle' : 'not well-formed JSON');
        return;
      }
      if (byte === openBrace) this.#item = at;
      if (byte === quote) {
        this.#inString = true;
        if (nesting.isKey) this.#keyStart = at + 1;
      } else if (nesting.depth === 0) {
        this.#finish(at + 1);
        return;
      } else if (byte === openBracket && nesting.depth === 2 && listKeys.has(this.#key(at))) {
        this.#around.push('envelope');
        this.#place = 'between';
        return;
      }
    }
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
      } else if (byte === newline) {
        // No JSON string holds a line break: the line before it was cut off.
        this.#isEscape = false;
        this.#position = at;
        if (this.#place === 'text') this.#tellBroken(at, 'a text without an end');
        else this.#fail('a text without an end');
        return false;
      }
    }
    this.#isEscape = at > end;
    this.#position = end;
    return false;
  }

  #isNextRecord = () => this.#openings.isLike(this.#buffer, this.#item, this.#start);

  /** The last key before `at`, if it is one of the short ones that are looked for. */
  #key(at: number): string {
    const close = this.#buffer.indexOf(quote, this.#keyStart);
    if (close < 0 || close >= at || close - this.#keyStart > longestKey) return '';
    return this.#buffer.toString('latin1', this.#keyStart, close);
  }

  #finish(end: number): void {
    this.#place = 'between';
    this.#reread = 0;
    // Behind a fault, what looks like a record may be a part of one.
    if (!this.#isDamaged) this.#openings.learn(this.#buffer, this.#start);
    this.#sink.record(this.#piece(end));
  }

  /** The record is broken. The next one is looked for from its beginning on: it may be swallowed already. */
  #fail(reason: string): void {
    this.#fault = reason;
    this.#isDamaged = true;
    this.#faultOpening = openingAt(this.#buffer, this.#start);
    this.#place = 'lost';
    this.#inString = false;
    this.#reread += this.#position - this.#start;
    if (this.#reread < mostReread) this.#position = this.#start + 1;
  }

  /** @returns false if more bytes are needed to tell whether a record begins. */
  #findRecord(end: number): boolean {
    for (; this.#position < end; this.#position += 1) {
      const at = this.#position;
      if (this.#buffer[at] !== openBrace) continue;
      if (!this.#isEnd && !RecordOpenings.canTell(this.#buffer, at)) return false;
      const beginsLine = at === 0 ? this.#beginsLine : this.#buffer[at - 1] === newline;
      if (!beginsLine && !this.#openings.isAt(this.#buffer, at, this.#faultOpening)) continue;
      this.#tellBroken(at, this.#fault);
      if (beginsLine) this.#around = [];
      this.#begin(at);
      return true;
    }
    return true;
  }

  #scanText(end: number): void {
    this.#inString = true;
    if (!this.#skipString(end)) return;
    this.#place = 'told';
    this.#textEnd = this.#position;
  }

  /** A text may be the JSON of an envelope within JSON; else it is what is left of a broken record. */
  #scanBehindText(): void {
    const byte = this.#buffer[this.#position] as number;
    if (isBlank(byte)) this.#position += 1;
    else if (!mayFollowText.has(byte)) this.#fail('not well-formed JSON');
    else {
      this.#place = 'between';
      this.#inString = false;
      this.#sink.record(this.#piece(this.#textEnd));
    }
  }

  #scanNoise(end: number): void {
    const isListed = this.#around.length > 0;
    for (; this.#position < end; this.#position += 1) {
      const byte = this.#buffer[this.#position] as number;
      const endsItem = isListed && (byte === comma || byte === closeBracket);
      if (byte !== newline && byte !== openBrace && !endsItem) continue;
      this.#tellBroken(this.#position, 'not JSON');
      return;
    }
  }

  /** To the end of the envelope. A record behind its list shows that the list was closed too early. */
  #scanRest(end: number): void {
    for (; this.#position < end; this.#position += 1) {
      const byte = this.#buffer[this.#position] as number;
      if (this.#inString) {
        // The chunk may end between a backslash and what it escapes.
        if (this.#isEscape) this.#isEscape = false;
        else if (byte === backslash) this.#isEscape = true;
        else if (byte === quote || byte === newline) this.#inString = false;
        continue;
      }
      if (byte === quote) {
        this.#inString = true;
        this.#isEscape = false;
      } else if (byte === openBrace && !this.#restColon) {
        this.#isDamaged = true;
        this.#begin(this.#position);
        return;
      } else if (byte === openBrace || byte === openBracket) this.#restDepth += 1;
      else if (byte === closeBrace || byte === closeBracket) this.#restDepth -= 1;
      if (this.#restDepth === 0) {
        this.#position += 1;
        this.#place = 'between';
        return;
      }
      if (!isBlank(byte)) this.#restColon = byte === colon;
    }
  }

  #piece = (end: number) => this.#buffer.subarray(this.#start, end);

  /** Gives up what is being read, up to `end`. */
  #tellBroken(end: number, reason: string): void {
    if (!this.#isTold) this.#sink.broken(this.#piece(end), reason);
    this.#isTold = false;
    this.#inString = false;
    this.#place = 'between';
  }

  #dropIfTooLarge(): void {
    if (this.#position - this.#start <= maxRecordBytes) return;
    if (!this.#isTold) {
      const size = `${maxRecordBytes / 1024 / 1024} MB`;
      const head = this.#piece(this.#start + 4096);
      this.#sink.broken(head, `a record of more than ${size}; this is how it begins`);
    }
    // The next record is looked for, but nothing before it is kept.
    this.#isTold = true;
    this.#inString = false;
    this.#place = 'lost';
    this.#start = this.#position;
  }
}

/** Of a text between records: the end of its item, or the next record or text. */
const mayFollowText = new Set([comma, closeBracket, closeBrace, quote, openBrace, openBracket]);

/** Byte order marks and zeros, which files that were put together have between records. */
const isFiller = (byte: number) => byte < 0x20 || byte === 0xef || byte === 0xbb || byte === 0xbf;
