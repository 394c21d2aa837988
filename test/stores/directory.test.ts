import { expect, test } from 'vitest';
import { blobDirectory } from '../../shared/azure/blob-directory.ts';
import { exampleSnapshot, exampleTenantId } from '../../shared/detect/examples/tenant.ts';
import { azuriteStorage } from './azurite-storage.ts';

const { storage } = azuriteStorage();
const directory = () => blobDirectory(storage().directory);

test('a tenant without a snapshot has none', async () => {
  expect(await directory().read('nobody')).toBeUndefined();
});

test('a snapshot is read as it was written, and only if it is another than the known one', async () => {
  const first = await directory().write(exampleSnapshot());
  const read = await directory().read(exampleTenantId);
  expect(read).toEqual({ snapshot: exampleSnapshot(), version: first });
  expect(await directory().read(exampleTenantId, first)).toBe('unchanged');

  const changed = { ...exampleSnapshot(), takenAt: '2026-11-02T00:00:00Z' };
  const second = await directory().write(changed);
  expect(await directory().read(exampleTenantId, first)).toEqual({
    snapshot: changed,
    version: second,
  });
});

test('a file that somebody spoilt is named with its mistake', async () => {
  await storage().directory.getBlockBlobClient('spoilt.json').upload('{"tenantId":1}', 14);
  await expect(directory().read('spoilt')).rejects.toMatchObject({
    code: 'DIRECTORY_INVALID',
    message: expect.stringContaining('spoilt.json: tenantId'),
  });
});
