import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventHubProducerClient } from '@azure/event-hubs';
import { BlobCheckpointStore } from '@azure/eventhubs-checkpointstore-blob';
import { BlobServiceClient } from '@azure/storage-blob';
import type { GroupLine } from '../../cli/doctor/run-checks.ts';
import { startEventHub } from '../../local/event-hub.ts';
import { blobAnchors } from '../../shared/azure/blob-anchor.ts';
import { blobDirectory } from '../../shared/azure/blob-directory.ts';
import type { Storage } from '../../shared/azure/storage.ts';
import { tableLedger } from '../../shared/azure/table-ledger.ts';
import { tablePosture } from '../../shared/azure/table-posture.ts';
import { tableShelf } from '../../shared/azure/table-shelf.ts';
import { tableStreams } from '../../shared/azure/table-streams.ts';
import { type SinkState, unknownState } from '../../shared/forward/pump/sink-state.ts';
import type { RefreshReport } from '../../shared/posture/posture-store.ts';
import type { Ring } from '../../shared/respond/link-keys.ts';
import { type ChannelHealth, unknownHealth } from '../../shared/tell/channel-health.ts';
import { hourMs, isoOf } from '../../shared/time.ts';
import { parseSnapshot } from '../../shared/watch/directory.ts';
import { command } from '../cases/replay.ts';

export const tenantId = '60e8de8d-8243-4bff-86c7-2aa35ef4cbf5';
const accounts = ['21bab57f-dfe8-4077-afc0-1cb4e7805f93', '3f2504e0-4f89-41d3-9a0c-0305e82c3301'];
/** What no output may ever show. */
export const secrets = {
  TEAMS_WEBHOOK_URL: 'https://prod.example.com/workflows/W0rkfl0wSecret?sig=S1gnatureOfTeams',
  PAGER_KEY: 'R0ut1ngKeyR0ut1ngKeyR0ut1ngKey12',
  HOOK_URL: 'https://hook.example.net/path/H00kPathSecret',
  HOOK_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
};
export const allCategories = [
  ...['AuditLogs', 'SignInLogs', 'NonInteractiveUserSignInLogs', 'ServicePrincipalSignInLogs'],
  ...['RiskyUsers', 'UserRiskEvents', 'RiskyServicePrincipals', 'ServicePrincipalRiskEvents'],
  'Administrative',
];

export const hubName = 'entra-logs';
const consumerGroup = 'glasswatch';

export type DoctorWorld = Awaited<ReturnType<typeof openDoctorWorld>>;

