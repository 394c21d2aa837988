import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { startMailSink } from '../local/mail-sink.ts';
import { startTeamsSink } from '../local/teams-sink.ts';
import { type App, startApp } from '../shared/app.ts';
import { blobDirectory } from '../shared/azure/blob-directory.ts';
import type { Config } from '../shared/config.ts';
import { directRole, signIn } from '../shared/detect/examples/records.ts';
import { exampleSnapshot, exampleTenant, people } from '../shared/detect/examples/tenant.ts';
import { globalAdministrator } from '../shared/roles.ts';
import { envelope } from './memory-stores.ts';
import { azuriteStorage } from './stores/azurite-storage.ts';

const { storage, local } = azuriteStorage();
const folder = mkdtempSync(join(tmpdir(), 'glasswatch-app-'));
const policyFile = join(folder, 'policy.yaml');
let teams: Awaited<ReturnType<typeof startTeamsSink>>;
let mail: Awaited<ReturnType<typeof startMailSink>>;

const policy = {
  version: 1,
  tenants: [{ id: exampleTenant.id, name: 'example', accounts: { emergency: [people.glass.id] } }],
  channels: {
    secops: { type: 'teams', webhookUrl: { env: 'TEAMS_WEBHOOK_URL' } },
    box: {
      type: 'email',
      from: 'watch@example.com',
      to: ['soc@example.com'],
      smtpUrl: { env: 'SMTP_URL' },
    },
  },
  routes: [{ minSeverity: 'low', channels: ['secops', 'box'] }],
};

const configOf = (file: string, connectionString: string): Config => ({
  policyFile: file,
  storage: { connectionString },
  allowLoopback: true,
  directory: { from: 'file' },
  hasPlatformSignIn: false,
  pagerDutyStandIn: undefined,
});

/** A process of the service. */
const start = () =>
  startApp(configOf(policyFile, local().connectionString), {
    TEAMS_WEBHOOK_URL: teams.webhookUrl,
    SMTP_URL: mail.smtpUrl,
  });

beforeAll(async () => {
  writeFileSync(policyFile, JSON.stringify(policy));
  [teams, mail] = await Promise.all([startTeamsSink(), startMailSink({ httpPort: 0 })]);
  await blobDirectory(storage().directory).write(exampleSnapshot());
});
afterAll(async () => {
  await Promise.all([teams.close(), mail.close()]);
  rmSync(folder, { recursive: true });
});
afterEach(() => vi.useRealTimers());

/** Gives every message that is in the queue to the app, as the host does. */
async function deliver(app: App): Promise<number> {
  const { receivedMessageItems } = await storage().notify.receiveMessages({ numberOfMessages: 32 });
  for (const { messageText, messageId, popReceipt } of receivedMessageItems) {
    await app.notify(JSON.parse(Buffer.from(messageText, 'base64').toString()));
    await storage().notify.deleteMessage(messageId, popReceipt);
  }
  return receivedMessageItems.length;
}

const glassAt = (hour: number, session: string) =>
  envelope(
    signIn(people.glass, {
      id: session,
      sessionId: session,
      createdDateTime: `2026-11-20T${hour}:00:00Z`,
    }),
  );
const page = async (app: App, path: string): Promise<unknown> =>
  (await app.console(new Request(`http://127.0.0.1/api/${path}`))).json();
const told = () => ({ cards: teams.cards().length, mails: mail.mails().length });

test('a record that matters is told on every channel once, however often it comes', async () => {
  const app = await start();
  const batch = [glassAt(10, 'first'), envelope(signIn(people.dan)), Buffer.from('broken')];
  expect(await app.ingest(batch)).toMatchObject({ records: 3, deadLetters: 1 });
  expect(await deliver(app)).toBe(1);
  expect(told()).toEqual({ cards: 1, mails: 1 });
  expect(JSON.stringify(teams.cards()[0]?.card)).toContain(people.glass.upn);
  expect(mail.mails()[0]?.subject).toContain(people.glass.upn);

  // Again, here and in another process; and the same message twice.
  for (const one of [app, await start()]) {
    expect(await one.ingest(batch)).toMatchObject({ records: 3, findings: 0 });
    expect(await deliver(one)).toBe(0);
  }
  const { incidents } = (await page(app, 'incidents')) as {
    incidents: { id: string }[];
  };
  await app.notify({ incident: incidents[0]?.id });
  expect(told()).toEqual({ cards: 1, mails: 1 });
  expect(await page(app, 'status')).toMatchObject({ deadLetters: 1 });
});

