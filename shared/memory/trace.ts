import type { Device, GeoPoint, SignInEvent } from '../read/event.ts';

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
  | RiskTrace;
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
    /** What an interrupted or refused step said: `mfa denied; user declined the authentication`. */
    said: string | null;
    riskLevel: string;
  };

/** Silent renewals of one session from one network on one day. */
export type SightingTrace = TraceBase & {
  kind: 'sighting';
  sessionId: string | null;
  ip: string | null;
  asn: number | null;
  country: string | null;
  isKnownPlace: boolean;
  recordId: string;
};

/** What an account usually comes with. `at` is the first time, `lastAt` the last, to the day. */
export type HabitTrace = TraceBase & {
  kind: 'habit';
  what: 'country' | 'asn' | 'network' | 'device' | 'credential';
  value: string;
  lastAt: number;
  /** The first record and address it was seen with. */
  recordId: string;
  ip: string | null;
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
    | 'password'
    | 'method'
    /** Conditional Access, federation, credentials of applications, the log export, rights in Azure. */
    | 'control';
  operation: string;
  /** By id, where known. The names are for people. */
  by: string | null;
  byName: string | null;
  of: string | null;
  ofName: string | null;
  ip: string | null;
  role: { templateId: string; name: string; scope: string } | null;
  tier: 'active' | 'eligible' | null;
  requestId: string | null;
  correlationId: string | null;
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

/** Successes of one account from a source that is suspected, within an hour. */
export type SuccessTrace = TraceBase & {
  kind: 'success';
  lastAt: number;
  account: string;
  name: string | null;
  isWatched: boolean;
  recordId: string;
};

/** Entra called the account, or one of its sign-ins, risky. */
export type RiskTrace = TraceBase & {
  kind: 'risk';
  level: string;
  state: string;
  type: string | null;
  ip: string | null;
};

const hour = 3_600_000;
const day = 24 * hour;

/**
 * How long a trace is kept, and how many of its kind. Records come up to a day late, so the time is
 * the longest window that a detection looks over, and a day, and a day to spare.
 */
export const bounds: Readonly<Record<TraceKind, { keptMs: number; most: number }>> = {
  signIn: { keptMs: 3 * day, most: 300 },
  sighting: { keptMs: 3 * day, most: 150 },
  habit: { keptMs: 92 * day, most: 200 },
  change: { keptMs: 9 * day, most: 200 },
  failure: { keptMs: 3 * day, most: 500 },
  success: { keptMs: 3 * day, most: 300 },
  risk: { keptMs: 9 * day, most: 60 },
};
