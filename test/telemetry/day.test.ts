import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { countOperations } from '../../bench/cost/count-operations.ts';
import { sumOf } from '../../bench/cost/operations.ts';
import { startMailSink } from '../../local/mail-sink.ts';
import type { ReceivedMeasure } from '../../local/otlp/series-store.ts';
import { startOtlpCollector } from '../../local/otlp-collector.ts';
import { sampleSnapshot } from '../../local/sample-day/directory.ts';
import { tenant } from '../../local/sample-day/people.ts';
import { sampleDay } from '../../local/sample-day.ts';
import { startHec } from '../../local/siem/hec.ts';
import { startTeamsSink } from '../../local/teams-sink.ts';
import { type App, startApp } from '../../shared/app.ts';
import { blobDirectory } from '../../shared/azure/blob-directory.ts';
import { openTelemetry } from '../../shared/azure/open-telemetry.ts';
import type { Config } from '../../shared/config.ts';
import { isDetectionId } from '../../shared/detect/detection-ids.ts';
import { type MeasureInfo, type MeasureName, measures } from '../../shared/telemetry/measures.ts';
import { azuriteStorage } from '../stores/azurite-storage.ts';

// A day of a tenant goes through the service, to people and a SIEM, and what the service measured of it
// goes through the real SDK and over HTTP to a collector.

const { storage, local } = azuriteStorage();
const folder = mkdtempSync(join(tmpdir(), 'glasswatch-telemetry-'));
const now = new Date();
const { envelopes } = sampleDay({ now, seed: 'telemetry' });
/** What a log can be made to say where the service would take a word from it. */
const hostile = [
  { type: 'AzureActivity', category: 'mallory@contoso.com', tenantId: tenant.id },
  { type: 'AzureActivity', category: '203.0.113.77', tenantId: tenant.id },
  { category: 'Mallory Hostile', tenantId: tenant.id, properties: { id: 'x' } },
  { category: 'SignInLogs', tenantId: 'mallory@contoso.com', properties: { userId: 'mallory' } },
].map((fields) => ({
  ...{ time: now.toISOString(), operationName: 'Microsoft.Authorization/locks/delete' },
  ...fields,
}));
const bodies = [
  ...envelopes.map(({ body }) => body),
  Buffer.from(JSON.stringify({ records: hostile })),
];

let day: Awaited<ReturnType<typeof play>>;
beforeAll(async () => {
  day = await play();
}, 90_000);
afterAll(() => rmSync(folder, { recursive: true }));

async function play() {
  const exported: string[] = [];
  const [teams, mail, splunk, collector] = await Promise.all([
    startTeamsSink(),
    startMailSink({ httpPort: 0 }),
    startHec({ indexes: ['security'] }),
    startOtlpCollector({ onBody: (body) => void exported.push(body) }),
  ]);
  await blobDirectory(storage().directory).write(sampleSnapshot(now));
  const policyFile = join(folder, 'policy.yaml');
  writeFileSync(policyFile, JSON.stringify(policy));
  const config: Config = {
    ...{ policyFile, storage: { connectionString: local().connectionString } },
    ...{ allowLoopback: true, directory: { from: 'file' } },
    ...{ hasPlatformSignIn: false, pagerDutyStandIn: undefined },
  } as Config;
  const env = {
    ...{ TEAMS_WEBHOOK_URL: teams.webhookUrl, SMTP_URL: mail.smtpUrl },
    ...{ SPLUNK_URL: splunk.url, SPLUNK_TOKEN: splunk.token },
  };
  const telemetry = openTelemetry({ otlp: { endpoint: collector.url } }, () => {}, {
    loadAfterMs: 2 ** 30,
    flushMs: 15_000,
  });
  const counting = countOperations(local());
  try {
    const reports: Awaited<ReturnType<App['ingest']>>[] = [];
    const { operations } = await counting.during(async () => {
      const app = await startApp(config, env, telemetry);
      for (const body of bodies) reports.push(await app.ingest([body], [Date.now() - 1_000]));
      await app.checkPosture();
      await app.watchStreams();
      await deliverAll(app);
      await app.sweepOutbox();
      await app.flush();
    });
    return {
      ...{ reports, exported, operations, measured: collector.measures() },
      ...{ cards: teams.cards().length, mails: mail.mails().length },
      // A heartbeat is no event: it says that there was none.
      taken: splunk.received().filter(({ uid }) => !uid?.startsWith('heartbeat.')).length,
    };
  } finally {
    counting.stop();
    await Promise.all([teams.close(), mail.close(), splunk.close(), collector.close()]);
  }
}

const { tenants, detections, channels, sinks } = parse(
  readFileSync(new URL('../../local/sample-day/policy.yaml', import.meta.url), 'utf8'),
);
const policy = {
  ...{ version: 1, tenants, detections },
  channels: { 'soc-teams': channels['soc-teams'], 'soc-mail': channels['soc-mail'] },
  routes: [{ minSeverity: 'medium', channels: ['soc-teams', 'soc-mail'] }],
  sinks: { splunk: sinks.splunk },
};

/** Gives every message of the queues to the app, as the host does, until none comes any more. */
async function deliverAll(app: App): Promise<void> {
  const { notify, forward } = storage();
  let isQuiet = false;
  while (!isQuiet) {
    isQuiet = true;
    for (const [queue, handle] of [
      [notify, app.notify],
      [forward, app.forward],
    ] as const) {
      const { receivedMessageItems } = await queue.receiveMessages({ numberOfMessages: 32 });
      for (const { messageText, messageId, popReceipt } of receivedMessageItems) {
        isQuiet = false;
        await handle(JSON.parse(Buffer.from(messageText, 'base64').toString()));
        await queue.deleteMessage(messageId, popReceipt);
        asked.itself += 1;
      }
      asked.itself += 1;
    }
  }
}
/** Requests of this test to the queues, beside those of the app. */
const asked = { itself: 0 };

