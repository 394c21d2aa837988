import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  AccountSASPermissions,
  AccountSASResourceTypes,
  AccountSASServices,
  generateAccountSASQueryParameters,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { azdOutputs } from '../../cli/doctor/azd-value.ts';
import { immutabilityLine } from '../../cli/doctor/immutability.ts';
import { type GroupLine, runChecks } from '../../cli/doctor/run-checks.ts';
import { type GraphSimulator, startGraphSimulator } from '../../local/graph/simulator.ts';
import { sampleTenant } from '../../local/sample-day/tenant.ts';
import { blobAnchors } from '../../shared/azure/blob-anchor.ts';
import { blobDeadLetters } from '../../shared/azure/blob-dead-letters.ts';
import { tableCases } from '../../shared/azure/table-cases.ts';
import { tableFeed } from '../../shared/azure/table-feed.ts';
import { tableLedger } from '../../shared/azure/table-ledger.ts';
import { tableMarks } from '../../shared/azure/table-outbox.ts';
import { tableStreams } from '../../shared/azure/table-streams.ts';
import { WatchError } from '../../shared/errors.ts';
import { dayMs, hourMs, isoOf, minuteMs } from '../../shared/time.ts';
import { command } from '../cases/replay.ts';
import { azuriteStorage } from '../stores/azurite-storage.ts';
import { newCase } from '../stores/sample-findings.ts';
import { type DoctorWorld, hubName, openDoctorWorld, secrets, tenantId } from './doctor-world.ts';

const azurite = azuriteStorage();
let world: DoctorWorld;
beforeAll(async () => {
  world = await openDoctorWorld(azurite.storage(), azurite.local().connectionString);
});
afterAll(() => world?.close());
afterEach(() => {
  vi.useRealTimers();
  world.console.status = 200;
  world.console.clockIsAheadMs = 0;
});

const ago = (ms: number) => isoOf(Date.now() - ms);
/** The clock alone: whoever waits goes on waiting for real. */
const itIsLater = (ms: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms });

test('of a deployment where all is well nothing is to fix, and what can’t be known is no ok', async () => {
  const { exit, lines, stderr } = await world.doctor();
  expect(lines.filter(({ state }) => state === 'fix')).toEqual([]);
  expect([exit, stderr]).toEqual([0, '']);
  const unknown = lines.filter(({ state }) => state === 'unknown');
  expect(unknown.map(({ group, name }) => `${group} ${name}`)).toEqual([
    'ledger container',
    'evidence account',
    'evidence container',
    'console url',
  ]);
  expect([...new Set(lines.map(({ group }) => group))]).toEqual([
    ...[
      'policy',
      'settings',
      'identity',
      'storage',
      'event hub',
      'streams',
      'directory',
      'permissions',
    ],
    ...['licence', 'channels', 'sinks', 'outbox', 'dead letters', 'keys', 'ledger', 'evidence'],
    ...['clocks', 'console', 'node'],
  ]);
  expectAWayForward(lines);
  expect(Object.keys(lines[0] ?? {})).toEqual(['group', 'name', 'state', 'says', 'fix']);
});

test('looking leaves nothing behind', async () => {
  const { storage } = world;
  const all = async () => {
    const found: string[] = [];
    for (const container of [storage.evidence, storage.anchors, storage.deadLetters]) {
      for await (const { name } of container.listBlobsFlat()) found.push(name);
    }
    for (const table of [storage.cases, storage.outbox, storage.shelves, storage.memory]) {
      for await (const { partitionKey, rowKey, etag } of table.listEntities()) {
        found.push(`${partitionKey} ${rowKey} ${etag}`);
      }
    }
    found.push(String((await storage.notify.getProperties()).approximateMessagesCount));
    return found.sort();
  };
  const before = await all();
  await world.doctor();
  expect(await all()).toEqual(before);
});

/** One thing that is broken, and what doctor has to say of it. */
type Break = {
  what: string;
  /** Settings or a policy, for this run alone. */
  set?: Record<string, string>;
  policy?: (text: string) => string;
  args?: string[];
  broken?(): Promise<unknown>;
  mended?(): Promise<unknown>;
  /** The group, the name, the state and what it says. */
  line: [group: string, name: string, state: 'fix' | 'unknown', says: RegExp];
  fix: RegExp;
};

const healthy = {
  snapshot: () => world.put.snapshot(world.well.snapshot()),
  channel: () => world.put.channel(world.well.channel()),
  sink: () => world.put.sink(world.well.sink()),
  ring: () => world.put.ring(world.well.ring()),
  refresh: () => world.put.refresh(world.well.refresh()),
};
/** A delivery that was written so long ago, and that nobody has sent. */
async function waitingFor(ageMs: number, id: string) {
  const at = Date.now() - ageMs;
  const change = newCase(id);
  const deliveries = change.deliveries.map((one) => ({
    ...one,
    ...{ createdAt: isoOf(at), dueAt: isoOf(at) },
  }));
  await tableMarks(world.storage.outbox, () => at).mark(id);
  await tableCases(world.storage.cases).save({ ...change, deliveries });
}
async function toldNow(id: string) {
  const cases = tableCases(world.storage.cases);
  for (const { value, version } of (await cases.load(id))?.deliveries ?? []) {
    await cases.saveDelivery({ ...value, state: 'sent', sentAt: ago(0) }, version);
  }
}
const snapshotWith = (more: object) => () =>
  world.put.snapshot({ ...world.well.snapshot(), ...more });
const failed = (failure: string) => () =>
  world.put.refresh({ ...world.well.refresh(), succeededAt: null, failure });
const forgetSignIns = () => world.storage.streams.deleteEntity(tenantId, 'SignInLogs');
const countSignIns = () =>
  tableStreams(world.storage.streams).add(tenantId, [world.stream('SignInLogs', Date.now())]);

