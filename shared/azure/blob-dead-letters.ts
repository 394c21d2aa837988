import { createHash } from 'node:crypto';
import type { BlobItem, ContainerClient } from '@azure/storage-blob';
import { isConflict } from '../conflicts.ts';
import type { DeadLetter } from '../read/envelope.ts';
import { signal } from './blob-time.ts';
import { reach, statusOf } from './store-error.ts';

/** What is kept of a letter; its place in a batch says nothing once the batch is cut differently. */
export type KeptLetter = Pick<DeadLetter, 'reason' | 'body'>;

/** A blob of letters that were set aside together. */
export type DeadLetterBlob = { name: string; letters: number; bytes: number; savedAt: string };

export type BlobDeadLetters = {
  /** Saving the same letters again changes nothing. */
  save(letters: readonly KeptLetter[]): Promise<void>;
  /** Newest first. */
  list(query: { limit: number }): Promise<DeadLetterBlob[]>;
  /** The letters of a blob; undefined if there is no such blob. */
  read(name: string): Promise<KeptLetter[] | undefined>;
  /** How many letters there are. */
  count(): Promise<number>;
};

const validName = /^[0-9a-f]{2}\/[0-9a-f]{64}\.ndjson$/;

/**
 * Dead letters as blobs, one for each save, a line `{"reason":…,"body":…}` for each letter.
 *
 * The name is the hash of the content and of nothing else, no day either: a batch that is repeated,
 * even after midnight, finds its letters there. A batch that is cut differently writes its own blob.
 *
 * @throws {WatchError} STORE_UNAVAILABLE; every method.
 */
export function blobDeadLetters(container: ContainerClient): BlobDeadLetters {
  return {
    async save(letters) {
      const lines = [...new Set(letters.map(lineOf))].sort();
      if (lines.length === 0) return;
      const content = Buffer.from(lines.join(''));
      const hash = createHash('sha256').update(content).digest('hex');
      await upload(container, `${hash.slice(0, 2)}/${hash}.ndjson`, content, lines.length);
    },
    async list({ limit }) {
      const blobs = await all(container);
      return blobs.toSorted((a, b) => (a.savedAt < b.savedAt ? 1 : -1)).slice(0, limit);
    },
    read: (name) => reach('reading dead letters', () => read(container, name)),
    async count() {
      return (await all(container)).reduce((sum, { letters }) => sum + letters, 0);
    },
  };
}

const lineOf = ({ reason, body }: KeptLetter) => `${JSON.stringify({ reason, body })}\n`;

async function upload(container: ContainerClient, name: string, content: Buffer, letters: number) {
  try {
    await reach('saving dead letters', () =>
      container.getBlockBlobClient(name).upload(content, content.length, {
        ...signal(),
        conditions: { ifNoneMatch: '*' },
        metadata: { letters: String(letters) },
        blobHTTPHeaders: { blobContentType: 'application/x-ndjson; charset=utf-8' },
      }),
    );
  } catch (error) {
    // It is there already, from an earlier run of the same batch.
    if (!isConflict(error)) throw error;
  }
}

/** Names are hashes, so the newest are found by looking at all; letters are few, or something is very wrong. */
function all(container: ContainerClient): Promise<DeadLetterBlob[]> {
  return reach('listing dead letters', async () => {
    const blobs: DeadLetterBlob[] = [];
    for await (const item of container.listBlobsFlat({ includeMetadata: true, ...signal() })) {
      blobs.push(toBlob(item));
    }
    return blobs;
  });
}

const toBlob = ({ name, metadata, properties }: BlobItem): DeadLetterBlob => ({
  name,
  letters: Number(metadata?.letters ?? 1),
  bytes: properties.contentLength ?? 0,
  savedAt: (properties.createdOn ?? properties.lastModified).toISOString(),
});

async function read(container: ContainerClient, name: string): Promise<KeptLetter[] | undefined> {
  // It may come from a URL.
  if (!validName.test(name)) return undefined;
  try {
    const content = await container.getBlobClient(name).downloadToBuffer(0, undefined, signal());
    const lines = content.toString('utf8').split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line) as KeptLetter);
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}
