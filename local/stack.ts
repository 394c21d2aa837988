import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BlobServiceClient } from '@azure/storage-blob';
import { blobDirectory } from '../shared/azure/blob-directory.ts';
import type { Snapshot } from '../shared/watch/directory.ts';
import type { DirectoryStore } from '../shared/watch/directory-store.ts';
import { startAzurite } from './azurite.ts';
import type { SamplePerson } from './easy-auth.ts';
import { startEventHub } from './event-hub.ts';
import { startFunctionsProcess } from './functions-process.ts';
import { neededAppRoles } from './graph/contract.ts';
import type { Tenant } from './graph/model.ts';
import { startGraphSimulator } from './graph/simulator.ts';
import { startMailSink } from './mail-sink.ts';
import { startOtlpCollector } from './otlp-collector.ts';
import { type ReceivedPage, startPagerDutySink } from './pagerduty-sink.ts';
import type { ReceivedMail } from './received-mail.ts';
import { startReceivers } from './siem/receivers.ts';
import { type ReceivedCard, startTeamsSink } from './teams-sink.ts';
import { type ReceivedHook, startWebhookSink } from './webhook-sink.ts';

export const hubName = 'entra-logs';
/** Where findings go, for whatever reads from an event hub. */
const findingsHubName = 'findings';
const appRoot = fileURLToPath(new URL('..', import.meta.url));

export type StackOptions = {
  /** Where data is kept between two starts; without it everything is in memory. */
  folder?: string;
  policyFile: string;
  /** As an earlier reading of the directory left it. */
  snapshot: Snapshot;
  /** Who can sign in to the console; without them nobody can, and its JSON is open to this machine. */
  people?: readonly SamplePerson[];
  /** What Microsoft Graph answers; without it nothing is read from there. */
  tenant?: Tenant;
  /** Told what is being started, for whoever waits. */
  progress?: (step: string) => void;
  log?: (line: string) => void;
  onCard?: (card: ReceivedCard) => void;
  onMail?: (mail: ReceivedMail) => void;
  onPage?: (page: ReceivedPage) => void;
  onHook?: (hook: ReceivedHook) => void;
  ports?: {
    functions?: number;
    teams?: number;
    mail?: number;
    pagerDuty?: number;
    webhook?: number;
    siem?: number;
    telemetry?: number;
  };
};

/** The whole service on this machine: storage, hub, sinks, and the functions between them. */
export type Stack = Awaited<ReturnType<typeof startStack>>;

/**
 * Starts everything on 127.0.0.1. What was started is stopped again if a later part fails.
 *
 * @throws with a sentence that says which part did not start, and why.
 */