const breaks: Break[] = [
  {
    what: 'a mistake in the policy',
    policy: (text) => text.replace('medium', 'medum'),
    line: ['policy', 'file', 'fix', /other\.yaml:\d+:\d+ routes\[0\]\.minSeverity: found "medum"/],
    fix: /npx glasswatch check --policy .*other\.yaml/,
  },
  {
    what: 'a policy that is not there',
    set: { GLASSWATCH_POLICY: '/nowhere/policy.yaml' },
    line: ['policy', 'file', 'fix', /no such file/],
    fix: /^npx glasswatch init --policy \/nowhere\/policy\.yaml/,
  },
  {
    what: 'another policy than the one that runs',
    broken: async () => {
      breakOf('another policy than the one that runs').args = [
        ...['--policy', world.file('mine.yaml', world.policyText)],
      ];
    },
    line: ['policy', 'other policy', 'unknown', /the settings name .*policy\.yaml: what has been/],
    fix: /azd deploy/,
  },
  {
    what: 'a key where an identity should be',
    set: {
      GLASSWATCH_STORAGE:
        'DefaultEndpointsProtocol=https;AccountName=glasswatchnowhere;AccountKey=a2V5;EndpointSuffix=core.windows.net',
    },
    line: ['identity', 'app', 'fix', /a connection string opens the storage account/],
    fix: /appsettings set .*GLASSWATCH_STORAGE__accountName="\$\(azd env get-value GLASSWATCH_STATE_ACC/,
  },
  {
    what: 'an app that got no token for Microsoft Graph',
    broken: failed('DIRECTORY_UNAVAILABLE: The app got no token for Microsoft Graph.'),
    mended: healthy.refresh,
    line: ['identity', 'Microsoft Graph, contoso', 'fix', /the app got no token 20/],
    fix: /^azd provision/,
  },
  {
    what: 'an app that has not asked for a token yet',
    policy: (text) => text.replace(tenantId, '00000000-1111-2222-3333-444444444444'),
    line: ['identity', 'Microsoft Graph, contoso', 'unknown', /before it has read the directory/],
    fix: /refreshDirectory/,
  },
  {
    what: 'a single break-glass account',
    policy: (text) => text.replace(/, 3f2504e0[^\]]+/, ''),
    line: ['policy', 'break-glass', 'fix', /of contoso: 1; there should be 2/],
    fix: /accounts\.emergency/,
  },
  {
    what: 'a warning of the policy',
    policy: (text) => text.replace(/siem: .*/, 'siem: { type: file, path: x }'),
    line: ['policy', 'warning', 'fix', /sinks\.siem\.type: .*gone with the machine/],
    fix: /deploy it/,
  },
  {
    what: 'a setting that is missing',
    set: { ENTRA_LOGS_CONSUMER_GROUP: '' },
    line: ['settings', 'ENTRA_LOGS_CONSUMER_GROUP', 'fix', /missing; allowed: a consumer group/],
    fix: /Write "ENTRA_LOGS_CONSUMER_GROUP": "<value>" under Values of .*local\.settings\.json/,
  },
  {
    what: 'a setting that is wrong',
    set: { GLASSWATCH_DIRECTORY: 'maybe' },
    line: ['settings', 'GLASSWATCH_DIRECTORY', 'fix', /graph.*file/],
    fix: /Write "GLASSWATCH_DIRECTORY"/,
  },
  {
    what: 'a setting that is wrong with another one',
    set: { GLASSWATCH_ALLOW_LOOPBACK: 'false', GLASSWATCH_GRAPH_ORIGIN: 'http://127.0.0.1:1' },
    line: ['settings', 'together', 'fix', /GLASSWATCH_GRAPH_ORIGIN: is for the embedded stack/],
    fix: /Leave out/,
  },
  {
    what: 'an identity that is not said to be one',
    set: { ENTRA_LOGS__clientId: 'c' },
    line: ['settings', 'ENTRA_LOGS__credential', 'fix', /missing; .*managedidentity/],
    fix: /"managedidentity"/,
  },
  {
    what: 'a collector of telemetry that is no URL',
    set: { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' },
    line: ['settings', 'OTEL_EXPORTER_OTLP_ENDPOINT', 'fix', /http or https URL of a collector/],
    fix: /Write "OTEL_EXPORTER_OTLP_ENDPOINT"/,
  },
  {
    what: 'a secret that the policy names and nobody set',
    set: { PAGER_KEY: '' },
    line: ['settings', 'PAGER_KEY', 'fix', /^missing; the policy names it$/],
    fix: /Write "PAGER_KEY"/,
  },
  {
    what: 'a secret that looks like something else',
    set: { PAGER_KEY: 'R0ut1ngKeyR0ut1ng' },
    line: ['settings', 'PAGER_KEY', 'fix', /32 letters and digits/],
    fix: /Write "PAGER_KEY"/,
  },
  {
    what: 'a secret that lies in a vault',
    set: {
      PAGER_KEY: '@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/pager-key)',
    },
    line: ['settings', 'PAGER_KEY', 'unknown', /refers to a Key Vault/],
    fix: /Environment variables/,
  },
  {
    what: 'a table that is gone',
    broken: () => world.storage.memory.deleteTable(),
    mended: () => world.storage.memory.createTable(),
    line: ['storage', 'table memory', 'fix', /^is missing$/],
    fix: /npm start.*az storage table create --name memory --connection-string "\$\(node -p .*local\.settings\.json.*GLASSWATCH_STORAGE"\)"/,
  },
  {
    what: 'a container that is gone',
    broken: () => world.storage.evidence.delete(),
    mended: () => world.storage.evidence.create(),
    line: ['storage', 'container evidence', 'fix', /^is missing$/],
    fix: /az storage container create --name evidence/,
  },
  {
    what: 'a queue that is gone',
    broken: () => world.storage.forward.delete(),
    mended: () => world.storage.forward.create(),
    line: ['storage', 'queue forward', 'fix', /^is missing$/],
    fix: /az storage queue create --name forward/,
  },
  {
    what: 'an event hub that is down',
    set: {
      ENTRA_LOGS: `Endpoint=sb://localhost:1;SharedAccessKeyName=a;SharedAccessKey=SecretOfTheHub`,
    },
    line: ['event hub', hubName, 'fix', /does not answer .*ECONNREFUSED/],
    fix: /^npm start/,
  },
  {
    what: 'an event hub that there is not',
    set: { ENTRA_LOGS_HUB: 'nowhere' },
    broken: async () => {
      breakOf('an event hub that there is not').set = {
        ENTRA_LOGS: world.values.ENTRA_LOGS?.replace(hubName, 'nowhere') ?? '',
        ENTRA_LOGS_HUB: 'nowhere',
      };
    },
    line: ['event hub', 'nowhere', 'fix', /MessagingEntityNotFoundError/],
    fix: /az eventhubs eventhub list/,
  },
  {
    what: 'an event hub where nothing came yet',
    broken: async () => {
      breakOf('an event hub where nothing came yet').set = {
        ENTRA_LOGS: world.hub.connectionString('empty'),
        ENTRA_LOGS_HUB: 'empty',
      };
    },
    line: ['event hub', 'empty', 'unknown', /the first logs may take up to a day/],
    fix: /Wait\..*diagnostic-setting\.sh/,
  },
  {
    what: 'an event hub that the app does not read',
    broken: async () => {
      await world.send();
      itIsLater(hourMs);
    },
    mended: () => world.readUpTo(1),
    line: [
      'event hub',
      'partition 0',
      'fix',
      /events behind: 1; the oldest of them came 60 min ago/,
    ],
    fix: /^npm start/,
  },
  {
    what: 'an event hub that the app does not read, though events go on coming',
    broken: async () => {
      await world.send();
      itIsLater(hourMs);
      await world.send();
    },
    mended: () => world.readUpTo(3),
    line: [
      'event hub',
      'partition 0',
      'fix',
      /events behind: 2; the oldest of them came 60 min ago/,
    ],
    fix: /^npm start/,
  },
  {
    what: 'the storage of the Functions host, which nobody names',
    set: { AzureWebJobsStorage: '' },
    line: ['event hub', 'read so far', 'unknown', /storage of the Functions host is not known/],
    fix: /AzureWebJobsStorage__accountName/,
  },
  {
    what: 'another consumer group, which reads nothing',
    set: { ENTRA_LOGS_CONSUMER_GROUP: 'others' },
    broken: async () => itIsLater(hourMs),
    line: [
      'event hub',
      'partition 0',
      'fix',
      /nobody has read it with this consumer group; the oldest event came \d+ (?:min|h) ago/,
    ],
    fix: /^npm start/,
  },
  {
    what: 'a log that never came though others do',
    broken: async () => {
      await forgetSignIns();
      await snapshotWith({ logExport: null })();
      itIsLater(2 * dayMs);
    },
    mended: async () => {
      await healthy.snapshot();
      await countSignIns();
    },
    line: [
      'streams',
      'SignInLogs',
      'fix',
      /nothing has arrived; detections that read it: \d+; others/,
    ],
    fix: /Switch SignInLogs on in the diagnostic setting of Entra.*--hub entra-logs/,
  },
  {
    what: 'a log that never came on the first day',
    broken: forgetSignIns,
    mended: countSignIns,
    line: ['streams', 'SignInLogs', 'unknown', /nothing has arrived; .*counted every five minutes/],
    fix: /^Wait, then: npx glasswatch doctor --only streams/,
  },
  {
    what: 'a log that never came though it is switched on',
    broken: async () => {
      await forgetSignIns();
      itIsLater(2 * dayMs);
    },
    mended: countSignIns,
    line: ['streams', 'SignInLogs', 'unknown', /its export is on, so perhaps nothing has happened/],
    fix: /npx glasswatch doctor --only streams/,
  },
  {
    what: 'a log that came, and is now sent to another hub',
    broken: snapshotWith({
      logExport: [{ name: 'other', hubRuleId: null, hubName: 'archive', categories: ['allLogs'] }],
    }),
    mended: healthy.snapshot,
    line: [
      'streams',
      'SignInLogs',
      'fix',
      /last arrived .*; now no diagnostic setting .* any more/,
    ],
    fix: /--rule-id "\$\(azd env get-value GLASSWATCH_EXPORT_RULE_ID\)" --hub entra-logs/,
  },
  {
    what: 'diagnostic settings that the app may not read',
    broken: snapshotWith({ logExport: null }),
    mended: healthy.snapshot,
    line: ['streams', 'diagnostic settings', 'unknown', /the app has not read them/],
    fix: /npx glasswatch doctor --live --only streams/,
  },
  {
    what: 'a log that came two days ago, of which not much is known',
    broken: async () => itIsLater(2 * dayMs),
    line: ['streams', 'RiskyUsers', 'unknown', /last arrived .*; whether that is a silence/],
    fix: /Switch RiskyUsers on/,
  },
  {
    what: 'a tenant of which nothing ever came',
    policy: (text) => text.replace(tenantId, '00000000-1111-2222-3333-444444444444'),
    line: ['streams', 'contoso', 'unknown', /the first logs may take up to a day/],
    fix: /^Wait\./,
  },
  {
    what: 'a directory that was read yesterday',
    broken: snapshotWith({ takenAt: ago(26 * hourMs) }),
    mended: healthy.snapshot,
    line: [
      'directory',
      'contoso',
      'fix',
      /^read 26 h ago; accounts: 2; it should be read every hour/,
    ],
    fix: /refreshDirectory/,
  },
  {
    what: 'a reading of the directory that is refused',
    broken: failed('Microsoft Graph refuses this without User.Read.All: grant'),
    mended: healthy.refresh,
    line: ['directory', 'contoso', 'fix', /the last reading failed: .*User\.Read\.All/],
    fix: /graph-permissions\.sh .*--only User\.Read\.All/,
  },
  {
    what: 'a part of the directory without its permission',
    broken: snapshotWith({
      gaps: [
        {
          ...{ part: 'secureScore', why: 'permission' },
          detail: 'Microsoft Graph refuses this without SecurityEvents.Read.All: grant it to x.',
        },
      ],
    }),
    mended: healthy.snapshot,
    line: ['directory', 'contoso secureScore', 'fix', /without SecurityEvents\.Read\.All/],
    fix: /--only SecurityEvents\.Read\.All/,
  },
  {
    what: 'a permission that a gap names',
    broken: snapshotWith({
      gaps: [
        {
          ...{ part: 'secureScore', why: 'permission' },
          detail: 'Microsoft Graph refuses this without SecurityEvents.Read.All: grant it to x.',
        },
      ],
    }),
    mended: healthy.snapshot,
    line: ['permissions', 'SecurityEvents.Read.All', 'fix', /missing; unknown without it: secureS/],
    fix: /--only SecurityEvents\.Read\.All/,
  },
  {
    what: 'a break-glass account that the directory does not have',
    broken: snapshotWith({ accounts: [{ id: world0(), type: 'user' }] }),
    mended: healthy.snapshot,
    line: ['directory', 'contoso', 'fix', /no break-glass account 3f2504e0/],
    fix: /az ad user show --id 3f2504e0/,
  },
  {
    what: 'a snapshot that is none',
    broken: () =>
      world.storage.directory.getBlockBlobClient(`${tenantId}.json`).upload('{"accounts":1}', 14),
    mended: healthy.snapshot,
    line: ['directory', 'directory', 'fix', /DIRECTORY_INVALID: .*tenantId/],
    fix: /Correct the directory snapshot/,
  },
  {
    what: 'a tenant without P2',
    broken: snapshotWith({ organization: { plans: ['AAD_PREMIUM'] } }),
    mended: healthy.snapshot,
    line: ['licence', 'contoso P2', 'unknown', /does not export RiskyUsers, UserRiskEvents/],
    fix: /Nothing is broken/,
  },
  {
    what: 'a tenant whose licences were not read',
    broken: snapshotWith({ organization: null }),
    mended: healthy.snapshot,
    line: ['licence', 'contoso', 'unknown', /was not read/],
    fix: /Organization\.Read\.All/,
  },
  {
    what: 'a channel that fails',
    broken: () =>
      world.put.channel({
        ...world.well.channel(),
        failingSince: '2026-11-20T08:00:00.000Z',
        lastError: `prod.example.com answered 410: "gone: ${secrets.TEAMS_WEBHOOK_URL}"`,
      }),
    mended: healthy.channel,
    line: ['channels', 'teams', 'fix', /failing since 2026-11-20T08:00:00\.000Z: .*answered 410/],
    fix: /docs\/channels\.md/,
  },
  {
    what: 'a test message that nobody has confirmed for two days',
    broken: () =>
      world.put.channel({
        ...world.well.channel(),
        provenAt: null,
        canary: {
          ...{ id: 'c', sentAt: ago(2 * dayMs), acceptedAt: ago(2 * dayMs) },
          ...{ confirmedAt: null, confirmedBy: null },
        },
      }),
    mended: healthy.channel,
    line: ['channels', 'teams', 'fix', /test message sent .*, taken .*, confirmed by nobody/],
    fix: /confirm it by its link or at http:\/\/127\.0\.0\.1:\d+\/channels/,
  },
  {
    what: 'a channel that was never tried',
    broken: () => world.put.channel({ ...world.well.channel(), provenAt: null }),
    mended: healthy.channel,
    line: ['channels', 'teams', 'unknown', /not proven: no test message has been sent yet/],
    fix: /confirm it at/,
  },
  {
    what: 'a SIEM that fails',
    broken: () =>
      world.put.sink({
        ...world.well.sink(),
        failingSince: '2026-11-20T08:00:00.000Z',
        lastError: `hook.example.net answered 401: "${secrets.HOOK_SECRET} is no key"`,
      }),
    mended: healthy.sink,
    line: ['sinks', 'siem', 'fix', /failing since 2026-11-20T08:00:00\.000Z: .*answered 401/],
    fix: /docs\/siem\/README\.md/,
  },
  {
    what: 'a SIEM that refused events for good',
    broken: () =>
      world.put.sink({
        ...world.well.sink(),
        refused: 3,
        refusals: [{ uid: 'u', says: 'mapper_parsing_exception', at: '2026-11-20T08:00:00.000Z' }],
      }),
    mended: healthy.sink,
    line: ['sinks', 'siem dead letters', 'fix', /^3 events refused .*mapper_parsing_exception/],
    fix: /npx glasswatch forward --to siem/,
  },
  {
    what: 'events that wait for a SIEM for an hour',
    broken: () =>
      tableFeed(world.storage.outbox).expect(
        ['siem'],
        [{ incident: 'waits', seq: 1 }],
        Date.now() - hourMs,
      ),
    mended: () => tableFeed(world.storage.outbox).settle('siem', [{ incident: 'waits', seq: 1 }]),
    line: ['sinks', 'siem', 'fix', /waiting: 1, for 60 min/],
    fix: /sweepOutbox/,
  },
  {
    what: 'a SIEM without a heartbeat for an hour',
    broken: () => world.put.sink({ ...world.well.sink(), lastSuccessAt: ago(hourMs) }),
    mended: healthy.sink,
    line: ['sinks', 'siem', 'fix', /no heartbeat for 60 min/],
    fix: /sweepOutbox/,
  },
  {
    what: 'a SIEM that has taken nothing yet',
    broken: () => world.put.sink({ ...world.well.sink(), lastSuccessAt: null }),
    mended: healthy.sink,
    line: ['sinks', 'siem', 'unknown', /has taken nothing yet/],
    fix: /five minutes/,
  },
  {
    what: 'deliveries that wait for half an hour',
    broken: () => waitingFor(30 * minuteMs, 'late'),
    mended: () => toldNow('late'),
    line: ['outbox', 'deliveries', 'fix', /^waiting: 1, for secops; the oldest for 30 min/],
    fix: /sweepOutbox/,
  },
  {
    what: 'deliveries that wait for two minutes',
    broken: () => waitingFor(2 * minuteMs, 'soon'),
    mended: () => toldNow('soon'),
    line: ['outbox', 'deliveries', 'unknown', /^waiting: 1, for secops; the oldest for 2 min/],
    fix: /sweepOutbox/,
  },
  {
    what: 'a dead letter',
    broken: () =>
      blobDeadLetters(world.storage.deadLetters).save([{ reason: 'is no JSON', body: '{' }]),
    mended: async () => {
      const [blob] = await blobDeadLetters(world.storage.deadLetters).list({ limit: 1 });
      await world.storage.deadLetters.deleteBlob(blob?.name ?? '');
    },
    line: ['dead letters', 'letters', 'fix', /^1 could not be read/],
    fix: /az storage blob download-batch/,
  },
  {
    what: 'no key yet',
    broken: () => world.shelves.keys.remove('ring'),
    mended: healthy.ring,
    line: ['keys', 'signing key', 'unknown', /there is none yet/],
    fix: /Open the console/,
  },
  {
    what: 'a key that is two months old',
    broken: () =>
      world.put.ring({ keys: [{ id: 'a', secret: 'K3yOfLinks', madeAt: ago(60 * dayMs) }] }),
    mended: healthy.ring,
    line: ['keys', 'signing key', 'fix', /^made 60 days ago/],
    fix: /Open the console/,
  },
  {
    what: 'a clock that is two minutes ahead',
    broken: async () => itIsLater(2 * minuteMs),
    line: ['clocks', 'this machine', 'fix', /this machine is 1(?:19|20|21) s ahead of the storage/],
    fix: /timedatectl set-ntp true/,
  },
  {
    what: 'a clock that is two minutes behind that of Microsoft Graph',
    args: ['--live'],
    broken: async () => {
      world.console.clockIsAheadMs = 2 * minuteMs;
      breakOf('a clock that is two minutes behind that of Microsoft Graph').set = {
        ...{ GLASSWATCH_GRAPH_ORIGIN: world.consoleUrl, GLASSWATCH_GRAPH_TOKEN: 'token' },
      };
    },
    line: ['clocks', 'Microsoft Graph', 'fix', /is 1(?:19|20|21) s behind Microsoft Graph/],
    fix: /timedatectl set-ntp true/,
  },
  {
    what: 'no console',
    policy: (text) => text.replace(/^console:.*$/m, ''),
    line: ['console', 'url', 'fix', /the policy names none/],
    fix: /console: \{ url/,
  },
  {
    what: 'a console that is down',
    args: ['--live'],
    broken: async () => {
      world.console.status = 503;
    },
    line: ['console', 'url', 'fix', /\/health answers 503/],
    fix: /CONFIG_INVALID/,
  },
  {
    what: 'a Node that is too old',
    broken: async () => {
      vi.spyOn(process, 'versions', 'get').mockReturnValue({
        ...process.versions,
        node: '22.18.0',
      });
    },
    mended: async () => void vi.restoreAllMocks(),
    line: ['node', 'version', 'fix', /made for Node 24/],
    fix: /npm ci/,
  },
  {
    what: 'a ledger that nobody anchors any more',
    broken: async () => {
      const anchors = {
        ...blobAnchors(world.storage.anchors),
        anchor: () => Promise.reject(new Error('refused')),
      };
      const ledger = tableLedger(world.storage.ledger, { anchors, warn: () => {}, now: Date.now });
      await ledger.append([{ id: 'b', at: ago(0), kind: 'silence', subject: 's', payload: {} }]);
      itIsLater(10 * minuteMs);
    },
    mended: () => world.ledger.anchorHead(),
    line: ['ledger', 'anchors', 'fix', /last anchored at 1 of 2/],
    fix: /docs\/operate\.md#when-it-stops/,
  },
  // Last: what was anchored stays so.
  {
    what: 'a ledger that is shorter than it was',
    broken: () =>
      blobAnchors(world.storage.anchors).anchor({ seq: 7, hash: 'f'.repeat(64), at: ago(0) }),
    line: ['ledger', 'anchors', 'fix', /ends at 2, but was anchored at 7: entries are gone/],
    fix: /Treat it as tampering/,
  },
];

