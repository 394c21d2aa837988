import { createHash } from 'node:crypto';
import type { RecordRef } from './respond/journal.ts';
import { type Severity, severityRank } from './severity.ts';

/** Whom a record speaks of. `id` and `name` are null where the log names none. */
export type Party = {
  type:
    | 'user'
    | 'servicePrincipal'
    | 'group'
    | 'application'
    | 'device'
    | 'policy'
    | 'role'
    | 'other';
  id: string | null;
  name: string | null;
};

export type Actor = Party & { ip: string | null };

export type RoleRef = { templateId: string; name: string; scope: string };

/**
 * What a detection found, as every SIEM, file and test reads it. Its keys are a contract:
 * see "What stays stable" in ARCHITECTURE.md.
 */
export type Finding = {
  /** Derived from what was found: the same record, read again, has the same id. */
  id: string;
  /** 1 at first; higher each time a later record told more of the same. */
  revision: number;
  /** The matter it belongs to, shared by every finding of that matter. */
  incident: string;
  detection: string;
  severity: Severity;
  title: string;
  summary: string;
  /** When it happened, UTC ISO 8601 in milliseconds; not when it was seen. */
  time: string;
  tenantId: string;
  subject: Party;
  actor: Actor | null;
  roles: RoleRef[];
  techniques: string[];
  source: { category: string; recordIds: string[]; correlationId: string | null };
  details: Record<string, unknown>;
};

/** A finding with what is kept beside it and never printed. */
export type KeptFinding = {
  finding: Finding;
  /**
   * `withdrawn`: a later record of the same thing showed that there was nothing to find. It is kept,
   * so that an earlier record that comes late does not raise it again. `resolved`: the state that it
   * tells of is over.
   */
  state: 'open' | 'withdrawn' | 'resolved';
  /** Of two records of one thing the greater wins; see {@link mergeFindings}. */
  precedence: string;
  /** The severity once more than one record told of it, where that makes it worse. */
  severityWhenRepeated: Severity | null;
  /** The record that the finding is told from, of all in `source.recordIds`. */
  recordId: string;
  /** Told from all that is remembered: of two tellings the winner is the whole truth, and nothing is united. */
  isWhole?: true;
  /** People read of it in the next digest, and are not told by itself. */
  isDigested?: true;
  /** People hear of it only after so many milliseconds, if it has not been withdrawn by then. */
  settleMs?: number;
  /** The period of its incident in which it was news last; without it the first. */
  period?: number;
  /** Where the raw records lie that it was told from, as far as they were at hand; at most `maxRecordIds`. */
  records?: readonly RecordRef[];
  /** When the log export sent the record, and when we judged it. UTC ISO 8601. */
  arrivedAt: string | null;
  detectedAt: string;
};

/** How many records of one finding are listed; `details.seen` counts them all up to this bound. */
export const maxRecordIds = 50;
const maxGathered = 50;

/**
 * Two records of one thing made into one finding, the same in whichever order they came.
 *
 * The greater precedence wins, then the earlier time, then the lesser record id. Record ids and the
 * lists in `details.gathered` are united, and so is where the records lie. The revision goes up only
 * when a reader would see a difference.
 */
export function mergeFindings(kept: KeptFinding | undefined, found: KeptFinding): KeptFinding {
  if (!kept) return found;
  const winner = order(kept, found) <= 0 ? kept : found;
  const [a, b] = winner.isWhole ? [winner, winner] : [kept, found];
  const recordIds = union(a.finding.source.recordIds, b.finding.source.recordIds, maxRecordIds);
  const gathered = gather(a.finding.details.gathered, b.finding.details.gathered);
  const details = { ...winner.finding.details, ...(gathered && { gathered }) };
  const isRepeated = recordIds.length > 1;
  const records = uniteRefs(kept.records ?? [], found.records ?? [], recordIds);
  const merged: Finding = {
    ...winner.finding,
    severity: (isRepeated && winner.severityWhenRepeated) || winner.finding.severity,
    revision: kept.finding.revision,
    details,
    source: { ...winner.finding.source, recordIds },
  };
  const isNews = face(merged, winner.state) !== face(kept.finding, kept.state);
  return {
    ...winner,
    ...(records.length > 0 && { records }),
    ...(kept.period !== undefined && { period: kept.period }),
    detectedAt: kept.detectedAt,
    finding: { ...merged, revision: kept.finding.revision + (isNews ? 1 : 0) },
  };
}

/**
 * Where the records of two tellings lie, in one list: the same in whichever order they came. Entra
 * writes more than one row under an id at times: each of them is named, and each once.
 *
 * @param listed - the record ids that the finding names: of too many references, theirs stay.
 */
export function uniteRefs(
  a: readonly RecordRef[],
  b: readonly RecordRef[],
  listed: readonly string[],
): RecordRef[] {
  const unique = new Map<string, RecordRef>();
  for (const ref of [...a, ...b]) {
    const key = JSON.stringify([ref.recordId, ref.sha256]);
    const other = unique.get(key);
    // The same row in two batches: either place will do, if only everybody takes the same.
    if (!other || ref.blob < other.blob) unique.set(key, ref);
  }
  const inOrder = [...unique].sort(([one], [other]) => (one < other ? -1 : 1));
  const named = new Set(listed);
  const namedFirst = [true, false].flatMap((isNamed) =>
    inOrder.filter(([, { recordId }]) => named.has(recordId) === isNamed),
  );
  return namedFirst
    .slice(0, maxRecordIds)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, ref]) => ref);
}

/** Whether saving `after` over `before` would change nothing at all. */
export const isSameFinding = (before: KeptFinding | undefined, after: KeptFinding) =>
  before !== undefined && JSON.stringify(before) === JSON.stringify(after);

/**
 * For people: the gravest first, of equals the latest; of one moment what a single record tells before
 * what was concluded from several; then by detection, so that everyone sees one order.
 */
export function gravestFirst(a: Finding, b: Finding): number {
  const byTime = a.time < b.time ? 1 : a.time > b.time ? -1 : 0;
  const byDetection = a.detection < b.detection ? -1 : a.detection > b.detection ? 1 : 0;
  return (
    severityRank(b.severity) - severityRank(a.severity) ||
    byTime ||
    a.source.recordIds.length - b.source.recordIds.length ||
    byDetection ||
    (a.id < b.id ? -1 : 1)
  );
}

/** A short id derived from its parts, so that whoever finds the same thing gives it the same name. */
export function derivedId(...parts: readonly (string | null | undefined)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

function order(a: KeptFinding, b: KeptFinding): number {
  if (a.precedence !== b.precedence) return a.precedence > b.precedence ? -1 : 1;
  if (a.finding.time !== b.finding.time) return a.finding.time < b.finding.time ? -1 : 1;
  return a.recordId <= b.recordId ? -1 : 1;
}

/** What a reader sees of a finding; record ids alone are no news. */
function face({ revision: _, source, ...rest }: Finding, state: KeptFinding['state']): string {
  return JSON.stringify([state, rest, source.category]);
}

function gather(a: unknown, b: unknown): Record<string, string[]> | undefined {
  if (!a && !b) return undefined;
  const [left, right] = [a ?? {}, b ?? {}] as Record<string, string[]>[];
  const names = [...new Set([...Object.keys(left ?? {}), ...Object.keys(right ?? {})])].sort();
  return Object.fromEntries(
    names.map((name) => [name, union(left?.[name] ?? [], right?.[name] ?? [], maxGathered)]),
  );
}

function union(a: readonly string[], b: readonly string[], most: number): string[] {
  return [...new Set([...a, ...b])].sort().slice(0, most);
}
