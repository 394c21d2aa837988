import type { Person } from './response.ts';

export const entryKinds = [
  'opened',
  'reopened',
  'over',
  'acknowledged',
  'lapsed',
  'escalated',
  'refused',
  'checked',
  'noted',
  'resolved',
] as const;
export type EntryKind = (typeof entryKinds)[number];

/**
 * One line of an incident's journal: what became of it, and who did that. Saved in the transaction of
 * the change that it tells of, never changed, and copied into the ledger afterwards.
 */
export type Entry = {
  /** Derived from what it tells: telling it again is the same entry. */
  id: string;
  incident: string;
  tenantId: string;
  kind: EntryKind;
  /** UTC ISO 8601. */
  at: string;
  /** The incident's then: what happened in one millisecond has an order, too. */
  revision: number;
  by: Person;
  /** One sentence, as people read it. It may hold what somebody typed. */
  text: string;
  /** The same for machines: class, reason, item of the checklist and so on. */
  data: Readonly<Record<string, string | number | boolean | null>>;
};

/** An entry as it is stored: `seq` is its place in the ledger, null until it has one. */
export type KeptEntry = Entry & { seq: number | null };

/** Where a raw record lies, and what it must hash to. */
export type RecordRef = {
  /** The record's id, as a finding's `source.recordIds` names it. */
  recordId: string;
  /** Of the stored line, hex: the record as it came, line breaks between its tokens made blanks. */
  sha256: string;
  /** Name of the blob that holds it, one record a line. */
  blob: string;
};

/** Something that an account did, or that was done to it, while its incident was open. */
export type Act = {
  /** Derived from what the record tells: Entra writes several rows under one id while a sign-in goes on. */
  id: string;
  incident: string;
  /** When it happened, UTC ISO 8601. */
  at: string;
  kind: 'signIn' | 'audit' | 'activity' | 'risk';
  /** What it did, in one line: `signed in to Azure Portal`, `Add member to role`. May hold hostile text. */
  what: string;
  /** Whether it went well. */
  isSuccess: boolean;
  /** Done by the account itself, rather than to it. */
  isOwn: boolean;
  /** A token that was renewed without anybody being asked. */
  isRenewal: boolean;
  ip: string | null;
  record: RecordRef | null;
};