/** Account ids of the world, before it is there. */
function world0() {
  return '21bab57f-dfe8-4077-afc0-1cb4e7805f93';
}
function breakOf(what: string): Break {
  const found = breaks.find((one) => one.what === what);
  if (!found) throw new Error(what);
  return found;
}

test.each(breaks)('$what', async (one) => {
  await one.broken?.();
  try {
    const [group, name, state, says] = one.line;
    const { exit, lines, stdout } = await world.doctor({
      ...(one.set && { set: one.set }),
      ...(one.policy && { policy: one.policy(world.policyText) }),
      args: ['--only', group, ...(one.args ?? [])],
    });
    const found = lines.filter((line) => line.group === group && line.name === name);
    expect(found.map((line) => [line.state, line.says])).toContainEqual([
      state,
      expect.stringMatching(says),
    ]);
    expectAWayForward(lines);
    const line = found.find((candidate) => says.test(candidate.says));
    expect(line?.fix).toMatch(one.fix);
    if (state === 'fix') expect(exit).toBe(1);
    expectNoSecret(stdout);
  } finally {
    vi.useRealTimers();
    await one.mended?.();
  }
});

/** Whatever is not well comes with the command or the step that mends it, or that makes it known. */
function expectAWayForward(lines: readonly GroupLine[]) {
  const stuck = lines.filter(({ state, fix }) => state !== 'ok' && !fix);
  expect(stuck.map(({ group, name, says }) => `${group} ${name}: ${says}`)).toEqual([]);
}

