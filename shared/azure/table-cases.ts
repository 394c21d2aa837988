import { odata, type TableClient, type TransactionAction } from '@azure/data-tables';
import { cleanLine } from '../clean-text.ts';
import type { KeptFinding } from '../finding.ts';
import type { NumberedEvent } from '../forward/events-of.ts';
import type { EventStore } from '../forward/feed.ts';
import type { SiemEvent } from '../forward/siem-event.ts';
import { type Incident, mostPressingFirst } from '../incident.ts';
import type { CaseChange, CaseRows, CaseStore, Versioned } from '../record/case-store.ts';
import type { Delivery } from '../record/outbox.ts';
import type { Act, Entry, KeptEntry } from '../respond/journal.ts';
import { noResponse } from '../respond/response.ts';
import type { DeliveryStore, KeptCase } from '../tell/notify.ts';
import { isoOf } from '../time.ts';
import { fitFinding, fitIncident } from './fit-case.ts';
import { reach } from './store-error.ts';
import {
  bytesOf,
  findRows,
  inTransactions,
  jsonColumns,
  jsonOf,
  keyOf,
  listRows,
  maxRowBytes,
  maxTransactionBytes,
  type Row,
  submit,
} from './table-rows.ts';

const incidentKey = 'incident';
const findingKey = (id: string) => `finding|${id}`;
const deliveryKey = (id: string) => `delivery|${id}`;
/** By time, so that a partition is read in the order of its story. */
const entryKey = ({ at, revision, id }: Entry) =>
  `entry|${at}|${String(revision).padStart(6, '0')}|${id}`;
const actKey = ({ at, id }: Act) => `seen|${keyOf(`${at}|${id}`)}`;
const actRows = odata`RowKey ge ${'seen|'} and RowKey lt ${'seen}'}`;
/** An account may do much: what only the pages show, and only SIEMs are told, is not read to send a message. */
const withoutActs = odata`RowKey lt ${'seen|'}`;
const eventKey = (seq: number) => `told|${String(seq).padStart(8, '0')}`;
const findingRows = odata`RowKey ge ${'finding|'} and RowKey lt ${'finding}'}`;

/**
 * Incidents in Table Storage: a partition for each, with rows `incident`, `finding|<id>`,
 * `delivery|<id>`, `entry|<time>|…`, `seen|<time>|…` and `told|<number>`, so that one transaction holds
 * all that a change touches. The value is JSON; the columns beside it are for a person who looks into
 * the table.
 *
 * @throws {WatchError} STORE_CONFLICT, STORE_UNAVAILABLE; every method.
 */
export function tableCases(table: TableClient): CaseStore & DeliveryStore & EventStore {
  return {
    read: (incidentId, findingIds) =>
      reach(`reading incident ${incidentId}`, () => read(table, incidentId, findingIds)),
    findingsOf: (incidentId) =>
      reach(`reading the findings of incident ${incidentId}`, async () => {
        const rows = await listRows(table, incidentId, findingRows);
        return rows.map((row) => jsonOf<KeptFinding>(row));
      }),
    save: (change) =>
      reach(`saving incident ${change.incidentId}`, async () => {
        await submit(table, actionsOf(change));
      }),
    load: (incidentId) =>
      reach(`reading incident ${incidentId}`, async () =>
        caseOf(await listRows(table, incidentId, withoutActs)),
      ),
    acts: (incidentId) =>
      reach(`reading the acts of incident ${incidentId}`, async () =>
        (await listRows(table, incidentId, actRows)).map((row) => jsonOf<Act>(row)),
      ),
    saveActs: (incidentId, acts) =>
      reach(`saving the acts of incident ${incidentId}`, async () => {
        const rows = acts.map((act) => ({
          action: ['upsert', actRow(incidentId, act), 'Replace'] satisfies TransactionAction,
          bytes: bytesOf(act),
        }));
        for (const some of inTransactions(rows)) {
          await submit(
            table,
            some.map(({ action }) => action),
          );
        }
      }),
    event: ({ incident, seq }) =>
      reach(`reading event ${seq} of incident ${incident}`, async () => {
        const row = (await findRows(table, incident, [eventKey(seq)])).get(eventKey(seq));
        return row && jsonOf<SiemEvent>(row);
      }),
    written: (range) => eventsWritten(table, range),
    saveEntry: (entry) =>
      reach(`saving entry ${entry.id}`, async () => {
        await table.upsertEntity(entryRow(entry), 'Replace');
      }),
    saveDelivery: (delivery, version) =>
      reach(`saving delivery ${delivery.id}`, async () => {
        const { etag } = await table.updateEntity(deliveryRow(delivery), 'Replace', {
          etag: version,
        });
        return etag ?? '';
      }),
    incidents: ({ limit }) => reach('listing incidents', () => pressingIncidents(table, limit)),
  };
}

