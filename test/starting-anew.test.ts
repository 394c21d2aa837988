import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { getApp } from '../shared/app.ts';
import { exampleTenant } from '../shared/detect/examples/tenant.ts';
import { azuriteStorage } from './stores/azurite-storage.ts';

const { storage, local } = azuriteStorage();
const folder = mkdtempSync(join(tmpdir(), 'glasswatch-anew-'));
const tenants = [{ id: exampleTenant.id, name: 'example' }];

beforeAll(() => {
  const policyFile = join(folder, 'policy.yaml');
  writeFileSync(policyFile, JSON.stringify({ version: 1, tenants, channels: {}, routes: [] }));
  vi.stubEnv('GLASSWATCH_STORAGE', local().connectionString);
  vi.stubEnv('GLASSWATCH_DIRECTORY', 'file');
  vi.stubEnv('GLASSWATCH_POLICY', policyFile);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const ingest = async () => (await getApp()).ingest([Buffer.from('broken')]);

test('storage that somebody deletes while it runs is created anew by the next call', async () => {
  await expect(ingest()).resolves.toMatchObject({ deadLetters: 1 });
  const started = await getApp();
  expect(await getApp()).toBe(started);
  const { deadLetters, cases, notify } = storage();
  await Promise.all([deadLetters.delete(), cases.deleteTable(), notify.delete()]);

  await expect(ingest()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', isStoreGone: true });

  await expect(ingest()).resolves.toMatchObject({ deadLetters: 1 });
  expect(await getApp()).not.toBe(started);
  await expect(cases.listEntities().byPage().next()).resolves.toMatchObject({ done: false });
  await expect(notify.getProperties()).resolves.toBeDefined();
});
