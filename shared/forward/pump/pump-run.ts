import type { EventStore, FeedStore, Waiting } from '../feed.ts';
import type { SiemEvent } from '../siem-event.ts';
import type { Sent, SinkToSend, WaveDeps } from './send-wave.ts';
import type { StateBook, Trouble } from './sink-state.ts';

/** An event that a receiver refused for good. */
export type RefusedEvent = {
  uid: string;
  /** As it was sent. */
  line: string;
  /** What the receiver said, cleaned. */
  says: string;
};

export type DrainDeps = {
  feed: Pick<FeedStore, 'waiting' | 'settle' | 'forget'>;
  events: Pick<EventStore, 'event'>;
  /** Keeps it for people. Doing it again with the same changes nothing. */
  deadLetter(sink: string, refused: RefusedEvent): Promise<void>;
  /** Epoch milliseconds. */
  now(): number;
  /** From 0 to 1. */
  random?(): number;
  warn?(message: string): void;
};

/** By incident: until when its next event waits, epoch milliseconds, and how often it was put off. */
export type Holds = Map<string, { until: number; times: number }>;

/** The first event of an incident that waits, and its place. */
export type Item = { head: Waiting; event: SiemEvent };

/** What a pump knows so far. */
export type Run = {
  sink: SinkToSend;
  /** Why nothing more can be sent for now. */
  trouble: Trouble | undefined;
  /** Incidents of which the receiver takes the next event later. */
  held: Holds;
  /** Requests in a row of which all was put off, and what was said of the last one; undefined: none. */
  putOff: { times: number; all: readonly Sent<Item>[] } | undefined;
  /** Incidents whose next event is not there yet, or can't be read, as of the last walk. */
  unsaved: Set<string>;
  /** Some event could be read: where another one can't, it is not the storage. */
  isReadable: boolean;
  counts: { taken: number; filtered: number; refused: number };
};

/** One turn of a pump, in which it has the claim. */
export type Turn = Pick<WaveDeps<unknown>, 'mayGoOn' | 'probe'> & { book: StateBook };

export const isHeld = (incident: string, { held }: Pick<Run, 'held'>, now: number): boolean =>
  (held.get(incident)?.until ?? 0) > now;
