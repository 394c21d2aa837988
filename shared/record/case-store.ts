import type { KeptFinding } from '../finding.ts';
import type { NumberedEvent } from '../forward/events-of.ts';
import type { Incident } from '../incident.ts';
import type { Act, Entry, KeptEntry } from '../respond/journal.ts';
import type { Delivery } from './outbox.ts';

/** A stored value and the version of it that was read; null where there was none. */
export type Versioned<T> = { value: T; version: string };

export type CaseRows = {
  incident: Versioned<Incident> | null;
  findings: ReadonlyMap<string, Versioned<KeptFinding>>;
};

/** One change of one incident, saved whole or not at all. */
export type CaseChange = {
  incidentId: string;
  incident: { value: Incident; version: string | null } | null;
  findings: readonly { value: KeptFinding; version: string | null }[];
  deliveries: readonly Delivery[];
  /** Lines of the journal that this change adds. */
  entries?: readonly Entry[];
  /** What SIEMs are told of it. */
  events?: readonly NumberedEvent[];
};

/** What recording asks of state: `azure/table-cases.ts` gives it, and `memory-cases.ts` where nothing is stored. */
export type CaseStore = {
  /** The incident and those of the named findings that exist. */
  read(incidentId: string, findingIds: readonly string[]): Promise<CaseRows>;
  /** All findings of an incident. */
  findingsOf(incidentId: string): Promise<KeptFinding[]>;
  /** @throws {WatchError} STORE_CONFLICT if any row is no longer the version that was read. */
  save(change: CaseChange): Promise<void>;
  /** What the account of an incident did while it was open, oldest first. */
  acts(incidentId: string): Promise<Act[]>;
  /** Saving the same acts again changes nothing. */
  saveActs(incidentId: string, acts: readonly Act[]): Promise<void>;
  /** Notes the place of an entry in the ledger. */
  saveEntry(entry: KeptEntry): Promise<void>;
};

/** How the deliveries of a change become known to whoever sends them. */
export type Outbox = {
  /** Before the save: whatever happens next, someone will look at this incident. */
  mark(incidentId: string): Promise<void>;
  /** After the save: look at once. */
  wake(incidentId: string): Promise<void>;
};
