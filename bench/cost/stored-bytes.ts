import type { TableClient } from '@azure/data-tables';
import type { Storage } from '../../shared/azure/storage.ts';

const tables = ['cases', 'outbox', 'memory', 'streams', 'posture', 'shelves', 'ledger'] as const;
const containers = ['evidence', 'anchors', 'deadLetters'] as const;

/** What lies in tables and blobs, as the bill counts it. */
export async function storedBytes(storage: Storage): Promise<number> {
  let bytes = 0;
  for (const name of tables) bytes += await bytesOf(storage[name]);
  for (const name of containers) {
    for await (const { properties } of storage[name].listBlobsFlat()) {
      bytes += properties.contentLength ?? 0;
    }
  }
  return bytes;
}

async function bytesOf(table: TableClient): Promise<number> {
  let bytes = 0;
  for await (const entity of table.listEntities()) bytes += entityBytes(entity);
  return bytes;
}

/** @see https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model */
export function entityBytes(entity: Readonly<Record<string, unknown>>): number {
  const { partitionKey, rowKey, etag: _, timestamp: __, ...rest } = entity;
  let bytes = 4 + 2 * (String(partitionKey ?? '').length + String(rowKey ?? '').length);
  for (const [name, value] of Object.entries(rest)) {
    if (name.startsWith('odata')) continue;
    bytes += 8 + 2 * name.length + valueBytes(value);
  }
  return bytes;
}

function valueBytes(value: unknown): number {
  if (typeof value === 'string') return 4 + 2 * value.length;
  if (value instanceof Uint8Array) return 4 + value.length;
  return typeof value === 'boolean' ? 1 : 8;
}