function expectNoSecret(text: string) {
  const hidden = [
    ...['W0rkfl0wSecret', 'S1gnatureOfTeams', secrets.PAGER_KEY, 'H00kPathSecret'],
    ...['MfKQ9r8GKYqr', 'SecretOfTheHub', 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1', 'K3yOfLinks'],
  ];
  expect(hidden.filter((one) => text.includes(one))).toEqual([]);
}

test('what was told a moment ago waits no more, though its mark is still there', async () => {
  await waitingFor(5 * minuteMs, 'told');
  await toldNow('told');
  const { lines } = await world.doctor({ args: ['--only', 'outbox'] });
  expect(lines).toMatchObject([
    { name: 'deliveries', state: 'ok', says: 'none has waited for a minute' },
  ]);
});

test('when much is broken at once each group still speaks for itself', async () => {
  const { storage, values } = world;
  await storage.streams.deleteTable();
  await storage.directory.getBlockBlobClient(`${tenantId}.json`).upload('{', 1);
  try {
    const set = { ENTRA_LOGS: 'no connection string', HOOK_SECRET: '', GLASSWATCH_DIRECTORY: 'x' };
    const { exit, lines, stdout } = await world.doctor({ set });
    expect(exit).toBe(1);
    const states = (group: string) =>
      new Set(lines.filter((line) => line.group === group).map(({ state }) => state));
    for (const group of ['settings', 'storage', 'event hub', 'directory']) {
      expect(states(group)).toContain('fix');
    }
    expect(states('streams')).toEqual(new Set(['unknown']));
    for (const group of ['policy', 'channels', 'outbox', 'keys', 'clocks', 'node']) {
      expect(states(group)).toEqual(new Set(['ok']));
    }
    expect(stdout).not.toContain(values.HOOK_SECRET);
    expectNoSecret(stdout);
  } finally {
    await storage.streams.createTable();
    await healthy.snapshot();
  }
});

test('a storage account that is down is one line to fix, and no other line is ok for it', async () => {
  const down = azurite.local().connectionString.replace(/:\d{4,5}\//g, ':1/');
  const { exit, lines } = await world.doctor({ set: { GLASSWATCH_STORAGE: down } });
  const storage = lines.filter(({ group }) => group === 'storage');
  expect(storage).toEqual([
    expect.objectContaining({
      ...{ name: 'account', state: 'fix', fix: expect.stringContaining('npm start') },
      says: 'devstoreaccount1 does not answer (ECONNREFUSED)',
    }),
  ]);
  expect(exit).toBe(1);
  const resting = ['streams', 'directory', 'permissions', 'licence', 'channels', 'sinks'];
  for (const line of lines.filter(({ group }) => resting.includes(group))) {
    expect(line).toMatchObject({ state: 'unknown', fix: expect.stringContaining('storage') });
  }
  expect(lines.find(({ group }) => group === 'event hub')?.state).toBe('ok');
});

test('an account that may only be read is told, for each thing', async () => {
  const { blobEndpoint, queueEndpoint, tableEndpoint, connectionString } = azurite.local();
  const key = /AccountKey=([^;]+)/.exec(connectionString)?.[1] ?? '';
  const sas = generateAccountSASQueryParameters(
    {
      expiresOn: new Date(Date.now() + hourMs),
      permissions: AccountSASPermissions.parse('rl'),
      resourceTypes: AccountSASResourceTypes.parse('sco').toString(),
      services: AccountSASServices.parse('bqt').toString(),
    },
    new StorageSharedKeyCredential('devstoreaccount1', key),
  ).toString();
  const readOnly = `BlobEndpoint=${blobEndpoint};QueueEndpoint=${queueEndpoint};TableEndpoint=${tableEndpoint};SharedAccessSignature=${sas}`;
  const { lines, stdout } = await world.doctor({ set: { GLASSWATCH_STORAGE: readOnly } });
  const storage = lines.filter(({ group }) => group === 'storage');
  expect(storage).toHaveLength(14);
  for (const { state, says } of storage) {
    expect([state, says]).toEqual(['fix', expect.stringMatching(/^may not be written \(403/)]);
  }
  expect(stdout).not.toContain(encodeURIComponent(new URLSearchParams(sas).get('sig') ?? 'none'));
});

test('with nothing but the environment it says what is missing, and crashes nowhere', async () => {
  const settings = world.file('empty.json', '{"Values":{}}');
  const { exit, stdout } = await command([
    ...['doctor', '--json', '--settings', settings],
    ...['--policy', world.file('policy.yaml', world.policyText)],
  ]);
  const lines = JSON.parse(stdout) as { group: string; name: string; state: string }[];
  const missing = lines.filter(({ group, state }) => group === 'settings' && state === 'fix');
  expect(missing.map(({ name }) => name)).toEqual([
    ...['AzureWebJobsStorage__accountName', 'ENTRA_LOGS__fullyQualifiedNamespace'],
    ...['ENTRA_LOGS_HUB', 'ENTRA_LOGS_CONSUMER_GROUP', 'GLASSWATCH_STORAGE__accountName'],
    ...['TEAMS_WEBHOOK_URL', 'PAGER_KEY', 'HOOK_URL', 'HOOK_SECRET'],
  ]);
  for (const group of ['storage', 'event hub', 'streams', 'ledger']) {
    expect(lines.filter((line) => line.group === group).map(({ state }) => state)).toEqual([
      'unknown',
    ]);
  }
  expect(exit).toBe(1);
});

test('where nothing names a deployment it says how to get one, beside the lines', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'glasswatch-nowhere-'));
  const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
  const { GLASSWATCH_STORAGE: _, GLASSWATCH_STORAGE__accountName: __, ...env } = process.env;
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [main, 'doctor', '--json', '--only', 'policy,storage'],
    { cwd: folder, env, encoding: 'utf8' },
  );
  rmSync(folder, { recursive: true });
  expect([status, stderr]).toEqual([1, expect.stringMatching(/`npm start`.*\n.*--settings FILE/)]);
  expect((JSON.parse(stdout) as GroupLine[]).map(({ state }) => state)).toEqual(['fix', 'unknown']);
});