async function read(
  table: TableClient,
  incidentId: string,
  findingIds: readonly string[],
): Promise<CaseRows> {
  const keys = [incidentKey, ...findingIds.map(findingKey)];
  const rows = await findRows(table, incidentId, keys);
  const incident = rows.get(incidentKey);
  return {
    incident: incident ? { value: incidentIn(incident), version: incident.etag } : null,
    findings: new Map(
      findingIds.flatMap((id) => {
        const row = rows.get(findingKey(id));
        return row ? [[id, versioned<KeptFinding>(row)] as const] : [];
      }),
    ),
  };
}

/** One that was saved before incidents had an answer has none, and SIEMs were told nothing of it. */
function incidentIn(row: Row): Incident {
  const incident = jsonOf<Omit<Incident, 'response' | 'events'> & Partial<Incident>>(row);
  const { response = noResponse, events = 0 } = incident;
  return { ...incident, response, events };
}

/** Of one that does not say how grave it was, the worst is assumed. */
function deliveryIn(row: Row): Delivery {
  const delivery = jsonOf<Omit<Delivery, 'severity'> & Partial<Delivery>>(row);
  return { ...delivery, severity: delivery.severity ?? 'critical' };
}

const versioned = <T>(row: Row): Versioned<T> => ({ value: jsonOf<T>(row), version: row.etag });

function caseOf(rows: readonly Row[]): KeptCase | undefined {
  const incident = rows.find(({ rowKey }) => rowKey === incidentKey);
  if (!incident) return undefined;
  const startingWith = (start: string) => rows.filter(({ rowKey }) => rowKey.startsWith(start));
  return {
    incident: incidentIn(incident),
    findings: startingWith('finding|').map((row) => jsonOf<KeptFinding>(row)),
    deliveries: startingWith('delivery|').map((row) => ({
      value: deliveryIn(row),
      version: row.etag,
    })),
    entries: startingWith('entry|').map((row) => jsonOf<KeptEntry>(row)),
  };
}

function actionsOf(change: CaseChange): TransactionAction[] {
  const { incidentId, incident, findings, deliveries, entries = [], events = [] } = change;
  const eventBytes = events.reduce((sum, { event }) => sum + bytesOf(event), 0);
  const maxBytes = fairShare(
    findings.map(({ value }) => value),
    maxTransactionBytes - eventBytes,
  );
  return [
    ...(incident ? [write(incidentRow(fitIncident(incident.value)), incident.version)] : []),
    ...findings.map(({ value, version }) =>
      write(findingRow(incidentId, fitFinding(value, maxBytes)), version),
    ),
    ...deliveries.map((delivery) => write(deliveryRow(delivery), null)),
    ...entries.map((entry) => write(entryRow({ ...entry, seq: null }), null)),
    ...events.map((event) => write(eventRow(incidentId, event), null)),
  ];
}

/** How large each finding may be: as a row allows, or less where all of them exceed a transaction. */
function fairShare(findings: readonly KeptFinding[], room: number): number {
  const sum = findings.reduce((bytes, one) => bytes + Math.min(bytesOf(one), maxRowBytes), 0);
  return sum <= room ? maxRowBytes : Math.floor(room / findings.length);
}

