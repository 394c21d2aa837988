import { untilSaved } from '../conflicts.ts';
import type { Found } from '../detect/found.ts';
import { gravestFirst, isSameFinding, type KeptFinding, mergeFindings } from '../finding.ts';
import type { Incident } from '../incident.ts';
import { highestSeverity } from '../severity.ts';
import { isoOf } from '../time.ts';
import { channelsFor, type Delivery, newDelivery, type Route } from './outbox.ts';

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
};

/** What recording asks of state: `azure/table-cases.ts` gives it, and `memory-cases.ts` where nothing is stored. */
export type CaseStore = {
  /** The incident and those of the named findings that exist. */
  read(incidentId: string, findingIds: readonly string[]): Promise<CaseRows>;
  /** All findings of an incident. */
  findingsOf(incidentId: string): Promise<KeptFinding[]>;
  /** @throws {WatchError} STORE_CONFLICT if any row is no longer the version that was read. */
  save(change: CaseChange): Promise<void>;
};

/** How the deliveries of a change become known to whoever sends them. */
export type Outbox = {
  /** Before the save: whatever happens next, someone will look at this incident. */
  mark(incidentId: string): Promise<void>;
  /** After the save: look at once. */
  wake(incidentId: string): Promise<void>;
};

export type RecordDeps = {
  cases: CaseStore;
  outbox: Outbox;
  routes: readonly Route[];
  tenantName: (tenantId: string) => string;
  /** Epoch milliseconds. */
  now: number;
};

/** Findings of one transaction. Table Storage takes a hundred rows, and each channel adds one. */
const mostRows = 50;

/**
 * 4 findings, 5 state: saves what was found, each incident in one transaction with the deliveries that
 * tell of it. Doing it again with the same findings changes nothing.
 *
 * @returns how many findings are new or say something new.
 * @throws {WatchError} STORE_UNAVAILABLE: some incidents may be saved; doing it all again is safe.
 */
export async function recordFindings(found: readonly Found[], deps: RecordDeps): Promise<number> {
  let news = 0;
  for (const group of groupByIncident(found).values()) {
    for (let from = 0; from < group.length; from += mostRows) {
      const some = group.slice(from, from + mostRows);
      news += await untilSaved(() => recordIncident(some, deps));
    }
  }
  return news;
}

function groupByIncident(found: readonly Found[]): Map<string, Found[]> {
  const groups = new Map<string, Map<string, Found>>();
  for (const one of found) {
    const group = groups.get(one.incident) ?? new Map<string, Found>();
    groups.set(one.incident, group);
    const { id } = one.kept.finding;
    group.set(id, { ...one, kept: mergeFindings(group.get(id)?.kept, one.kept) });
  }
  return new Map([...groups].map(([incident, group]) => [incident, [...group.values()]]));
}

async function recordIncident(group: readonly Found[], deps: RecordDeps): Promise<number> {
  const [first] = group;
  if (!first) return 0;
  const incidentId = first.incident;
  const rows = await deps.cases.read(
    incidentId,
    group.map(({ kept }) => kept.finding.id),
  );
  const changes = group.flatMap(({ kept }) => toChange(kept, rows.findings.get(kept.finding.id)));
  if (changes.length === 0) return 0;

  const told = changes.filter(isTold);
  if (told.length === 0) {
    // Only what no reader sees: more records of a known finding, or proof that there is nothing to find.
    await deps.cases.save({ incidentId, incident: null, findings: changes, deliveries: [] });
    return 0;
  }
  const findings = await findingsAfter(incidentId, rows, changes, deps.cases);
  const value = nextIncident(rows.incident?.value, first, findings, deps.now);
  const deliveries = deliveriesOf(value, told, deps);
  if (deliveries.length > 0) await deps.outbox.mark(incidentId);
  const incident = { value, version: rows.incident?.version ?? null };
  await deps.cases.save({ incidentId, incident, findings: changes, deliveries });
  if (deliveries.length > 0) await deps.outbox.wake(incidentId);
  return told.length;
}

