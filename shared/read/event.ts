import { type Actor, derivedId, type Party } from '../finding.ts';
import type { PrivilegeChange } from './privilege-change.ts';

/**
 * One record of a log as we speak of it: Entra's many spellings end here.
 * All ids and operation names are in lower case, all times epoch milliseconds.
 */
export type LogEvent = SignInEvent | AuditEvent | RiskEvent | ActivityEvent;
export type EventKind = LogEvent['kind'];
export type EventOf<K extends EventKind> = Extract<LogEvent, { kind: K }>;

type EventBase = {
  /** The record's own id, or one derived from its content; with `tenantId` it names the event for ever. */
  id: string;
  tenantId: string;
  category: string;
  /** When it happened; not when it was exported or read. */
  at: number;
  /** When the export wrote the record (the envelope's `time`). */
  emittedAt: number | undefined;
  correlationId: string | null;
  actor: Actor | null;
};

export type SignInEvent = EventBase & {
  kind: 'signIn';
  /** `user` is a person's interactive sign-in, `refresh` a non-interactive one, `workload` an application's. */
  flow: 'user' | 'refresh' | 'workload';
  account: Party;
  /** What was typed at the sign-in, in lower case: an alias may name the account where the id does not. */
  typedName: string | null;
  accountIsGuest: boolean;
  /** The directories that the account belongs to and that it signs in to, where the record says so. */
  homeTenantId: string | null;
  resourceTenantId: string | null;
  /** How the one reaches the other, folded: `none`, `b2bcollaboration`, `serviceprovider`, ... */
  crossTenantAccess: string;
  /** 0 is success. */
  errorCode: number;
  failureReason: string | null;
  requestId: string;
  sessionId: string | null;
  app: Party;
  resource: Party;
  ip: string | null;
  place: { country: string | null; city: string | null; point: GeoPoint | null };
  /** The autonomous system that the address belongs to. */
  asn: number | null;
  /** The record says that the address is in a named location that the tenant trusts. */
  isTrustedPlace: boolean;
  device: Device;
  clientApp: string | null;
  userAgent: string | null;
  protocol: string | null;
  /** How the session began that this belongs to, folded: `none`, `devicecodeflow`, ... */
  transferMethod: string;
  /** What was asked for, not what was presented. */
  requirement: 'single' | 'multi' | 'unknown';
  steps: readonly AuthenticationStep[];
  mfaMethod: string | null;
  /** What Conditional Access came to, folded: `success`, `failure`, `notapplied`, ... */
  conditionalAccess: string;
  /** The names of the Conditional Access policies that refused; report-only ones never do. */
  refusedBy: readonly string[];
  /** A workload's credential, by its key id. */
  credentialId: string | null;
  /** Folded: `none`, `primaryrefreshtoken`, ... */
  incomingToken: string;
  /** Free text beside the status, where older records tell how MFA went. */
  statusDetail: string | null;
  /** Folded. `types` are those of Identity Protection: `anonymizedipaddress`, ... */
  risk: { level: string; state: string; detail: string; types: readonly string[] };
};

/** Degrees. Entra writes 0/0 for "unknown", which is none. */
export type GeoPoint = { latitude: number; longitude: number };

export type Device = {
  id: string | null;
  name: string | null;
  os: string | null;
  browser: string | null;
  /** null where the record does not say. */
  isCompliant: boolean | null;
  isManaged: boolean | null;
  trustType: string | null;
};

export type AuthenticationStep = {
  method: string;
  methodDetail: string;
  requirement: string;
  result: string;
  succeeded: boolean | undefined;
};

export type AuditEvent = EventBase & {
  kind: 'audit';
  /** As written, for people. */
  activity: string;
  /** Folded, for comparing: see `fold` in raw.ts. */
  operation: string;
  service: string;
  auditCategory: string;
  result: 'success' | 'failure';
  /** A justification on PIM's success rows, the cause on failures. */
  reason: string | null;
  targets: readonly AuditTarget[];
  /** `additionalDetails`, keys in lower case. */
  details: ReadonlyMap<string, string>;
  /** The display name beside the actor's user principal name: a service that acts as somebody gives its own. */
  actorLabel: string | null;
  /** The application id of an acting application, where the row brings it: Entra mostly leaves it out. */
  actorAppId: string | null;
  /** PIM's own service did it: of its own accord, as when an assignment ends, or for somebody. */
  isByPim: boolean;
  /** The second row of a change in PIM, whose first row names the person. */
  isPimTwin: boolean;
  /** The gain or loss of a role or a group membership that this row tells of. */
  privilege: PrivilegeChange | undefined;
};

export type AuditTarget = {
  /** In lower case: `user`, `serviceprincipal`, `group`, `role`, ... */
  kind: string;
  party: Party;
  displayName: string | null;
  /** In lower case by name; values are parsed where they are JSON in a string. */
  changes: ReadonlyMap<string, { before: unknown; after: unknown }>;
  administrativeUnits: readonly string[];
};

export type RiskEvent = EventBase & {
  kind: 'risk';
  account: Party;
  /** How the account as a whole stands, sent again on every change; otherwise one thing that was detected. */
  isState: boolean;
  /** The sign-in it was seen in, by the id of its record. */
  requestId: string | null;
  /** When it came to stand as it does, epoch milliseconds; `at` is when the thing itself happened. */
  updatedAt: number;
  riskType: string | null;
  state: string;
  level: string;
  detail: string | null;
  ip: string | null;
};

export type ActivityEvent = EventBase & {
  kind: 'activity';
  activity: string;
  operation: string;
  resourceId: string;
  scope: string;
  result: 'started' | 'success' | 'failure';
  /** PIM's own service did it: a row of the audit log names the person. */
  isByPim: boolean;
  /** Keys in lower case; values are parsed where they are JSON in a string. */
  properties: ReadonlyMap<string, unknown>;
};

/** The name of a record that brings none: derived from when, what, who and on what. */
export const eventIdFrom = (...parts: readonly (string | number | null | undefined)[]) =>
  derivedId('event', ...parts.map((part) => (part === undefined ? null : String(part))));
