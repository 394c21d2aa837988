import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type LocalEventHub, startEventHub } from '../../local/event-hub.ts';
import { type FunctionsProcess, startFunctionsProcess } from '../../local/functions-process.ts';
import { startOtlpCollector } from '../../local/otlp-collector.ts';
import { bundleApp, root } from '../../tools/bundle.ts';
import { azuriteStorage } from '../stores/azurite-storage.ts';

const { local } = azuriteStorage();
const folder = mkdtempSync(join(tmpdir(), 'glasswatch-start-'));
const hubName = 'entra-logs';
let hub: LocalEventHub;

const key = 'R0ut1ngKeyR0ut1ngKey';
const vault = '@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/teams-url)';
const policy = {
  version: 1,
  tenants: [{ id: '60e8de8d-8243-4bff-86c7-2aa35ef4cbf5', name: 'contoso' }],
  channels: {
    teams: { type: 'teams', webhookUrl: { env: 'TEAMS_URL' } },
    pager: { type: 'pagerduty', routingKey: { env: 'PAGER_KEY' } },
    hook: { type: 'webhook', url: { env: 'HOOK_URL' }, secret: { env: 'GLASSWATCH_HOOK_SECRET' } },
  },
  routes: [{ minSeverity: 'medium', channels: ['teams', 'pager', 'hook'] }],
};

