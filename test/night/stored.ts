import type { TableClient } from '@azure/data-tables';
import type { ContainerClient } from '@azure/storage-blob';
import { expect } from 'vitest';
import { openStorage } from '../../shared/azure/storage.ts';
import { tableCases } from '../../shared/azure/table-cases.ts';
import { tableDue } from '../../shared/azure/table-due.ts';
import type { Incident } from '../../shared/incident.ts';
import { isoOf, minuteMs } from '../../shared/time.ts';
import { until } from './until.ts';

/** What is stored of one incident, past the service. */
export function storedOf(connectionString: string, incidentId: string) {
  const storage = openStorage({ connectionString });
  const cases = tableCases(storage.cases);
  const due = tableDue(storage.outbox);

  async function kept() {
    const found = await cases.load(incidentId);
    if (!found) throw new Error(`There is no incident ${incidentId}.`);
    return found;
  }
  const incident = async (): Promise<Incident> => (await kept()).incident;

  return {
    incident,
    deliveries: async () => (await kept()).deliveries.length,

    /** What somebody was refused, in the words of the journal. */
    async refusals(): Promise<string[]> {
      const refused = (await kept()).entries.filter(({ kind }) => kind === 'refused');
      return refused.map(({ by, data }) => `${by.id} ${data.tried}`);
    },

    /** Waits until all is sent, and every line of the journal has its place in the ledger. */
    async settled(): Promise<void> {
      const open = async () => {
        const { deliveries, entries } = await kept();
        const waiting = deliveries.filter(({ value }) => value.state === 'pending').length;
        return waiting + entries.filter(({ seq }) => seq === null).length;
      };
      await until(open, 0);
    },

    /** As if so many minutes had gone by since people did what they did; then it is time to look. */
    async letPass(minutes: number): Promise<void> {
      const row = (await cases.read(incidentId, [])).incident;
      if (!row) throw new Error(`There is no incident ${incidentId}.`);
      const value = earlier(row.value, minutes * minuteMs);
      const change = { incidentId, findings: [], deliveries: [] };
      await cases.save({ ...change, incident: { ...row, value } });
      await due.expect(incidentId, Date.now());
    },

    /** Everything that answers, drills and evidence are made of, by its place. */
    async all(): Promise<Record<string, string>> {
      const { outbox, shelves, ledger, evidence, anchors, deadLetters } = storage;
      const parts = await Promise.all([
        ...[storage.cases, outbox, shelves, ledger].map(rowsOf),
        ...[evidence, anchors, deadLetters].map(blobsOf),
      ]);
      const everything = Object.fromEntries(parts.flat());
      expect(Object.keys(everything).length).toBeGreaterThan(20);
      return everything;
    },
  };
}

export type Stored = ReturnType<typeof storedOf>;

function earlier({ response, ...incident }: Incident, byMs: number): Incident {
  const moved = <T extends string | null>(at: T) => (at && isoOf(Date.parse(at) - byMs)) as T;
  const { acknowledgement, askedAt, dueAt } = response;
  return {
    ...incident,
    response: {
      ...response,
      askedAt: moved(askedAt),
      dueAt: moved(dueAt),
      acknowledgement: acknowledgement && {
        ...acknowledgement,
        at: moved(acknowledgement.at),
        until: moved(acknowledgement.until),
      },
    },
  };
}

async function rowsOf(table: TableClient): Promise<[string, string][]> {
  const rows: [string, string][] = [];
  for await (const { timestamp: _, etag, ...row } of table.listEntities()) {
    // SIEMs are sent to all the time.
    if (/^(?:forward\||sink)/.test(row.partitionKey ?? '')) continue;
    const place = `${table.tableName} ${row.partitionKey} ${row.rowKey}`;
    rows.push([place, `${etag} ${JSON.stringify(row)}`]);
  }
  return rows;
}

async function blobsOf(container: ContainerClient): Promise<[string, string][]> {
  const blobs: [string, string][] = [];
  for await (const { name, properties } of container.listBlobsFlat()) {
    blobs.push([`${container.containerName} ${name}`, properties.etag]);
  }
  return blobs;
}
