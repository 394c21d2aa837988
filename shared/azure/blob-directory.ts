import type { ContainerClient } from '@azure/storage-blob';
import { parseSnapshot } from '../watch/directory.ts';
import type { DirectoryStore } from '../watch/directory-store.ts';
import { signal } from './blob-time.ts';
import { reach, statusOf } from './store-error.ts';

const nameOf = (tenantId: string) => `${tenantId.toLowerCase()}.json`;

/** Directory snapshots as blobs, one for each tenant, always the latest. */
export function blobDirectory(container: ContainerClient): DirectoryStore {
  return {
    async read(tenantId, known) {
      const name = nameOf(tenantId);
      const found = await reach(`reading the directory snapshot ${name}`, () =>
        download(container, name, known),
      );
      if (found === undefined || found === 'unchanged') return found;
      return { snapshot: parseSnapshot(found.content, name), version: found.version };
    },
    write: (snapshot) =>
      reach(`writing the directory snapshot ${nameOf(snapshot.tenantId)}`, async () => {
        const content = Buffer.from(JSON.stringify(snapshot));
        const blob = container.getBlockBlobClient(nameOf(snapshot.tenantId));
        const { etag } = await blob.upload(content, content.length, {
          ...signal(),
          blobHTTPHeaders: { blobContentType: 'application/json; charset=utf-8' },
        });
        return etag ?? '';
      }),
  };
}

async function download(container: ContainerClient, name: string, known: string | undefined) {
  try {
    const answer = await container.getBlobClient(name).download(0, undefined, {
      ...signal(),
      conditions: known ? { ifNoneMatch: known } : {},
    });
    const chunks: Buffer[] = [];
    for await (const chunk of answer.readableStreamBody ?? []) chunks.push(Buffer.from(chunk));
    return { content: Buffer.concat(chunks).toString('utf8'), version: answer.etag ?? '' };
  } catch (error) {
    if (statusOf(error) === 304) return 'unchanged';
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}