export async function startStack(options: StackOptions) {
  const { policyFile, snapshot, ports = {}, progress = () => {}, log = () => {} } = options;
  const running: { stop(): Promise<void> }[] = [];
  const stop = async () => {
    // In reverse: whoever uses something ends before it.
    for (const part of running.splice(0).reverse()) await part.stop();
  };
  const start = async <T>(step: string, run: () => Promise<T>, end: (part: T) => Promise<void>) => {
    progress(step);
    const part = await run();
    running.push({ stop: () => end(part) });
    return part;
  };
  try {
    const folders = await foldersIn(options.folder);
    const storage = await start(
      'storage (Azurite)',
      () => startAzurite(folders && { folder: folders.storage }),
      (part) => part.stop(),
    );
    const hub = await start(
      'event hub (AMQP)',
      () =>
        startEventHub({
          hubs: [
            { name: hubName, partitions: 2 },
            { name: findingsHubName, partitions: 2 },
          ],
          ...(folders && { folder: folders.hub }),
        }),
      (part) => part.close(),
    );
    const teams = await start(
      'Teams sink',
      () =>
        startTeamsSink({
          port: ports.teams ?? 0,
          ...(folders && { folder: folders.sinks }),
          ...(options.onCard && { onCard: options.onCard }),
        }),
      (part) => part.close(),
    );
    const mail = await start(
      'mail sink',
      () =>
        startMailSink({
          httpPort: ports.mail ?? 0,
          ...(folders && { folder: folders.sinks }),
          ...(options.onMail && { onMail: options.onMail }),
        }),
      (part) => part.close(),
    );
    const pagerDuty = await start(
      'PagerDuty sink',
      () =>
        startPagerDutySink({
          port: ports.pagerDuty ?? 0,
          ...(folders && { folder: folders.sinks }),
          ...(options.onPage && { onPage: options.onPage }),
        }),
      (part) => part.close(),
    );
    const webhook = await start(
      'webhook sink',
      () =>
        startWebhookSink({
          port: ports.webhook ?? 0,
          ...(folders && { folder: folders.sinks }),
          ...(options.onHook && { onHook: options.onHook }),
        }),
      (part) => part.close(),
    );
    const siem = await start(
      'SIEM receivers',
      () =>
        startReceivers({
          port: ports.siem ?? 0,
          ...(folders && { folder: folders.sinks }),
        }),
      (part) => part.close(),
    );
    const telemetry = await start(
      'telemetry collector',
      () => startOtlpCollector({ port: ports.telemetry ?? 0 }),
      (part) => part.close(),
    );
    const { tenant, people } = options;
    const graph =
      tenant &&
      (await start(
        'Microsoft Graph (simulated)',
        // Nobody waits for quotas here; and a stack may stay up for weeks.
        () =>
          startGraphSimulator({
            tenant,
            isThrottled: false,
            tokenLifeMs: 400 * 24 * 3_600_000,
            // In earnest Exchange grants that for one mailbox, and Entra does not.
            permissions: [...Object.keys(neededAppRoles), 'Mail.Send'],
            onMail: ({ mime }) => {
              if (mime) mail.take(mime).catch((error) => log(`mail sink: ${error}`));
            },
          }),
        (part) => part.close(),
      ));
    const directory = await directoryIn(storage.connectionString);
    // One that an earlier start has read is newer.
    if (!(await directory.read(snapshot.tenantId))) await directory.write(snapshot);
    const settings = {
      AzureWebJobsStorage: storage.connectionString,
      ENTRA_LOGS: hub.connectionString(hubName),
      ENTRA_LOGS_HUB: hubName,
      ENTRA_LOGS_CONSUMER_GROUP: 'glasswatch',
      GLASSWATCH_POLICY: policyFile,
      GLASSWATCH_STORAGE: storage.connectionString,
      GLASSWATCH_ALLOW_LOOPBACK: 'true',
      ...(graph
        ? { GLASSWATCH_GRAPH_ORIGIN: graph.url, GLASSWATCH_GRAPH_TOKEN: graph.token() }
        : { GLASSWATCH_DIRECTORY: 'file' }),
      TEAMS_WEBHOOK_URL: teams.webhookUrl,
      SMTP_URL: mail.smtpUrl,
      PAGERDUTY_ROUTING_KEY: pagerDuty.routingKey,
      GLASSWATCH_PAGERDUTY_ORIGIN: pagerDuty.url,
      WEBHOOK_URL: webhook.hookUrl,
      WEBHOOK_SECRET: webhook.secret,
      FINDINGS_HUB: hub.connectionString(findingsHubName),
      OTEL_EXPORTER_OTLP_ENDPOINT: telemetry.url,
      ...siem.settings,
      ...(people && { WEBSITE_AUTH_ENABLED: 'true' }),
    };
    const functions = await start(
      'functions',
      () =>
        startFunctionsProcess({
          appRoot,
          settings,
          ...(people && { easyAuth: { people, key: randomUUID() } }),
          env: siem.env,
          log,
          httpPort: ports.functions ?? 0,
          instanceId: randomUUID(),
        }),
      (part) => part.stop(),
    );
    return {
      ...{
        storage,
        hub,
        teams,
        mail,
        pagerDuty,
        webhook,
        siem,
        telemetry,
        graph,
        directory,
        functions,
        settings,
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function foldersIn(folder: string | undefined) {
  if (!folder) return undefined;
  const folders = {
    storage: join(folder, 'storage'),
    hub: join(folder, 'hub'),
    sinks: join(folder, 'sinks'),
  };
  for (const one of Object.values(folders)) await mkdir(one, { recursive: true });
  return folders;
}

/** Where the refresh of the directory leaves what it read. */
async function directoryIn(connectionString: string): Promise<DirectoryStore> {
  const container =
    BlobServiceClient.fromConnectionString(connectionString).getContainerClient('directory');
  await container.createIfNotExists();
  return blobDirectory(container);
}
