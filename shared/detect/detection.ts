import type { Actor, Party, RoleRef } from '../finding.ts';
import type { Past } from '../memory/past.ts';
import type { DetectionSettings, TenantPolicy } from '../policy.ts';
import type { EventKind, EventOf } from '../read/event.ts';
import type { Severity } from '../severity.ts';
import type { Watchlist } from '../watch/watchlist.ts';
import type { DetectionId } from './detection-ids.ts';
import type { DetectionInfo } from './detection-info.ts';
import type { ExampleRecords } from './examples/records.ts';

/**
 * What must stand in a record's bytes for the detection to have anything to say about it: the id or
 * name of a watched account, one of some words (ids and the like, written the same everywhere), one of
 * some error codes of anybody's sign-in, a field whose text opens with one of some words, or nothing in
 * particular, so that every record of its kind is read. Screening is derived from it.
 */
export type LookFor =
  | 'watched accounts'
  | 'every record'
  | { words: readonly string[] }
  | { errorCodes: readonly number[] }
  | { openings: Readonly<Record<string, readonly string[]>> };

/** All that a detection may know besides the event itself. */
export type Context = {
  watchlist: Watchlist;
  /** What the policy says of the tenant: networks, hours, whether it uses PIM, ... */
  tenant: TenantPolicy;
  /** What is remembered of the accounts and sources that the event is about, the event itself included. */
  past: Past;
};

/** With the thresholds of the detection, from the policy or their defaults. */
type ContextOf<Id extends DetectionId> = Context & {
  settings: DetectionSettings<Id>;
  /** Those of another one, for what follows from its findings. */
  settingsOf: <Other extends DetectionId>(id: Other) => DetectionSettings<Other>;
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
  /** When it happened and the records that show it, where the event at hand is not the one to name. */
  at?: number;
  recordIds?: readonly string[];
  /** People hear of it only after so many milliseconds, if it has not been withdrawn by then. */
  settleMs?: number;
};

/** What people would call one case. */
export type Matter =
  | 'role'
  | 'sign-in'
  | 'password'
  | 'break-glass'
  | 'protection'
  | 'role-definition'
  /** What an account is and how it proves itself: methods, creation, deletion, kind. */
  | 'account'
  /** What PIM asks of whoever activates a role. */
  | 'pim-control'
  /** Conditional Access and the tenant's other security settings. */
  | 'tenant-policy'
  | 'application'
  /** Rights over Azure's resources. */
  | 'azure-role'
  /** What the watch itself rests on: the export, the hub, this service. */
  | 'the-watch'
  /** Guessing, from one source or against one account. */
  | 'guessing'
  | 'risk';

export type Detection<
  K extends EventKind = EventKind,
  Id extends DetectionId = DetectionId,
> = DetectionInfo & {
  id: Id;
  reads: readonly K[];
  lookFor: LookFor;
  /**
   * Pure: the same event and context always give the same answer. Where several events make the
   * match, it is found whichever of them comes last, and told from what is remembered, not from that
   * one: so the findings are the same in whichever order the records arrive.
   */
  detect(event: EventOf<K>, context: ContextOf<Id>): Match | readonly Match[] | undefined;
  /** Records, told to a small invented tenant (see example-tenant.ts), and what must come of them. */
  examples(): readonly Example[];
};

export type Example = {
  name: string;
  records: ExampleRecords;
  /** The severity of the one finding that this detection makes of the records, or `nothing`. */
  expect: Severity | 'nothing';
  /** What the policy says, laid over the defaults: of this detection, and of the example tenant. */
  settings?: Readonly<Record<string, unknown>>;
  tenant?: Readonly<Record<string, unknown>>;
};

/** Checks a detection against the events it reads, then hands it on as one of many. */
export const defineDetection = <K extends EventKind, const Id extends DetectionId>(
  detection: Detection<K, Id>,
): Detection => detection as unknown as Detection;
