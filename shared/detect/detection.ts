import type { Actor, Party, RoleRef } from '../finding.ts';
import type { EventKind, EventOf } from '../read/event.ts';
import type { Severity } from '../severity.ts';
import type { Watchlist } from '../watch/watchlist.ts';
import type { DetectionInfo } from './detection-info.ts';
import type { ExampleRecords } from './example-records.ts';

/**
 * What must stand in a record's bytes for the detection to have anything to say about it: the id or
 * name of a watched account, one of some words (ids and the like, written the same everywhere), or
 * nothing in particular, so that every record of its kind is read. Screening is derived from it.
 */
export type LookFor = 'watched accounts' | 'every record' | { words: readonly string[] };

/** All that a detection may know besides the event itself. */
export type Context = {
  watchlist: Watchlist;
  /** The tenant manages its roles with PIM: a direct assignment is then out of order. */
  usesPim: boolean;
};

/** What a detection says of an event. What it leaves out is taken from the event and its metadata. */
export type Match = {
  /**
   * What was found, apart from detection and tenant: two events with one key are one finding.
   * Usually the record's own id; coarser where many records tell of one thing.
   */
  key: readonly (string | null)[];
  /** Enough on a phone: who did what to whom. */
  title: string;
  summary: string;
  severity?: Severity;
  /** Where more than one record with this key is worse than one. */
  severityWhenRepeated?: Severity;
  subject: Party;
  actor?: Actor | null;
  roles?: readonly RoleRef[];
  /** What people would call one case, with what tells two such cases apart besides the subject. */
  matter: readonly [kind: Matter, ...rest: string[]];
  /** Among records with one key the greatest wins; see `mergeFindings`. */
  precedence?: string;
  /** Later knowledge that there is nothing to find. It corrects an earlier finding with the same key. */
  isWithdrawn?: true;
  /** Lists that grow over the records with one key. */
  gathered?: Readonly<Record<string, readonly (string | null)[]>>;
  details?: Readonly<Record<string, unknown>>;
};

export type Matter =
  | 'role'
  | 'sign-in'
  | 'password'
  | 'break-glass'
  | 'protection'
  | 'role-definition';

export type Detection<K extends EventKind = EventKind> = DetectionInfo & {
  reads: readonly K[];
  lookFor: LookFor;
  /** Pure: the same event and context always give the same answer. */
  detect(event: EventOf<K>, context: Context): Match | undefined;
  /** Records, told to a small invented tenant (see example-tenant.ts), and what must come of them. */
  examples: readonly Example[];
};

export type Example = {
  name: string;
  records: ExampleRecords;
  /** The severity of the one finding that this detection makes of the records, or `nothing`. */
  expect: Severity | 'nothing';
};

/** Checks a detection against the events it reads, then hands it on as one of many. */
export const defineDetection = <K extends EventKind>(detection: Detection<K>): Detection =>
  detection as unknown as Detection;