describe('Microsoft Graph and the console', () => {
  let graph: GraphSimulator;
  beforeAll(async () => {
    graph = await startGraphSimulator({ tenant: sampleTenant(new Date()), isThrottled: false });
  });
  afterAll(() => graph.close());
  const at = (token: string) => ({
    GLASSWATCH_GRAPH_ORIGIN: graph.url,
    GLASSWATCH_GRAPH_TOKEN: token,
  });
  const sample = '3f8c1e52-6d0a-4b7e-9c41-5a2f7be08d16';

  test('are not spoken to without --live', async () => {
    world.console.calls = 0;
    graph.clearRequests();
    await world.doctor({ set: at(graph.token()) });
    expect([graph.requests.length, world.console.calls]).toEqual([0, 0]);
  });

  test('with it say what is present, missing, and not needed', async () => {
    const policy = world.policyText.replace(tenantId, sample);
    const roles = [
      'User.Read.All',
      'Organization.Read.All',
      'Device.Read.All',
      'Group.ReadWrite.All',
    ];
    const { lines } = await world.doctor({
      ...{ policy, args: ['--live'], set: at(graph.token(roles)) },
    });
    const said = (name: string) => {
      const line = lines.find((one) => one.group === 'permissions' && one.name === name);
      return [line?.state, line?.says, line?.fix];
    };
    expect(said('Microsoft Graph')).toEqual(['ok', 'answers for contoso', null]);
    expect(said('User.Read.All')).toEqual(['ok', 'present', null]);
    expect(said('GroupMember.Read.All')).toEqual([
      'fix',
      'missing; without it there is no snapshot',
      expect.stringContaining('--only GroupMember.Read.All'),
    ]);
    expect(said('Device.Read.All')).toEqual(['ok', 'present, and not needed', null]);
    expect(said('Group.ReadWrite.All')[0]).toBe('fix');
    const page = lines.find(({ group }) => group === 'console');
    expect(page).toMatchObject({ state: 'ok', says: `${world.consoleUrl}/health answers` });
  });

  const diagnostics = async (given: Parameters<typeof world.doctor>[0]) => {
    const { lines } = await world.doctor({
      policy: world.policyText.replace(tenantId, sample),
      ...given,
      args: ['--live', '--only', 'streams'],
    });
    return lines.find(({ name }) => name === 'diagnostic settings');
  };

  test('are asked where the logs of Entra go, and that they come here', async () => {
    expect(await diagnostics({ set: at(graph.token()) })).toMatchObject({
      ...{ state: 'ok', says: 'to this hub: to-glasswatch' },
    });
    const elsewhere = { ...at(graph.token()), ENTRA_LOGS_HUB: 'another' };
    expect(await diagnostics({ set: elsewhere })).toMatchObject({
      ...{ state: 'fix', says: 'of Entra: 1; none sends to the hub that is read here' },
      fix: expect.stringContaining('diagnostic-setting.sh'),
    });
    const refusing = { path: '/providers/microsoft.aadiam/diagnosticSettings', status: 403 };
    const heal = graph.faults.add(refusing);
    try {
      expect(await diagnostics({ set: at(graph.token()) })).toMatchObject({
        ...{ state: 'unknown', says: expect.stringContaining('may not be seen') },
        fix: expect.stringContaining('az rest --method get'),
      });
    } finally {
      heal();
    }
  });

  test('are needed by nobody where others bring the directory', async () => {
    const { lines } = await world.doctor({
      ...{ args: ['--live'], set: { GLASSWATCH_DIRECTORY: 'file' } },
    });
    const said = (group: string) => lines.filter((line) => line.group === group);
    expect(said('permissions').map(({ state, says }) => [state, says])).toEqual([
      ['ok', expect.stringContaining('not needed')],
    ]);
    expect(said('clocks')[1]).toMatchObject({ name: 'Microsoft Graph', state: 'ok' });
    expect(said('identity')[1]).toMatchObject({ name: 'Microsoft Graph', state: 'ok' });
  });

  test('of another tenant are no answer', async () => {
    const { lines } = await world.doctor({ args: ['--live'], set: at(graph.token()) });
    const said = lines.filter(({ group }) => group === 'permissions');
    expect(said.find(({ name }) => name === 'Microsoft Graph')).toMatchObject({
      ...{ state: 'fix', says: expect.stringContaining(`answers for the tenant ${sample}`) },
      fix: `az login --tenant ${tenantId}`,
    });
  });

  test('that refuse are a line, and the snapshot still tells', async () => {
    const { lines } = await world.doctor({ args: ['--live'], set: at('no-token-at-all') });
    const permissions = lines.filter(({ group }) => group === 'permissions');
    expect(permissions[0]).toMatchObject({ name: 'Microsoft Graph', state: 'fix' });
    expect(permissions.length).toBeGreaterThan(10);
  });
});

