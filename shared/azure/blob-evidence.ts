import type { ContainerClient } from '@azure/storage-blob';
import type { RecordBlobs } from '../evidence/keep-records.ts';
import { signal } from './blob-time.ts';
import { codeOf, reach, statusOf } from './store-error.ts';

export type BlobEvidence = RecordBlobs & {
  /** @returns undefined if there is no such blob. */
  read(name: string): Promise<Buffer | undefined>;
};

/** A name that we write; those that are read come out of rows that somebody else may have written. */
const validName =
  /^(?:records\/\d{4}\/\d{2}\/\d{2}\/[0-9a-f]{64}\.ndjson|policies\/[0-9a-f]{64}\.yaml)$/;

const types: Readonly<Record<string, string>> = {
  ndjson: 'application/x-ndjson',
  yaml: 'application/yaml',
};

/**
 * Raw records and policies as blobs, named by their content: one that is there is never written again.
 *
 * @throws {WatchError} STORE_UNAVAILABLE; every method.
 */
export function blobEvidence(container: ContainerClient): BlobEvidence {
  return {
    save: (name, content) =>
      reach(`saving evidence ${name}`, async () => {
        const type = types[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
        try {
          await container.getBlockBlobClient(name).upload(content, content.length, {
            ...signal(),
            conditions: { ifNoneMatch: '*' },
            blobHTTPHeaders: { blobContentType: `${type}; charset=utf-8` },
          });
        } catch (error) {
          if (!isThere(error)) throw error;
        }
      }),
    async read(name) {
      if (!validName.test(name)) return undefined;
      return await reach(`reading evidence ${name}`, async () => {
        try {
          return await container.getBlobClient(name).downloadToBuffer(0, undefined, signal());
        } catch (error) {
          if (statusOf(error) === 404) return undefined;
          throw error;
        }
      });
    },
  };
}

/** From an earlier run of the same batch. An immutable container says so in words of its own. */
const isThere = (error: unknown) =>
  ['BlobAlreadyExists', 'BlobImmutableDueToPolicy'].includes(codeOf(error) ?? '');
