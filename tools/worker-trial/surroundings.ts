import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { BlobServiceClient } from '@azure/storage-blob';
import { startAzurite } from '../../local/azurite.ts';
import { startEventHub } from '../../local/event-hub.ts';
import { neededAppRoles } from '../../local/graph/contract.ts';
import { startGraphSimulator } from '../../local/graph/simulator.ts';
import { startMailSink } from '../../local/mail-sink.ts';
import { startPagerDutySink } from '../../local/pagerduty-sink.ts';
import type { ReceivedMail } from '../../local/received-mail.ts';
import { sampleSnapshot } from '../../local/sample-day/directory.ts';
import { sampleTenant } from '../../local/sample-day/tenant.ts';
import { startReceivers } from '../../local/siem/receivers.ts';
import { type ReceivedCard, startTeamsSink } from '../../local/teams-sink.ts';
import { startWebhookSink } from '../../local/webhook-sink.ts';
import { blobDirectory } from '../../shared/azure/blob-directory.ts';

export const logsHub = 'entra-logs';
const findingsHub = 'findings';
const policyFile = fileURLToPath(new URL('../../local/sample-day/policy.yaml', import.meta.url));

/** All that the app speaks to, on this machine. */
export type Surroundings = Awaited<ReturnType<typeof startSurroundings>>;

type Told = {
  onCard(card: ReceivedCard): void;
  onMail(mail: ReceivedMail): void;
};

/** @param now - when the sample day ends, which the directory belongs to. */
export async function startSurroundings(now: Date, told: Told) {
  const running: { stop(): Promise<void> }[] = [];
  const keep = <Part>(part: Part, end: (part: Part) => Promise<void>): Part => {
    running.push({ stop: () => end(part) });
    return part;
  };
  const stop = async () => {
    for (const part of running.splice(0).reverse()) await part.stop();
  };
  try {
    let isUp = true;
    const storage = keep(await startAzurite(), async (part) => {
      if (isUp) await part.stop();
    });
    const hubs = [logsHub, findingsHub].map((name) => ({ name, partitions: 2 }));
    const hub = keep(await startEventHub({ hubs }), async (part) => {
      if (isUp) await part.close();
    });
    const teams = keep(await startTeamsSink({ onCard: told.onCard }), (part) => part.close());
    const mail = keep(await startMailSink({ onMail: told.onMail }), (part) => part.close());
    const pager = keep(await startPagerDutySink(), (part) => part.close());
    const hook = keep(await startWebhookSink(), (part) => part.close());
    const siem = keep(await startReceivers(), (part) => part.close());
    const graph = keep(
      await startGraphSimulator({
        tenant: sampleTenant(now),
        isThrottled: false,
        permissions: Object.keys(neededAppRoles),
      }),
      (part) => part.close(),
    );
    // As it was read this morning: what has changed since without a record is an alert.
    const container = BlobServiceClient.fromConnectionString(
      storage.connectionString,
    ).getContainerClient('directory');
    await container.createIfNotExists();
    await blobDirectory(container).write(sampleSnapshot(now));
    const settings: Record<string, string> = {
      AzureWebJobsStorage: storage.connectionString,
      ENTRA_LOGS: hub.connectionString(logsHub),
      ENTRA_LOGS_HUB: logsHub,
      ENTRA_LOGS_CONSUMER_GROUP: 'glasswatch',
      GLASSWATCH_STORAGE: storage.connectionString,
      GLASSWATCH_ALLOW_LOOPBACK: 'true',
      GLASSWATCH_GRAPH_ORIGIN: graph.url,
      GLASSWATCH_GRAPH_TOKEN: graph.token(),
      GLASSWATCH_PAGERDUTY_ORIGIN: pager.url,
      TEAMS_WEBHOOK_URL: teams.webhookUrl,
      SMTP_URL: mail.smtpUrl,
      PAGERDUTY_ROUTING_KEY: pager.routingKey,
      WEBHOOK_URL: hook.hookUrl,
      WEBHOOK_SECRET: hook.secret,
      FINDINGS_HUB: hub.connectionString(findingsHub),
      ...siem.settings,
    };
    return {
      ...{ hub, siem, settings, stop },
      policy: await readFile(policyFile),
      /** What the platform puts into the environment of a worker on Flex Consumption, as far as code may look at it. */
      environment: {
        ...flexEnvironment(),
        ...siem.env,
      },
      /** The storage and the event hubs go away, with all connections. */
      async fail() {
        isUp = false;
        await Promise.all([storage.stop(), hub.close()]);
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Without `WEBSITE_SITE_NAME`: an app that believes to be in Azure sends nothing to this machine. */
const flexEnvironment = (): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  HOME: process.env.HOME ?? '',
  FUNCTIONS_WORKER_RUNTIME: 'node',
  FUNCTIONS_EXTENSION_VERSION: '~4',
  AZURE_FUNCTIONS_ENVIRONMENT: 'Production',
  WEBSITE_SKU: 'FlexConsumption',
  WEBSITE_INSTANCE_ID: randomUUID().replaceAll('-', ''),
  WEBSITE_AUTH_ENABLED: 'true',
});
