import type { Deltas } from './deltas.ts';
import type { Directory } from './directory.ts';
import type { Faults } from './faults.ts';
import type { Pages } from './pages.ts';
import type { Throttle } from './throttle.ts';

/** A mail that was sent. */
export type SentMail = {
  sender: string;
  at: string;
  message: unknown;
  saveToSentItems: boolean;
  /** Its bytes, if it came as MIME. */
  mime?: Buffer;
};

/** A request that came in, and how it was answered. */
export type RecordedRequest = {
  method: string;
  version: 'v1.0' | 'beta' | 'arm' | undefined;
  /** The template of the contract; undefined: it fits none. */
  path: string | undefined;
  /** As it came. */
  url: string;
  /** 0: the connection was cut. */
  status: number;
  /** Within a batch. */
  batch?: boolean;
  /** Application permissions of which any one would do (all of them: see `needsAll`). */
  permissions: readonly string[];
  needsAll?: boolean;
};

/** All that the simulator remembers between requests. */
export type World = {
  now: () => number;
  directory: Directory;
  pages: Pages;
  deltas: Deltas;
  throttle: Throttle;
  faults: Faults;
  outbox: SentMail[];
  onMail: ((mail: SentMail) => void) | undefined;
  requests: RecordedRequest[];
  pageSize: number | undefined;
};

/** A request, whether it came alone or within a batch. */
export type Ask = {
  method: string;
  version: 'v1.0' | 'beta';
  path: string;
  query: URLSearchParams;
  headers: Readonly<Record<string, string | undefined>>;
  body: unknown;
  isInBatch: boolean;
};

export type Answer = {
  status: number;
  headers: Record<string, string>;
  /** Undefined: no body. Text goes out as it is. */
  body?: unknown;
  /** Instead of an answer. */
  isReset?: boolean;
  stallMs?: number;
};
