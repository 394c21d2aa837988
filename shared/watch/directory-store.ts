import type { Snapshot } from './directory.ts';

export type DirectoryStore = {
  /**
   * The snapshot of a tenant.
   *
   * @param known - the version that the caller has; if it is still that one, nothing is downloaded.
   * @throws {WatchError} STORE_UNAVAILABLE, DIRECTORY_INVALID
   */
  read(tenantId: string, known?: string): Promise<StoredSnapshot | 'unchanged' | undefined>;
  /** @returns its version. @throws {WatchError} STORE_UNAVAILABLE */
  write(snapshot: Snapshot): Promise<string>;
};

export type StoredSnapshot = { snapshot: Snapshot; version: string };