const find = (name: MeasureName): ReceivedMeasure | undefined =>
  day.measured.find((one) => one.name === name);
const sum = (name: MeasureName, about: Record<string, string> = {}): number =>
  (find(name)?.series ?? [])
    .filter((series) => Object.entries(about).every(([key, word]) => series.about[key] === word))
    .reduce((total, { value = 0, spread }) => total + (spread?.count ?? value), 0);
const total = (key: 'judged' | 'skipped' | 'deadLetters' | 'findings') =>
  day.reports.reduce((all, report) => all + report[key], 0);

test('records are counted as the reports of the batches count them', () => {
  expect(total('judged')).toBeGreaterThan(500);
  expect(total('skipped')).toBeGreaterThan(0);
  expect(total('deadLetters')).toBeGreaterThan(0);
  expect(sum('glasswatch.records', { outcome: 'judged' })).toBe(total('judged'));
  expect(sum('glasswatch.records', { outcome: 'skipped' })).toBe(total('skipped'));
  expect(sum('glasswatch.records', { outcome: 'set aside' })).toBe(total('deadLetters'));
  expect(sum('glasswatch.ingest.wait')).toBe(bodies.length);
  const [wait] = find('glasswatch.ingest.wait')?.series ?? [];
  expect(wait?.spread?.min).toBeGreaterThanOrEqual(1);
});

test('what people were told is what was counted, with how long it took', () => {
  expect(day.cards).toBeGreaterThan(5);
  for (const [channel, told] of [
    ['soc-teams', day.cards],
    ['soc-mail', day.mails],
  ] as const) {
    expect(sum('glasswatch.deliveries', { channel, outcome: 'delivered' })).toBe(told);
    expect(sum('glasswatch.alert.delay', { channel })).toBe(told);
  }
  expect(sum('glasswatch.deliveries', { outcome: 'failed' })).toBe(0);
  expect(find('glasswatch.alerts.waiting')?.series).toHaveLength(1);
});

test('findings are counted, those of the logs among them', () => {
  const created = sum('glasswatch.findings', { change: 'created' });
  expect(total('findings')).toBeGreaterThan(10);
  expect(created).toBeGreaterThanOrEqual(total('findings'));
  expect(sum('glasswatch.findings', { detection: 'breakglass-signin-success' })).toBeGreaterThan(0);
});

test('events for the SIEM are counted, and none of them waits', () => {
  expect(day.taken).toBeGreaterThan(10);
  expect(sum('glasswatch.siem.events', { sink: 'splunk', outcome: 'taken' })).toBe(day.taken);
  expect(find('glasswatch.siem.delay')?.series).toEqual([{ about: { sink: 'splunk' }, value: 0 }]);
});

test('requests to storage are those that left this process', () => {
  expect(sum('glasswatch.storage.requests')).toBe(sumOf(day.operations) - asked.itself);
});

test('how old the directory is, is known', () => {
  const [series] = find('glasswatch.directory.age')?.series ?? [];
  expect(series?.about).toEqual({ tenant: tenant.id });
});

test('nothing personal is exported: no word of a record but those that are meant', () => {
  const records = bodies.map(String).join('\n');
  const found = [
    ...records.matchAll(/[\w.+'#-]+@[\w-]+(?:\.[\w-]+)+/g),
    ...records.matchAll(/\b(?:\d{1,3}\.){3}\d{1,3}\b/g),
    ...records.matchAll(/\b[0-9a-f]{1,4}(?::[0-9a-f]{0,4}){4,7}\b/gi),
    ...records.matchAll(/"(?:displayName|userDisplayName|userPrincipalName)":"([^"]+)"/g),
  ];
  const personal = new Set(found.map(([whole, group]) => group ?? whole));
  expect(personal.size).toBeGreaterThan(50);
  expect(personal).toContain('mallory@contoso.com');
  const sent = day.exported.join('\n');
  expect(sent).toContain('glasswatch.records');
  // A role or a program may be called by a plain word that also is one of ours.
  const told = [...personal].filter((word) => word.length > 6 && sent.includes(word));
  expect(told).toEqual([]);
  expect(sent.toLowerCase()).not.toContain('mallory');
});

/** Words that may stand where a measure has no list of its own. */
const named: Record<string, (word: string) => boolean> = {
  'the name of the channel in the policy': (word) => word in policy.channels,
  'the name of the SIEM in the policy': (word) => word in policy.sinks,
  'the id of the detection': isDetectionId,
  'the id of the tenant': (word) => word === tenant.id,
};

test('every attribute is one that its measure names, with a word that is allowed there', () => {
  expect(day.measured.length).toBeGreaterThan(8);
  for (const { name, series } of day.measured) {
    const { about }: MeasureInfo = measures[name as MeasureName];
    for (const [key, word] of series.flatMap((one) => Object.entries(one.about))) {
      const allowed = about[key];
      const isAllowed =
        typeof allowed === 'string' ? named[allowed]?.(word) : allowed?.includes(word);
      expect([name, key, word, isAllowed]).toEqual([name, key, word, true]);
    }
  }
});
