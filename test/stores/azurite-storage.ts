import { afterAll, beforeAll } from 'vitest';
import { type LocalStorage, startAzurite } from '../../local/azurite.ts';
import { openStorage, type Storage } from '../../shared/azure/storage.ts';

/** One embedded storage account for all tests of a file. */
export function azuriteStorage(): { storage: () => Storage; local: () => LocalStorage } {
  let local: LocalStorage | undefined;
  let storage: Storage | undefined;
  beforeAll(async () => {
    local = await startAzurite();
    storage = openStorage({ connectionString: local.connectionString });
    await storage.ensure();
  });
  afterAll(() => local?.stop());

  const started = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('The embedded storage has not been started.');
    return value;
  };
  return { storage: () => started(storage), local: () => started(local) };
}