/** A deployment where all is well, as the service would have left it. */
export async function openDoctorWorld(storage: Storage, connectionString: string) {
  const folder = mkdtempSync(join(tmpdir(), 'glasswatch-doctor-'));
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const hub = await startEventHub({
    hubs: [
      { name: hubName, partitions: 1 },
      { name: 'empty', partitions: 1 },
    ],
  });
  const console = { status: 200, body: '{"status":"ok"}', calls: 0, clockIsAheadMs: 0 };
  const pages = createServer((_, response) => {
    console.calls += 1;
    const date = new Date(Date.now() + console.clockIsAheadMs).toUTCString();
    response
      .writeHead(console.status, { 'content-type': 'application/json', date })
      .end(console.body);
  });
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
  const consoleUrl = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;

  const policyText = `version: 1
tenants:
  - id: ${tenantId}
    name: contoso
    accounts: { emergency: [${accounts.join(', ')}] }
channels:
  teams: { type: teams, webhookUrl: { env: TEAMS_WEBHOOK_URL } }
  pager: { type: pagerduty, routingKey: { env: PAGER_KEY } }
  hook: { type: webhook, url: { env: HOOK_URL }, secret: { env: HOOK_SECRET } }
routes: [{ minSeverity: medium, channels: [teams, pager, hook] }]
sinks:
  siem: { type: webhook, url: { env: HOOK_URL }, secret: { env: HOOK_SECRET } }
console: { url: "${consoleUrl}" }
`;
  const policy = file('policy.yaml', policyText);
  const values: Record<string, string> = {
    AzureWebJobsStorage: connectionString,
    ENTRA_LOGS: hub.connectionString(hubName),
    ENTRA_LOGS_HUB: hubName,
    ENTRA_LOGS_CONSUMER_GROUP: consumerGroup,
    GLASSWATCH_POLICY: policy,
    GLASSWATCH_STORAGE: connectionString,
    GLASSWATCH_ALLOW_LOOPBACK: 'true',
    ...secrets,
  };

  const shelves = {
    channels: tableShelf<ChannelHealth>(storage.shelves, 'channels'),
    sinks: tableShelf<SinkState>(storage.shelves, 'sinks'),
    keys: tableShelf<Ring>(storage.shelves, 'keys'),
  };
  const directory = blobDirectory(storage.directory);
  const now = () => isoOf(Date.now());

  const well = {
    snapshot: () => ({
      tenantId,
      takenAt: now(),
      accounts: accounts.map((id) => ({ id, type: 'user' })),
      gaps: [] as object[],
      organization: { plans: ['AAD_PREMIUM', 'AAD_PREMIUM_P2'] },
      logExport: [
        {
          ...{ name: 'glasswatch', hubRuleId: null, hubName },
          categories: allCategories.filter((one) => one !== 'Administrative'),
        },
      ],
    }),
    refresh: (): RefreshReport => ({
      ...{ triedAt: now(), succeededAt: now(), failure: null, requests: 1 },
    }),
    channel: (): ChannelHealth => ({
      ...unknownHealth,
      lastSuccessAt: now(),
      provenAt: now(),
      canary: null,
    }),
    sink: (): SinkState => ({ ...unknownState, lastSuccessAt: now() }),
    ring: (): Ring => ({ keys: [{ id: 'a', secret: 'K3yOfLinksK3yOfLinks', madeAt: now() }] }),
  };
  const put = {
    snapshot: (snapshot: object) =>
      directory.write(parseSnapshot(JSON.stringify(snapshot), 'snapshot')),
    channel: (health: ChannelHealth) => shelves.channels.put('teams', health, undefined),
    sink: (state: SinkState) => shelves.sinks.put('siem', state, undefined),
    ring: (ring: Ring) => shelves.keys.put('ring', ring, undefined),
    refresh: (refresh: RefreshReport) => tablePosture(storage.posture).save(tenantId, { refresh }),
  };

  await put.snapshot(well.snapshot());
  for (const name of ['teams', 'pager', 'hook']) {
    await shelves.channels.put(name, well.channel(), undefined);
  }
  await put.sink(well.sink());
  await put.ring(well.ring());
  await put.refresh(well.refresh());
  const hour = { count: 1, failures: 0, lags: [] };
  const arrivedAt = Date.now();
  const stream = (category: string, lastAt: number) => ({
    ...{ category, lastAt },
    hours: new Map([[Math.floor(lastAt / hourMs) * hourMs, hour]]),
  });
  await tableStreams(storage.streams).add(
    tenantId,
    allCategories.map((category) => stream(category, arrivedAt)),
  );
  const ledger = tableLedger(storage.ledger, {
    anchors: blobAnchors(storage.anchors),
    warn: (message) => {
      throw new Error(message);
    },
    now: Date.now,
  });
  const act = { id: 'a', at: now(), kind: 'silence', subject: 's', payload: {} } as const;
  await ledger.append([act]);

  const send = async () => {
    const producer = new EventHubProducerClient(hub.connectionString(hubName), hubName);
    await producer.sendBatch([{ body: Buffer.from('{"records":[]}') }], { partitionId: '0' });
    await producer.close();
    return producer.fullyQualifiedNamespace;
  };
  const fullyQualifiedNamespace = await send();
  const host = BlobServiceClient.fromConnectionString(connectionString);
  const checkpoints = host.getContainerClient('azure-webjobs-eventhub');
  await checkpoints.createIfNotExists();
  const readUpTo = (sequenceNumber: number) =>
    new BlobCheckpointStore(checkpoints).updateCheckpoint({
      fullyQualifiedNamespace,
      ...{ eventHubName: hubName, consumerGroup, partitionId: '0' },
      ...{ offset: String(sequenceNumber), sequenceNumber },
    });
  await readUpTo(0);

  return {
    ...{ storage, hub, console, consoleUrl, file, policyText, values, well, put, shelves },
    ...{ directory, ledger, stream, send, checkpoints, readUpTo },
    /** What the command says: its lines, its exit code, and all that it wrote. */
    async doctor({ set = {}, policy: text, args = [], isListed = false }: Said = {}) {
      const Values = { ...values, ...set };
      if (text !== undefined) Values.GLASSWATCH_POLICY = file('other.yaml', text);
      const list = Object.entries(Values).map(([name, value]) => ({
        name,
        slotSetting: false,
        value,
      }));
      const settings = file('local.settings.json', JSON.stringify(isListed ? list : { Values }));
      const { exit, stdout, stderr } = await command([
        ...['doctor', '--json', '--settings', settings],
        ...args,
      ]);
      const lines = JSON.parse(stdout) as GroupLine[];
      return { exit, stdout, stderr, lines, settings };
    },
    async close() {
      pages.closeAllConnections();
      await Promise.all([new Promise((resolve) => pages.close(resolve)), hub.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

type Said = {
  /** Settings that are other than those of the world. */
  set?: Readonly<Record<string, string>>;
  policy?: string;
  args?: readonly string[];
  /** The settings as `az functionapp config appsettings list` prints them. */
  isListed?: boolean;
};
