import type { DetectionInfo } from '../detect/detection-info.ts';
import type { Drill } from '../drill/drill.ts';
import type { ProvenAccount } from '../drill/drills.ts';
import type { Party } from '../finding.ts';
import type { Incident } from '../incident.ts';
import type { Closing } from '../policy/escalations.ts';
import type { PersonSettings } from '../policy/people.ts';
import type { ChecklistItem } from '../respond/checklist.ts';
import type { Act } from '../respond/journal.ts';
import type { PersonalLinks } from '../respond/link.ts';
import type { KeyRing } from '../respond/link-keys.ts';
import type { NextTier } from '../respond/next-tier.ts';
import type { Responding } from '../respond/responding.ts';
import type { Person } from '../respond/response.ts';
import type { Silence } from '../route/silence.ts';
import type { Canary as SentCanary } from '../tell/channel-health.ts';
import type { ChannelState } from '../tell/channel-states.ts';
import type { DeliveryStore, KeptCase } from '../tell/notify.ts';
import type { ApiDeps } from './api.ts';

/** All that the console asks of the rest. Whatever throws STORE_UNAVAILABLE ends in a page that says so. */
export type ConsoleDeps = AccessDeps & {
  cases: Pick<DeliveryStore, 'load' | 'incidents'>;
  /** What the account of an incident did while it was open. */
  acts(incidentId: string): Promise<readonly Act[]>;
  responding: Responding;
  keys: KeyRing;
  links: Pick<PersonalLinks, 'readLink' | 'useLink'>;
  /** Where the console is, as the policy says; null: only where requests say that they went. */
  consoleUrl: string | null;
  tenantName(tenantId: string): string;
  about(detectionId: string): DetectionInfo | undefined;
  closing: Closing;
  nextTierOf(incident: Incident): NextTier | null;
  checklist(incident: Incident, kept: KeptCase, acts: readonly Act[]): readonly ChecklistItem[];
  drills: ConsoleDrills;
  silences: ConsoleSilences;
  channels: ConsoleChannels;
  api: ApiDeps;
  /** Epoch milliseconds. */
  now(): number;
  /** Told of what went wrong, without secrets. */
  warn(message: string): void;
};

export type AccessDeps = {
  /** Whether the platform checks who calls; without it, its headers could be anybody's. */
  hasPlatformSignIn: boolean;
  /** The embedded stack, where the JSON may be read without sign-in. */
  allowLoopback: boolean;
  /** Of the policy. Empty: whoever has the app role Responder or Admin may answer. */
  people: Readonly<Record<string, PersonSettings>>;
  /** Whether it is a break-glass account of any watched tenant. */
  isBreakGlass(party: Party): Promise<boolean>;
};

/** What became of a form; `says` is a sentence for whoever sent it, shown as text. */
export type Done = { done: true } | { done: false; says: string };

export type ConsoleDrills = {
  list(): Promise<readonly Drill[]>;
  get(id: string): Promise<Drill | undefined>;
  /** The times are UTC ISO 8601. */
  declare(
    given: {
      tenantId: string;
      account: string;
      from: string;
      until: string;
      reason: string;
    },
    by: Person,
  ): Promise<Done>;
  cancel(id: string, by: Person): Promise<Done>;
  /** The break-glass accounts, and when each was last proven to work by a drill. */
  accounts(): Promise<readonly DrillAccount[]>;
};

export type DrillAccount = ProvenAccount & { maxAgeDays: number };

export type ConsoleSilences = {
  /** Those in force and those that ended lately. */
  list(now: number): Promise<readonly Silence[]>;
  /** `until` is UTC ISO 8601. */
  declare(
    given: {
      detections: readonly string[];
      accounts: readonly string[];
      tenants: readonly string[];
      reason: string;
      until: string;
    },
    by: Person,
  ): Promise<Done>;
  end(id: string, by: Person): Promise<Done>;
};

export type ConsoleChannels = {
  states(now: number): Promise<readonly ChannelState[]>;
  /** The test message with this id; undefined: there is none, or a newer one took its place. */
  canary(channel: string, id: string): Promise<Canary | undefined>;
  confirm(channel: string, id: string, by: Person): Promise<Done>;
};

export type Canary = Pick<SentCanary, 'sentAt' | 'confirmedAt' | 'confirmedBy'>;