test('what one process learns of privilege, another one knows', async () => {
  const [one, another] = [await start(), await start()];
  await one.ingest([envelope(directRole(people.eve, globalAdministrator))]);
  const { incidents } = (await page(one, 'incidents')) as { incidents: object[] };
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 6_000 });
  const row = signIn(people.eve, {
    id: 'as administrator',
    createdDateTime: '2026-11-20T13:00:00Z',
  });
  expect((await another.ingest([envelope(row)])).findings).toBeGreaterThan(0);
  const after = (await page(one, 'incidents')) as { incidents: object[] };
  expect(after.incidents.length).toBeGreaterThan(incidents.length);
  await deliver(one);
});

test('the sweep tells what a lost wake left behind, once it is old enough, and then lets it be', async () => {
  const app = await start();
  await app.sweepOutbox();
  await deliver(app);
  const before = told();
  await app.ingest([glassAt(14, 'lost')]);
  await storage().notify.clearMessages();
  // Its batch may still be at work.
  await app.sweepOutbox();
  expect(told()).toEqual(before);

  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 30_000 });
  const another = await start();
  expect(await another.sweepOutbox()).toBeGreaterThan(0);
  expect(told()).toEqual({ cards: before.cards + 1, mails: before.mails + 1 });

  // The marks go once no save can be under way any more.
  vi.setSystemTime(Date.now() + 11 * 60_000);
  await another.sweepOutbox();
  expect(await another.sweepOutbox()).toBe(0);
  expect(told()).toEqual({ cards: before.cards + 1, mails: before.mails + 1 });
});

test('a channel that is down is woken for again, and hides no other', async () => {
  const app = await start();
  const before = told();
  teams.failNext(1, { status: 503 });
  await app.ingest([glassAt(16, 'down')]);
  await deliver(app);
  expect(told()).toEqual({ cards: before.cards, mails: before.mails + 1 });
  const { approximateMessagesCount } = await storage().notify.getProperties();
  expect(approximateMessagesCount).toBe(1);

  // When it is due, the message is seen again; the sweep looks in any case.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 90_000 });
  expect(await page(app, 'status')).toMatchObject({ incidentsWithWaitingDeliveries: 1 });
  await app.sweepOutbox();
  expect(await page(app, 'status')).toMatchObject({ incidentsWithWaitingDeliveries: 0 });
  expect(told()).toEqual({ cards: before.cards + 1, mails: before.mails + 1 });
  await storage().notify.clearMessages();
});

test('a message that names no incident is no fault', async () => {
  const app = await start();
  for (const message of [null, 'text', {}, { incident: 7 }, { incident: 'nobody knows' }, []]) {
    await expect(app.notify(message)).resolves.toBeUndefined();
  }
});

describe('a start', () => {
  const nowhere =
    'DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;TableEndpoint=http://127.0.0.1:1/a;QueueEndpoint=http://127.0.0.1:1/a;BlobEndpoint=http://127.0.0.1:1/a;';

  test('with a bad policy names every line that is wrong, before any storage is asked', async () => {
    const bad = fileURLToPath(new URL('data/policies/ten-mistakes.yaml', import.meta.url));
    const failed = await startApp(configOf(bad, nowhere), {}).catch((error: Error) => error);
    expect(failed).toMatchObject({ code: 'POLICY_INVALID' });
    const lines = (failed as Error).message.split('\n');
    expect(lines).toHaveLength(10);
    for (const line of lines) expect(line).toMatch(/ten-mistakes\.yaml:\d+:\d+ /);
  });

  test('without its policy names the file', async () => {
    const missing = join(folder, 'none.yaml');
    await expect(startApp(configOf(missing, nowhere), {})).rejects.toMatchObject({
      code: 'POLICY_INVALID',
      message: expect.stringContaining(missing),
    });
  });
});