type NewRow = { partitionKey: string; rowKey: string };

const write = (row: NewRow, version: string | null): TransactionAction =>
  version === null ? ['create', row] : ['update', row, 'Replace', { etag: version }];

const incidentRow = (incident: Incident) => ({
  partitionKey: incident.id,
  rowKey: incidentKey,
  kind: 'incident',
  severity: incident.severity,
  status: incident.status,
  title: cleanLine(incident.title),
  updatedAt: incident.updatedAt,
  ...jsonColumns(incident),
});

const findingRow = (incidentId: string, kept: KeptFinding) => ({
  partitionKey: incidentId,
  rowKey: findingKey(kept.finding.id),
  kind: 'finding',
  severity: kept.finding.severity,
  status: kept.state,
  title: cleanLine(kept.finding.title),
  updatedAt: kept.detectedAt,
  ...jsonColumns(kept),
});

const deliveryRow = (delivery: Delivery) => ({
  partitionKey: delivery.incident,
  rowKey: deliveryKey(delivery.id),
  kind: 'delivery',
  status: delivery.state,
  title: cleanLine(`${delivery.kind}, revision ${delivery.revision}, to ${delivery.channel}`),
  updatedAt: delivery.sentAt ?? delivery.dueAt,
  ...jsonColumns(delivery),
});

const entryRow = (entry: KeptEntry) => ({
  partitionKey: entry.incident,
  rowKey: entryKey(entry),
  kind: 'entry',
  status: entry.kind,
  title: cleanLine(entry.text),
  updatedAt: entry.at,
  ...jsonColumns(entry),
});

const actRow = (incidentId: string, act: Act) => ({
  partitionKey: incidentId,
  rowKey: actKey(act),
  kind: 'act',
  title: cleanLine(act.what),
  updatedAt: act.at,
  ...jsonColumns(act),
});

const eventRow = (incidentId: string, { seq, event }: NumberedEvent) => ({
  partitionKey: incidentId,
  rowKey: eventKey(seq),
  kind: 'event',
  title: event.uid,
  // Not `updatedAt`: they are found by it.
  writtenAt: event.at,
  ...jsonColumns(event),
});

/** Looks at every row there is, as long as nobody asks for it but whoever fills a new SIEM. */
async function* eventsWritten(
  table: TableClient,
  { from, to }: { from: number; to: number },
): ReturnType<EventStore['written']> {
  const range = odata`writtenAt ge ${isoOf(from)} and writtenAt lt ${isoOf(to)}`;
  const filter = `${odata`RowKey ge ${'told|'} and RowKey lt ${'told}'}`} and ${range}`;
  const rows = table.listEntities<Record<string, unknown>>({ queryOptions: { filter } });
  for (;;) {
    const { done, value: row } = await reach('reading the events of that time', () => rows.next());
    if (done) return;
    const { partitionKey, rowKey } = row as { partitionKey: string; rowKey: string };
    const seq = Number(rowKey.slice('told|'.length));
    yield { incident: partitionKey, seq, event: jsonOf<SiemEvent>(row as Row) };
  }
}

/**
 * Looks at every incident there is, some thousand a second. Enough while a console page asks for it;
 * a tenant with very many incidents needs an index by time here.
 */
async function pressingIncidents(table: TableClient, limit: number): Promise<Incident[]> {
  let first: Incident[] = [];
  const queryOptions = { filter: odata`RowKey eq ${incidentKey}`, select: ['RowKey', 'json'] };
  for await (const row of table.listEntities<Record<string, unknown>>({ queryOptions })) {
    first.push(incidentIn(row as Row));
    if (first.length > 2 * limit + 1_000) first = firstOf(first, limit);
  }
  return firstOf(first, limit);
}

const firstOf = (incidents: readonly Incident[], limit: number) =>
  incidents.toSorted(mostPressingFirst).slice(0, limit);
