import type { Actor, Party } from '../finding.ts';
import type { Device, GeoPoint, SignInEvent } from '../read/event.ts';
import { dayMs } from '../time.ts';

/**
 * One thing that is remembered of an account, a source or a request. Plain JSON, as it is stored.
 *
 * Of two with one kind and id only one is kept, the same in whichever order they came: see `unite`
 * in memory.ts.
 */
export type Trace =
  | SignInTrace
  | SightingTrace
  | HabitTrace
  | ChangeTrace
  | FailureTrace
  | SuccessTrace
  | RiskTrace
  | RoleRequestTrace
  | ExportRequestTrace
  | AccessPolicyTrace;
export type TraceKind = Trace['kind'];
export type TraceOf<K extends TraceKind> = Extract<Trace, { kind: K }>;

type TraceBase = {
  /** One of its kind within a subject. */
  id: string;
  /** Epoch milliseconds; where a trace stands for several events, the first of them. */
  at: number;
};

/** One row of a sign-in of a watched person, whatever came of it; of one record the last version. */
export type SignInTrace = TraceBase &
  Pick<
    SignInEvent,
    'errorCode' | 'flow' | 'requestId' | 'correlationId' | 'sessionId' | 'ip' | 'asn'
  > & {
    kind: 'signIn';
    /** When the row was written: the later one is right. */
    emittedAt: number;
    country: string | null;
    city: string | null;
    point: GeoPoint | null;
    /** In a named location that the tenant trusts, or a network that the policy knows. */
    isKnownPlace: boolean;
    device: Pick<Device, 'id' | 'name' | 'os' | 'browser' | 'isCompliant' | 'isManaged'>;
    app: string | null;
    client: string | null;
    mfa: 'yes' | 'no' | 'unknown';
    /** What proved who it was before any second factor: a password, or a key, a token, an earlier sign-in. */
    firstFactor: 'password' | 'other' | 'unknown';
    /** What the row said of its steps and its end, folded: `correct password; mfa denied; user declined …`. */
    said: string | null;
    riskLevel: string;
    /** Another version of the row told of another end, or answered otherwise whether MFA was used. */
    isCorrected?: true;
  };

/** Silent renewals of one session from one network on one day. */
export type SightingTrace = TraceBase & {
  kind: 'sighting';
  sessionId: string | null;
  ip: string | null;
  asn: number | null;
  country: string | null;
  point: GeoPoint | null;
  isKnownPlace: boolean;
  recordId: string;
};

/** What an account usually comes with. `at` is the first time, `lastAt` the last, to the day. */
export type HabitTrace = TraceBase & {
  kind: 'habit';
  what: 'country' | 'asn' | 'network' | 'device' | 'credential';
  value: string;
  lastAt: number;
  /** The first record and address it was seen with, and whether that was at a known place. */
  recordId: string;
  ip: string | null;
  isKnownPlace: boolean;
  name: string | null;
};

/** What was done to, or by, an account. The same trace lies with everyone whom it concerns. */
export type ChangeTrace = TraceBase & {
  kind: 'change';
  what:
    | 'granted'
    | 'activated'
    | 'removed'
    | 'requested'
    | 'approved'
    | 'created'
    | 'deleted'
    | 'enabled'
    /** A guest was made a member. */
    | 'member'
    | 'password'
    | 'method'
    /** A service principal was created. */
    | 'registered'
    /** Conditional Access, federation, credentials of applications, the log export, rights in Azure. */
    | 'control';
  operation: string;
  recordId: string;
  /** Who did it, and to whom: by id, where known. The rest is for people. */
  by: string | null;
  byName: string | null;
  byType: Party['type'] | null;
  of: string | null;
  ofName: string | null;
  ofType: Party['type'] | null;
  ip: string | null;
  role: { templateId: string; name: string; scope: string } | null;
  tier: 'active' | 'eligible' | null;
  requestId: string | null;
  correlationId: string | null;
  /** Of a `method` only: see method-changes.ts. */
  method?: { effect: 'added' | 'removed'; isOwn: boolean };
};

/** Failures of one account from one source, within five minutes. */
export type FailureTrace = TraceBase & {
  kind: 'failure';
  lastAt: number;
  account: string;
  name: string | null;
  isWatched: boolean;
  errorCode: number;
  recordId: string;
};

/**
 * A watched account got in from a source, or was stopped there only behind the right password; that one
 * got in at all, within an hour.
 */
export type SuccessTrace = TraceBase & {
  kind: 'success';
  lastAt: number;
  account: string;
  name: string | null;
  isWatched: boolean;
  errorCode: number;
  /** A password was shown, and on no device that is known to be the person's. */
  mayBeGuessed: boolean;
  recordId: string;
  /** " from Seattle, US (198.51.100.7)", where it matters. */
  from?: string;
};

/** Entra called the account, or one of its sign-ins, risky. */
export type RiskTrace = TraceBase & {
  kind: 'risk';
  level: string;
  state: string;
  type: string | null;
  ip: string | null;
  /** How the account as a whole stands; otherwise one thing that was detected, in this sign-in. */
  isState: boolean;
  requestId: string | null;
  recordId: string;
};

/**
 * A row of a request to Azure: the first says what was asked for, the last that it was done, and at
 * times both. Those of one request share the correlation id.
 */
type RequestTrace<Kind, Asked> = TraceBase & {
  kind: Kind;
  isDone: boolean;
  correlationId: string | null;
  by: Actor | null;
  /** null where the row does not show it. */
  asked: Asked | null;
};

/** A role over Azure's resources, given to somebody. */
export type RoleRequestTrace = RequestTrace<'roleRequest', AskedRole>;
export type AskedRole = {
  principal: Pick<Party, 'type' | 'id'>;
  /** Of the role definition. */
  roleId: string;
  scope: string;
};

/** What Entra exports by one of its diagnostic settings: categories in lower case, resource ids. */
export type ExportRequestTrace = RequestTrace<'exportRequest', AskedExport>;
export type AskedExport = {
  on: readonly string[];
  off: readonly string[];
  to: readonly string[];
};

/** A change of a Conditional Access policy that may be felt by somebody whom it left out, or did not name. */
export type AccessPolicyTrace = TraceBase & {
  kind: 'accessPolicy';
  operation: string;
  recordId: string;
  correlationId: string | null;
  by: Actor | null;
  policy: Party;
  /** Ids of accounts and groups: left out until then, named since then, and left out after it. */
  dropped: readonly string[];
  named: readonly string[];
  excluded: readonly string[];
};

/**
 * How long a trace is kept, and how many of its kind. Records come up to a day late, so the time is
 * the longest window that a detection looks over, and a day, and a day to spare.
 */
export const bounds: Readonly<Record<TraceKind, { keptMs: number; most: number }>> = {
  signIn: { keptMs: 3 * dayMs, most: 300 },
  sighting: { keptMs: 3 * dayMs, most: 150 },
  habit: { keptMs: 92 * dayMs, most: 200 },
  change: { keptMs: 9 * dayMs, most: 200 },
  failure: { keptMs: 3 * dayMs, most: 500 },
  success: { keptMs: 3 * dayMs, most: 300 },
  risk: { keptMs: 9 * dayMs, most: 60 },
  roleRequest: { keptMs: 3 * dayMs, most: 100 },
  // What a setting was before: it changes a few times in years.
  exportRequest: { keptMs: 400 * dayMs, most: 40 },
  accessPolicy: { keptMs: 3 * dayMs, most: 40 },
};
