import type { ContainerClient } from '@azure/storage-blob';
import { canonicalJson } from '../ledger/canonical-json.ts';
import type { AnchorStore } from '../ledger/ledger.ts';
import { reach, statusOf } from './store-error.ts';

export type BlobAnchors = AnchorStore & {
  /** All lines, oldest first, as they lie there: `{"at":…,"hash":…,"seq":…}`. */
  anchorLines(): Promise<string[]>;
};

/** Whoever appends to the ledger waits for it. */
const appendTimeoutMs = 5_000;
const readTimeoutMs = 30_000;
const folder = 'heads/';

/**
 * The heads of the ledger, a line each, in a blob a day that can only be appended to: `heads/<day>.ndjson`.
 * A container that is immutable but for such appends keeps them from everybody.
 *
 * @throws {WatchError} STORE_UNAVAILABLE; every method.
 */
export function blobAnchors(container: ContainerClient): BlobAnchors {
  return {
    anchor: (anchor) =>
      reach(`anchoring the ledger at ${anchor.seq}`, async () => {
        const line = Buffer.from(`${canonicalJson(anchor)}\n`);
        const blob = container.getAppendBlobClient(`${folder}${anchor.at.slice(0, 10)}.ndjson`);
        const options = { abortSignal: AbortSignal.timeout(appendTimeoutMs) };
        try {
          await blob.appendBlock(line, line.length, options);
        } catch (error) {
          if (statusOf(error) !== 404) throw error;
          await blob.createIfNotExists(options);
          await blob.appendBlock(line, line.length, options);
        }
      }),
    anchorLines: () =>
      reach('reading the anchored heads', async () => {
        const options = () => ({ abortSignal: AbortSignal.timeout(readTimeoutMs) });
        const lines: string[] = [];
        for await (const { name } of container.listBlobsFlat({ prefix: folder, ...options() })) {
          const blob = container.getBlobClient(name);
          const content = await blob.downloadToBuffer(0, undefined, options());
          lines.push(...content.toString('utf8').split('\n').filter(Boolean));
        }
        return lines;
      }),
  };
}
