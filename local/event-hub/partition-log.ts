import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writevSync } from 'node:fs';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { stamp } from './stamp.ts';

/** One event as it lies in a partition and as it goes out to consumers. */
export interface StoredEvent {
  sequenceNumber: number;
  /** Where it starts in the partition, in bytes. */
  offset: number;
  enqueuedAt: Date;
  /** The whole AMQP message, annotated. */
  encoded: Buffer;
}

/** Where a consumer starts: after or at a place, or at the end of what is there now. */
export type StartPosition =
  | { by: 'offset' | 'sequenceNumber' | 'enqueuedAt'; value: number; isInclusive: boolean }
  | 'end';

// A record on disk: length and checksum of the message, enqueued time in ms, the message.
const recordHeaderBytes = 16;

/**
 * The events of one partition, in memory and, when a file is given, also in that file.
 *
 * A write is in the hands of the operating system before `append` returns, so a killed process loses
 * nothing that was acknowledged; a power cut may.
 */
export class PartitionLog {
  readonly id: string;
  readonly events: StoredEvent[] = [];
  readonly #onAppend = new Set<() => void>();
  #file: number | undefined;
  #fileBytes = 0;
  #nextOffset = 0;

  /**
   * @param file - Created with its folders when missing. A torn or damaged tail is cut off.
   */
  constructor(id: string, file?: string) {
    this.id = id;
    if (file !== undefined) this.#file = this.#load(file);
  }

  /** The event last taken in. */
  get last(): StoredEvent | undefined {
    return this.events.at(-1);
  }

  /** Takes in the messages together, in their order, and wakes the consumers. */
  append(messages: readonly Buffer[], partitionKey: string | undefined): void {
    const enqueuedAt = new Date();
    const added: StoredEvent[] = [];
    let offset = this.#nextOffset;
    for (const message of messages) {
      const sequenceNumber = this.events.length + added.length;
      const encoded = stamp(message, {
        sequenceNumber,
        offset: String(offset),
        enqueuedAt,
        partitionKey,
      });
      added.push({ sequenceNumber, offset, enqueuedAt, encoded });
      offset += encoded.length;
    }
    this.#write(added);
    for (const event of added) this.events.push(event);
    this.#nextOffset = offset;
    for (const wake of this.#onAppend) wake();
  }

  /** @returns The index of the first event at or behind the position. */
  indexOf(position: StartPosition): number {
    if (position === 'end') return this.events.length;
    const { by, value, isInclusive } = position;
    let low = 0;
    let high = this.events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const event = this.events[middle] as StoredEvent;
      const at = by === 'enqueuedAt' ? event.enqueuedAt.getTime() : event[by];
      if (isInclusive ? at >= value : at > value) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** @returns A function that stops the calls. */
  onAppend(listener: () => void): () => void {
    this.#onAppend.add(listener);
    return () => this.#onAppend.delete(listener);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #write(events: readonly StoredEvent[]): void {
    if (this.#file === undefined) return;
    const parts: Buffer[] = [];
    for (const { encoded, enqueuedAt } of events) {
      const header = Buffer.alloc(recordHeaderBytes);
      header.writeUInt32BE(encoded.length, 0);
      header.writeUInt32BE(crc32(encoded), 4);
      header.writeDoubleBE(enqueuedAt.getTime(), 8);
      parts.push(header, encoded);
    }
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    try {
      if (writevSync(this.#file, parts) < length) throw new Error('The disk is full.');
    } catch (error) {
      // What comes after half a record could not be read back.
      ftruncateSync(this.#file, this.#fileBytes);
      throw error;
    }
    this.#fileBytes += length;
  }

  #load(file: string): number {
    mkdirSync(dirname(file), { recursive: true });
    const handle = openSync(file, 'a+');
    const content = readFileSync(handle);
    let position = 0;
    while (position + recordHeaderBytes <= content.length) {
      const start = position + recordHeaderBytes;
      const encoded = content.subarray(start, start + content.readUInt32BE(position));
      // A record cut short, or zeros that a crashed file system left behind.
      if (encoded.length === 0 || crc32(encoded) !== content.readUInt32BE(position + 4)) break;
      this.events.push({
        sequenceNumber: this.events.length,
        offset: this.#nextOffset,
        enqueuedAt: new Date(content.readDoubleBE(position + 8)),
        encoded,
      });
      this.#nextOffset += encoded.length;
      position = start + encoded.length;
    }
    if (position < content.length) ftruncateSync(handle, position);
    this.#fileBytes = position;
    return handle;
  }
}
