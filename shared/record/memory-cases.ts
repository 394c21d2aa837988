import { WatchError } from '../errors.ts';
import type { KeptFinding } from '../finding.ts';
import type { EventStore } from '../forward/feed.ts';
import type { SiemEvent } from '../forward/siem-event.ts';
import { type Incident, mostPressingFirst } from '../incident.ts';
import type { Act, KeptEntry } from '../respond/journal.ts';
import type { DeliveryStore, KeptCase } from '../tell/notify.ts';
import type { CaseChange, CaseStore, Versioned } from './case-store.ts';
import type { Delivery } from './outbox.ts';

type Case = {
  incident: Versioned<Incident> | null;
  findings: Map<string, Versioned<KeptFinding>>;
  deliveries: Map<string, Versioned<Delivery>>;
  entries: Map<string, KeptEntry>;
  acts: Map<string, Act>;
  /** By their number. */
  events: Map<number, SiemEvent>;
};

export type MemoryCases = CaseStore & DeliveryStore & EventStore & { findings(): KeptFinding[] };

/** Cases in memory: for `replay`, which keeps nothing, and for tests. Held to the contract of the real store. */
export function memoryCases(): MemoryCases {
  const cases = new Map<string, Case>();
  let versions = 0;
  const caseOf = (id: string): Case => {
    const found = cases.get(id) ?? {
      incident: null,
      findings: new Map(),
      deliveries: new Map(),
      entries: new Map(),
      acts: new Map(),
      events: new Map(),
    };
    cases.set(id, found);
    return found;
  };
  const keep = <T>(value: T): Versioned<T> => {
    versions += 1;
    return { value, version: String(versions) };
  };

  return {
    async read(incidentId, findingIds) {
      const { incident, findings } = caseOf(incidentId);
      const wanted = findingIds.flatMap((id) => {
        const row = findings.get(id);
        return row ? [[id, row] as const] : [];
      });
      return { incident, findings: new Map(wanted) };
    },
    async findingsOf(incidentId) {
      return [...caseOf(incidentId).findings.values()].map(({ value }) => value);
    },
    async save(change: CaseChange) {
      const rows = caseOf(change.incidentId);
      const isStale = [
        change.incident && (rows.incident?.version ?? null) !== change.incident.version,
        ...change.findings.map(
          ({ value, version }) =>
            (rows.findings.get(value.finding.id)?.version ?? null) !== version,
        ),
        ...change.deliveries.map(({ id }) => rows.deliveries.has(id)),
        ...(change.events ?? []).map(({ seq }) => rows.events.has(seq)),
      ].some(Boolean);
      if (isStale)
        throw new WatchError('STORE_CONFLICT', `incident ${change.incidentId} has changed`);
      if (change.incident) rows.incident = keep(change.incident.value);
      for (const { value } of change.findings) rows.findings.set(value.finding.id, keep(value));
      for (const delivery of change.deliveries) rows.deliveries.set(delivery.id, keep(delivery));
      for (const entry of change.entries ?? []) rows.entries.set(entry.id, { ...entry, seq: null });
      for (const { seq, event } of change.events ?? []) rows.events.set(seq, event);
    },
    acts: async (incidentId) => [...caseOf(incidentId).acts.values()].toSorted(earliestFirst),
    async saveActs(incidentId, acts) {
      for (const act of acts) caseOf(incidentId).acts.set(act.id, act);
    },
    async saveEntry(entry) {
      caseOf(entry.incident).entries.set(entry.id, entry);
    },
    event: async ({ incident, seq }) => cases.get(incident)?.events.get(seq),
    async *written({ from, to }) {
      for (const [incident, { events }] of cases) {
        for (const [seq, event] of events) {
          const at = Date.parse(event.at);
          if (at >= from && at < to) yield { incident, seq, event };
        }
      }
    },
    async load(incidentId): Promise<KeptCase | undefined> {
      const { incident, findings, deliveries, entries } = caseOf(incidentId);
      if (!incident) return undefined;
      return {
        incident: incident.value,
        findings: [...findings.values()].map(({ value }) => value),
        deliveries: [...deliveries.values()],
        entries: [...entries.values()].toSorted(earliestFirst),
      };
    },
    async saveDelivery(delivery, version) {
      const { deliveries } = caseOf(delivery.incident);
      if (deliveries.get(delivery.id)?.version !== version) {
        throw new WatchError('STORE_CONFLICT', `delivery ${delivery.id} has changed`);
      }
      const kept = keep(delivery);
      deliveries.set(delivery.id, kept);
      return kept.version;
    },
    async incidents({ limit }) {
      return [...cases.values()]
        .flatMap(({ incident }) => (incident ? [incident.value] : []))
        .toSorted(mostPressingFirst)
        .slice(0, limit);
    },
    findings: () =>
      [...cases.values()].flatMap(({ findings }) =>
        [...findings.values()].map(({ value }) => value),
      ),
  };
}

type Told = { at: string; revision?: number; id: string };

function earliestFirst(a: Told, b: Told): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  return (a.revision ?? 0) - (b.revision ?? 0) || (a.id < b.id ? -1 : 1);
}
