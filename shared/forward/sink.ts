import type * as z from 'zod';
import type { Resolved } from '../secrets.ts';
import type { Severity } from '../severity.ts';
import type { SiemEvent } from './siem-event.ts';
import type { SinkTransports } from './sink-transports.ts';

/** An event in the form that a sink sends. */
export type Outgoing = {
  /** What the receiver deduplicates by. */
  uid: string;
  kind: SiemEvent['kind'];
  /** Whose events stay in order; null: nobody's. */
  incident: string | null;
  tenantId: string;
  severity: Severity;
  /** When it happened, epoch milliseconds. */
  time: number;
  /** In the sink's format: an object, or the one line that a text format is. */
  event: unknown;
  /** The same as one line of text, without its end. */
  line: string;
};

/** An event, and the text that stands for it in a request. */
export type Packed = { outgoing: Outgoing; text: string };

/**
 * What became of an event. `refused`: the receiver will never take it; `later`: it may take it then.
 * `says` is what it answered, cleaned, without secrets.
 */
export type Outcome =
  | { became: 'taken' }
  | { became: 'refused'; says: string }
  | { became: 'later'; says: string; retryAfterMs?: number };

export const taken: Outcome = { became: 'taken' };

/** How much one request holds. Sizes are UTF-8 bytes. */
export type BatchLimits = {
  maxEvents: number;
  maxBytes: number;
  /** What a request has besides its events, such as the brackets of a list. */
  baseBytes: number;
  /** What each event has besides its text, such as a comma or a line's end. */
  bytesEach: number;
};

/** A sink that is ready to send. */
export type OpenSink = {
  /** The event as it stands in a request. */
  pack(outgoing: Outgoing): string;
  /**
   * One request, or one connection. A batch holds at most one event of an incident.
   *
   * @returns what became of each, in their order.
   * @throws {WatchError} DELIVERY_UNAVAILABLE or DELIVERY_MISCONFIGURED: of none is it known that it was
   *   taken, all of them are sent again, after the latter in parts if a heartbeat gets through.
   *   DELIVERY_REJECTED: the receiver refuses the batch, and does not say because of which event.
   */
  send(batch: readonly Packed[]): Promise<readonly Outcome[]>;
  close(): Promise<void>;
};

/** One kind of SIEM. `sinks/` has a file each. */
export type SinkKind<S extends z.ZodObject = z.ZodObject> = {
  type: string;
  /** What the policy may say of it besides what all sinks have. Secrets are named, never written. */
  settings: S;
  /** The formats that it can send, by name; the first one unless the policy says otherwise. */
  formats: readonly [string, ...string[]];
  limits: BatchLimits;
  /** How many requests may be under way at once. */
  width: number;
  /** In a few words, for `glasswatch check`. */
  describe(settings: z.output<S>): string;
  /**
   * @param settings - with each secret resolved to its value, and the `format` if the policy says one.
   * @throws {WatchError} DELIVERY_MISCONFIGURED
   */
  open(
    settings: Resolved<z.output<S>> & { format?: string | undefined },
    transports: SinkTransports,
  ): OpenSink;
};

/** Checks a sink against its own settings, then hands it on as one of many. */
export const defineSink = <S extends z.ZodObject>(sink: SinkKind<S>): SinkKind =>
  sink as unknown as SinkKind;