describe('an account that is reached by an identity', () => {
  const folder = mkdtempSync(join(tmpdir(), 'glasswatch-az-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  afterEach(() => vi.unstubAllEnvs());
  const own = '99999999-0000-0000-0000-000000000001';
  const account = {
    ...{ GLASSWATCH_STORAGE: '', GLASSWATCH_STORAGE__accountName: 'glasswatchnowhere' },
    ...{ GLASSWATCH_STORAGE__clientId: own, GLASSWATCH_EVIDENCE__accountName: 'glasswatchproof' },
  };

  /** `az`, signed in to that tenant; undefined: not signed in. */
  function signedIn(tid: string | undefined) {
    const claims = Buffer.from(JSON.stringify({ upn: 'ana@contoso.com', tid })).toString(
      'base64url',
    );
    const answer = {
      accessToken: `e30.${claims}.s`,
      tokenType: 'Bearer',
      expires_on: 4_000_000_000,
    };
    const does =
      tid === undefined
        ? 'echo "Please run az login to setup account." >&2; exit 1'
        : `echo '${JSON.stringify(answer)}'`;
    writeFileSync(join(folder, 'az'), `#!/bin/sh\n${does}\n`, { mode: 0o755 });
    vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
    vi.stubEnv('AZURE_TOKEN_CREDENTIALS', 'AzureCliCredential');
  }

  const said = async (group: string, name: string, set: Record<string, string> = {}) => {
    const { lines, stdout } = await world.doctor({
      ...{ args: ['--only', group], set: { ...account, ...set } },
    });
    expectAWayForward(lines);
    expect(stdout).not.toContain('accessToken');
    return lines.find((line) => line.name === name);
  };

  test('says which it is, and who asks here', async () => {
    signedIn(tenantId);
    expect(await said('identity', 'app')).toMatchObject({
      ...{ state: 'ok', says: `user-assigned, with the client id ${own}` },
    });
    expect(await said('identity', 'you')).toMatchObject({
      ...{ state: 'ok', says: `signed in as ana@contoso.com of the tenant ${tenantId}` },
    });
    expect(await said('identity', 'app', { GLASSWATCH_STORAGE__clientId: '' })).toMatchObject({
      ...{ state: 'unknown', says: expect.stringContaining('system-assigned') },
      fix: expect.stringContaining('GLASSWATCH_IDENTITY_CLIENT_ID'),
    });
    const other = { ENTRA_LOGS__clientId: '99999999-0000-0000-0000-000000000002' };
    expect(await said('identity', 'ENTRA_LOGS__clientId', other)).toMatchObject({
      ...{ state: 'fix', says: expect.stringContaining('another identity') },
      fix: expect.stringMatching(/appsettings set .*--settings ENTRA_LOGS__clientId=/),
    });
  });

  test.each([
    ['nobody is signed in', undefined, /no token is to be had here/],
    ['another tenant is signed in', 'aaaaaaaa-0000-0000-0000-000000000000', /does not name/],
  ])('says that %s', async (_, tid, says) => {
    signedIn(tid);
    expect(await said('identity', 'you')).toMatchObject({
      ...{ state: 'fix', says: expect.stringMatching(says), fix: `az login --tenant ${tenantId}` },
    });
  });

  test('should not be that of the evidence', async () => {
    signedIn(tenantId);
    expect(await said('evidence', 'account')).toMatchObject({
      ...{ state: 'ok', says: 'glasswatchproof, apart from the state in glasswatchnowhere' },
    });
    expect(await said('evidence', 'container')).toMatchObject({ state: 'unknown' });
    const beside = { GLASSWATCH_EVIDENCE__accountName: '' };
    expect(await said('evidence', 'account', beside)).toMatchObject({
      ...{ state: 'fix', says: expect.stringContaining('beside the state') },
      fix: expect.stringContaining('GLASSWATCH_EVIDENCE__accountName='),
    });
  });

  test('tells of the app that runs in Azure, and of no npm start', async () => {
    signedIn(tenantId);
    const { lines } = await world.doctor({
      args: ['--only', 'event hub'],
      set: { ...account, ENTRA_LOGS_CONSUMER_GROUP: 'others' },
    });
    expect(lines.find(({ name }) => name === 'partition 0')?.fix).toMatch(
      /az functionapp show --name "\$\(azd env get-value GLASSWATCH_APP_NAME\)"/,
    );
  });
});

test('a container in Azure has an immutability policy, or that is to be mended', async () => {
  const container = (hasImmutabilityPolicy: boolean) =>
    ({
      containerName: 'evidence',
      url: 'https://glasswatchproof.blob.core.windows.net/evidence',
      getProperties: async () => ({ hasImmutabilityPolicy }),
    }) as unknown as Parameters<typeof immutabilityLine>[1];
  expect(await immutabilityLine('container', container(true), 'evidence')).toMatchObject({
    state: 'ok',
  });
  expect(await immutabilityLine('container', container(false), 'evidence')).toMatchObject({
    ...{ state: 'fix', says: expect.stringContaining('has no immutability policy') },
    fix: expect.stringMatching(/^azd provision .*az storage container immutability-policy show/),
  });
});

test('the settings of an app are taken as Azure lists them, references to a vault among them', async () => {
  const reference = '@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/pager-key)';
  const { exit, lines } = await world.doctor({
    ...{ isListed: true, set: { PAGER_KEY: reference } },
    args: ['--only', 'settings,storage,channels'],
  });
  expect(lines.filter(({ state }) => state === 'fix')).toEqual([]);
  expect(exit).toBe(0);
  expect(lines.find(({ name }) => name === 'PAGER_KEY')).toMatchObject({
    ...{ state: 'unknown', fix: expect.any(String) },
  });
});

test('a key for a collector that lies in a vault is unknown, as every secret there', async () => {
  const reference = '@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/otlp)';
  const { lines } = await world.doctor({
    ...{ isListed: true, set: { OTEL_EXPORTER_OTLP_HEADERS: reference } },
    args: ['--only', 'settings'],
  });
  expect(lines.find(({ name }) => name === 'OTEL_EXPORTER_OTLP_HEADERS')?.state).toBe('unknown');
});

test('what is wrong in such a list is mended in Azure, and not in the list', async () => {
  const { lines } = await world.doctor({
    ...{ isListed: true, set: { ENTRA_LOGS_HUB: '', PAGER_KEY: '' } },
    args: ['--only', 'settings'],
  });
  const fixOf = (wanted: string) => lines.find(({ name }) => name === wanted)?.fix;
  expect(fixOf('ENTRA_LOGS_HUB')).toMatch(
    /^az functionapp config appsettings set .* --settings ENTRA_LOGS_HUB=<value> .*fetch .* again/,
  );
  expect(fixOf('PAGER_KEY')).toMatch(
    /^az keyvault secret set .*--name pager-key .*vaultSettings.*azd provision.*fetch .* again/,
  );
});

test.each([
  ['a list of something else', '[1,2]', /is no list of settings; allowed: .*appsettings list/],
  ['a map without Values', '{}', /has no Values; allowed: .*local\.settings\.json/],
  ['no JSON', 'NAME=value', /is no JSON; allowed/],
])('%s is no file of settings', async (_, text, problem) => {
  const { exit, stdout, stderr } = await command([
    ...['doctor', '--settings', world.file('bad.json', text)],
  ]);
  expect([exit, stdout, stderr]).toEqual([1, '', expect.stringMatching(problem)]);
});

test('what commands take from the deployment is what the templates give out', () => {
  const given = readFileSync('infra/main.bicep', 'utf8').matchAll(/^output (\w+) /gm);
  expect([...given].map(([, name]) => name)).toEqual(expect.arrayContaining([...azdOutputs]));
});

test('a check that throws, whatever it throws, is a line and hides no other', async () => {
  const deps = {} as Parameters<typeof runChecks>[1];
  const throwing = (name: string, error: unknown) => ({ name, run: () => Promise.reject(error) });
  const lines = await runChecks(
    [
      throwing('a', new TypeError('x is undefined')),
      throwing('b', new WatchError('STORE_UNAVAILABLE', 'reading: answered 503')),
      throwing('c', 'no error at all'),
      { name: 'd', run: async () => [{ name: 'n', state: 'ok', says: 'well', fix: null }] },
    ],
    deps,
    (text) => text,
  );
  expect(lines.map(({ group, state, says }) => [group, state, says])).toEqual([
    ['a', 'unknown', 'could not be looked at: x is undefined'],
    ['b', 'unknown', 'could not be looked at: STORE_UNAVAILABLE: reading: answered 503'],
    ['c', 'unknown', 'could not be looked at: unknown error'],
    ['d', 'ok', 'well'],
  ]);
});

test('for people it is text with a sum, in colour on a terminal alone', async () => {
  const { settings } = await world.doctor();
  const { stdout } = await command(['doctor', '--settings', settings]);
  expect(stdout).toMatch(/^policy\n {2}ok {7}file: /);
  expect(stdout).toMatch(/\n {2}unknown {2}url: .*\n {11}-> npx glasswatch doctor --live\n/);
  expect(stdout).toMatch(/\n\d+ ok, \d+ to fix, \d+ unknown\n$/);
  expect(stdout).not.toContain('\u001B');
  const isTTY = Object.getOwnPropertyDescriptor(process.stdout, 'isTTY');
  Object.defineProperty(process.stdout, 'isTTY', { value: true, configurable: true });
  try {
    expect((await command(['doctor', '--settings', settings])).stdout).toContain('\u001B[32mok');
  } finally {
    if (isTTY) Object.defineProperty(process.stdout, 'isTTY', isTTY);
    else Reflect.deleteProperty(process.stdout, 'isTTY');
  }
});
