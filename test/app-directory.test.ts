import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type GraphSimulator, startGraphSimulator } from '../local/graph/simulator.ts';
import { sampleSnapshot } from '../local/sample-day/directory.ts';
import { admins, breakGlass, brokenGlass, tenant } from '../local/sample-day/people.ts';
import { sampleTenant } from '../local/sample-day/tenant.ts';
import { type App, startApp } from '../shared/app.ts';
import { blobDirectory } from '../shared/azure/blob-directory.ts';
import type { DirectoryStatus, PostureCard } from '../shared/console/console.ts';
import type { Incident } from '../shared/incident.ts';
import { azuriteStorage } from './stores/azurite-storage.ts';

// The directory through the front door: a simulated Graph, the functions' verbs, real storage.

const { storage, local } = azuriteStorage();
const folder = mkdtempSync(join(tmpdir(), 'glasswatch-app-directory-'));
const policyFile = join(folder, 'policy.yaml');
const now = new Date();
let graph: GraphSimulator;

beforeAll(async () => {
  const emergency = [...breakGlass, brokenGlass].map(({ id }) => id);
  const policy = {
    version: 1,
    tenants: [{ id: tenant.id, name: 'contoso', usesPim: true, accounts: { emergency } }],
    detections: { 'role-change-unexplained': { settleMinutes: 0 } },
  };
  writeFileSync(policyFile, JSON.stringify(policy));
  graph = await startGraphSimulator({ tenant: sampleTenant(now), isThrottled: false });
  await blobDirectory(storage().directory).write(sampleSnapshot(now));
});
afterAll(async () => {
  await graph.close();
  rmSync(folder, { recursive: true });
});
afterEach(() => vi.restoreAllMocks());

const start = (): Promise<App> =>
  startApp(
    {
      policyFile,
      storage: { connectionString: local().connectionString },
      allowLoopback: true,
      directory: { from: 'stand-in', origin: graph.url, token: graph.token() },
      hasPlatformSignIn: false,
      pagerDutyStandIn: undefined,
    },
    {},
  );

async function page<T>(app: App, path: string): Promise<T> {
  return (await (await app.console(new Request(`http://127.0.0.1/api/${path}`))).json()) as T;
}

const statusOf = async (app: App) =>
  (await page<{ directory: DirectoryStatus[] }>(app, 'status')).directory[0];

const openAbout = async (app: App, who: { id: string }) =>
  (await page<{ incidents: Incident[] }>(app, 'incidents')).incidents
    .filter(({ subject, status }) => subject.id === who.id && status === 'open')
    .map(({ title }) => title);

test('what Graph shows is watched, judged, told apart from what is right, and over once it is mended', async () => {
  const app = await start();
  expect(await app.refreshDirectory()).toMatchObject([{ failure: null }]);
  expect(await statusOf(app)).toMatchObject({ tenant: 'contoso', gaps: [] });

  // It was just read, and nobody is new.
  expect(await app.refreshDirectory()).toEqual([]);

  expect(await app.checkPosture()).toBeGreaterThan(0);
  expect(await app.checkPosture()).toBe(0);
  expect((await openAbout(app, brokenGlass))[0]).toContain('not on onmicrosoft.com');
  expect((await openAbout(app, admins.lucia)).join()).toContain('no log says so');
  expect((await openAbout(app, admins.sven)).join()).toContain('password unchanged');

  const sven = graph.directory.tenant.users.find(({ fields }) => fields.id === admins.sven.id);
  if (sven) sven.fields.lastPasswordChangeDateTime = now.toISOString();
  // Another process of the service reads the directory anew, and another one looks.
  await (await start()).refreshDirectory({ isForced: true });
  await app.checkPosture();
  expect(await openAbout(app, admins.sven)).toEqual([]);
});

test('the scorecard of a tenant has its trend', async () => {
  const app = await start();
  await app.checkPosture();
  const { tenants } = await page<{ tenants: PostureCard[] }>(app, 'posture');
  expect(tenants[0]?.scorecard.totals.items).toBeGreaterThan(40);
  expect(tenants[0]?.trend?.days).toHaveLength(1);
});

test('a reading that fails says so, and what was known before still holds', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const before = await statusOf(await start());
  graph.setPermissions([]);
  try {
    const app = await start();
    const [report] = await app.refreshDirectory({ isForced: true });
    expect(report?.failure).toMatch(/^DIRECTORY_FORBIDDEN: .*RoleManagement.Read.Directory/);
    expect(await statusOf(app)).toMatchObject({
      takenAt: before?.takenAt,
      accounts: before?.accounts,
      refresh: { failure: report?.failure, succeededAt: before?.refresh?.succeededAt },
    });
    expect(warn.mock.calls.join()).toContain('directory of contoso: DIRECTORY_FORBIDDEN');
    await app.checkPosture();
    expect((await openAbout(app, brokenGlass))[0]).toContain('not on onmicrosoft.com');
  } finally {
    graph.reset();
  }
});