beforeAll(async () => {
  // The app as it is deployed, with nothing else around it.
  const [{ files }, started] = await Promise.all([
    bundleApp(),
    startEventHub({ hubs: [{ name: hubName, partitions: 1 }] }),
  ]);
  hub = started;
  for (const [name, content] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  for (const name of ['package.json', 'host.json']) {
    copyFileSync(join(root, name), join(folder, name));
  }
  writeFileSync(join(folder, 'policy.yaml'), JSON.stringify(policy));
}, 60_000);
afterAll(async () => {
  await hub?.close();
  rmSync(folder, { recursive: true, force: true });
});

const well = () => ({
  AzureWebJobsStorage: local().connectionString,
  ENTRA_LOGS: hub.connectionString(hubName),
  ENTRA_LOGS_HUB: hubName,
  ENTRA_LOGS_CONSUMER_GROUP: 'glasswatch',
  GLASSWATCH_STORAGE: local().connectionString,
  GLASSWATCH_DIRECTORY: 'file',
  TEAMS_URL: 'https://prod.example.com/workflows/1',
  PAGER_KEY: 'R0ut1ngKeyR0ut1ngKeyR0ut1ngKey12',
  HOOK_URL: 'https://hook.example.net/',
  GLASSWATCH_HOOK_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
});

/** The app in a process of its own, with these settings in place of right ones. */
async function started(
  settings: Readonly<Record<string, string>>,
  look: (app: FunctionsProcess, faults: () => string[]) => Promise<void>,
): Promise<string[]> {
  const log: string[] = [];
  const app = await startFunctionsProcess({
    appRoot: folder,
    settings: { ...well(), ...settings },
    log: (line) => log.push(line),
  });
  try {
    await look(app, () => log.filter((line) => /^(?:error|warning): setting /.test(line)));
  } finally {
    await app.stop();
  }
  return log;
}

const until = (check: () => void) => vi.waitFor(check, { timeout: 15_000, interval: 20 });

describe('an app that starts', () => {
  test('with settings that are right is well, and sends what it has measured before it ends', async () => {
    const collector = await startOtlpCollector();
    onTestFinished(() => collector.close());
    const to = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
    const log = await started(to, async (app) => {
      const health = await fetch(`${app.httpUrl}/health`);
      expect([health.status, await health.text()]).toEqual([200, '{"status":"ok"}']);
      // Long before the first export of a minute would be due.
      await app.runTimer('sweepOutbox');
    });
    const names = collector.measures().map(({ name }) => name);
    expect(names, log.join('\n')).toContain('glasswatch.alerts.waiting');
    expect(names).toContain('glasswatch.storage.requests');
  });

  test('with wrong ones names all of them at once, once, and what each does', async () => {
    const wrong = {
      GLASSWATCH_DIRECTORY: 'grpah',
      GLASSWATCH_ALOW_LOOPBACK: 'true',
      GLASSWATCH_OLD_URL: 'https://old.example/',
      ENTRA_LOGS_CONSUMER_GROUP: '$Default',
      TEAMS_URL: vault,
      PAGER_KEY: key,
      HOOK_URL: '',
    };
    const log = await started(wrong, async (app, faults) => {
      await until(() => expect(faults()).toHaveLength(7));
      expect(faults()).toEqual([
        'error: setting GLASSWATCH_DIRECTORY: found "grpah"; allowed: graph or file; nothing runs until this is mended',
        expect.stringMatching(
          /^error: setting GLASSWATCH_ALOW_LOOPBACK: .*GLASSWATCH_ALLOW_LOOPBACK is meant; .*; nothing runs until/,
        ),
        expect.stringMatching(/^error: setting GLASSWATCH_OLD_URL: nothing reads .*leave it out$/),
        expect.stringMatching(/^warning: setting ENTRA_LOGS_CONSUMER_GROUP: found "\$Default"; /),
        expect.stringMatching(
          /^error: setting TEAMS_URL: found a reference to a Key Vault .*teams\)/,
        ),
        expect.stringMatching(/^error: setting PAGER_KEY: found something else; .*pager\)$/),
        'error: setting HOOK_URL: missing; the policy names it (channel hook)',
      ]);

      // Every call fails with what keeps it from running.
      for (let calls = 0; calls < 2; calls += 1) {
        await expect(app.runTimer('escalate')).rejects.toThrow(
          /CONFIG_INVALID: GLASSWATCH_DIRECTORY: found "grpah"; allowed: graph or file/,
        );
      }
      const health = await fetch(`${app.httpUrl}/health`);
      expect([health.status, await health.json()]).toEqual([
        503,
        {
          status: 'misconfigured',
          settings: ['GLASSWATCH_DIRECTORY', 'GLASSWATCH_ALOW_LOOPBACK'],
        },
      ]);
      expect(health.headers.get('cache-control')).toBe('no-store');
      expect((await fetch(`${app.httpUrl}/incidents`)).status).toBe(500);
      expect(faults()).toHaveLength(7);
    });
    const said = log.join('\n');
    for (const hidden of [key, 'v.vault.azure.net', 'old.example', 'AccountKey']) {
      expect(said).not.toContain(hidden);
    }
  });

  test('under a name that is a slip does not run as if the setting were not there', async () => {
    await started({ GLASSWATCH_EVIDENCE__acountName: 'proof' }, async (app) => {
      await expect(app.runTimer('escalate')).rejects.toThrow(
        /CONFIG_INVALID: GLASSWATCH_EVIDENCE__acountName: .*perhaps GLASSWATCH_EVIDENCE__accountName/,
      );
    });
  });

  test('with a setting without which the host reads no log runs the rest, and is not well', async () => {
    // A channel without its variable is none of its illness.
    const other = { ENTRA_LOGS_CONSUMER_GROUP: 'glasswatch-', TEAMS_URL: '' };
    await started(other, async (app, faults) => {
      await until(() =>
        expect(faults()).toEqual([
          expect.stringMatching(
            /^error: setting ENTRA_LOGS_CONSUMER_GROUP: found "glasswatch-"; .*; no log is read until/,
          ),
          'error: setting TEAMS_URL: missing; the policy names it (channel teams)',
        ]),
      );
      await app.runTimer('escalate');
      const health = await fetch(`${app.httpUrl}/health`);
      expect([health.status, await health.json()]).toEqual([
        503,
        { status: 'misconfigured', settings: ['ENTRA_LOGS_CONSUMER_GROUP'] },
      ]);
      expect((await fetch(`${app.httpUrl}/incidents`)).status).not.toBe(500);
    });
  });

  test('with a policy that is wrong names its mistakes', async () => {
    writeFileSync(join(folder, 'wrong.yaml'), 'version: 1\ntenants: []\n');
    await started({ GLASSWATCH_POLICY: 'wrong.yaml' }, async (app, faults) => {
      await until(() => expect(faults()).toHaveLength(1));
      expect(faults()[0]).toMatch(
        /^error: setting GLASSWATCH_POLICY: POLICY_INVALID: wrong\.yaml:2:\d+ .*nothing runs until/,
      );
      expect((await fetch(`${app.httpUrl}/health`)).status).toBe(503);
    });
  });
});
