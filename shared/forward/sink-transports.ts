import type { Outcome, Packed } from './sink.ts';

export type PostRequest = {
  headers: Readonly<Record<string, string>>;
  body: string | Uint8Array;
  /** The operator says that the receiver stands in a private network. */
  isPrivate?: boolean;
};

/** Any answer of a receiver. */
export type Answered = {
  status: number;
  /** What it asks for by `Retry-After`. */
  retryAfterMs: number | undefined;
  /** The first 64 KiB of the body. */
  text: string;
};

/** Rows for the Logs Ingestion API of Azure Monitor. */
export type LogsTarget = { endpoint: string; ruleId: string; stream: string };

/** An event hub: by its namespace, to be signed in to, or by a connection string. */
export type HubTarget = (
  | { namespace: string; hub: string }
  /** The hub only if the string names none. */
  | { connectionString: string; hub?: string }
) & {
  contentType: string;
  /** What each message says of itself beside what its event does. */
  properties: Readonly<Record<string, string>>;
};

/** A syslog receiver over TLS. */
export type SyslogTarget = {
  host: string;
  port: number;
  /** Certificates to trust beside the usual ones, PEM. */
  ca?: string;
  isPrivate?: boolean;
};

/**
 * The ways out to SIEMs, each with a time limit, without redirects, and only to hosts that are allowed.
 * All throw WatchError: DELIVERY_UNAVAILABLE for what may work later, DELIVERY_MISCONFIGURED for what
 * somebody has to mend.
 */
export type SinkTransports = {
  /** One POST. Whatever the receiver answers is returned; without an answer it throws. */
  post(url: string, request: PostRequest): Promise<Answered>;
  /** @returns what became of each row. */
  uploadLogs(target: LogsTarget, batch: readonly Packed[]): Promise<readonly Outcome[]>;
  /** Events of one incident stay in order. @returns what became of each. */
  sendToHub(target: HubTarget, batch: readonly Packed[]): Promise<readonly Outcome[]>;
  /** Writes the frames on a connection of their own, and returns once the receiver has closed it after reading them all. */
  sendFrames(target: SyslogTarget, frames: readonly Uint8Array[]): Promise<void>;
  /** Adds to a file of this machine. */
  append(file: string, text: string): Promise<void>;
  /** Closes what is kept open between requests. */
  close(): Promise<void>;
};