type FindingChange = {
  value: KeptFinding;
  version: string | null;
  before: KeptFinding | undefined;
};

function toChange(found: KeptFinding, row: Versioned<KeptFinding> | undefined): FindingChange[] {
  const value = mergeFindings(row?.value, found);
  if (isSameFinding(row?.value, value)) return [];
  return [{ value, version: row?.version ?? null, before: row?.value }];
}

/** New to people, or different from what they were told. A finding withdrawn before anyone heard of it is neither. */
function isTold({ value, before }: FindingChange): boolean {
  if (!before) return value.state === 'open';
  if (value.state !== 'open' && before.state !== 'open') return false;
  return value.finding.revision !== before.finding.revision;
}

async function findingsAfter(
  incidentId: string,
  rows: CaseRows,
  changes: readonly FindingChange[],
  cases: CaseStore,
): Promise<KeptFinding[]> {
  const all = rows.incident ? await cases.findingsOf(incidentId) : [];
  const byId = new Map(all.map((kept) => [kept.finding.id, kept]));
  for (const { value } of changes) byId.set(value.finding.id, value);
  return [...byId.values()];
}

function nextIncident(
  before: Incident | undefined,
  { matter, subject, kept }: Found,
  findings: readonly KeptFinding[],
  now: number,
): Incident {
  const open = findings.filter(({ state }) => state === 'open').map(({ finding }) => finding);
  const head = open.toSorted(gravestFirst)[0] ?? kept.finding;
  const times = findings.map(({ finding }) => finding.time).sort();
  const at = isoOf(now);
  return {
    id: kept.finding.incident,
    tenantId: kept.finding.tenantId,
    matter,
    status: open.length === 0 ? 'resolved' : 'open',
    revision: (before?.revision ?? 0) + 1,
    severity: highestSeverity(open.map(({ severity }) => severity)),
    title: head.title,
    subject: before?.subject ?? subject,
    firstAt: times[0] ?? kept.finding.time,
    lastAt: times.at(-1) ?? kept.finding.time,
    openedAt: before?.openedAt ?? at,
    updatedAt: at,
    findings: open.length,
  };
}

function deliveriesOf(
  incident: Incident,
  told: readonly FindingChange[],
  deps: RecordDeps,
): Delivery[] {
  // What a later record may explain waits by itself, and holds up nothing else.
  const [settling, sure] = [true, false].map((waits) =>
    told.filter(({ value }) => settleMsOf(value) > 0 === waits),
  ) as [FindingChange[], FindingChange[]];
  return [sure, settling].flatMap((changes) => deliveriesFor(incident, changes, deps));
}

const settleMsOf = ({ state, settleMs }: KeptFinding) => (state === 'open' ? (settleMs ?? 0) : 0);

function kindOf({ revision }: Incident, told: readonly FindingChange[]): Delivery['kind'] {
  if (revision === 1) return 'new';
  if (told.every(({ value }) => value.state === 'withdrawn')) return 'correction';
  return told.every(({ value }) => value.state === 'resolved') ? 'resolved' : 'update';
}

function deliveriesFor(
  incident: Incident,
  told: readonly FindingChange[],
  { routes, tenantName, now }: RecordDeps,
): Delivery[] {
  const name = tenantName(incident.tenantId);
  const channels = new Set(
    told.flatMap(({ value, before }) => [
      ...(value.isDigested ? [] : channelsFor(value.finding, name, routes)),
      // Whoever heard the louder version hears the correction.
      ...(before && !before.isDigested ? channelsFor(before.finding, name, routes) : []),
    ]),
  );
  const kind = kindOf(incident, told);
  const news = told.map(({ value }) => value.finding.id);
  const settleMs = Math.max(0, ...told.map(({ value }) => settleMsOf(value)));
  return [...channels].map((channel) =>
    newDelivery(incident.id, incident.revision, channel, kind, now, { findings: news, settleMs }),
  );
}
